import type { Page } from 'playwright-core'
import { askToken, GRANT } from '../support/oauth'
import { SIGN_IN_TENANT, startIssuer, type TestIssuer } from '../support/issuer'
import { expectNoViolations, expectNoViolationsIn } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'

const AUDIENCE = 'cccccccc-1111-4222-8333-444444444444'
const SUBJECT = 'dddddddd-1111-4222-8333-444444444444'

/** A customer's admin moves Entra ID from a Secret Token to OAuth, by a secret and then without one. */
describeInBrowser('the method by which Entra ID signs in', () => {
  let it: TestConsole
  let entra: TestIssuer
  let page: Page

  beforeAll(async () => {
    entra = await startIssuer()
    it = await startConsole({ FEDERATION_TEST_ISSUER: new URL(entra.issuer).origin })
    page = await it.newPage()
    await it.scim('GET', '/Users?count=0')
    await page.goto(it.setupLink)
    await page.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
  })
  afterAll(async () => {
    await it.stop()
    await entra.close()
  })

  const choose = (method: string) => page.getByLabel('Select authentication method').selectOption({ label: method })
  const valueOf = (label: string) => page.getByLabel(label, { exact: true }).inputValue()
  const probe = (token: unknown) =>
    fetch(`${it.tenantUrl}/Users?filter=${encodeURIComponent('userName eq "4ba8e6c1-94f6-4b1d-9c27-8f1f1a3c5b0e"')}`, {
      headers: { authorization: `Bearer ${String(token)}` },
    })

  const move = () => page.getByRole('region', { name: 'From Secret Tokens to OAuth' })
  const step = (title: string, state = '') => move().getByRole('heading', { name: `${title}${state}`, exact: true })
  const current = () => move().locator('[aria-current=step]').getByRole('heading').textContent()

  test('is a Secret Token at first, and nothing asks to move', async () => {
    expect(await valueOf('Select authentication method')).toBe('bearer')
    expect(await valueOf('Tenant URL')).toBe(it.tenantUrl)
    expect(await move().count()).toBe(0)
  })

  test('another method shows the steps to it, the first one to do', async () => {
    await choose('OAuth2 client credentials grant')
    await step('Generate a client secret').waitFor()
    expect(await current()).toBe('Generate a client secret')
    expect(await move().getByRole('button').count()).toBe(0)
    await choose('Workload identity federation')
    await step('Trust the identity of Entra ID').waitFor()
    await expectNoViolations(page)
  })

  test('a client secret is made, pasted with the three values beside it, and works', async () => {
    await choose('OAuth2 client credentials grant')
    await page.getByRole('button', { name: 'Generate client secret' }).click()
    await page.getByText('Shown this once').waitFor()
    const [tenantUrl, endpoint, id, secret] = await Promise.all(
      ['Tenant URL', 'Token endpoint', 'Client identifier', 'Client Secret'].map(valueOf),
    )
    expect([tenantUrl, endpoint]).toEqual([it.tenantUrl, `${it.origin}/oauth/demo/token`])
    await step('Generate a client secret', ' (done)').waitFor()
    expect(await current()).toBe('Enter it in Entra ID')
    await move().getByText('Then Tenant URL, Token endpoint, Client identifier and Client Secret, as they stand above.').waitFor()
    await expectNoViolations(page)
    const { status, body } = await askToken(it.origin, 'demo', GRANT, { basic: [id ?? '', secret ?? ''] })
    expect(status).toBe(200)
    expect((await probe(body['access_token'])).status).toBe(200)
    await page.getByText(`with the client secret ending in ${(secret ?? '').slice(-4)}`).waitFor()
    await expectNoViolations(page)
    await page.reload()
    await choose('OAuth2 client credentials grant')
    await page.getByText(`The newest one ends in ${(secret ?? '').slice(-4)}.`).waitFor()
    expect(await page.content()).not.toContain(secret)
  })

  test('once it is used, Secret Tokens are switched off, and on again', async () => {
    await choose('OAuth2 client credentials grant')
    await step('Test Connection, and wait for a cycle', ' (done)').waitFor()
    expect(await current()).toBe('Switch Secret Tokens off')
    await move()
      .getByText(/^Last signed in by OAuth /)
      .waitFor()
    await move()
      .getByText(/^One was last used /)
      .waitFor()
    await expectNoViolationsIn(page, 'light')
    await expectNoViolationsIn(page, 'dark')
    await move().getByRole('button', { name: 'Switch Secret Tokens off' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Switch off' }).click()
    await dialog.getByText('A Secret Token was last used').waitFor() // a moment ago
    await expectNoViolations(page)
    await dialog.getByRole('button', { name: 'Switch off all the same' }).click()
    await page.getByText('Secret Tokens are switched off').waitFor()
    expect((await it.scim('GET', '/Users?count=0')).status).toBe(401)
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByRole('button', { name: 'Switch Secret Tokens off' }).waitFor()
    expect((await it.scim('GET', '/Users?count=0')).status).toBe(200)
  })

  test('an identity is trusted by what Entra ID shows; what is wrong with a value stands beside it', async () => {
    await choose('Workload identity federation')
    await page.getByRole('button', { name: 'Trust an identity' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Issuer').fill('https://example.org/v2.0')
    await dialog.getByLabel('Subject').fill(SUBJECT)
    await dialog.getByLabel('Audience').fill(`api://${AUDIENCE}`)
    await dialog.getByRole('button', { name: 'Trust identity' }).click()
    await dialog.getByText('must be an issuer of Entra ID').first().waitFor()
    await expectNoViolations(page)
    await dialog.getByLabel('Issuer').fill(entra.issuer)
    await dialog.getByRole('button', { name: 'Trust identity' }).click()
    await page.getByRole('table', { name: 'Trusted identities' }).getByText(`api://${AUDIENCE} or ${AUDIENCE}`).waitFor()
  })

  test('an assertion that was refused is shown claim by claim, and one can be pasted', async () => {
    const assertion = (aud: string) => entra.token({ aud, sub: SUBJECT, tid: SIGN_IN_TENANT, roles: undefined, name: undefined })
    const ask = async (aud: string) =>
      askToken(it.origin, 'demo', {
        ...GRANT,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(aud),
      })
    expect((await ask('api://elsewhere')).status).toBe(401)
    const claims = page.getByRole('table', { name: 'Claims of the assertion' })
    await claims.getByRole('row', { name: /^aud .* api:\/\/elsewhere Differs$/ }).waitFor()
    await expectNoViolationsIn(page, 'light')
    await expectNoViolationsIn(page, 'dark')

    await page.getByRole('button', { name: 'Check an assertion' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Assertion').fill(await assertion(AUDIENCE))
    await dialog.getByRole('button', { name: 'Check', exact: true }).click()
    await dialog.getByText('It would be accepted').waitFor()
    await expectNoViolations(page)
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    const { status, body } = await ask(AUDIENCE)
    expect(status).toBe(200)
    expect((await probe(body['access_token'])).status).toBe(200)
    await page.getByText('by the identity Entra ID').waitFor()
  })

  test('a secret that is not used any more is deleted, after a word about what it ends', async () => {
    await page.getByRole('button', { name: 'Delete Entra ID' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Delete client secret' }).click()
    await dialog.getByText('This client secret was last used').waitFor()
    await dialog.getByRole('button', { name: 'Delete it all the same' }).click()
    await page.getByRole('status').getByText('Client secret deleted').waitFor()
    await page.getByRole('table', { name: 'Client secrets' }).waitFor({ state: 'detached' })
  })

  test('who only reads sees all of it and changes nothing', async () => {
    const reader = await it.newPage()
    await reader.goto(await it.link('reader', 'Rita'))
    await reader.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
    await reader.getByRole('table', { name: 'Trusted identities' }).waitFor()
    for (const name of ['Remove Entra ID', 'Trust an identity', 'Switch Secret Tokens off']) {
      expect(await reader.getByRole('button', { name }).count()).toBe(0)
    }
    await reader.context().close()
  })
})
