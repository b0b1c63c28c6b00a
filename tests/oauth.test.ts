import { localRootKeys, rootKeys } from '../shared/credentials/keys/root-keys'
import { tenantKeys } from '../shared/credentials/keys/tenant-keys'
import { writeAccessToken } from '../shared/credentials/oauth/access-token'
import { tenantOfStored } from './support/stored-tenant'
import { startFaultProxy, type FaultProxy } from './support/fault-proxy'
import { askToken, GRANT } from './support/oauth'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { send, type TestTenant } from './support/service'
import { fewestTrips } from './support/trips'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let tables: FaultProxy
let service: ManagedService
let tenants = 0
beforeAll(async () => {
  tables = await startFaultProxy(process.env['TEST_TABLES_CONNECTION_STRING'] ?? '')
  service = await startManaged({ TABLES_CONNECTION_STRING: tables.connectionString })
})
afterAll(async () => {
  await service.close()
  await tables.close()
})

interface Client {
  readonly tenant: TestTenant
  readonly manage: Manage
  readonly id: string
  readonly secretId: string
  readonly secret: string
}

/** A tenant of its own with one client secret, made through a setup link. */
async function newClient(): Promise<Client> {
  const tenant = service.tenant((tenants += 1))
  await tenant.send('GET', '/Users?count=0') // locally the first request makes it
  const manage = await linkOf(service, tenant.slug)
  const { status, body } = await manage('POST', `/tenants/${tenant.slug}/sign-in/secrets`, { label: 'Entra' })
  expect(status).toBe(201)
  return { tenant, manage, id: String(body['clientId']), secretId: String(body['id']), secret: String(body['value']) }
}

const scim = (tenant: TestTenant, token: unknown, path = '/Users?count=0') =>
  send(tenant.url + path, { method: 'GET', headers: { authorization: `Bearer ${String(token)}` } })

