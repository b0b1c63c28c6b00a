import type { Page } from 'playwright-core'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { expectAccessible, openSettings, said } from './support/settings'

const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const EMPLOYEE_NUMBER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber'
/** A PNG of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describeInBrowser('Settings in the browser', () => {
  let it: TestConsole
  let links: { readonly admin: string; readonly reader: string }
  beforeAll(async () => {
    it = await startConsole()
    links = { admin: await it.link('admin', 'Carla'), reader: await it.link('reader', 'Rita') }
  })
  afterEach(async () => {
    await Promise.all(it.browser.contexts().map((context) => context.close()))
  })
  afterAll(() => it.stop())

  const opened = (section: string, who: 'admin' | 'reader' = 'admin', width = 1280) =>
    openSettings(it, links[who], section, width)
  async function opensAsOperator(section: string): Promise<Page> {
    const page = await it.newPage()
    await it.signIn(page, '/console/t/demo/settings')
    await page.getByRole('link', { name: section, exact: true }).click()
    return page
  }

  test('directory: newcomers are held back and counted; a matching attribute that cannot be is refused at its field', async () => {
    const page = await opened('Directory')
    await page.getByText('Nobody is Pending now.').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.getByLabel('Hold newcomers back').check()
    await page.getByRole('button', { name: 'Add attribute' }).click()
    const attribute = page.getByLabel('Attribute', { exact: true })
    await attribute.fill('nickname.colour')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Correct the marked fields.').waitFor()
    expect(await attribute.getAttribute('aria-invalid')).toBe('true')
    await expectAccessible(page)
    await attribute.fill(EMPLOYEE_NUMBER)
    await attribute.press('Enter')
    await said(page, 'Directory settings saved')
    await page.getByText('Being indexed').waitFor()
    const saved = (await it.manage('GET', '/tenants/demo/settings')).body
    expect(saved).toMatchObject({ staging: true, strict: false, matching: [{ type: 'User', path: EMPLOYEE_NUMBER }] })
    await it.scim('POST', '/Users', { userName: 'newcomer@contoso.example', [CONTOSO]: { parkingLot: 'P4' } })
    await page.reload()
    await page.getByText('1 person is Pending and stay').or(page.getByText('1 person is Pending')).first().waitFor()
    await page.getByRole('link', { name: 'Show who is Pending' }).waitFor()
  })

  test('matching attributes: one look at a time for all of them, and none once they are ready', async () => {
    const page = await opened('Directory')
    let ready = false
    let looks = 0
    await page.route('**/api/manage/tenants/demo/settings', async (route) => {
      const matching = ['nickName', 'title'].map((path) => ({ type: 'User', path, ready })) // as it was when asked
      if (ready) looks += 1
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...((await response.json()) as object), matching } })
    })
    await page.clock.install()
    await page.reload()
    await page.getByText('Being indexed').nth(1).waitFor()
    ready = true
    await page.clock.runFor(10_000)
    await page.getByText('Ready', { exact: true }).nth(1).waitFor()
    await page.clock.runFor(60_000)
    await page.title() // comes behind what the page has asked for
    expect(looks).toBe(1)
  })

  test('what somebody else saved meanwhile is told, and replaces what was typed only when asked for', async () => {
    const page = await opened('Directory')
    await page.getByLabel('Strict mode').check()
    const { version, staging, matching } = (await it.manage('GET', '/tenants/demo/settings')).body
    const rows = (matching as { type: string; path: string }[]).map(({ type, path }) => ({ type, path }))
    await it.manage('PUT', '/tenants/demo/settings', { version, strict: false, staging: !(staging as boolean), matching: rows })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Somebody else saved meanwhile').waitFor()
    expect(await page.getByLabel('Strict mode').isChecked()).toBe(true)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Load the new state' }).click()
    await page.getByText('Somebody else saved meanwhile').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Strict mode').isChecked()).toBe(false)
    expect(await page.getByLabel('Hold newcomers back').isChecked()).toBe(!(staging as boolean))
    await page.getByLabel('Hold newcomers back').uncheck()
    if (await page.getByRole('button', { name: 'Save' }).isEnabled()) {
      await page.getByRole('button', { name: 'Save' }).click()
      await said(page, 'Directory settings saved')
    }
    expect((await it.manage('GET', '/tenants/demo/settings')).body).toMatchObject({ strict: false, staging: false })
  })

  test('attributes: a learnt one is declared, a complex one made, changed and removed; a dialog keeps what was typed', async () => {
    await it.scim('POST', '/Users', { userName: 'learnt@contoso.example', [CONTOSO]: { costCentre: 42 } })
    const page = await opened('Custom attributes')
    await page.getByText('No attribute is declared').waitFor()
    await page.getByRole('button', { name: 'Declare costCentre' }).click()
    await page.getByLabel('Type').selectOption({ label: 'Whole number (integer)' })
    await page.getByRole('button', { name: 'Save attribute' }).click()
    await said(page, 'Attribute saved')
    const declared = page.getByRole('table', { name: 'Declared attributes' })
    await declared.getByText('Whole number (integer)').waitFor()

    await page.getByRole('button', { name: 'Declare an attribute' }).press('Enter')
    await page.getByLabel('Name').fill('2nd badge')
    await page.getByLabel('Type').selectOption({ label: 'Several parts (complex)' })
    await page.getByRole('button', { name: 'Save attribute' }).click()
    await page.getByText('Enter a letter, then at most 63 letters').waitFor()
    await page.getByText('Give at least one part').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('badge')
    await page.getByRole('button', { name: 'Add part' }).click()
    await page.getByLabel('Name of part 1').fill('number')
    await page.getByLabel('Several values').check()
    await expectAccessible(page)
    const { version } = (await it.manage('GET', '/tenants/demo/settings')).body
    await it.manage('PUT', '/tenants/demo/settings/branding', { version })
    await page.getByRole('button', { name: 'Save attribute' }).click()
    await page.getByRole('button', { name: 'Load the new state' }).click()
    await page.getByText('Somebody else saved meanwhile').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Name of part 1').inputValue()).toBe('number')
    await page.getByRole('button', { name: 'Save attribute' }).click()
    await declared.getByText('Several parts (complex), several values').waitFor()

    await page.getByRole('button', { name: 'Declare an attribute' }).click()
    await page.getByLabel('Name').fill('BADGE')
    await page.getByRole('button', { name: 'Save attribute' }).click()
    await page.getByText('is declared twice').waitFor()
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Edit badge' }).click()
    await page.getByLabel('Sensitive').check()
    await page.getByRole('button', { name: 'Save attribute' }).click()
    await declared.getByText('Sensitive').waitFor()
    await page.getByRole('button', { name: 'Remove costCentre' }).click()
    await page.getByText(/^1 of \d+ active people has a value\.$/).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Remove attribute' }).click()
    await said(page, 'Attribute removed')
    expect((await it.manage('GET', '/tenants/demo/attributes')).body['declared']).toMatchObject([
      { name: 'badge', valueType: 'complex', multiValued: true, sensitive: true, subAttributes: [{ name: 'number' }] },
    ])
  })

  test('branding: the logo is a file of the right kind and size, and stands in the bar at once', async () => {
    const page = await opensAsOperator('Branding')
    await page.getByLabel('Name').fill('Lab Ledger')
    await page.getByLabel('Support address').fill('not an address')
    const logo = page.getByLabel('Logo', { exact: true })
    await logo.setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') })
    await page.getByText('This is no PNG, JPEG or WebP image.').waitFor()
    await logo.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.alloc(16_000) })
    await page.getByText('This image has 16 kB.').waitFor()
    await logo.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: PNG })
    await page.getByRole('figure').getByAltText('Logo').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('must be an e-mail address or an https URL').waitFor()
    await expectAccessible(page)
    await page.getByLabel('Support address').fill('help@ledger.example')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, 'Branding saved')
    const bar = page.getByRole('banner')
    await bar.getByText('Lab Ledger').waitFor()
    expect(await bar.locator('img').getAttribute('src')).toBe(`data:image/png;base64,${PNG.toString('base64')}`)
    expect(await page.getByRole('link', { name: 'help@ledger.example' }).getAttribute('href')).toBe('mailto:help@ledger.example')

    const admin = await opened('Branding')
    await admin.getByText('An operator sets these.').waitFor()
    expect(await admin.getByRole('button', { name: 'Save' }).count()).toBe(0)
    await expectAccessible(admin)
  })

  test('retention: a shorter one says what goes before it does', async () => {
    const page = await opensAsOperator('Retention')
    await page.getByLabel('Days for changes').fill('3')
    await page.getByText('Enter a whole number from 7 to 3650.').waitFor()
    await page.getByLabel('Days for changes').fill('30')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Every record of a change that is older than 30 days is deleted within hours').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect((await it.manage('GET', '/tenants/demo/settings/retention')).body).toMatchObject({ retentionDays: 90 })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Delete older records' }).click()
    await said(page, 'Retention saved')
    expect((await it.manage('GET', '/tenants/demo/settings/retention')).body).toMatchObject({ retentionDays: 30 })
  })

  test('export: the file is whole', async () => {
    const page = await opened('Export')
    await expectAccessible(page)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download export' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('demo.ndjson')
    const chunks: Buffer[] = []
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer)
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ kind: 'end', lines: lines.length - 1 })
  })

  test('danger zone: renamed, paused and resumed; deleted only with the slug typed', async () => {
    await it.manage('POST', '/tenants', { slug: 'leaving', name: 'Leaving Ltd' })
    const page = await it.newPage()
    await it.signIn(page, '/console/t/leaving/settings/danger')
    await page.getByLabel('Name', { exact: true }).fill('Gone Ltd')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('banner').getByText('Gone Ltd').waitFor()
    await page.getByRole('button', { name: 'Pause tenant' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause tenant' }).click()
    await page.getByText('This tenant is paused').waitFor()
    expect((await it.manage('GET', '/tenants/leaving')).body).toMatchObject({ name: 'Gone Ltd', paused: true })
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Resume tenant' }).click()
    await page.getByText('This tenant is paused').waitFor({ state: 'detached' })

    await page.getByRole('button', { name: 'Delete tenant' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('0 people go, with all else of this tenant.').waitFor()
    await dialog.getByLabel('Type leaving to confirm').fill('leavin')
    await dialog.getByRole('button', { name: 'Delete tenant' }).click()
    await dialog.getByText('This is not leaving.').waitFor()
    await expectAccessible(page)
    expect((await it.manage('GET', '/tenants/leaving')).status).toBe(200)
    await dialog.getByLabel('Type leaving to confirm').fill('leaving')
    await dialog.getByRole('button', { name: 'Delete tenant' }).click()
    await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor()
    await page.getByRole('table', { name: 'Tenants' }).waitFor()
    expect(await page.getByText('Gone Ltd', { exact: true }).count()).toBe(0)
    expect((await it.manage('GET', '/tenants/leaving')).status).toBe(404)
  })

  test('a reader sees every section that is theirs on a phone, and no control to change anything', async () => {
    const page = await opened('Directory', 'reader', 380)
    await page.getByText('Strict mode').waitFor()
    const nav = page.getByRole('navigation', { name: 'Settings' })
    expect(await nav.getByRole('link').allTextContents()).toEqual([
      'Directory',
      'Custom attributes',
      'Branding',
      'Webhooks',
      'Setup links',
      'Retention',
    ])
    for (const section of await nav.getByRole('link').allTextContents()) {
      await nav.getByRole('link', { name: section, exact: true }).click()
      await page.getByRole('main').getByText('Loading…').first().waitFor({ state: 'detached' })
      const controls = page.getByRole('main').locator('button, input, select, textarea')
      expect({ section, controls: await controls.allTextContents() }).toEqual({ section, controls: [] })
      expect(await page.getByRole('main').textContent()).not.toMatch(/Add one|Make one|Declare an attribute/)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380)
      await expectAccessible(page)
    }
    await page.getByRole('button', { name: 'Navigation', expanded: false }).click()
    await page.getByRole('button', { name: 'Navigation', expanded: true }).click()
    for (const hidden of ['keys', 'export', 'danger', 'nothing']) {
      await page.goto(`${it.origin}/console/t/demo/settings/${hidden}`)
      await page.getByText('There is nothing to set here').waitFor()
    }
  })
})
