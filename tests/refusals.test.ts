import { randomUUID } from 'node:crypto'
import type { Timer } from '@azure/functions'
import { invocationContext } from '../dev/host/invocation'
import { handlers } from '../shared/app/handlers'
import { startManaged, type ManagedService } from './support/manage'
import { filtered, patchOf, send, type TestTenant } from './support/service'

/** What the SCIM endpoints note for a tenant's admin: when Entra ID was there, and why it was refused. */

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

type Item = Readonly<Record<string, unknown>>

const refusals = async ({ slug }: TestTenant, query = '') =>
  (await service.reader('GET', `/tenants/${slug}/refusals${query}`)).body['items'] as Item[]
const connection = async ({ slug }: TestTenant) => (await service.reader('GET', `/tenants/${slug}/connection`)).body
const make = async ({ slug }: TestTenant, body: object = {}) =>
  (await service.operator('POST', `/tenants/${slug}/tokens`, body)).body
const ask = (tenant: TestTenant, authorization: string) => tenant.send('GET', '/Users?count=0', undefined, { authorization })

/** Notes are written in the background of the refusal, so a look may come too early. */
async function until<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await look()
    if (isThere(found)) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const countOf = (items: readonly Item[]) => items.reduce((sum, { count }) => sum + Number(count), 0)

test('a tenant that nobody has reached has no request; a request is none of Test Connection, whose probe is', async () => {
  const tenant = service.tenant(0)
  const { slug } = tenant
  await service.operator('POST', '/tenants', { slug: `${slug}-new` })
  const unreached = `/tenants/${slug}-new/connection`
  expect((await service.reader('GET', unreached)).body).toEqual({ tenantUrl: `${service.origin}/scim/${slug}-new` })

  await tenant.send('POST', '/Users', { userName: randomUUID() })
  await tenant.send('GET', `/Users${filtered('userName eq "somebody"')}`)
  await tenant.send('GET', `/Groups${filtered(`displayName eq "${randomUUID()}" and externalId pr`)}`)
  const before = await connection(tenant)
  expect(before).toMatchObject({ tenantUrl: tenant.url, lastUsedToken: { id: 'local' } })
  expect(before).not.toHaveProperty('lastProbe')
  await tenant.send('GET', `/Users${filtered(`userName eq "${randomUUID()}"`)}`)
  const { lastRequest, lastProbe } = await connection(tenant)
  expect(lastProbe).toBe(lastRequest)
  expect(Date.now() - Date.parse(String(lastProbe))).toBeLessThan(60_000)
})

test('a filter by a GUID that finds somebody is no probe', async () => {
  const tenant = service.tenant(1)
  const userName = randomUUID()
  await tenant.send('POST', '/Users', { userName })
  expect((await tenant.send('GET', `/Users${filtered(`userName eq "${userName}"`)}`)).body['totalResults']).toBe(1)
  expect(await connection(tenant)).not.toHaveProperty('lastProbe')
})

test('the token that was used last is named', async () => {
  const tenant = service.tenant(2)
  await tenant.send('GET', '/Users?count=0')
  const { id, value } = await make(tenant, { label: 'Entra ID' })
  await ask(tenant, `Bearer ${String(value)}`)
  expect((await connection(tenant))['lastUsedToken']).toMatchObject({ id, label: 'Entra ID', lastFour: String(value).slice(-4) })
})

test('refused tokens are counted with the reason and words that say what to do', async () => {
  const tenant = service.tenant(3)
  await tenant.send('GET', '/Users?count=0')
  const { id, value } = await make(tenant)
  await service.operator('DELETE', `/tenants/${tenant.slug}/tokens/${String(id)}`)
  for (let i = 0; i < 3; i += 1) expect((await ask(tenant, `Bearer ${String(value)}`)).status).toBe(401)
  expect((await ask(tenant, 'Bearer made-up')).status).toBe(401)
  expect((await ask(tenant, 'Basic abc')).status).toBe(401)
  expect((await send(`${tenant.url}/Users`, { method: 'GET' })).status).toBe(401)

  const items = await until(
    () => refusals(tenant),
    (found) => countOf(found) >= 6,
  )
  const lastFour = String(value).slice(-4)
  const of = (reason: string) => items.filter((item) => item['reason'] === reason)
  expect(countOf(of('revoked'))).toBe(3)
  expect(of('revoked')[0]).toMatchObject({ status: 401, lastFour, operation: 'users' })
  expect(of('revoked').at(-1)?.['text']).toMatch(
    new RegExp(
      `^A revoked token ending in ${lastFour} was used .+ at \\d\\d:\\d\\d UTC\\. Paste the newest token into Entra\\.$`,
    ),
  )
  for (const reason of ['unknown', 'malformed', 'missing']) expect(countOf(of(reason))).toBe(1)
  for (const secret of [String(value), 'made-up', 'abc']) expect(JSON.stringify(items)).not.toContain(secret)
})

