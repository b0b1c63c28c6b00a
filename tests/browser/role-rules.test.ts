import type { Page } from 'playwright-core'
import { expectNoViolations } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { tenantClient, type TenantClient } from './support/people'

describeInBrowser('rules of other kinds than for groups', () => {
  let it: TestConsole
  let tenant: TenantClient
  let page: Page
  beforeAll(async () => {
    it = await startConsole()
    tenant = await tenantClient(it)
    page = await it.newPage({ height: 1000 })
    await page.goto(it.setupLink)
  })
  afterAll(() => it.stop())

  const button = (name: string) => page.getByRole('button', { name })
  const rules = async () => page.getByRole('region', { name: 'Rules' }).locator('ol > li strong').allTextContents()

  test('gives roles by an app role and by a value of an attribute, with the reason in the preview', async () => {
    const department = { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'field sales' } }
    await tenant.scim('POST', '/Users', { userName: 'cleo', roles: [{ value: 'auditor' }] })
    await tenant.scim('POST', '/Users', { userName: 'dan', ...department })
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Roles' }).click()
    const form = page.getByRole('form', { name: 'Add a rule' })
    await form.getByLabel('Rule for').selectOption('People with an app role')
    await form.getByLabel('Role', { exact: true }).selectOption('User')
    await button('Add rule').click()
    await page.getByText('Enter a value.').waitFor()
    await expectNoViolations(page)
    await form.getByLabel('App role').fill(' Audit ')
    await button('Add rule').click()
    await form.getByLabel('Rule for').selectOption('People with an attribute value')
    await form.getByLabel('Attribute').selectOption('Department')
    await form.getByLabel('Value').fill('Field sales')
    await expectNoViolations(page)
    await button('Add rule').click()
    expect(await rules()).toEqual(['Audit', 'Field sales'])
    await page.getByText('Department is Field sales').waitFor()
    await button('Change app role Audit').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('App role').fill('Auditor')
    await dialog.getByRole('button', { name: 'Use this app role' }).click()
    await button('Preview and save').click()
    await dialog.getByText('Assigned as Auditor in Entra ID.').waitFor()
    await dialog.getByText('Department is Field sales.').waitFor()
    await expectNoViolations(page)
    await dialog.getByRole('button', { name: /^Save/ }).click()
    await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' })
    expect((await tenant.manage('GET', '/roles'))['rules']).toMatchObject([
      { kind: 'appRole', appRole: 'Auditor', role: 'User' },
      { kind: 'attribute', value: 'Field sales', caseExact: false, role: 'User' },
    ])
  })
})
