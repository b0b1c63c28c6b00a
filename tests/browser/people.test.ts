import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { sender } from '../../dev/demo/fill'
import { expectNoViolations } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { manageOf, readerLink, type Manage } from './support/contoso'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const LONG = 'Weaves algebraical patterns just as the loom weaves flowers and leaves. '.repeat(6).trim()

/** An administrator looks for people and groups, and does to them what Entra ID does not. */
describeInBrowser('People and Groups', () => {
  let it: TestConsole
  let scim: Manage
  let manage: Manage
  let page: Page
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    it = await startConsole()
    scim = sender(it.tenantUrl, it.token)
    manage = await manageOf(it)
    page = await arrive(it.setupLink)
  })
  afterAll(() => it.stop())

  async function arrive(link: string): Promise<Page> {
    const arrived = await it.newPage()
    await arrived.goto(link)
    await arrived.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
    return arrived
  }

  const openPage = (name: string, query = '') => page.goto(`${it.origin}/console/t/demo/${name}${query}`)
  const row = (name: string, on = page) => on.getByRole('row').filter({ hasText: name })
  const names = async () => (await page.getByRole('table', { name: 'People' }).getByRole('button').allTextContents()).sort()
  const dialog = (name: string, on = page) => on.getByRole('dialog', { name })
  const said = (text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor()

  async function person(name: string, more: object = {}): Promise<void> {
    const userName = `${name.toLowerCase()}@contoso.example`
    const body = {
      userName,
      displayName: name,
      emails: [{ value: userName, type: 'work', primary: true }],
      active: true,
      ...more,
    }
    ids[name] = String((await scim('POST', '/Users', body))['id'])
  }
  async function group(displayName: string, members: readonly string[]): Promise<void> {
    const body = { displayName, externalId: `x-${displayName}`, members: members.map((name) => ({ value: ids[name] })) }
    ids[displayName] = String((await scim('POST', '/Groups', body))['id'])
  }

  test('say where people come from while there are none, and lead there', async () => {
    await page.getByRole('link', { name: 'Groups' }).click()
    await page.getByRole('heading', { name: 'No group is provisioned yet' }).waitFor()
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await page.getByRole('heading', { name: 'Nobody is provisioned yet' }).waitFor()
    await expectNoViolations(page)
    await page.getByRole('link', { name: 'Connect Entra ID' }).click()
    await page.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
  })

  describe('of a directory', () => {
    beforeAll(async () => {
      await person('Ada', { title: LONG, name: { givenName: 'Ada' } })
      await person('Bob', { [ENTERPRISE]: { department: 'Research', manager: { value: ids['Ada'] } } })
      await person('Cleo')
      await person('Dora', { active: false })
      await group('Finance', ['Ada', 'Bob'])
      await group('Staff', ['Ada', 'Cleo'])
      await group('Everybody', ['Cleo', 'Finance'])
      const { version } = await manage('GET', '/roles')
      await manage('PUT', '/roles', {
        version,
        roles: ['Accountant', 'Employee', 'No access'],
        grantsAccess: [],
        defaultRole: 'No access',
        rules: [
          { groupId: ids['Finance'], role: 'Accountant' },
          { groupId: ids['Staff'], role: 'Employee' },
        ],
      })
      await manage('PUT', '/equipment/LAP-1', {
        model: 'Latitude',
        serial: 'S1',
        since: '2026-03-01',
        assignee: ids['Dora'],
      })
    })

    test('the search is in the address, survives a reload, and can be cleared', async () => {
      await openPage('people')
      await row('Bob').getByText('Member of Finance.').waitFor()
      await page.getByRole('searchbox', { name: 'Search people' }).fill('cle')
      await said('1 person')
      expect(new URL(page.url()).search).toBe('?search=cle')
      await page.reload()
      await said('1 person')
      expect(await page.getByRole('searchbox').inputValue()).toBe('cle')
      await page.getByLabel('Status').selectOption('Disabled')
      await page.getByRole('heading', { name: 'Nobody found' }).waitFor()
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await said('4 people')
      expect(await page.getByRole('searchbox').inputValue()).toBe('')
    })

    test('role and status narrow the list, and the download with it', async () => {
      await page.getByLabel('Role').selectOption('Accountant')
      await said('2 people')
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download CSV' }).click(),
      ])
      expect(file.suggestedFilename()).toBe('people-demo.csv')
      const lines = readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\n')
      expect(lines).toHaveLength(3)
      for (const name of ['ada', 'bob']) expect(lines.join('\n')).toContain(`${name}@contoso.example`)
      await page.getByLabel('Role').selectOption('Any role')
      await said('4 people')
    })

    test('a person opens by keyboard, with role, rules, attributes and history, and closes to where one was', async () => {
      const opener = page.getByRole('button', { name: /^Ada/ })
      await opener.focus()
      await page.keyboard.press('Enter')
      const ada = dialog('Ada')
      await ada.getByText('Member of Finance.').waitFor()
      expect(page.url()).toContain(`person=${ids['Ada']}`)
      const rules = ada.getByRole('region', { name: 'Access role' }).getByRole('listitem')
      expect(await rules.allTextContents()).toEqual(['Finance gives AccountantDecides', 'Staff gives Employee'])
      expect(await ada.getByText(LONG).count()).toBe(0)
      await ada.getByRole('button', { name: `Show all ${LONG.length} characters` }).click()
      await ada.getByText(LONG).waitFor()
      await ada.getByText('This person has no equipment.').waitFor()
      await ada.getByText(/^Ada: added/).waitFor()
      await ada.getByText('ada@contoso.example (work, primary)').waitFor()
      await page.keyboard.press('Escape')
      await ada.waitFor({ state: 'detached' })
      await page.waitForFunction(() => document.activeElement?.textContent.startsWith('Ada'))
      expect(new URL(page.url()).search).toBe('')
    })

    test('manager and groups lead on', async () => {
      await openPage('people', `?person=${ids['Bob']}`)
      const bob = dialog('Bob')
      await bob.getByText('Enterprise extension').waitFor()
      await bob.getByRole('region', { name: 'Manager' }).getByRole('link', { name: 'Ada' }).click()
      await dialog('Ada')
        .getByRole('region', { name: /^Groups/ })
        .getByRole('link', { name: 'Staff' })
        .click()
      const staff = dialog('Staff')
      await staff.getByText('2 people.').waitFor()
      await staff.getByRole('link', { name: 'Cleo' }).click()
      await dialog('Cleo').waitFor()
      await page.goBack()
      await staff.waitFor()
    })

    test('a lock keeps the role, the list shows it, and the same button takes it off', async () => {
      await openPage('people', `?person=${ids['Cleo']}`)
      const cleo = dialog('Cleo')
      await cleo.getByRole('button', { name: 'Lock to Employee' }).focus()
      await page.keyboard.press('Enter')
      await cleo.getByRole('status').getByText('Locked to Employee').waitFor()
      await cleo.getByText(/^Locked by npm start/).waitFor()
      await cleo.getByRole('button', { name: 'Unlock' }).waitFor()
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Unlock')
      await cleo.getByText(/Cleo: .*[Ll]ocked/).waitFor()
      await cleo.getByRole('button', { name: 'Close' }).click()
      await row('Cleo').getByText('Locked', { exact: true }).waitFor()
      await manage('DELETE', `/people/${ids['Cleo']}/lock`)
    })

    test('several are locked at once, and who could not be is told with the reason', async () => {
      await openPage('people')
      await page.getByRole('checkbox', { name: 'Select all shown' }).check()
      await page.getByRole('group', { name: 'Selected people' }).getByRole('button', { name: 'Lock', exact: true }).click()
      await expectNoViolations(page)
      await dialog('Lock 4 people?').getByRole('button', { name: 'Lock 4 people' }).click()
      const failed = dialog('1 of 4 people could not be locked')
      await row('Dora', page).filter({ hasText: 'set this person inactive, so there is no role to lock' }).waitFor()
      await failed.getByRole('button', { name: 'Close' }).last().click()
      await row('Ada').getByText('Locked', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Unlock' }).click()
      await dialog('Unlock 4 people?').getByRole('button', { name: 'Unlock 4 people' }).click()
      await said('4 people unlocked')
      await row('Ada').getByText('Active').waitFor()
    })

    test('somebody disabled holds equipment, and the userName can be set free', async () => {
      await page.getByRole('button', { name: /^Dora/ }).click()
      const dora = dialog('Dora')
      await dora.getByText('This person is Disabled and has not given it back.').waitFor()
      await dora.getByText('LAP-1', { exact: true }).waitFor()
      await dora.getByRole('button', { name: 'Release userName' }).click()
      const confirm = dialog('Release this userName?')
      await confirm.getByText('dora@contoso.example', { exact: true }).waitFor()
      await confirm.getByRole('button', { name: 'Release userName' }).click()
      await dora
        .getByText(/^dora@contoso\.example#released-[0-9a-f]{8}$/)
        .first()
        .waitFor()
      expect(await dora.getByRole('button', { name: 'Release userName' }).count()).toBe(0)
      await dora.getByRole('button', { name: 'Close' }).click()
    })

    test('newcomers who are held back are released, all with one word that says how many', async () => {
      const { version } = await manage('GET', '/settings')
      await manage('PUT', '/settings', { version, strict: false, staging: true, matching: [] })
      await Promise.all(['Eve', 'Finn', 'Gus'].map((name) => person(name)))
      await openPage('people')
      await page.getByRole('button', { name: 'Show pending' }).click()
      await said('3 people')
      await page.getByRole('button', { name: /^Eve/ }).click()
      await dialog('Eve').getByRole('button', { name: 'Release', exact: true }).click()
      await dialog('Eve').getByRole('button', { name: 'Lock to No access' }).waitFor()
      await dialog('Eve').getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'Release all' }).click()
      await dialog('Release everybody who waits?').getByText('2 people wait for a release').waitFor()
      await page.getByRole('button', { name: 'Release 2', exact: true }).click()
      await page.getByRole('heading', { name: 'Nobody waits for a release' }).waitFor()
      await said('2 released')
    })

    test('groups are searched by name; one inside of another is marked and explained', async () => {
      await openPage('groups')
      await row('Finance').getByText('Accountant').waitFor()
      await page.getByRole('searchbox', { name: 'Search groups' }).fill('EVERY')
      await said('1 group')
      await page.getByRole('button', { name: 'Everybody' }).click()
      const group = dialog('Everybody')
      await group.getByText('1 person and 1 group.').waitFor()
      await group.getByText('No rule names this group').waitFor()
      await group.getByText('never expanded for roles').waitFor()
      await row('Finance', page).getByText('Group', { exact: true }).waitFor()
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        group.getByRole('button', { name: 'Download CSV' }).click(),
      ])
      const text = readFileSync(await file.path(), 'utf8')
      expect(text).toContain('cleo@contoso.example')
      expect(text).toContain('not expanded')
      await group.getByRole('link', { name: 'Finance' }).click()
      await dialog('Finance').getByText('A rule gives its direct members the role Accountant').waitFor()
      expect(await dialog('Finance').getByRole('link', { name: 'Change rules in Roles' }).getAttribute('href')).toBe(
        '/console/t/demo/roles',
      )
      await page.keyboard.press('Escape')
      await page.getByRole('searchbox').fill('nothing of that name')
      await page.getByRole('heading', { name: 'No group found' }).waitFor()
      await page.getByRole('button', { name: 'Clear search' }).click()
      await said('3 groups')
    })

    test('an address of nobody, and a service that cannot be reached, are told', async () => {
      await openPage('people', `?person=${'0'.repeat(32)}`)
      await dialog('Person').getByRole('heading', { name: 'This person is not here' }).waitFor()
      await openPage('groups', '?group=__proto__')
      await dialog('Group').getByRole('heading', { name: 'This group is not here' }).waitFor()
      await openPage('people', '?status=__proto__')
      await said('7 people')
      await page.route('**/people?*', (route) => route.abort())
      await page.getByRole('searchbox').fill('a')
      await page.getByRole('alert').getByText('The service cannot be reached').waitFor()
      await page.unroute('**/people?*')
      await page.getByRole('button', { name: 'Try again' }).click()
      await said('2 people')
    })

    test('a reader sees all of it and no control that changes anything', async () => {
      const reader = await arrive(await readerLink(manage))
      await reader.getByRole('link', { name: 'People', exact: true }).click()
      await row('Ada', reader).waitFor()
      expect(await reader.getByRole('checkbox').count()).toBe(0)
      await reader.getByRole('button', { name: /^Ada/ }).click()
      await dialog('Ada', reader)
        .getByText(/^Ada: added/)
        .waitFor()
      const buttons = await dialog('Ada', reader).getByRole('button').allTextContents()
      expect(buttons.filter((text) => text !== '')).toEqual([`Show all ${LONG.length} characters`])
      expect(await dialog('Ada', reader).getByRole('textbox').count()).toBe(0)
      await reader.goto(`${it.origin}/console/t/demo/people?status=pending`)
      await reader.getByRole('heading', { name: 'Nobody waits for a release' }).waitFor()
      expect(await reader.getByRole('button', { name: 'Release all' }).count()).toBe(0)
      await reader.context().close()
    })

    test('an operator gives product ids, each to one person, and erases who asks for it', async () => {
      const operator = await it.newPage()
      await it.signIn(operator, '/console/t/demo/people')
      await operator.getByRole('heading', { name: 'People', level: 1 }).waitFor()
      const open = (name: string) => operator.goto(`${it.origin}/console/t/demo/people?person=${ids[name]}`)
      for (const name of ['Ada', 'Finn']) {
        await open(name)
        await dialog(name, operator).getByLabel('Id in your product').fill('4711')
        await dialog(name, operator).getByRole('button', { name: 'Save' }).click()
        if (name === 'Ada') await dialog(name, operator).getByText('Product id saved').waitFor()
      }
      await dialog('Finn', operator).getByText('has this product id already').waitFor()
      await dialog('Finn', operator).getByRole('button', { name: 'Erase person' }).click()
      const confirm = dialog('Erase this person?', operator)
      const erase = confirm.getByRole('button', { name: 'Erase person' })
      await confirm.getByLabel('Type finn@contoso.example to confirm').fill('finn')
      expect(await erase.isDisabled()).toBe(true)
      await expectNoViolations(operator)
      await confirm.getByLabel('Type finn@contoso.example to confirm').fill('finn@contoso.example')
      await erase.click()
      await row('Gus', operator).waitFor()
      await row('Finn', operator).waitFor({ state: 'detached' })
      await open('Finn')
      await operator.getByRole('heading', { name: 'This person is not here' }).waitFor()
      await operator.context().close()
    })

    test.each(['light', 'dark'] as const)(
      'axe objects to nothing in %s, and nothing is wider than a phone',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme })
        for (const [name, query, shown] of [
          ['people', '?search=a', 'Ada'],
          ['people', `?search=bob&person=${ids['Bob']}`, 'Bob: added'],
          ['groups', '', 'Finance'],
          ['groups', `?search=every&group=${ids['Everybody']}`, 'Everybody: group added'],
        ] as const) {
          for (const width of [1280, 380]) {
            await page.setViewportSize({ width, height: 900 })
            await openPage(name, query)
            await page.getByText(shown).last().waitFor()
            if (width > 380 || colorScheme === 'light') await expectNoViolations(page)
            expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
          }
        }
      },
      60_000,
    )

    test('more than a page goes on; a directory too large for names says so', async () => {
      const others = Array.from({ length: 100 }, (_, index) => `Many${index}`)
      await Promise.all(others.map((name) => person(name)))
      await page.setViewportSize({ width: 1280, height: 900 })
      await openPage('people')
      await said('The first 100 people')
      await page.getByRole('button', { name: 'Show more' }).click()
      await said('106 people')
      expect(new Set(await names()).size).toBe(106)
      await page.route('**/people?*', async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, json: { ...((await response.json()) as object), complete: false } })
      })
      await page.getByRole('searchbox').fill('many1')
      await page.getByText('Names were not looked into').waitFor()
      await page.unroute('**/people?*')
    })
  })
})
