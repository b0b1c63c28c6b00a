import type { Locator, Page } from 'playwright-core'
import { expectNoViolations } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { provisionGroup, provisionPerson, tenantClient, type TenantClient } from './support/people'

interface SavedRoles {
  readonly version: number
  readonly roles: string[]
  readonly defaultRole: string
  readonly rules: { readonly id: string; readonly role: string; readonly [name: string]: unknown }[]
}

/** An administrator who gives roles to groups that Entra ID has sent. The tests follow each other. */
describeInBrowser('the Roles page', () => {
  let it: TestConsole
  let tenant: TenantClient
  let page: Page
  let ada: string
  let finance: string

  beforeAll(async () => {
    it = await startConsole()
    tenant = await tenantClient(it)
    page = await it.newPage({ height: 1000 })
    await page.goto(it.setupLink)
    await openRoles()
  })
  afterAll(() => it.stop())

  const saved = async () => (await tenant.manage('GET', '/roles')) as unknown as SavedRoles
  const inNavigation = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name })
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const rules = async () => page.getByRole('region', { name: 'Rules' }).locator('ol > li strong').allTextContents()
  const groupBox = (within: Page | Locator = page) => within.getByRole('combobox', { name: 'Group', exact: true })
  const found = () => page.getByRole('listbox', { name: 'Group' }).getByRole('option')
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))

  async function openRoles(): Promise<void> {
    await inNavigation('Roles').click()
    await page.getByRole('region', { name: 'Rules' }).waitFor()
  }
  async function reload(): Promise<void> {
    await page.reload()
    await page.getByRole('region', { name: 'Rules' }).waitFor()
  }
  async function addRule(group: string, role: string): Promise<void> {
    await groupBox().fill(group)
    await found().filter({ hasText: group }).first().click()
    await page.getByRole('combobox', { name: 'Role', exact: true }).selectOption(role)
    await button('Add rule').click()
  }
  async function saveDraft(): Promise<void> {
    await button('Preview and save').click()
    await page.getByRole('dialog').getByRole('button', { name: /^Save/ }).click()
  }
  const isSaved = () => page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' })

  test('explains rules where there are none, and says that Entra ID has sent no groups', async () => {
    await page.getByText('members of Finance get the role Accountant').waitFor()
    await groupBox().click()
    await page.getByText('Entra ID has sent no groups yet').waitFor()
    await page.keyboard.press('Escape')
    await expectNoViolations(page)
  })

  test('names roles, and says at once which names cannot be', async () => {
    await page.getByLabel('Name of role 1').fill('Accountant')
    await button('Add role').click()
    await page.keyboard.type('pending') // the new field has the focus
    await page.getByText('Disabled and Pending are reserved').waitFor()
    await page.getByLabel('Name of role 3').fill('ACCOUNTANT')
    await page.getByText('Another role has this name already.').waitFor()
    await page.getByLabel('Name of role 3').fill('')
    await button('Preview and save').click()
    await page.getByText('A role needs a name.').waitFor()
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByLabel('Name of role 3').fill('Auditor')
    expect((await saved()).roles).toEqual(['User', 'No access'])
  })

  test('chooses a group by keyboard: Escape closes the list alone, arrows and Enter choose', async () => {
    ada = await provisionPerson(tenant, 'Ada Lovelace')
    const bob = await provisionPerson(tenant, 'Bob Miller')
    finance = await provisionGroup(tenant, { displayName: 'Finance', externalId: 'f', members: [ada] })
    await provisionGroup(tenant, { displayName: 'Finance controllers', externalId: 'fc' })
    await provisionGroup(tenant, { displayName: 'Staff', externalId: 's', members: [ada, bob] })
    await groupBox().focus()
    await page.keyboard.type('fin')
    await page.waitForFunction(() => document.querySelectorAll('[role=listbox] [role=option]').length === 2)
    await page.keyboard.press('Escape')
    expect({ open: await groupBox().getAttribute('aria-expanded'), text: await groupBox().inputValue() }).toEqual({
      open: 'false',
      text: 'fin',
    })
    await page.keyboard.press('ArrowDown')
    await found().nth(1).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown') // round to the first
    await expectNoViolations(page)
    await page.keyboard.press('Enter')
    expect(await groupBox().inputValue()).toBe('Finance')
    await page.keyboard.press('Enter') // sends the form
    await page.getByLabel('Role for members of Finance').waitFor()
    await groupBox().fill('no such')
    await page.getByText('No group has a name that begins with “no such”.').waitFor()
    await groupBox().fill('')
    await button('Add rule').click()
    await page.getByText('Choose a group from the list.').waitFor()
    await addRule('Staff', 'Auditor')
    expect(await rules()).toEqual(['Finance', 'Staff'])
  })

  test('orders rules by keyboard: the focus follows, and the place is announced', async () => {
    await button('Move Finance down').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Finance is rule 2 of 2 now').waitFor()
    expect({ order: await rules(), focus: await focused() }).toEqual({ order: ['Staff', 'Finance'], focus: 'Move Finance up' })
    await page.keyboard.press('Space')
    expect({ order: await rules(), focus: await focused() }).toEqual({ order: ['Finance', 'Staff'], focus: 'Move Finance down' })
  })

  test('orders rules by a pointer; Escape lets go', async () => {
    const grip = page.getByTitle('Drag to another place')
    const drag = async () => {
      const [from, to] = [await grip.first().boundingBox(), await grip.last().boundingBox()]
      await page.mouse.move(from!.x + 5, from!.y + 5)
      await page.mouse.down()
      await page.mouse.move(to!.x + 5, to!.y + to!.height + 4, { steps: 4 })
    }
    await grip.last().scrollIntoViewIfNeeded()
    await drag()
    await page.keyboard.press('Escape')
    await page.mouse.up()
    expect(await rules()).toEqual(['Finance', 'Staff'])
    await drag()
    await page.mouse.up()
    expect(await rules()).toEqual(['Staff', 'Finance'])
    await button('Move Finance up').click()
  })

  test('says of a group that is named twice which rule decides', async () => {
    await addRule('Finance', 'Auditor')
    await page.getByText('Rule 1 is for the same people already').waitFor()
    await button('Remove the rule of Finance').last().click()
    expect(await rules()).toEqual(['Finance', 'Staff'])
  })

  test('asks before the page with a draft is left, by a link as by Back', async () => {
    await inNavigation('Connect').click()
    await expectNoViolations(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()
    await page.goBack()
    await page.getByRole('dialog').getByText('They are lost when you leave it').waitFor()
    await page.keyboard.press('Escape')
    expect({ path: new URL(page.url()).pathname, order: await rules() }).toEqual({
      path: '/console/t/demo/roles',
      order: ['Finance', 'Staff'],
    })
    expect((await saved()).rules).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'shows who would change, with reasons, before anything is stored (%s)',
    async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme })
      await button('Preview and save').click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('2 of 2 people').waitFor()
      await dialog.getByRole('row', { name: 'No access Accountant 1' }).waitFor()
      await dialog.getByText('Member of Finance. Rules further down match as well: Staff (Auditor).').waitFor()
      await dialog.getByText('No rule matches').first().waitFor()
      await expectNoViolations(page)
      await dialog.getByRole('button', { name: 'Back to the draft' }).click()
      await expectNoViolations(page)
      expect((await saved()).rules).toEqual([])
    },
  )

  test('saves to so many people, and then there is nothing to save', async () => {
    await button('Preview and save').click()
    await button('Save and apply to 2 people').click()
    await page.getByRole('status').getByText('Roles and rules saved').waitFor()
    expect(await button('Preview and save').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    expect(await saved()).toMatchObject({
      roles: ['Accountant', 'No access', 'Auditor'],
      defaultRole: 'No access',
      rules: [
        { groupName: 'Finance', role: 'Accountant' },
        { groupName: 'Staff', role: 'Auditor' },
      ],
    })
    expect(await tenant.manage('GET', `/people/${ada}`)).toMatchObject({ role: 'Accountant' })
    await inNavigation('Connect').click() // nothing to ask about
    await page.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
    await openRoles()
  })

  test('a role that is renamed takes its rules and the default along', async () => {
    await page.getByLabel('Name of role 3').fill('Reviewer')
    await page.getByLabel('Name of role 2').fill('Nothing')
    await saveDraft()
    await isSaved()
    const { defaultRole, rules: kept } = await saved()
    expect({ defaultRole, role: kept[1]?.role }).toEqual({ defaultRole: 'Nothing', role: 'Reviewer' })
  })

  test('another setting that somebody saved meanwhile does not get into the way', async () => {
    await page.getByLabel('Role for members of Staff').selectOption('Nothing')
    const { version } = await saved()
    await tenant.manage('PUT', '/settings', { version, strict: false, staging: true, matching: [] })
    await saveDraft()
    await isSaved()
    expect((await saved()).rules[1]?.role).toBe('Nothing')
  })

  test('somebody else saved roles meanwhile: it says so, keeps the draft, and loads theirs when asked', async () => {
    await page.getByLabel('Role for members of Staff').selectOption('Reviewer')
    const theirs = await saved()
    const put = {
      version: theirs.version,
      roles: [...theirs.roles, 'Theirs'],
      grantsAccess: [],
      defaultRole: theirs.defaultRole,
      rules: theirs.rules,
    }
    await tenant.manage('PUT', '/roles', put)
    await saveDraft()
    await page.getByText('Somebody else saved meanwhile').waitFor()
    expect(await page.getByLabel('Role for members of Staff').locator('option:checked').textContent()).toBe('Reviewer')
    expect((await saved()).roles).toContain('Theirs')
    await button('Load the new state').click()
    expect(await page.getByLabel('Name of role 4').inputValue()).toBe('Theirs')
    expect(await button('Preview and save').count()).toBe(0)
  })

  test('or keeps the draft, which then replaces theirs', async () => {
    await page.getByLabel('Role for members of Staff').selectOption('Reviewer')
    const theirs = await saved()
    await tenant.manage('PUT', '/roles', { ...theirs, roles: theirs.roles.filter((role) => role !== 'Theirs') })
    await saveDraft()
    await button('Keep my draft').click()
    await saveDraft()
    await isSaved()
    expect(await saved()).toMatchObject({
      roles: ['Accountant', 'Nothing', 'Reviewer', 'Theirs'],
      rules: [{}, { role: 'Reviewer' }],
    })
  })

  test('a role in use goes only with another in its place, and people who are locked to it are told of', async () => {
    await tenant.manage('PUT', `/people/${ada}/lock`, {})
    await button('Remove role Accountant').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('It is given by 1 rule.').waitFor()
    await expectNoViolations(page)
    await dialog.getByLabel('Role in its place').selectOption('Theirs')
    await dialog.getByRole('button', { name: 'Remove role' }).click()
    expect(await page.getByLabel('Role for members of Finance').locator('option:checked').textContent()).toBe('Theirs')
    await saveDraft()
    await dialog.getByText('People are locked to roles that would no longer be there: 1 to "Accountant".').waitFor()
    expect((await saved()).roles).toContain('Accountant')
    await dialog.getByRole('button', { name: 'Save all the same' }).click()
    await isSaved()
    expect((await saved()).roles).toEqual(['Nothing', 'Reviewer', 'Theirs'])
  })

  test('a broken rule is shown with the group that may be the new one, and keeps its id and place', async () => {
    const before = (await saved()).rules
    await tenant.scim('DELETE', `/Groups/${finance}`)
    const again = await provisionGroup(tenant, { displayName: 'Finance', externalId: 'another' })
    await reload()
    await page.getByText('Broken', { exact: true }).waitFor()
    await expectNoViolations(page)
    await button('Use the new group Finance').click()
    expect(await page.getByText('Broken', { exact: true }).count()).toBe(0)
    await saveDraft()
    await isSaved()
    expect((await saved()).rules[0]).toMatchObject({ id: before[0]?.id, groupId: again })
  })

  test('the group of a rule is changed in its place', async () => {
    const before = (await saved()).rules
    await button('Change the group of Finance').click()
    const dialog = page.getByRole('dialog')
    await groupBox(dialog).fill('finance c')
    await found().first().waitFor()
    await page.keyboard.press('Escape')
    await dialog.getByRole('heading', { name: 'Change the group of Finance' }).waitFor() // Escape has closed the list alone
    await page.keyboard.press('ArrowDown')
    await found().first().waitFor()
    await page.keyboard.press('ArrowDown')
    await expectNoViolations(page)
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Use this group' }).click()
    expect(await rules()).toEqual(['Finance controllers', 'Staff'])
    await saveDraft()
    await isSaved()
    expect((await saved()).rules[0]).toMatchObject({ id: before[0]?.id, groupName: 'Finance controllers' })
  })

  test('a draft is discarded as a whole', async () => {
    await button('Remove the rule of Staff').click()
    await button('Discard').click()
    expect(await rules()).toEqual(['Finance controllers', 'Staff'])
  })

  test('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 380, height: 800 })
    await expectNoViolations(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380)
  })

  test('a reader sees roles and rules in their order, and nothing to change them with', async () => {
    const reader = await it.newPage()
    await reader.goto(await tenant.readerLink())
    await reader.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Roles' }).click()
    await reader.getByRole('row', { name: '1 Members of Finance controllers Theirs' }).waitFor()
    expect(await reader.getByRole('main').locator('button, input, select').count()).toBe(0)
    await expectNoViolations(reader)
    await reader.context().close()
  })
})