test('what was refused after the token was accepted is counted by scimType or status, daily life is not', async () => {
  const tenant = service.tenant(4)
  const { body } = await tenant.send('POST', '/Users', { userName: 'twice@contoso.example' })
  expect((await tenant.send('POST', '/Users', { userName: 'twice@contoso.example' })).status).toBe(409)
  expect((await tenant.send('GET', `/Users${filtered('userName is "x"')}`)).status).toBe(400)
  expect((await tenant.send('PUT', '/Users', {})).status).toBe(405)
  const absent = patchOf({ op: 'replace', path: 'title', value: 'x' })
  expect((await tenant.send('PATCH', `/Users/${'0'.repeat(32)}`, absent)).status).toBe(404)
  expect((await tenant.send('GET', `/Users/${'0'.repeat(32)}`)).status).toBe(404)
  expect((await tenant.send('GET', `/Users/${String(body['id'])}`)).status).toBe(200)
  const items = await refusals(tenant)
  expect(items.map(({ status, reason }) => [status, reason]).sort()).toEqual([
    [400, 'invalidFilter'],
    [404, '404'],
    [405, '405'],
    [409, 'uniqueness'],
  ])
  expect(JSON.stringify(items)).not.toContain('twice')
})

test('nothing is noted of a tenant that is unknown', async () => {
  const slug = `none-${randomUUID().slice(0, 8)}`
  const answer = await send(`${service.origin}/scim/${slug}/Users`, { method: 'GET', headers: { authorization: 'Bearer x' } })
  expect(answer.status).toBe(401)
  await service.operator('POST', '/tenants', { slug })
  expect((await service.reader('GET', `/tenants/${slug}/refusals`)).body).toEqual({ items: [] })
})

test('a list of refusals is paged and begins where it is asked to', async () => {
  const tenant = service.tenant(5)
  await tenant.send('GET', `/Users${filtered('a is b')}`)
  await tenant.send('GET', `/Groups${filtered('a is b')}`)
  const path = `/tenants/${tenant.slug}/refusals`
  const first = await service.reader('GET', `${path}?limit=1`)
  const second = await service.reader('GET', `${path}?limit=1&after=${encodeURIComponent(String(first.body['next']))}`)
  const operations = [first, second].flatMap(({ body }) => (body['items'] as Item[]).map((item) => item['operation']))
  expect(operations.sort()).toEqual(['groups', 'users'])
  const later = new Date(Date.now() + 120_000).toISOString()
  expect(await refusals(tenant, `?since=${later}`)).toEqual([])
  expect((await service.reader('GET', `${path}?since=yesterday`)).body).toMatchObject({ errors: [{ path: '?since' }] })
})

test('a rotation is seen by the timer, which says when the old token retires', async () => {
  const tenant = service.tenant(6)
  await tenant.send('GET', '/Users?count=0')
  const old = await make(tenant)
  const fresh = await make(tenant, { replaces: old['id'] })
  await ask(tenant, `Bearer ${String(fresh['value'])}`)
  await connection(tenant) // writes the stats
  await handlers.followTimer(
    {} as Timer,
    invocationContext('follow-timer', () => undefined),
  )
  const { body } = await service.reader('GET', `/tenants/${tenant.slug}/tokens`)
  const shown = (body['items'] as Item[]).find(({ id }) => id === old['id'])
  const minutes = (Date.parse(String(shown?.['retiresAt'])) - Date.now()) / 60_000
  expect(minutes).toBeGreaterThan(58)
  expect(minutes).toBeLessThanOrEqual(60)
  expect((await ask(tenant, `Bearer ${String(old['value'])}`)).status).toBe(200)
})

test('whose sign-in opens no tenant, or no such tenant, sees nothing', async () => {
  for (const resource of ['refusals', 'connection']) {
    expect((await service.as(undefined)('GET', `/tenants/${service.tenant(0).slug}/${resource}`)).status).toBe(401)
    expect((await service.operator('GET', `/tenants/no-such/${resource}`)).status).toBe(404)
  }
})
