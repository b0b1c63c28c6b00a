import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expectNoViolations } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { disablePerson, provisionPerson, tenantClient, type TenantClient } from './support/people'

/** An administrator who records equipment, and somebody who leaves with some. The tests follow each other. */
describeInBrowser('the Reports page', () => {
  let it: TestConsole
  let tenant: TenantClient
  let page: Page
  let ada: string

  beforeAll(async () => {
    it = await startConsole()
    tenant = await tenantClient(it)
    page = await it.newPage({ height: 1000, locale: 'en-US' })
    await page.goto(it.setupLink)
    await openReports()
  })
  afterAll(() => it.stop())

  const dialog = () => page.getByRole('dialog')
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const equipment = () => page.getByRole('table', { name: 'Equipment', exact: true })
  const row = (name: string) => equipment().getByRole('row', { name })
  const report = () => page.getByRole('table', { name: 'Disabled people with equipment' })
  const items = async () => (await tenant.manage('GET', '/equipment'))['items'] as { assetTag: string; assignee: object }[]
  const schedule = () => tenant.manage('GET', '/settings/equipment-report')

  async function openReports(): Promise<void> {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Reports' }).click()
    await page.getByRole('region', { name: 'Equipment', exact: true }).waitFor()
  }
  async function choosePerson(name: string): Promise<void> {
    const box = dialog().getByRole('combobox', { name: 'Person who has it' })
    await box.fill(name)
    await dialog().getByRole('option', { name }).first().waitFor()
    await box.press('ArrowDown')
    await box.press('Enter')
  }

  test('says what to do where nothing is recorded and nobody is provisioned', async () => {
    await page.getByText('No equipment is recorded').waitFor()
    await page.getByRole('heading', { name: 'Nobody who is disabled has equipment' }).waitFor()
    await button('Add item').click()
    await button('Save item').click()
    await page.getByText('An item needs an asset tag.').waitFor()
    await dialog().getByRole('combobox').click()
    await page.getByText('Entra ID has to provision people first').waitFor()
    await expectNoViolations(page)
    await button('Cancel').click()
  })

  test('adds an item by keyboard', async () => {
    ada = await provisionPerson(tenant, 'Ada Lovelace')
    await provisionPerson(tenant, 'Bob Miller')
    await button('Add item').click()
    await dialog().getByLabel('Asset tag').fill('PC-1042')
    await dialog().getByLabel('Model').fill('ThinkPad T14')
    await choosePerson('ada')
    await dialog().getByLabel('Since').fill('2026-03-01')
    await dialog().getByLabel('Serial number').fill('PF-3X1')
    await page.keyboard.press('Enter')
    await row('PC-1042 ThinkPad T14 Serial PF-3X1 Ada Lovelace ada.lovelace@contoso.example Mar 1, 2026').waitFor()
  })

  test('an asset tag that somebody has is asked about before it is handed over', async () => {
    await button('Add item').click()
    await dialog().getByLabel('Asset tag').fill('pc-1042')
    await choosePerson('bob')
    await button('Save item').click()
    await page.getByText('Ada Lovelace has PC-1042').waitFor()
    expect(await items()).toMatchObject([{ assignee: { name: 'Ada Lovelace' } }])
    await button('Hand it over').click()
    await row('PC-1042 ThinkPad T14 Serial PF-3X1 Bob Miller').waitFor() // what was not entered stays
  })

  test('edits an item: what is emptied goes', async () => {
    await button('Edit PC-1042').click()
    expect(await dialog().getByRole('combobox').inputValue()).toBe('Bob Miller')
    await dialog().getByRole('combobox').press('End')
    await page.keyboard.press('Backspace') // what is left of the name is searched for
    expect(await dialog().getByRole('combobox').inputValue()).toBe('Bob Mille')
    await dialog().getByLabel('Model').fill('')
    await choosePerson('ada')
    await button('Save item').click()
    await row('PC-1042 Serial PF-3X1 Ada Lovelace').waitFor()
    expect(await items()).toMatchObject([{ model: '', serial: 'PF-3X1' }])
  })

  test('imports a list that was pasted only when all of it is right, and names row and column of what is not', async () => {
    await button('Import CSV').click()
    const list = dialog().getByLabel('Or paste the rows here')
    await list.fill('assetTag;assignee;colour\nKEY-7;ada.lovelace@contoso.example;red')
    await button('Import').click()
    await dialog().getByRole('row', { name: '1 cell 3 must be one of assetTag' }).waitFor()
    await list.fill('assetTag,assignee,since\nKEY-7,ada.lovelace@contoso.example,\nKEY-8,nobody@contoso.example,\nKEY-9,,')
    await button('Import').click()
    await dialog()
      .getByRole('row', { name: /^4 assignee/ })
      .waitFor()
    await expectNoViolations(page)
    await list.fill('assetTag,assignee\nKEY-7,ada.lovelace@contoso.example\nKEY-8,nobody@contoso.example')
    await button('Import').click()
    await dialog().getByRole('row', { name: '3 assignee names nobody here' }).waitFor()
    await dialog().getByText('Nothing was stored').waitFor()
    expect(await items()).toHaveLength(1)
  })

  test('imports a file, also one that a spreadsheet wrote in its own code page', async () => {
    const csv = 'assetTag;model;assignee\r\nKEY-7;T\u00fcr;ada.lovelace@contoso.example\r\nKEY-8;;bob.miller@contoso.example\r\n'
    await dialog()
      .getByLabel('CSV file')
      .setInputFiles({ name: 'keys.csv', mimeType: 'text/csv', buffer: Buffer.from(csv, 'latin1') })
    await button('Do not use keys.csv').waitFor()
    await button('Import').click()
    await page.getByRole('status').getByText('Imported: 2 created, 0 changed, 0 unchanged').waitFor()
    await row('KEY-7 T\u00fcr Ada Lovelace').waitFor()
  })

  test('finds items by text and by person', async () => {
    await page.getByLabel('Search asset tag, model or serial number').fill('pc-')
    await row('KEY-7').waitFor({ state: 'detached' })
    await row('PC-1042').waitFor()
    expect(await equipment().getByRole('row').count()).toBe(2)
    await page.getByLabel('Search asset tag, model or serial number').fill('')
    const person = page.getByRole('combobox', { name: 'Person', exact: true })
    await person.fill('bob')
    await page.getByRole('option', { name: 'Bob Miller' }).click()
    await row('PC-1042').waitFor({ state: 'detached' })
    await row('KEY-8').waitFor()
    await page.getByLabel('Search asset tag, model or serial number').fill('nothing such')
    await page.getByText('Nothing is found').waitFor()
    await page.getByLabel('Search asset tag, model or serial number').fill('')
    await person.fill('')
    await row('KEY-7').waitFor()
  })

  test('reports who was disabled and has something, and downloads it', async () => {
    await disablePerson(tenant, ada)
    await page.reload()
    const holder = report().getByRole('row', { name: /^Ada Lovelace ada\.lovelace@contoso\.example Disabled/ })
    await holder.getByText('PC-1042').waitFor()
    await holder.getByText('KEY-7').waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), button('Download CSV').click()])
    expect(file.suggestedFilename()).toBe('equipment-demo.csv')
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[2]).toContain('"Ada Lovelace","ada.lovelace@contoso.example","disabled"')
  })

  test.each(['light', 'dark'] as const)('has nothing that axe objects to in %s, wide and narrow', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    for (const width of [380, 1280]) {
      await page.setViewportSize({ width, height: 1000 })
      await expectNoViolations(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
  })

  test('an item is returned after a word about what goes, and leaves report and list', async () => {
    await report().getByRole('button', { name: 'Return KEY-7' }).click()
    await dialog().getByText('Ada Lovelace has given it back then.').waitFor()
    await expectNoViolations(page)
    await button('Return item').click()
    await row('KEY-7').waitFor({ state: 'detached' })
    await report().getByText('KEY-7').waitFor({ state: 'detached' })
    expect((await items()).map(({ assetTag }) => assetTag)).toEqual(['KEY-8', 'PC-1042'])
  })

  test('that somebody else noted the return meanwhile is no failure', async () => {
    await button('Return KEY-8').click()
    await tenant.manage('DELETE', '/equipment/KEY-8')
    await button('Return item').click()
    await page.getByRole('status').getByText('KEY-8 was returned already').waitFor()
    await row('KEY-8').waitFor({ state: 'detached' })
  })

  test('makes the report on a schedule: days are checked, and leaving asks', async () => {
    expect(await button('Save schedule').isDisabled()).toBe(true)
    await page.getByLabel('Make the report on a schedule').check()
    await page.getByLabel('Every so many days').fill('32')
    await page.getByText('Enter a whole number from 1 to 31.').waitFor()
    expect(await button('Save schedule').isDisabled()).toBe(true)
    await page.getByLabel('Every so many days').fill('14')
    await page.getByLabel('From this hour of the day on').selectOption('6')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Roles' }).click()
    await button('Stay').click()
    await button('Save schedule').click()
    await page.getByRole('status').getByText('Schedule saved').waitFor()
    expect(await schedule()).toMatchObject({ everyDays: 14, hourUtc: 6 })
  })

  test('somebody else saved meanwhile: it says so and loads the new state when asked', async () => {
    await page.getByLabel('Every so many days').fill('7')
    const { version } = await schedule()
    await tenant.manage('PUT', '/settings/equipment-report', { version, everyDays: 3, hourUtc: 22 })
    await button('Save schedule').click()
    await page.getByText('Somebody else saved meanwhile').waitFor()
    expect(await page.getByLabel('Every so many days').inputValue()).toBe('7')
    expect(await schedule()).toMatchObject({ everyDays: 3 })
    await button('Load the new state').click()
    await page.getByText('Somebody else saved meanwhile').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Every so many days').inputValue()).toBe('3')
  })

  test('a reader sees it all, can download it, and changes nothing', async () => {
    const reader = await it.newPage({ timezoneId: 'Europe/Berlin', locale: 'en-US' })
    await reader.goto(await tenant.readerLink())
    await reader.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Reports' }).click()
    await reader.getByRole('table', { name: 'Equipment', exact: true }).getByText('PC-1042').waitFor()
    await reader.getByRole('button', { name: 'Download CSV' }).waitFor()
    await reader.getByText('every 3 days from 22:00 UTC (here 1').waitFor()
    expect(await reader.getByRole('main').getByRole('button').allTextContents()).toEqual(['Download CSV'])
    await expectNoViolations(reader)
    await reader.context().close()
  })
})
