import { SIGN_IN_TENANT, startIssuer, type TestIssuer } from './support/issuer'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { askToken, GRANT } from './support/oauth'
import { send, type TestTenant } from './support/service'

const AUDIENCE = 'cccccccc-1111-4222-8333-444444444444'
const SUBJECT = 'dddddddd-1111-4222-8333-444444444444'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let entra: TestIssuer
let service: ManagedService
let tenants = 0
beforeAll(async () => {
  entra = await startIssuer()
  service = await startManaged({ FEDERATION_TEST_ISSUER: new URL(entra.issuer).origin })
})
beforeEach(() => {
  entra.fail(undefined)
})
afterAll(async () => {
  await service.close()
  await entra.close()
})

interface Federated {
  readonly tenant: TestTenant
  readonly manage: Manage
  readonly trustId: string
  readonly clientId: string
}

async function federated(): Promise<Federated> {
  const tenant = service.tenant((tenants += 1))
  await tenant.send('GET', '/Users?count=0')
  const manage = await linkOf(service, tenant.slug)
  const wanted = { label: 'Entra', issuer: entra.issuer, subject: SUBJECT, audiences: [`api://${AUDIENCE}`, AUDIENCE] }
  const made = await manage('POST', `/tenants/${tenant.slug}/sign-in/trusts`, wanted)
  expect(made).toMatchObject({ status: 201, body: { tenantId: SIGN_IN_TENANT } })
  const { body } = await manage('GET', `/tenants/${tenant.slug}/sign-in`)
  return { tenant, manage, trustId: String(made.body['id']), clientId: String(body['clientId']) }
}

const assertionOf = (more: Readonly<Record<string, unknown>> = {}) =>
  entra.token({ aud: AUDIENCE, sub: SUBJECT, oid: SUBJECT, name: undefined, roles: undefined, ...more })
const ask = ({ tenant, clientId }: Federated, assertion: string, more: Readonly<Record<string, string>> = {}) =>
  askToken(service.origin, tenant.slug, {
    ...GRANT,
    client_id: clientId,
    client_assertion_type: JWT_BEARER,
    client_assertion: assertion,
    ...more,
  })
const scim = (tenant: TestTenant, token: unknown) =>
  send(`${tenant.url}/Users?count=0`, { method: 'GET', headers: { authorization: `Bearer ${String(token)}` } })

test('an assertion of a trusted identity opens the tenant, again and again, and never for longer than it lives itself', async () => {
  const it = await federated()
  const exp = Math.floor(Date.now() / 1000) + 1800
  const assertion = await assertionOf({ exp })
  for (let i = 0; i < 2; i += 1) {
    const answer = await ask(it, assertion)
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'scim' } })
    expect(Number(answer.body['expires_in'])).toBeGreaterThan(1790)
    expect(Number(answer.body['expires_in'])).toBeLessThanOrEqual(1800)
    expect((await scim(it.tenant, answer.body['access_token'])).status).toBe(200)
  }
  const long = await ask(it, await assertionOf({ exp: exp + 7200 }))
  expect(long.body).toMatchObject({ expires_in: 3600 })
  const { body } = await it.manage('GET', `/tenants/${it.tenant.slug}/sign-in`)
  expect(body['trusts']).toMatchObject([{ id: it.trustId, lastUsed: expect.any(String) as string }])
})

test('what it gave ends with the trust', async () => {
  const it = await federated()
  const { body } = await ask(it, await assertionOf())
  const path = `/tenants/${it.tenant.slug}/sign-in/trusts/${it.trustId}`
  expect(await it.manage('DELETE', path)).toMatchObject({ status: 409, body: { confirm: 'used' } })
  expect((await it.manage('DELETE', `${path}?confirm=used`)).status).toBe(204)
  expect((await scim(it.tenant, body['access_token'])).status).toBe(401)
  expect((await ask(it, await assertionOf())).status).toBe(401)
  const audit = await it.manage('GET', `/tenants/${it.tenant.slug}/audit`)
  expect((audit.body['items'] as { action: string }[]).slice(0, 2).map(({ action }) => action)).toEqual([
    'trust.deleted',
    'trust.created',
  ])
})

test('the caller learns invalid_client alone; the console learns which claim it was', async () => {
  const it = await federated()
  const wrong = await Promise.all([
    assertionOf({ aud: 'api://elsewhere' }),
    assertionOf({ sub: 'somebody' }),
    assertionOf({ tid: AUDIENCE }),
    assertionOf({ exp: 1 }),
  ])
  const answers = await Promise.all(wrong.map((assertion) => ask(it, assertion)))
  expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
  expect(answers[0]).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  const other = await ask(it, await assertionOf(), { client_id: AUDIENCE })
  expect(other.body).toEqual(answers[0]?.body)
})

