import { expectNoViolations } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'

/** The operator says which roles the product knows; a customer chooses among them. The tests follow each other. */
describeInBrowser('roles of the product', () => {
  let it: TestConsole
  beforeAll(async () => {
    it = await startConsole()
  })
  afterAll(() => it.stop())

  test('the operator names them, with what they allow and whether they let people in', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console/tenants/roles')
    await page.getByLabel('Role 1').fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('A role needs a name.').waitFor()
    await page.getByLabel('Role 1').fill('Teller')
    await page.getByLabel('What it allows').first().fill('Sees accounts of the branch.')
    await page.getByLabel('Lets people in').nth(1).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('One role has to let nobody in').waitFor()
    await page.getByLabel('Lets people in').nth(1).uncheck()
    await page.getByRole('button', { name: 'Add role' }).click()
    await page.getByLabel('Role 3').fill('Auditor')
    await page.getByLabel('Lets people in').nth(2).check()
    await page.getByLabel('Customers may name roles of their own').uncheck()
    await expectNoViolations(page)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Roles of the product saved').waitFor()
    const { body } = await it.manage('GET', '/role-catalogue')
    expect(body).toMatchObject({
      version: 2,
      freeText: false,
      roles: [
        { name: 'Teller', description: 'Sees accounts of the branch.', grantsAccess: true },
        { name: 'No access', grantsAccess: false },
        { name: 'Auditor', description: '', grantsAccess: true },
      ],
    })
  })

  test('somebody else saved meanwhile: the entries stay until the new state is loaded', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console/tenants/roles')
    await page.getByLabel('Role 3').fill('Reviewer')
    const { body } = await it.manage('GET', '/role-catalogue')
    expect((await it.manage('PUT', '/role-catalogue', body)).status).toBe(200)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Nothing of yours was saved.').waitFor()
    expect(await page.getByLabel('Role 3').inputValue()).toBe('Reviewer')
    await page.getByRole('button', { name: 'Load' }).click()
    await page.getByText('Nothing of yours was saved.').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Role 3').inputValue()).toBe('Auditor')
  })

  test('a customer chooses among them, and says nothing of what they grant', async () => {
    const page = await it.newPage({ height: 1000 })
    await page.goto(it.setupLink)
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Roles' }).click()
    const name = page.getByLabel('Name of role 1')
    expect(await name.inputValue()).toBe('User') // from before, until another is chosen
    await name.selectOption('Teller')
    await page.getByText('Sees accounts of the branch.').waitFor()
    const letsIn = page.getByLabel('Lets people in')
    expect(await letsIn.first().isChecked()).toBe(true)
    expect(await letsIn.first().isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Add role' }).click()
    expect(await page.getByLabel('Name of role 3').inputValue()).toBe('Auditor')
    expect(await page.getByRole('button', { name: 'Add role' }).isDisabled()).toBe(true)
    await expectNoViolations(page)
    await page.getByRole('button', { name: 'Preview and save' }).click()
    await page.getByRole('dialog').getByRole('button', { name: /^Save/ }).click()
    await page.getByText('Roles and rules saved').waitFor()
    const { body } = await it.manage('GET', '/tenants/demo/roles')
    expect(body).toMatchObject({ roles: ['Teller', 'No access', 'Auditor'], grantsAccess: ['Teller', 'Auditor'] })
  })

  test('a customer gives a role a label, which stands for its name from then on', async () => {
    const page = await it.newPage({ height: 1200 })
    await page.goto(it.setupLink)
    const pages = page.getByRole('navigation', { name: 'Pages' })
    await pages.getByRole('link', { name: 'Roles' }).click()
    await page.getByLabel('Label of Teller').fill('no access')
    const save = page.getByRole('button', { name: 'Save', exact: true })
    await save.click()
    await page.getByText('is what another role is called').waitFor()
    await page.getByLabel('Label of Teller').fill('Kasse')
    await page.getByLabel('Label of No access').fill('Gesperrt')
    await expectNoViolations(page)
    await save.click()
    await page.getByText('Labels saved').waitFor()
    expect(await page.getByLabel('Name of role 1').inputValue()).toBe('Teller')
    expect(await page.getByLabel('Default role').textContent()).toContain('Gesperrt')
    await pages.getByRole('link', { name: 'People' }).click()
    await page.getByLabel('Role').selectOption({ label: 'Kasse' })
    const { body } = await it.manage('GET', '/tenants/demo/roles')
    expect(body).toMatchObject({ roles: ['Teller', 'No access', 'Auditor'], grantsAccess: ['Teller', 'Auditor'] })
  })
})
