import type { Page } from 'playwright-core'
import { sender } from '../../dev/demo/fill'
import { expectNoViolations, expectNoViolationsIn } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'

/** Two tenants: `demo` becomes a super tenant, `fleet` is fed by it and has somebody of its own. */
describeInBrowser('the Tenants page', () => {
  let it: TestConsole
  let operator: Page
  let manage: ReturnType<typeof sender>

  beforeAll(async () => {
    it = await startConsole()
    manage = sender(`${it.origin}/api/manage`, await it.issuer.token())
    await manage('POST', '/tenants', { slug: 'fleet', name: 'Fleet Services' })
    await provisionDemo()
    await provisionFleet()
    operator = await it.newPage()
    await it.signIn(operator, '/console/t/demo/tenants')
  })
  afterAll(() => it.stop())

  const user = (userName: string) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    displayName: userName.split('@')[0],
    active: true,
  })

  async function provisionDemo(): Promise<void> {
    const scim = sender(it.tenantUrl, it.token)
    const ids = await Promise.all(
      ['ana@contoso.example', 'bo@contoso.example', 'cleo@contoso.example'].map((name) => scim('POST', '/Users', user(name))),
    )
    await scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Drivers',
      members: ids.map(({ id }) => ({ value: id })),
    })
  }

  /** Cleo is known there already. */
  async function provisionFleet(): Promise<void> {
    const { value, tenantUrl } = await manage('POST', '/tenants/fleet/tokens', { label: 'Entra ID' })
    await sender(String(tenantUrl), String(value))('POST', '/Users', user('cleo@contoso.example'))
  }

  async function withLink(tenant: string, role: 'admin' | 'reader'): Promise<Page> {
    const { url } = await manage('POST', `/tenants/${tenant}/links`, { role, days: 1, label: 'Carla' })
    const page = await it.newPage()
    await page.goto(String(url))
    await page.getByRole('link', { name: 'Tenants', exact: true }).click()
    return page
  }

  test('who is no operator is told who can connect a tenant', async () => {
    const page = await withLink('demo', 'admin')
    await page.getByText('This tenant is not connected to others').waitFor()
    expect(await page.getByRole('button', { name: 'Connect a tenant' }).count()).toBe(0)
    await expectNoViolations(page)
    await page.context().close()
  })

  test('an operator connects another tenant', async () => {
    await operator.getByRole('button', { name: 'Connect a tenant' }).click()
    const dialog = operator.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await dialog.getByText('Choose a tenant from the list.').waitFor()
    await dialog.getByRole('combobox', { name: 'Tenant' }).fill('fle')
    await dialog.getByRole('option', { name: /Fleet Services/ }).click()
    await expectNoViolations(operator)
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await operator.getByRole('table', { name: 'Connected tenants' }).getByText('Fleet Services').waitFor()
  })

  test('the administrator routes a group, and its people arrive', async () => {
    const page = await withLink('demo', 'admin')
    await page.getByText('No group is routed yet').waitFor()
    await page.getByRole('combobox', { name: 'Group', exact: true }).fill('Dri')
    await page.getByRole('option', { name: 'Drivers' }).click()
    await page.getByRole('button', { name: 'Add route' }).click()
    await page.getByText('Not saved yet').waitFor()
    await page.getByRole('button', { name: 'Preview and save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Preview before saving' })
    // Copied, come back, disabled, stay: that Cleo's name is taken is known once it was tried.
    await dialog.getByRole('row', { name: 'Fleet Services New groups: Drivers 3 0 0 0' }).waitFor()
    const people = dialog.getByRole('table', { name: 'People whose copies change' })
    await people.getByRole('row', { name: 'bo@contoso.example Fleet Services Copied Comes with Drivers.' }).waitFor()
    await expectNoViolations(page)
    await dialog.getByRole('button', { name: 'Save and copy 3 people' }).click()
    await page.getByRole('status').getByText('Routes saved').waitFor()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1') // the button that was pressed is gone
    const row = page.getByRole('row').filter({ hasText: 'Fleet Services' })
    await row.getByText('2', { exact: true }).waitFor() // Cleo is in conflict
    await page.getByText('Some names are taken').waitFor()
    await expectNoViolations(page)
    await page.context().close()
  })

  test('two who save at once: the second is told, and nothing of the first is lost', async () => {
    const [one, other] = await Promise.all([withLink('demo', 'admin'), withLink('demo', 'admin')])
    for (const page of [one, other]) await page.getByLabel('When somebody leaves').selectOption('delete')
    await other.getByRole('button', { name: 'Preview and save' }).click()
    const save = other.getByRole('dialog').getByRole('button', { name: 'Save routes' }) // whom it concerns, it says: nobody
    await save.waitFor()
    await one.getByRole('button', { name: 'Preview and save' }).click()
    await one.getByRole('dialog').getByRole('button', { name: 'Save routes' }).click()
    await one.getByRole('status').getByText('Routes saved').waitFor()
    await save.click()
    await other.getByText('Somebody else saved meanwhile').waitFor()
    expect(await other.getByRole('dialog').count()).toBe(0)
    expect(await other.getByRole('button', { name: 'Preview and save' }).isDisabled()).toBe(true)
    await other.getByRole('button', { name: 'Load the new state' }).click()
    await other.getByText('Somebody else saved meanwhile').waitFor({ state: 'detached' })
    expect(await other.getByRole('button', { name: 'Preview and save' }).count()).toBe(0)
    await Promise.all([one.context().close(), other.context().close()])
  })

  test('a save that deletes copies says so in red, and goes by keyboard', async () => {
    const page = await withLink('demo', 'admin')
    await page.getByRole('button', { name: 'Remove the route of Drivers to Fleet Services' }).click()
    await page.getByText('No group is routed yet').waitFor()
    const open = page.getByRole('button', { name: 'Preview and save' })
    await open.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Preview before saving' })
    const red = dialog.getByRole('button', { name: 'Save and delete 2 copies' })
    await red.waitFor()
    expect(await red.getAttribute('class')).toContain('button-danger')
    await dialog.getByRole('row', { name: 'Fleet Services Deleted groups: Drivers 0 0 2 0' }).waitFor()
    await dialog.getByText('Leaves with Drivers, which is no longer routed to Fleet Services.').first().waitFor()
    expect(await dialog.getByText('cleo@contoso.example').count()).toBe(0) // she is nobody's copy
    await expectNoViolationsIn(page, 'dark')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await open.evaluate((button) => button === document.activeElement)).toBe(true)
    await page.getByRole('button', { name: 'Discard' }).press('Enter')
    await page.getByRole('list', { name: 'Routes' }).getByText('Drivers').waitFor()
    expect(await open.count()).toBe(0)

    await page.getByLabel('When somebody leaves').selectOption('disable')
    await page.getByRole('button', { name: 'Remove the route of Drivers to Fleet Services' }).click()
    await open.press('Enter')
    await dialog.getByRole('button', { name: 'Save and disable 2 copies' }).waitFor()
    await dialog.getByRole('button', { name: 'Back to the draft' }).press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('No group is routed yet').waitFor() // the draft is still there
    await page.context().close()
  })

  test('a target that cannot be read is told in the preview, and the rest is shown', async () => {
    const page = await withLink('demo', 'admin')
    await page.route('**/routes/preview', async (route) => {
      const answer = await route.fetch()
      const body = (await answer.json()) as { targets: object[] }
      const unreadable = [{ tenant: 'fleet', name: 'Fleet Services', problem: 'It cannot be read now.' }]
      await route.fulfill({ response: answer, json: { ...body, targets: [], unreadable, first: [] } })
    })
    await page.getByLabel('When somebody leaves').selectOption('disable')
    await page.getByRole('button', { name: 'Preview and save' }).click()
    await page.getByRole('dialog').getByText('What happens in Fleet Services is not known').waitFor()
    await expectNoViolations(page)
    await page.context().close()
  })

  test('the administrator of the other tenant adopts whose name is taken', async () => {
    const page = await withLink('fleet', 'admin')
    await page.getByRole('heading', { name: /^Fed by/ }).waitFor()
    await expectNoViolations(page)
    await page.getByRole('button', { name: 'Adopt cleo@contoso.example' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Id, role lock, product id, equipment and groups stay.').waitFor()
    await dialog.getByRole('button', { name: 'Adopt' }).click()
    await page.getByText('No conflicts').waitFor()
    await page.context().close()
  })

  test('the other tenant has roles of its own, and inherits those of the super tenant again', async () => {
    const rolesOf = async (slug: string) => manage('GET', `/tenants/${slug}/roles`)
    const policy = (version: unknown, role: string, groupId?: unknown) => ({
      version,
      roles: [role, 'No access'],
      grantsAccess: [],
      defaultRole: 'No access',
      rules: groupId === undefined ? [] : [{ groupId, role }],
    })
    const { items } = (await manage('GET', '/tenants/demo/groups')) as { items: { id: string }[] }
    // Its own first: what demo saves goes to whoever inherits, at a moment of its own, and would be a save between these two.
    await manage('PUT', '/tenants/fleet/roles', policy((await rolesOf('fleet'))['version'], 'Clerk'))
    await manage('PUT', '/tenants/demo/roles', policy((await rolesOf('demo'))['version'], 'Driver', items[0]?.id))

    const page = await withLink('fleet', 'admin')
    await page.getByText('Those of demo can be inherited again').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Roles' }).click()
    await page.getByText('These roles and rules are this tenant’s own').waitFor()
    await page.getByLabel('Name of role 1').fill('Typed') // and not saved
    await page.getByRole('button', { name: 'Inherit roles' }).click()
    const dialog = page.getByRole('dialog', { name: 'Inherit the roles of demo?' })
    await dialog.getByText('The 2 roles and 0 rules of this tenant are given up').waitFor()
    await expectNoViolationsIn(page, 'light')
    await expectNoViolationsIn(page, 'dark')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect((await rolesOf('fleet'))['inheritedFrom']).toBeUndefined()
    await page.getByRole('button', { name: 'Inherit roles' }).click()
    const { version } = await manage('GET', '/tenants/fleet/settings')
    await manage('PUT', '/tenants/fleet/settings', { version, strict: false, staging: true, matching: [] }) // by somebody else
    await dialog.getByRole('button', { name: 'Inherit roles' }).click()
    await page.getByRole('status').getByText('Roles and rules are those of demo now').waitFor()
    await page.getByText('These are the roles and rules of demo').waitFor()
    expect(await page.getByLabel('Name of role 1').inputValue()).toBe('Driver')
    expect(await page.getByRole('region', { name: 'Rules' }).locator('ol > li strong').allTextContents()).toEqual(['Drivers'])
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    expect(await page.getByRole('button', { name: 'Inherit roles' }).count()).toBe(0)
    expect(await rolesOf('fleet')).toMatchObject({ inheritedFrom: { slug: 'demo' }, roles: ['Driver', 'No access'] })
    await page.context().close()
  })

  test('a reader of the other tenant is told whose roles hold, and has no button for it', async () => {
    const { version } = await manage('GET', '/tenants/fleet/roles')
    await manage('PUT', '/tenants/fleet/roles', { version, roles: ['Clerk'], grantsAccess: [], defaultRole: 'Clerk', rules: [] })
    const page = await withLink('fleet', 'reader')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Roles' }).click()
    await page.getByText('These roles and rules are this tenant’s own').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
    await page.context().close()
  })

  test('a reader sees the routes and changes nothing', async () => {
    const page = await withLink('demo', 'reader')
    await page.getByRole('list', { name: 'Routes' }).getByText('Drivers').waitFor()
    expect(await page.getByRole('button', { name: /[Ss]ave|Add route|Remove|Disconnect/ }).count()).toBe(0)
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)('has nothing that axe objects to in %s, wide and narrow', async (colorScheme) => {
    await operator.reload()
    await operator.getByRole('list', { name: 'Routes' }).waitFor()
    await expectNoViolationsIn(operator, colorScheme)
  })

  test('an operator disconnects: it says how many leave, and they do', async () => {
    await operator.getByRole('button', { name: 'Disconnect Fleet Services' }).click()
    const dialog = operator.getByRole('dialog')
    await dialog.getByText(/3 copied people become inactive there/).waitFor()
    await dialog.getByRole('button', { name: 'Disconnect', exact: true }).click()
    await operator.getByText('This tenant is not connected to others').waitFor()
  })
})
