import type { Page } from 'playwright-core'
import { sender } from '../../dev/demo/fill'
import { expectNoViolations, expectNoViolationsIn } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { fillWithContoso, readerLink, type Manage } from './support/contoso'

describeInBrowser('the Activity page', () => {
  let it: TestConsole
  let page: Page
  let manage: Manage

  beforeAll(async () => {
    it = await startConsole()
    ;({ manage } = await fillWithContoso(it))
    page = await it.newPage()
    await page.goto(it.setupLink)
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  })
  afterAll(() => it.stop())

  const list = () => page.getByRole('list', { name: 'Activity, newest first' })
  const lines = () => list().getByRole('listitem')

  test('tells in plain words what Entra ID changed and what came of it', async () => {
    await list().getByText('Ana Ruiz: department Sales → Sales North').waitFor()
    await list().getByText('Noah Visser: disabled').first().waitFor()
    await list().getByText('Chloé Dubois: role Loanee → Manager by rule Sales North').waitFor()
  })

  test('shows each changed value with what it was', async () => {
    const line = lines().filter({ hasText: 'Sales North: group added' })
    await line.getByText('2 values').click()
    await line.locator('ins').getByText('Sales North').waitFor()
  })

  test('narrows by kind and name, keeps that over a reload, and says when nothing is found', async () => {
    await page.getByLabel('Show').selectOption('Equipment')
    await list().getByText('Noah Visser: disabled and still holds 2 items').waitFor()
    await list().getByText('Ana Ruiz: department').waitFor({ state: 'detached' })
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('oskar')
    await page.waitForURL(/search=oskar/) // the list is empty while it is read, so it does not say that the search has begun
    await page.reload()
    await list().getByText('Oskar Nyström: disabled and still holds').waitFor()
    expect(await page.getByRole('searchbox', { name: 'Search by name' }).inputValue()).toBe('oskar')
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('nobody at all')
    await page.getByText('Nothing was found').waitFor()
    await page.getByRole('link', { name: 'Show everything' }).click()
    await list().getByText('Ana Ruiz: department').waitFor()
    expect(await page.getByRole('searchbox', { name: 'Search by name' }).inputValue()).toBe('')
  })

  test('shows refused requests with the reason', async () => {
    await fetch(`${it.tenantUrl}/Users`, { headers: { authorization: 'Bearer not-a-token-of-this-tenant' } })
    await page.getByRole('checkbox', { name: 'Only refused requests' }).check()
    await list().getByText('A token that this tenant never had was used once').waitFor()
    await page.getByRole('checkbox', { name: 'Only refused requests' }).uncheck()
    await list().getByText('Ana Ruiz: department').waitFor()
  })

  test('narrows to a day', async () => {
    await page.getByRole('img', { name: /Changes by day, in UTC\. .*\d+ changes/ }).waitFor()
    await page.getByLabel('Day, in UTC', { exact: true }).fill('2020-02-29')
    await page.getByText('Nothing was found').waitFor()
    await page.getByLabel('Day, in UTC', { exact: true }).fill(new Date().toISOString().slice(0, 10))
    await list().getByText('Ana Ruiz: department').waitFor()
    // What stands below the list moves when its lines come: a click at that moment hits something else.
    const everything = page.waitForResponse((answer) => /\/activity\?(?!.*day=)/.test(answer.url()))
    await page.getByLabel('Day, in UTC', { exact: true }).fill('')
    await everything
    await list().getByText('Ana Ruiz: department').waitFor()
  })

  test('captures requests as they came, without the token', async () => {
    await page.getByLabel('Only of one person').fill('ana.ruiz@contoso.example')
    expect(await page.getByLabel('Only of one person').inputValue()).toBe('ana.ruiz@contoso.example')
    await page.getByRole('button', { name: 'Start capture' }).click()
    await page.getByText('Requests about ana.ruiz@contoso.example').waitFor()
    const filter = encodeURIComponent('userName eq "ana.ruiz@contoso.example"')
    // Whoever answers knows of the capture within 30 s; in this one process at once.
    await sender(it.tenantUrl, it.token)('GET', `/Users?filter=${filter}`)
    await page.getByRole('button', { name: /^GET \/scim\/demo\/Users/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('"userName": "ana.ruiz@contoso.example"').waitFor()
    expect(await dialog.textContent()).not.toContain(it.token)
    await expectNoViolations(page)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Stop now' }).click()
    await page.getByRole('button', { name: 'Start capture' }).waitFor()
    await page.getByRole('button', { name: 'Erase captured requests' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Erase', exact: true }).click()
    await page.getByRole('button', { name: /^GET \/scim\/demo\/Users/ }).waitFor({ state: 'detached' })
  })

  test('says which person it does not know', async () => {
    await page.getByLabel('Only of one person').fill('x'.repeat(2000))
    await page.getByRole('button', { name: 'Start capture' }).click()
    await page.getByRole('alert').or(page.locator('.field-error')).first().waitFor()
  })

  test.each(['light', 'dark'] as const)('has nothing that axe objects to in %s, wide and narrow', async (colorScheme) => {
    await expectNoViolationsIn(page, colorScheme)
  })

  test('a reader sees what happened, and nothing of captures', async () => {
    const other = await it.newPage()
    await other.goto(await readerLink(manage))
    await other.getByRole('link', { name: 'Activity' }).click()
    await other.getByText('Ana Ruiz: department Sales → Sales North').waitFor()
    expect(await other.getByText('Capture requests').count()).toBe(0)
    await other.context().close()
  })
})