test('the last refused assertion is shown claim by claim, and its text nowhere', async () => {
  const it = await federated()
  const assertion = await assertionOf({ aud: 'api://elsewhere' })
  expect((await ask(it, assertion)).status).toBe(401)
  const shown = async () => (await it.manage('GET', `/tenants/${it.tenant.slug}/sign-in`)).body['lastRefused']
  for (let i = 0; i < 50 && (await shown()) === undefined; i += 1) await new Promise((resolve) => setTimeout(resolve, 100))
  const refused = (await shown()) as { reason: string; claims: { claim: string; fits: boolean }[] }
  expect(refused.reason).toBe('It was made for another audience.')
  expect(refused.claims.filter(({ fits }) => !fits)).toEqual([
    { claim: 'aud', expected: `api://${AUDIENCE} or ${AUDIENCE}`, seen: 'api://elsewhere', fits: false },
  ])
  const [, , signature = ''] = assertion.split('.')
  expect(JSON.stringify(await it.tenant.table().all({ from: ' ', before: '~' }))).not.toContain(signature)
  expect(JSON.stringify(service.lines)).not.toContain(signature)
  const refusals = await it.manage('GET', `/tenants/${it.tenant.slug}/refusals`)
  expect(JSON.stringify(refusals.body)).toContain('that was made for another audience')
})

test('what a stranger sends hides no refusal of a trusted issuer, and breaks no page', async () => {
  const it = await federated()
  const path = `/tenants/${it.tenant.slug}/sign-in`
  const lastRefused = async () => (await it.manage('GET', path)).body['lastRefused'] as { reason: string } | undefined
  const part = (text: string) => Buffer.from(text).toString('base64url')
  // A number that JSON can say and nothing can hold.
  await ask(it, `${part('{"alg":"RS256"}')}.${part('{"exp":1e999,"nbf":-1e999}')}.c2ln`)
  for (let i = 0; i < 50 && (await lastRefused()) === undefined; i += 1) await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await lastRefused()).toMatchObject({ reason: 'Nobody of this issuer is trusted.' })
  await ask(it, await assertionOf({ aud: 'api://elsewhere' }))
  const isOwn = async () => (await lastRefused())?.reason === 'It was made for another audience.'
  for (let i = 0; i < 50 && !(await isOwn()); i += 1) await new Promise((resolve) => setTimeout(resolve, 100))
  for (let i = 0; i < 4; i += 1) await ask(it, 'nonsense')
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await isOwn()).toBe(true)
})

test('an administrator pastes an assertion and sees what would be said of it', async () => {
  const it = await federated()
  const path = `/tenants/${it.tenant.slug}/sign-in/assertions`
  const good = await it.manage('POST', path, { assertion: await assertionOf() })
  expect(good).toMatchObject({ status: 200, body: { accepted: true } })
  const bad = await it.manage('POST', path, { assertion: await assertionOf({ exp: 1 }) })
  expect(bad).toMatchObject({ status: 200, body: { accepted: false, reason: 'It has expired.' } })
  expect(await it.manage('POST', path, { assertion: 'nonsense' })).toMatchObject({
    status: 200,
    body: { accepted: false, claims: expect.any(Array) as unknown },
  })
  expect((await it.manage('POST', path, {})).status).toBe(400)
  const reader = await linkOf(service, it.tenant.slug, 'reader')
  expect((await reader('POST', path, { assertion: 'x' })).status).toBe(403)
})

test('an issuer whose keys cannot be had is an outage of ours and no refusal', async () => {
  const it = await federated()
  const elsewhere = `${new URL(entra.issuer).origin}/22222222-2222-4333-8444-555555555555/v2.0`
  await it.manage('POST', `/tenants/${it.tenant.slug}/sign-in/trusts`, {
    label: 'No keys',
    issuer: elsewhere,
    subject: SUBJECT,
    audiences: [AUDIENCE],
  })
  const answer = await ask(it, await assertionOf({ iss: elsewhere }))
  expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('an identity is trusted once, five are at most, and only those of Entra ID', async () => {
  const it = await federated()
  const path = `/tenants/${it.tenant.slug}/sign-in/trusts`
  const wanted = { label: 'Entra', issuer: entra.issuer, subject: SUBJECT, audiences: [AUDIENCE] }
  expect((await it.manage('POST', path, wanted)).status).toBe(409)
  const odd = [
    { issuer: 'https://example.org/11111111-2222-4333-8444-555555555555/v2.0' },
    { issuer: entra.issuer.toUpperCase() },
    { subject: '' },
    { audiences: [] },
    { audiences: ['a b'] },
    { audiences: ['1', '2', '3', '4', '5', '6'] },
    { label: '' },
    { jwks: 'https://example.org' },
  ]
  for (const change of odd) expect((await it.manage('POST', path, { ...wanted, ...change })).status).toBe(400)
  for (let i = 0; i < 4; i += 1) expect((await it.manage('POST', path, { ...wanted, subject: `s${i}` })).status).toBe(201)
  expect((await it.manage('POST', path, { ...wanted, subject: 's5' })).status).toBe(409)
})