describe('a client secret', () => {
  test('gives access tokens by the Basic header and by the body, and they open SCIM without a storage trip more', async () => {
    const { tenant, id, secret } = await newClient()
    const byHeader = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    expect(byHeader).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600, scope: 'scim' } })
    expect(byHeader.headers.get('cache-control')).toBe('no-store')
    expect(byHeader.headers.get('pragma')).toBe('no-cache')
    const byBody = await askToken(service.origin, tenant.slug, { ...GRANT, client_id: id, client_secret: secret, scope: 'scim' })
    expect(byBody.status).toBe(200)
    const both = { ...GRANT, client_id: id, client_secret: secret, resource: 'x', audience: 'y' }
    expect((await askToken(service.origin, tenant.slug, both, { basic: [id, secret] })).status).toBe(200)

    service.lines.length = 0
    expect((await tenant.send('GET', '/Users?count=0')).status).toBe(200)
    expect((await scim(tenant, byHeader.body['access_token'])).status).toBe(200)
    const [bearer, oauth] = service.lines.filter(({ operation }) => operation === 'users')
    expect(oauth).toMatchObject({ status: 200, trips: bearer?.['trips'], calls: bearer?.['calls'] })
  })

  test('costs no call to the tables once it is known', async () => {
    const { tenant, id, secret } = await newClient()
    // What is noted of its use is written beside it, once a minute: that may fall into one of several tries.
    const callsOfOne = async () => {
      const before = tables.requests.length
      expect((await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })).status).toBe(200)
      return tables.requests.length - before
    }
    await callsOfOne()
    expect(await fewestTrips(0, callsOfOne)).toBe(0)
  })

  test('and what it gave opens no other tenant', async () => {
    const [one, other] = [await newClient(), await newClient()]
    const { body } = await askToken(service.origin, one.tenant.slug, GRANT, { basic: [one.id, one.secret] })
    expect((await scim(other.tenant, body['access_token'])).status).toBe(401)
    const elsewhere = await askToken(service.origin, other.tenant.slug, GRANT, { basic: [one.id, one.secret] })
    expect(elsewhere).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    const itsId = await askToken(service.origin, other.tenant.slug, GRANT, { basic: [other.id, one.secret] })
    expect(itsId).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    const nobody = await askToken(service.origin, 'nobody-here', GRANT, { basic: [one.id, one.secret] })
    expect(nobody.body).toEqual(elsewhere.body)
  })

  test('ends with its access tokens when it is deleted, which wants a confirmation once it was used', async () => {
    const { tenant, manage, id, secret, secretId } = await newClient()
    const { body } = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    expect((await scim(tenant, body['access_token'])).status).toBe(200)
    const path = `/tenants/${tenant.slug}/sign-in/secrets/${secretId}`
    expect(await manage('DELETE', path)).toMatchObject({ status: 409, body: { confirm: 'used' } })
    expect((await manage('DELETE', `${path}?confirm=used`)).status).toBe(204)
    expect((await scim(tenant, body['access_token'])).status).toBe(401)
    expect((await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })).status).toBe(401)
    expect((await manage('DELETE', path)).status).toBe(404)
    const refusals = await manage('GET', `/tenants/${tenant.slug}/refusals`)
    expect(JSON.stringify(refusals.body)).toMatch(/client secret that this tenant does not have/)
    expect(JSON.stringify(refusals.body)).toMatch(/An access token was used whose client secret was deleted/)
  })

  test('is shown once, and no answer, row or line of log has it or an access token again', async () => {
    const { tenant, manage, id, secret, secretId } = await newClient()
    const { body } = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    const access = String(body['access_token'])
    await scim(tenant, access)
    const shown = await manage('GET', `/tenants/${tenant.slug}/sign-in`)
    expect(shown.body).toMatchObject({
      clientId: id,
      tokenEndpoint: `${service.origin}/oauth/${tenant.slug}/token`,
      bearer: { enabled: true },
      secrets: [
        { id: secretId, label: 'Entra', lastFour: secret.slice(-4), state: 'live', lastUsed: expect.any(String) as string },
      ],
      trusts: [],
    })
    const rows = JSON.stringify(await tenant.table().all({ from: ' ', before: '~' }))
    const audit = await manage('GET', `/tenants/${tenant.slug}/audit`)
    expect(audit.body['items']).toContainEqual(expect.objectContaining({ action: 'clientSecret.created', subject: secretId }))
    for (const text of [JSON.stringify(shown.body), rows, JSON.stringify(audit.body), JSON.stringify(service.lines)]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(access)
    }
  })

  test('is one of five at most', async () => {
    const { tenant, manage } = await newClient()
    const add = () => manage('POST', `/tenants/${tenant.slug}/sign-in/secrets`, { days: 1095 })
    const made = await Promise.all([add(), add(), add(), add()])
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(await add()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('Delete one') as string } })
    for (const days of [364, 1096, 0]) {
      expect((await manage('POST', `/tenants/${tenant.slug}/sign-in/secrets`, { days })).status).toBe(400)
    }
  })

  test('that has expired gives nothing, and what it gave before has ended too', async () => {
    const { tenant, id, secret } = await newClient()
    const { body } = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    await tenantOfStored(tenant).changeSignIn((held) => ({
      ...held,
      secrets: held.secrets.map((one) => ({ ...one, expires: new Date(Date.now() - 1000).toISOString() })),
    }))
    // A refresh of what the instance remembers: any change of the tenant's settings by it.
    const manage = await linkOf(service, tenant.slug)
    await manage('PATCH', `/tenants/${tenant.slug}/sign-in`, { accessTokenMinutes: 61 })
    expect((await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })).status).toBe(401)
    expect((await scim(tenant, body['access_token'])).status).toBe(401)
    const refusals = JSON.stringify((await manage('GET', `/tenants/${tenant.slug}/refusals`)).body)
    expect(refusals).toContain(`expired client secret ending in ${secret.slice(-4)}`)
  })
})

describe('access tokens', () => {
  test('live as long as the tenant wants, and never beyond their secret', async () => {
    const { tenant, manage, id, secret } = await newClient()
    const path = `/tenants/${tenant.slug}/sign-in`
    for (const accessTokenMinutes of [59, 361, 60.5])
      expect((await manage('PATCH', path, { accessTokenMinutes })).status).toBe(400)
    expect((await manage('PATCH', path, { accessTokenMinutes: 360 })).body).toMatchObject({ accessTokenMinutes: 360 })
    const long = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    expect(long.body).toMatchObject({ expires_in: 21_600 })
    await tenantOfStored(tenant).changeSignIn((held) => ({
      ...held,
      secrets: held.secrets.map((one) => ({ ...one, expires: new Date(Date.now() + 600_000).toISOString() })),
    }))
    await manage('PATCH', path, { accessTokenMinutes: 120 })
    const short = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    expect(Number(short.body['expires_in'])).toBeGreaterThan(590)
    expect(Number(short.body['expires_in'])).toBeLessThanOrEqual(600)
  })

  test('with one character changed open nothing', async () => {
    const { tenant, id, secret } = await newClient()
    const { body } = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    const token = String(body['access_token'])
    const places = [3, 10, 34, 37, 45, 47, 60, token.length - 1]
    for (const place of places) {
      const other = token[place] === '1' ? '2' : '1'
      expect((await scim(tenant, token.slice(0, place) + other + token.slice(place + 1))).status).toBe(401)
    }
  })

  test('that have ended open nothing, and the admin is told that a client gets another one', async () => {
    const { tenant, manage, secretId } = await newClient()
    const root = rootKeys(localRootKeys(process.env['TABLES_CONNECTION_STRING'] ?? ''))
    const keys = tenantKeys(root, { slug: tenant.slug, generation: 1 })
    const now = Math.floor(Date.now() / 1000)
    const until = (expiresAt: number) => writeAccessToken(keys, { grantId: secretId, expiresAt })
    expect((await scim(tenant, await until(now + 60))).status).toBe(200) // made as the service makes them
    const ended = await scim(tenant, await until(now - 1))
    expect(ended.status).toBe(401)
    expect(ended.headers.get('www-authenticate')).toContain('error="invalid_token"')
    const refusals = JSON.stringify((await manage('GET', `/tenants/${tenant.slug}/refusals`)).body)
    expect(refusals).toContain('An access token was used after its end')
    expect(refusals).not.toContain('Paste the newest token')
  })
})

