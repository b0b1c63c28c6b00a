import type { Page } from 'playwright-core'
import { expectNoViolations } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { SIGN_IN_CLIENT } from '../support/issuer'

describeInBrowser('the operator in the browser', () => {
  let it: TestConsole
  beforeAll(async () => {
    it = await startConsole()
    expect((await it.manage('POST', '/tenants', { slug: 'fabrikam', name: 'Fabrikam GmbH' })).status).toBe(201)
  })
  beforeEach(() => {
    Object.assign(it.issuer.signIn, { claims: {}, refuse: undefined, state: undefined })
  })
  afterEach(async () => {
    await Promise.all(it.browser.contexts().map((context) => context.close()))
  })
  afterAll(() => it.stop())

  test('signs in by the code flow with PKCE and comes to the list of all tenants', async () => {
    const page = await it.newPage()
    await it.signIn(page)
    await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor()
    expect(page.url()).toBe(`${it.origin}/console/tenants`)
    const rows = page.getByRole('table', { name: 'Tenants' }).getByRole('row')
    await rows.getByText('fabrikam', { exact: true }).waitFor()
    expect(await page.getByTitle('Signed in as Olga Operator').textContent()).toBe('Olga Operator')
    expect(it.issuer.signIn.refused).toEqual([])
    const asked = it.issuer.signIn.asked.at(-1)
    expect(asked).toEqual({
      client_id: SIGN_IN_CLIENT,
      redirect_uri: `${it.origin}/console`,
      response_type: 'code',
      scope: `api://${SIGN_IN_CLIENT}/.default`,
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: 'S256',
    })
    const secrets = await page.evaluate<string>('JSON.stringify([location.href, { ...localStorage }])')
    expect(secrets).not.toMatch(/code=|eyJ/)
  })

  test('lands where it wanted to go, with its query', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console/tenants?search=fab')
    await page.getByRole('link', { name: 'Fabrikam GmbH', exact: true }).waitFor()
    expect(page.url()).toBe(`${it.origin}/console/tenants?search=fab`)
    expect(await page.getByLabel('Search tenants').inputValue()).toBe('fab')
    expect(await page.getByRole('link', { name: 'demo', exact: true }).count()).toBe(0)
  })

  test('a refusal of the issuer is shown as text, and the next try lands where the first one wanted to', async () => {
    const page = await it.newPage()
    const description = 'AADSTS50105: <b onclick="x">not assigned</b> to a role'
    it.issuer.signIn.refuse = { error: 'access_denied', description }
    await it.signIn(page, '/console/t/fabrikam/settings')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toBe(`Entra ID did not sign you in: ${description}`)
    await expectNoViolations(page)
    it.issuer.signIn.refuse = undefined
    await page.getByRole('button', { name: 'Sign in with Entra ID' }).click()
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    expect(page.url()).toBe(`${it.origin}/console/t/fabrikam/settings`)
  })

  test('a state that does not match signs nobody in, and its words are not shown', async () => {
    const page = await it.newPage()
    it.issuer.signIn.state = 'forged'
    await it.signIn(page)
    expect(await page.getByRole('alert').textContent()).toBe(
      'The answer does not belong to the sign-in that was begun here. Sign in again.',
    )
    it.issuer.signIn.refuse = { error: 'access_denied', description: 'Call this number' }
    await page.getByRole('button', { name: 'Sign in with Entra ID' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByText('Call this number').count()).toBe(0)
    expect(it.issuer.signIn.refused).toEqual([])
  })

  test('an answer to a sign-in that was never begun here signs nobody in', async () => {
    const page = await it.newPage()
    await page.goto(`${it.origin}/console?code=stolen&state=any`)
    expect(await page.getByRole('alert').textContent()).toBe('This sign-in was begun in another tab. Sign in again.')
    await page.goto(`${it.origin}/console?error=access_denied&error_description=Call+this+number&state=any`)
    await page.getByRole('alert').waitFor()
    expect(await page.getByText('Call this number').count()).toBe(0)
  })

  test('an issuer that is out of reach is said in words', async () => {
    const page = await it.newPage()
    await page.route(`${it.issuer.issuer}/**`, (route) => route.abort())
    await it.signIn(page)
    expect(await page.getByRole('alert').textContent()).toBe('Entra ID cannot be reached. Check your connection and try again.')
  })

  test('an operator without an app role is told so, and can sign in as somebody else', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console', { roles: undefined })
    await page.getByText('You have none of the app roles Rollcall.Admin and Rollcall.Reader.').waitFor()
    await expectNoViolations(page)
    it.issuer.signIn.claims = {}
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click()
    await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor()
    expect(it.issuer.signIn.asked.at(-1)).toMatchObject({ prompt: 'select_account' })
  })

  /** What the page sends from now on names a session that is over. */
  const endSession = (page: Page) =>
    page.route('**/api/manage/**', (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer eyJ.ended.now' } }),
    )

  test('a session that ends brings the sign-in page, which says so and leads back to the same page', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console/t/fabrikam/settings/branding')
    await page.getByLabel('Name').waitFor()
    await endSession(page)
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByText('Your session has ended').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    await page.unroute('**/api/manage/**')
    await page.getByRole('button', { name: 'Sign in with Entra ID' }).click()
    await page.getByRole('heading', { name: 'Webhooks' }).first().waitFor()
    expect(page.url()).toBe(`${it.origin}/console/t/fabrikam/settings/webhooks`)
  })

  test('over changes that are not saved the page waits: it goes on when the same operator signs in in another tab', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console/t/fabrikam/settings/branding')
    await page.getByLabel('Name').fill('Typed')
    await endSession(page)
    await page.getByRole('button', { name: 'Save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.waitFor()
    await expectNoViolations(page)
    await page.keyboard.press('Escape') // it has to be answered
    await page.unroute('**/api/manage/**')
    const signInInAnotherTab = async (claims: Record<string, unknown>) => {
      const opened = page.context().waitForEvent('page')
      await dialog.getByRole('button', { name: 'Open a tab to sign in' }).click()
      await it.signIn(await opened, '/console', claims)
    }
    await signInInAnotherTab({ name: 'Rita Reader', roles: ['Rollcall.Reader'] })
    await dialog.getByText('Rita Reader has signed in. This page waits for Olga Operator.').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    await signInInAnotherTab({})
    await page.getByRole('status').getByText('You are signed in again').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('Typed')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('status').getByText('Saved').waitFor()
    expect((await it.manage('GET', '/tenants/fabrikam/settings')).body['branding']).toMatchObject({ displayName: 'Typed' })
  })

  test('so it does for a customer, who opens the setup link once more; or the changes are given up', async () => {
    const link = await it.link('admin', 'Carla Customer')
    const page = await it.newPage()
    const role = page.getByLabel('Name of role 1')
    const endOver = async (typed: string) => {
      await role.fill(typed)
      await endSession(page)
      await page.getByRole('button', { name: 'Preview and save' }).click()
      await page.getByText('Open your setup link once more, in another tab.').waitFor()
      await page.unroute('**/api/manage/**')
    }
    await page.goto(link)
    await page.getByRole('link', { name: 'Roles', exact: true }).click()
    await endOver('Accountant')
    await (await page.context().newPage()).goto(link)
    await page.getByRole('status').getByText('You are signed in again').waitFor()
    await page.getByRole('button', { name: 'Back to the draft' }).click()
    expect(await role.inputValue()).toBe('Accountant')
    await endOver('Given up')
    await page.getByRole('button', { name: 'Leave this page' }).click()
    await page.getByText('They are lost when you leave it.').waitFor()
    await page.getByRole('button', { name: 'Leave without saving' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect((await it.manage('GET', '/tenants/demo/roles')).body['roles']).toEqual(['User', 'No access'])
  })

  test('signing out forgets the session, and the next sign-in asks for the account', async () => {
    const page = await it.newPage()
    await it.signIn(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    await page.getByRole('button', { name: 'Sign in with Entra ID' }).click()
    await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor()
    expect(it.issuer.signIn.asked.at(-1)).toMatchObject({ prompt: 'select_account' })
  })

  test('creates a tenant: the slug is judged while it is typed, one that is taken is refused at the field', async () => {
    const page = await it.newPage()
    await it.signIn(page)
    await page.getByRole('button', { name: 'Create a tenant' }).click()
    const slug = page.getByLabel('Slug')
    await slug.fill('Con toso')
    await page.getByText('Use lower-case letters.').waitFor()
    await slug.fill('contoso-')
    await page.getByText('A hyphen may neither begin nor end it.').waitFor()
    await slug.fill('fabrikam')
    await page.getByText(`Tenant URL: ${it.origin}/scim/fabrikam`).waitFor()
    await slug.press('Enter')
    await page.getByText('is taken, perhaps by a tenant that was deleted').first().waitFor()
    expect(await slug.getAttribute('aria-invalid')).toBe('true')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expectNoViolations(page)
    }
    await slug.fill('contoso')
    await page.getByLabel('Name').fill('Contoso Ltd')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Connect', exact: true }).waitFor()
    expect(page.url()).toBe(`${it.origin}/console/t/contoso/connect`)
    expect(await page.getByLabel('Tenant URL', { exact: true }).inputValue()).toBe(`${it.origin}/scim/contoso`)
    await page.getByRole('link', { name: 'All tenants' }).click()
    await page.getByRole('link', { name: 'Contoso Ltd', exact: true }).waitFor()
  })

  test('searches, and says when nothing fits', async () => {
    const page = await it.newPage({ width: 380 })
    await it.signIn(page)
    await page.getByLabel('Search tenants').fill('zzz')
    await page.getByText('No tenant fits').waitFor()
    await page.getByLabel('Search tenants').fill('GMBH')
    await page.getByRole('link', { name: 'Fabrikam GmbH', exact: true }).waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expectNoViolations(page)
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380)
  })

  test('says so when the browser allows no copying, and selects what was to be copied', async () => {
    const page = await it.newPage()
    await page.addInitScript("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
    await it.signIn(page)
    await page.getByRole('button', { name: 'Copy Tenant URL of Fabrikam GmbH' }).click()
    await page.getByRole('status').getByText('Copying was not allowed: select the text and copy it').waitFor()
    expect(await page.evaluate('getSelection().toString()')).toBe(`${it.origin}/scim/fabrikam`)
    await page.getByRole('link', { name: 'Fabrikam GmbH', exact: true }).click()
    await page.getByRole('button', { name: 'Copy Tenant URL' }).click()
    await page.getByRole('status').getByText('Copying was not allowed: select the text and copy it').waitFor()
    expect(await page.evaluate('document.activeElement.value')).toBe(`${it.origin}/scim/fabrikam`)
  })

  test('makes a key for all tenants, which works, is shown once, and is revoked', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console/tenants/keys')
    await page.getByText('There is no key').waitFor()
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('button', { name: 'Make key' }).click()
    await page.getByText('Say where the key is used.').waitFor()
    await page.getByLabel('Used by').fill('Billing')
    await page.getByLabel('Read the change feed').uncheck()
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Make key' }).click()
    const value = await page.getByLabel('Product key', { exact: true }).inputValue()
    await expectNoViolations(page)
    const people = `${it.origin}/api/product/tenants/fabrikam/people`
    const answer = await fetch(people, { headers: { authorization: `Bearer ${value}` } })
    expect(answer.status).toBe(200)
    await page.getByRole('button', { name: 'Done' }).click()
    expect(await page.content()).not.toContain(value)
    await page.getByRole('button', { name: 'Revoke Billing' }).click()
    await page.getByRole('button', { name: 'Revoke key' }).click()
    await page.getByRole('cell', { name: 'Revoked' }).waitFor()
  })

  test('an operator who may only look has no control to change', async () => {
    const page = await it.newPage()
    await it.signIn(page, '/console/tenants', { roles: ['Rollcall.Reader'], name: 'Rita Reader' })
    await page.getByRole('link', { name: 'Fabrikam GmbH', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Create a tenant' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Product keys' }).click()
    await page.getByRole('heading', { name: 'Product keys for all tenants' }).waitFor()
    expect(await page.getByRole('button', { name: 'Make a key' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Revoke Billing' }).count()).toBe(0)
  })

  test('whoever came by a link never sees the tenants, and comes to their own', async () => {
    const page = await it.newPage()
    await page.goto(await it.link('admin', 'Carla', 'fabrikam'))
    await page.getByRole('heading', { name: 'Connect', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'All tenants' }).count()).toBe(0)
    for (const path of [
      '/console/tenants',
      '/console/tenants/keys',
      '/console/tenants/roles',
      '/console/t/demo/connect',
      '/console/t/%E0/connect',
    ]) {
      await page.goto(it.origin + path)
      await page.getByRole('heading', { name: 'Connect', exact: true }).waitFor()
      expect(page.url()).toBe(`${it.origin}/console/t/fabrikam/connect`)
    }
  })
})
