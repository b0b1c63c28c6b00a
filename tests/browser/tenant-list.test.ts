import type { Page } from 'playwright-core'
import { send } from '../support/service'
import { until } from '../support/super-tenant'
import { expectNoViolationsIn } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'

type Listed = { readonly slug: string; readonly health?: { readonly state: string } }
const HOUR_MS = 3_600_000

/** Many customers, and which of them somebody has to see to. */
describeInBrowser('the health of all tenants in the browser', () => {
  let it: TestConsole
  let page: Page

  beforeAll(async () => {
    it = await startConsole()
    await it.manage('POST', '/tenants', { slug: 'fabrikam', name: 'Fabrikam GmbH' })
    await it.manage('POST', '/tenants', { slug: 'northwind', name: 'Northwind' })
    const { value, tenantUrl } = (await it.manage('POST', '/tenants/northwind/tokens', {})).body
    const post = (body: object) =>
      send(`${String(tenantUrl)}/Users`, { method: 'POST', body, headers: { authorization: `Bearer ${String(value)}` } })
    for (let i = 0; i < 6; i += 1) expect((await post({ displayName: 'Nameless' })).status).toBe(400)
    await it.manage('GET', '/tenants/northwind/health') // writes what the instance has noted
    expect((await post({ userName: 'ada@northwind.example' })).status).toBe(201) // and a write wakes who judges
    const northwind = async () => (await it.manage('GET', '/tenants?search=northwind')).body['items'] as Listed[]
    const [judged] = await until(northwind, ([one]) => one?.health?.state === 'failing', 150_000) // at the latest by the second timer
    expect(judged).toMatchObject({ health: { state: 'failing' } })
    page = await it.newPage()
    await it.signIn(page)
    await row('Northwind').waitFor()
  })
  afterAll(() => it.stop())

  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  const onlyThose = () => page.getByRole('checkbox', { name: 'Only those that need a look' })
  const names = () => page.getByRole('table', { name: 'Tenants' }).locator('tbody strong').allTextContents()

  /** What no test can wait for: states that take hours to come. */
  async function listStates(states: Readonly<Record<string, object>>): Promise<void> {
    await page.route('**/api/manage/tenants?**', answerWith)
    await page.route('**/api/manage/tenants', answerWith)

    async function answerWith(route: Parameters<Parameters<Page['route']>[1]>[0]): Promise<void> {
      const response = await route.fetch()
      const { items } = (await response.json()) as { items: Listed[] }
      await route.fulfill({ response, json: { items: items.map((one) => ({ ...one, health: states[one.slug] })) } })
    }
  }

  test('a tenant whose requests fail says so beside its name, and leads to its Health page', async () => {
    await row('Northwind').getByText('since', { exact: false }).waitFor()
    await row('Northwind').getByRole('link', { name: 'Failing health of Northwind' }).click()
    await page.getByRole('heading', { level: 1, name: 'Health' }).waitFor()
    expect(page.url()).toBe(`${it.origin}/console/t/northwind/health`)
    await page.getByRole('heading', { level: 2, name: 'Failing' }).waitFor()
    await page.goBack()
    await row('Northwind').waitFor()
  })

  test('by keyboard: those alone that need a look, also after a reload, with a search, and all again', async () => {
    expect((await names()).sort()).toEqual(['Fabrikam GmbH', 'Northwind', 'demo'])
    await page.getByLabel('Search tenants').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await row('Fabrikam').waitFor({ state: 'detached' })
    await row('Northwind').waitFor()
    expect(await names()).toEqual(['Northwind'])
    expect(page.url()).toBe(`${it.origin}/console/tenants?look=true`)
    await page.reload()
    await row('Northwind').waitFor()
    expect(await onlyThose().isChecked()).toBe(true)
    expect(await names()).toEqual(['Northwind'])
    await page.getByLabel('Search tenants').fill('fab')
    await page.getByText('No tenant that “fab” finds is failing, silent or late.').waitFor()
    expect(new URL(page.url()).search).toBe('?look=true&search=fab')
    await onlyThose().uncheck()
    await row('Fabrikam').waitFor()
    await page.getByLabel('Search tenants').fill('')
    await row('Northwind').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  test('says each state in the words of the Health page, a likely quarantine, and whom nobody has judged yet', async () => {
    const since = new Date(Date.now() - 7 * HOUR_MS).toISOString()
    await listStates({
      demo: { state: 'silent', since, likelyQuarantine: true },
      northwind: { state: 'late', since, likelyQuarantine: false },
    })
    await page.reload()
    await row('demo').getByRole('link', { name: 'Silent health of demo' }).waitFor()
    await row('demo').getByText('probably in quarantine').waitFor()
    await row('Northwind').getByRole('link', { name: 'Late health of Northwind' }).waitFor()
    expect(await row('Northwind').getByText('probably in quarantine').count()).toBe(0)
    await row('Fabrikam').getByText('Not judged yet').waitFor()
    expect(
      await row('Fabrikam')
        .getByRole('link', { name: /health of/ })
        .count(),
    ).toBe(0)
  })

  test.each(['light', 'dark'] as const)('has nothing that axe objects to in %s, wide and narrow', async (colorScheme) => {
    await expectNoViolationsIn(page, colorScheme)
  })

  test('says so when none needs a look', async () => {
    await page.setViewportSize({ width: 380, height: 800 })
    await page.route('**/api/manage/tenants?health=**', (route) => route.fulfill({ json: { items: [] } }))
    await onlyThose().check()
    await page.getByText('Nothing needs a look').waitFor()
    await page.getByText('No tenant is failing, silent or late.').waitFor()
    await expectNoViolationsIn(page, 'light')
  })
})