describe('the token endpoint refuses', () => {
  let client: Client
  beforeAll(async () => {
    client = await newClient()
  })
  const ask = (form: Readonly<Record<string, string>> | string, more?: Parameters<typeof askToken>[3]) =>
    askToken(service.origin, client.tenant.slug, form, more)

  test.each([
    ['no grant type', {}, 400, 'invalid_request'],
    ['an empty grant type', { grant_type: '' }, 400, 'invalid_request'],
    ['a password grant', { grant_type: 'password', username: 'x', password: 'y' }, 400, 'unsupported_grant_type'],
    ['a code grant', { grant_type: 'authorization_code', code: 'x' }, 400, 'unsupported_grant_type'],
    ['a refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'unsupported_grant_type'],
    ['another scope', { ...GRANT, scope: 'openid' }, 400, 'invalid_scope'],
    ['two scopes', { ...GRANT, scope: 'scim openid' }, 400, 'invalid_scope'],
    ['an unknown kind of assertion', { ...GRANT, client_assertion_type: 'saml', client_assertion: 'x' }, 400, 'invalid_request'],
    ['a kind without an assertion', { ...GRANT, client_assertion_type: JWT_BEARER }, 400, 'invalid_request'],
    ['an assertion without its kind', { ...GRANT, client_assertion: 'x' }, 400, 'invalid_request'],
    ['nobody', GRANT, 401, 'invalid_client'],
    ['a client without a secret', { ...GRANT, client_id: 'x' }, 401, 'invalid_client'],
    ['an assertion that is none', { ...GRANT, client_assertion_type: JWT_BEARER, client_assertion: 'x' }, 401, 'invalid_client'],
  ])('%s', async (_what, form, status, error) => {
    const answer = await ask(form)
    expect(answer).toMatchObject({ status, body: { error } })
    expect(answer.body['error_description']).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="Rollcall"' : null)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('a parameter that it reads twice, and no other', async () => {
    const { id, secret } = client
    const form = new URLSearchParams({ ...GRANT, client_id: id, client_secret: secret }).toString()
    expect((await ask(`${form}&client_id=${id}`)).body).toMatchObject({ error: 'invalid_request' })
    expect((await ask(`${form}&grant_type=client_credentials`)).body).toMatchObject({ error: 'invalid_request' })
    expect((await ask(`${form}&resource=a&resource=b`)).status).toBe(200)
  })

  test('a client in the header that differs from the one in the body, and a secret beside an assertion', async () => {
    const { id, secret } = client
    const differs = [{ client_id: 'other' }, { client_secret: 'other' }]
    for (const form of differs) {
      expect(await ask({ ...GRANT, ...form }, { basic: [id, secret] })).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      })
    }
    const two = { ...GRANT, client_assertion_type: JWT_BEARER, client_assertion: 'x' }
    expect(await ask(two, { basic: [id, secret] })).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test('a secret with characters that a form escapes, decoded once', async () => {
    for (const secret of ['a%41', 'a+b', 'a:b', '%', '%zz', 'ü']) {
      expect(await ask(GRANT, { basic: [client.id, secret] })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    }
  })

  test('JSON, another method, a large body and a header that is not Basic', async () => {
    const { id, secret } = client
    const json = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
    const sent = await ask(JSON.stringify(json), { headers: { 'content-type': 'application/json' } })
    expect(sent).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    const get = await send(`${service.origin}/oauth/${client.tenant.slug}/token`, { method: 'GET' })
    expect(get).toMatchObject({ status: 405, body: { error: 'invalid_request' } })
    expect(get.headers.get('allow')).toBe('POST')
    const large = await ask({ ...GRANT, client_assertion_type: JWT_BEARER, client_assertion: 'x'.repeat(40_000) })
    expect(large).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    for (const authorization of ['Bearer x', 'Basic', 'Basic !!!', `Basic ${Buffer.from('nocolon').toString('base64')}`]) {
      expect(await ask(GRANT, { headers: { authorization } })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    }
  })

  test('more refusals than a client has, with the time to wait; the tenants own client is answered as before, and another tenant', async () => {
    const other = await newClient()
    let refused = 0
    for (let i = 0; i < 100 && refused === 0; i += 1) {
      const answer = await ask(GRANT, { basic: [client.id, 'guessed'] })
      if (answer.status === 429) {
        refused += 1
        expect(answer.body).toMatchObject({ error: 'temporarily_unavailable' })
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      }
    }
    expect(refused).toBe(1)
    expect((await ask(GRANT, { basic: [client.id, client.secret] })).status).toBe(200)
    expect((await askToken(service.origin, other.tenant.slug, GRANT, { basic: [other.id, other.secret] })).status).toBe(200)
  })
})

test('refusals by address count a /64 of IPv6 as one client, which has as many addresses as it likes, and the next /64 as another', async () => {
  const { tenant, id } = await newClient()
  const from = async (address: string) => {
    const headers = { 'x-forwarded-for': `[${address}]:443` }
    return (await askToken(service.origin, tenant.slug, GRANT, { basic: [id, 'guessed'], headers })).status
  }
  let asked = 0
  while (asked < 100 && (await from(`2001:db8:7:7::${(asked += 1)}`)) === 401);
  expect(asked).toBeLessThan(100)
  expect(await from('2001:db8:7:8::1')).toBe(401)
})

describe('Secret Tokens', () => {
  test('are switched off for a tenant, which costs a confirmation while they are used, and on again', async () => {
    const { tenant, manage, id, secret } = await newClient()
    const { body } = await askToken(service.origin, tenant.slug, GRANT, { basic: [id, secret] })
    const path = `/tenants/${tenant.slug}/sign-in`
    expect(await manage('PATCH', path, { bearer: false })).toMatchObject({ status: 409, body: { confirm: 'used' } })
    const off = await manage('PATCH', `${path}?confirm=used`, { bearer: false })
    expect(off.body).toMatchObject({ bearer: { enabled: false, lastUsed: expect.any(String) as string } })
    expect((await tenant.send('GET', '/Users?count=0')).status).toBe(401)
    expect((await scim(tenant, body['access_token'])).status).toBe(200)
    const refusals = JSON.stringify((await manage('GET', `/tenants/${tenant.slug}/refusals`)).body)
    expect(refusals).toContain('which this tenant has switched off')
    const config = await scim(tenant, body['access_token'], '/ServiceProviderConfig')
    expect(config.body['authenticationSchemes']).toMatchObject([{ type: 'oauth2', primary: true }])
    expect((await manage('PATCH', path, { bearer: true })).status).toBe(200)
    expect((await tenant.send('GET', '/Users?count=0')).status).toBe(200)
    const both = await tenant.send('GET', '/ServiceProviderConfig')
    expect(both.body['authenticationSchemes']).toMatchObject([
      { type: 'oauthbearertoken', primary: true },
      { type: 'oauth2', primary: false },
    ])
  })

  test('are the one way in at first, and switching them off says so', async () => {
    const tenant = service.tenant((tenants += 1))
    const config = await tenant.send('GET', '/ServiceProviderConfig')
    expect(config.body['authenticationSchemes']).toMatchObject([{ type: 'oauthbearertoken' }])
    const slug = `${tenant.slug}-new`
    expect((await service.operator('POST', '/tenants', { slug, name: 'New' })).status).toBe(201)
    const answer = await service.operator('PATCH', `/tenants/${slug}/sign-in`, { bearer: false })
    expect(answer).toMatchObject({ status: 409, body: { harm: expect.stringContaining('Nothing else opens') as string } })
  })
})

test('the metadata names the endpoint and what it takes, for every name that a tenant may have', async () => {
  const address = `${service.origin}/.well-known/oauth-authorization-server/oauth/contoso`
  const answer = await send(address, { method: 'GET' })
  expect(answer).toMatchObject({
    status: 200,
    body: {
      issuer: `${service.origin}/oauth/contoso`,
      token_endpoint: `${service.origin}/oauth/contoso/token`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      scopes_supported: ['scim'],
    },
  })
  expect((await send(address, { method: 'POST' })).status).toBe(405)
  for (const path of ['/oauth', '/oauth/UPPER', '/scim/contoso', '/oauth/contoso/token']) {
    expect((await send(`${service.origin}/.well-known/oauth-authorization-server${path}`, { method: 'GET' })).status).toBe(404)
  }
})
