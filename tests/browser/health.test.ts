import type { Page } from 'playwright-core'
import { expectNoViolations, expectNoViolationsIn } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { provisionPerson, tenantClient, type TenantClient } from './support/people'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** From a tenant that never connected to one whose requests fail. The tests follow each other. */
describeInBrowser('the Health page', () => {
  let it: TestConsole
  let tenant: TenantClient
  let page: Page

  beforeAll(async () => {
    it = await startConsole()
    tenant = await tenantClient(it)
    page = await it.newPage()
    await page.goto(it.setupLink)
    await openHealth()
  })
  afterAll(() => it.stop())

  const state = (name: string) => page.getByRole('heading', { level: 2, name })
  const fact = (name: string) =>
    page
      .locator('dl > div')
      .filter({ has: page.getByText(name, { exact: true }) })
      .locator('dd')
      .textContent()

  async function openHealth(): Promise<void> {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Health' }).click()
    await page.getByRole('region', { name: 'State' }).waitFor()
  }

  test('a tenant to which nothing has come leads to Connect', async () => {
    // npm start tries the Tenant URL itself, so this state is put into the answer.
    await page.route('**/api/manage/tenants/demo/health', async (route) => {
      const lastHour = { requests: 0, operations: 0, failures: 0, failureShare: 0 }
      await route.fulfill({
        json: { state: 'never connected', reason: 'Entra ID has not come yet.', likelyQuarantine: false, lastHour },
      })
    })
    await page.reload()
    await state('Never connected').waitFor()
    await page.getByText('Entra ID has not come yet.').waitFor()
    await page.getByText('There are no active people').waitFor()
    await expectNoViolations(page)
    await page.getByRole('region', { name: 'State' }).getByRole('link', { name: 'Go to Connect' }).click()
    await page.getByRole('heading', { level: 1, name: 'Connect' }).waitFor()
    await page.unrouteAll()
    await openHealth()
  })

  test('says that it works, when what came last, and how the last hour went', async () => {
    await provisionPerson(tenant, 'Ada Lovelace', { externalId: 'ada', [ENTERPRISE]: { department: 'R&D' } })
    await provisionPerson(tenant, 'Bob Miller', { emails: [{ type: 'work', value: 'bob@contoso.example' }] })
    await page.reload()
    await state('Working').waitFor()
    await page.getByText('Entra ID comes as expected.').waitFor()
    expect({
      failures: await fact('Failures'),
      share: await fact('Share of failures'),
      next: await fact('Next cycle expected by'),
    }).toEqual({ failures: '0', share: '0 % of operations', next: expect.stringMatching(/^in \d+ minutes$/) as string })
  })

  test('shows coverage as numbers, and the mapping rows to add by source and target', async () => {
    await page.getByRole('row', { name: `${ENTERPRISE}:department 1 50 %` }).waitFor()
    await page.getByRole('row', { name: 'userName 2 100 %' }).waitFor()
    const missing = page.getByRole('table', { name: 'Mapping rows to add in Entra ID' })
    await missing.getByRole('row', { name: `manager ${ENTERPRISE}:manager Nobody has a manager.` }).waitFor()
    await missing.getByRole('row', { name: 'objectId externalId' }).waitFor()
    await page.getByText('2 mapping rows are missing').waitFor()
    expect(await missing.getByRole('row').count()).toBe(3)
  })

  test('counts coverage again when asked', async () => {
    await provisionPerson(tenant, 'Cleo Winter', { externalId: '4ba8e6c1-94f6-4b1d-9c27-8f1f1a3c5b0e' })
    await page.getByRole('button', { name: 'Count again' }).click()
    await page.getByText('3 active people').waitFor()
    await page.getByText('1 mapping row is missing').waitFor()
  })

  test.each(['light', 'dark'] as const)('has nothing that axe objects to in %s, wide and narrow', async (colorScheme) => {
    await expectNoViolationsIn(page, colorScheme)
  })

  test('turns to failing by itself when what Entra ID sends fails, and leads to the refused requests', async () => {
    const failing = Array.from({ length: 12 }, () => tenant.scim('POST', '/Users', { schemas: [], displayName: 'Nameless' }))
    const outcomes = await Promise.allSettled(failing)
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    await state('Failing').waitFor() // nobody has reloaded the page
    await page.getByText('12 of 15 operations failed in the last hour.').waitFor()
    expect(await fact('Share of failures')).toBe('80 % of operations')
    await page.getByRole('link', { name: 'See refused requests' }).click()
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
    expect(await page.getByRole('checkbox', { name: /refused/i }).isChecked()).toBe(true)
    await openHealth()
  })

  test('says what to do in Entra ID about a likely quarantine', async () => {
    await page.route('**/api/manage/tenants/demo/health', async (route) => {
      const response = await route.fetch()
      const facts = (await response.json()) as object
      const since = new Date(Date.now() - 7 * 3_600_000).toISOString()
      const json = { ...facts, state: 'silent', reason: 'Nothing has come since 03:00.', since, likelyQuarantine: true }
      await route.fulfill({ response, json })
    })
    await page.reload()
    await state('Silent').waitFor()
    await page
      .getByRole('region', { name: 'State' })
      .getByText(/^Since /)
      .waitFor()
    await page.getByText('Entra ID has probably put its job in quarantine').waitFor()
    await page.getByText('Provisioning → Restart provisioning').waitFor()
    await expectNoViolations(page)
  })

  test('an answer that does not come is told, and what was there stays', async () => {
    await page.unrouteAll()
    await page.route('**/api/manage/tenants/demo/coverage', (route) =>
      route.fulfill({ status: 503, json: { type: 'urn:rollcall:problem:unavailable', detail: 'Storage does not answer.' } }),
    )
    await page.getByRole('button', { name: 'Count again' }).click()
    await page.getByText('This may be out of date').waitFor()
    await page.getByText('Storage does not answer.').waitFor()
    await page.getByRole('row', { name: 'userName 3 100 %' }).waitFor()
  })
})
