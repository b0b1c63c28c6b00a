import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../ops/cli'
import { readRows } from '../ops/row-file'
import { MAX_CAPTURED } from '../shared/monitoring/capture/captured-rows'
import { expireCaptured } from '../shared/monitoring/capture/switch'
import { readConfig } from '../shared/config'
import { createServices } from '../shared/app/services'
import { CAPTURED, capturedKey } from '../shared/storage/keys'
import { prefixRange, type Action, type Row, type Table } from '../shared/storage/table'
import { changeOne, readTenant } from '../shared/tenants/registry'
import { startBehindProxy } from './support/behind-proxy'
import { settled } from './support/check-table'
import { customerOf, type Customer } from './support/customer'
import type { FaultProxy } from './support/fault-proxy'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { productOf } from './support/product'
import { filtered, patchOf, type TestTenant } from './support/service'
import { tenantStorage } from './support/tenant-settings'
import { followed } from './support/followed'

/** Requests as they came, for an administrator who tests mappings. */

const HOUR_MS = 3_600_000
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'

let proxy: FaultProxy
let service: ManagedService
beforeAll(async () => {
  ;({ proxy, service } = await startBehindProxy(startManaged))
})
afterEach(() => {
  proxy.calm()
})
afterAll(() => service.close())

type Item = Readonly<Record<string, unknown>>

/** A tenant with a capture that an administrator turned on. */
async function capturing(index: number, more: object = {}): Promise<Customer & { kept: () => Promise<Item[]> }> {
  const customer = await customerOf(service, index)
  const { admin, path } = customer
  const { status } = await admin('PUT', `${path}/capture`, { minutes: 60, ...more })
  if (status !== 200) throw new Error(`The capture was answered ${status}.`)
  return { ...customer, kept: async () => (await admin('GET', `${path}/capture?limit=50`)).body['items'] as Item[] }
}

const rowsOf = (table: Table): Promise<readonly Row[]> => table.all(prefixRange(CAPTURED))
const tripsOf = (method: string) =>
  service.lines.findLast((line) => line['method'] === method && line['tenant'] !== undefined)?.['trips']
const follow = ({ slug }: TestTenant) => followed(createServices(readConfig()), slug)
const pathsOf = (items: readonly Item[]) =>
  items.map(({ method, path }) => `${String(method)} ${String(path).split('/').slice(3).join('/')}`)

test('while it is on, requests are kept as they were sent with their answers, newest first, for one trip each', async () => {
  const { tenant, admin, path, kept } = await capturing(0)
  const user = { schemas: [USER], userName: 'ana@contoso.example', displayName: 'Ana  "Ruiz"' }
  const text = JSON.stringify(user, undefined, 3)
  const made = await tenant.send('POST', '/Users', text, {
    'user-agent': 'Entra',
    cookie: 'c=1',
    'x-functions-key': 'k',
    'x-other': 'o',
  })
  expect(made.status).toBe(201)
  expect(tripsOf('POST')).toBe(2)
  await tenant.send('GET', `/Users${filtered('userName eq "nobody"')}`)
  expect(tripsOf('GET')).toBe(2)
  expect((await tenant.send('POST', '/Users', user)).status).toBe(409)
  await tenant.send('DELETE', `/Users/${String(made.body['id'])}`)
  const [removed, refused, asked, posted] = await kept()
  expect(posted).toMatchObject({
    method: 'POST',
    path: `/scim/${tenant.slug}/Users`,
    body: text,
    status: 201,
    operation: 'users',
  })
  expect(JSON.parse(String(posted?.['answer']))).toEqual(made.body)
  expect(posted?.['headers']).toEqual({
    accept: '*/*',
    'content-length': String(Buffer.byteLength(text)),
    'content-type': 'application/scim+json',
    'user-agent': 'Entra',
  })
  expect(asked).toMatchObject({
    method: 'GET',
    status: 200,
    path: `/scim/${tenant.slug}/Users${filtered('userName eq "nobody"')}`,
  })
  expect(asked).not.toHaveProperty('body')
  expect(refused).toMatchObject({ status: 409, answer: expect.stringContaining('uniqueness') as string })
  expect(removed).toMatchObject({ method: 'DELETE', status: 204 })
  expect(removed).not.toHaveProperty('answer')

  const first = await admin('GET', `${path}/capture?limit=3`)
  const second = await admin('GET', `${path}/capture?limit=3&after=${String(first.body['next'])}`)
  expect([first, second].flatMap(({ body }) => (body['items'] as Item[]).map(({ id }) => id))).toEqual(
    (await kept()).map(({ id }) => id),
  )
  expect(second.body).not.toHaveProperty('next')

  await admin('DELETE', `${path}/capture`)
  await tenant.send('POST', '/Users', { userName: 'later@contoso.example' })
  expect(tripsOf('POST')).toBe(1)
  await tenant.send('GET', `/Users${filtered('userName eq "nobody"')}`)
  expect(tripsOf('GET')).toBe(1)
  expect(await kept()).toHaveLength(4)
  expect(JSON.stringify(service.lines)).not.toContain('contoso.example')
})

test('no token and no password is kept, wherever it stands', async () => {
  const { tenant, kept } = await capturing(1)
  const { token } = tenant
  const withPassword = { schemas: [USER], userName: 'ana', password: 'hunter2-a', [USER]: { password: 'hunter2-b' } }
  const { body } = await tenant.send('POST', '/Users', withPassword)
  await tenant.send('PATCH', `/Users/${String(body['id'])}`, patchOf({ op: 'add', path: 'password', value: 'hunter2-c' }))
  await tenant.send('PATCH', `/Users/${String(body['id'])}`, patchOf({ op: 'add', path: `${USER}:password`, value: 'hunter2-d' }))
  await tenant.send('POST', '/Users', '{"userName":"twice","a":{"password":"hunter2-e"},"a":1}')
  await tenant.send('POST', '/Users', '{"userName":"escaped","p\\u0061ssword":"hunter2-f"}')
  await tenant.send('POST', '/Users', '{"password":"hunter2-g"')
  await tenant.send('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'bulk', password: 'hunter2-h' } }],
  })
  await tenant.send('GET', `/Users?filter=${encodeURIComponent('password eq "hunter2-i"')}`)
  await tenant.send('GET', `/Users?count=0&token=${token}`)
  await tenant.send('POST', '/Users', { userName: 'token', title: `Bearer ${token}`, nickName: 'rc_0123456789abcdef0123456789' })
  await tenant.send('GET', '/Users?count=0', undefined, { 'user-agent': `curl ${token}` })
  const items = await kept()
  expect(items).toHaveLength(11)
  const stored = JSON.stringify([items, await rowsOf(tenant.table())])
  for (const secret of ['hunter2', token, 'rc_0123456789', 'uthorization']) expect(stored).not.toContain(secret)
  expect(items.at(-1)?.['body']).toBe(
    JSON.stringify({ ...withPassword, password: '(removed)', [USER]: { password: '(removed)' } }),
  )
  expect(items.find(({ bodyNote }) => bodyNote !== undefined)).toMatchObject({
    status: 400,
    bodyNote: 'Not kept: it mentions a password and is no JSON.',
  })
})

test('hostile and very large bodies are kept in bounds, and harm nothing', async () => {
  const { tenant, kept } = await capturing(2)
  const deep = `{"userName":"deep","password":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
  await tenant.send('POST', '/Users', '{"userName":"proto","__proto__":{"active":false},"constructor":{"password":"x"}}')
  await tenant.send('POST', '/Users', JSON.stringify({ userName: 'large', title: '😀'.repeat(250_000) }))
  await tenant.send('POST', '/Users', deep)
  await tenant.send('POST', '/Users', '{"userName":"lone\\ud800"}')
  const items = await kept()
  expect(items.length).toBeGreaterThanOrEqual(3)
  expect(Object.hasOwn({}, 'active')).toBe(false)
  const large = items.find(({ bodyNote }) => String(bodyNote).startsWith('Cut: '))
  expect(String(large?.['body']).length).toBeGreaterThan(349_000)
  expect(String(large?.['body'])).not.toMatch(/\p{Surrogate}/u)
  const proto = items.find(({ body }) => String(body).includes('__proto__'))
  expect(proto?.['body']).toBe('{"userName":"proto","__proto__":{"active":false},"constructor":{"password":"(removed)"}}')
})

test('of one person whatever names them is kept, and nothing else', async () => {
  const customer = await customerOf(service, 3)
  const { tenant, admin, path } = customer
  const ana = await customer.person('ana@contoso.example', { externalId: 'Oid-Ana' })
  const bob = await customer.person('bob@contoso.example')
  const group = await customer.group('Staff')
  const started = await admin('PUT', `${path}/capture`, { minutes: 5, person: 'ANA@contoso.example' })
  expect(started.body).toMatchObject({
    state: 'on',
    by: 'Carla Customer (setup link)',
    person: { id: ana, userName: 'ana@contoso.example' },
  })
  const member = (value: string) => patchOf({ op: 'Add', path: 'members', value: [{ value }] })
  const bulk = (resource: string) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [{ method: 'DELETE', path: resource }],
  })
  await tenant.send('GET', `/Users/${ana}`)
  await tenant.send('GET', `/Users${filtered('userName eq "Ana@contoso.example"')}`)
  await tenant.send('GET', `/Users${filtered('externalId eq "Oid-Ana"')}`)
  await tenant.send('POST', '/Users', { userName: 'ana@contoso.example' })
  await tenant.send('PATCH', `/Groups/${group}`, member(ana))
  await tenant.send('PATCH', `/Groups/${group}`, patchOf({ op: 'Remove', path: `members[value eq "${ana}"]` }))
  await tenant.send('POST', '/Bulk', bulk(`/Users/${ana}`))
  const named = 7
  await tenant.send('GET', `/Users/${bob}`)
  await tenant.send('GET', '/Users')
  await tenant.send('GET', `/Users${filtered('userName eq "bob@contoso.example"')}`)
  await tenant.send('PATCH', `/Groups/${group}`, member(bob))
  await tenant.send('POST', '/Users', { userName: 'not-ana@contoso.example' })
  const { body } = await admin('GET', `${path}/capture`)
  expect(body['items']).toHaveLength(named)
})

test('somebody who is to come is captured by userName, and by the id that they get', async () => {
  const { tenant, kept, person, group } = await capturing(4, { person: 'newcomer@contoso.example' })
  await person('other@contoso.example')
  await tenant.send('GET', `/Users${filtered('userName eq "newcomer@contoso.example"')}`)
  const id = await person('Newcomer@contoso.example')
  await group('Staff', [id])
  expect(pathsOf(await kept())).toEqual([
    'POST Groups',
    'POST Users',
    `GET Users${filtered('userName eq "newcomer@contoso.example"')}`,
  ])
})

test('it ends at its time without a write, a wrong token is never kept, and what is a day old is erased', async () => {
  const { tenant, admin, path, kept } = await capturing(5)
  await tenant.send('GET', '/Users', undefined, { authorization: 'Bearer of-nobody' })
  await tenant.send('GET', '/Users?count=1')
  expect(await kept()).toHaveLength(1)
  const storage = tenantStorage()
  const stored = (await readTenant(storage, tenant.slug))!
  const at = (ms: number) => ({ storage, tenants: { put: () => undefined }, now: () => new Date(Date.now() + ms) })
  await expireCaptured(at(23 * HOUR_MS), stored)
  expect(await kept()).toHaveLength(1)
  await expireCaptured(at(24 * HOUR_MS + 1000), stored)
  expect(await kept()).toEqual([])
  expect((await admin('GET', `${path}/capture`)).body).toMatchObject({ state: 'on' })
  await expireCaptured(at(26 * HOUR_MS), stored)
  expect((await admin('GET', `${path}/capture`)).body).toEqual({ state: 'off', items: [] })
  await tenant
    .table()
    .commit([{ type: 'create', key: capturedKey(Date.now() - 25 * HOUR_MS, 'a'.repeat(12)), values: { units: 1 } }])
  await follow(tenant)
  expect(await rowsOf(tenant.table())).toEqual([])
})

test('what is a day old is not shown, and is erased although following the tenant fails', async () => {
  const { tenant, kept } = await capturing(10)
  await settled(tenant.table()) // the service erases once an hour, and has done so
  const old = capturedKey(Date.now() - 25 * HOUR_MS, 'b'.repeat(12))
  await tenant.table().commit([{ type: 'create', key: old, values: { units: 1 } }])
  expect(await kept()).toEqual([])
  expect(await rowsOf(tenant.table())).toHaveLength(1)
  const { follower } = createServices(readConfig({ ...process.env, TABLES_CONNECTION_STRING: proxy.connectionString }))
  proxy.busy(1000, { match: { path: "'p!" } })
  await expect(follower.round([tenant.slug])).rejects.toThrow()
  proxy.calm()
  expect(await rowsOf(tenant.table())).toEqual([])
})

test('one whose time is over keeps nothing', async () => {
  const tenant = service.tenant(6)
  const other = createServices({ ...readConfig() })
  const storage = tenantStorage()
  await other.tenants.find(tenant.slug) // makes it; the service itself has not met it yet
  const made = (await readTenant(storage, tenant.slug))!
  const since = new Date(Date.now() - HOUR_MS).toISOString()
  const over = { id: 'over', by: 'Carla', since, until: new Date(Date.now() - 1000).toISOString() }
  await changeOne(storage, made, 'capture', () => ({ value: over, beside: [] }))
  await tenant.send('GET', '/Users')
  expect(await rowsOf(tenant.table())).toEqual([])
  const { body } = await service.operator('GET', `/tenants/${tenant.slug}/capture`)
  expect(body).toMatchObject({ state: 'off', until: over.until, items: [] })
})

test('one that holds as much as it may ends itself and says so; no other begins before they are erased', async () => {
  const { tenant, admin, path } = await capturing(7)
  const rows = Array.from({ length: MAX_CAPTURED - 1 }, (_, i): Action => {
    return { type: 'create', key: capturedKey(Date.now() - 1000 - i, String(i).padStart(12, '0')), values: { units: 1 } }
  })
  for (let i = 0; i < rows.length; i += 100) await tenant.table().commit(rows.slice(i, i + 100))
  await tenant.send('GET', '/Users')
  for (;;) {
    const { capture } = (await readTenant(tenantStorage(), tenant.slug))!.settings
    if (capture?.ended === 'full') break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await tenant.send('GET', '/Users')
  expect(await rowsOf(tenant.table())).toHaveLength(MAX_CAPTURED)
  const texts = ((await admin('GET', `${path}/activity?kind=settings`)).body['items'] as Item[]).map(({ text }) => text)
  expect(texts).toEqual([
    'Capture ended by itself: it holds as much as it may',
    'Capture of all requests turned on by Carla Customer (setup link) for 60 minutes',
  ])
  const again = await admin('PUT', `${path}/capture`, { minutes: 1 })
  expect(again).toMatchObject({ status: 409, body: { type: 'urn:rollcall:problem:conflict' } })
  expect((await admin('DELETE', `${path}/capture/requests`)).status).toBe(204)
  expect(await rowsOf(tenant.table())).toEqual([])
  expect((await admin('PUT', `${path}/capture`, { minutes: 1 })).body).toMatchObject({ state: 'on' })
  expect((await admin('DELETE', `${path}/capture?erase=true`)).body).toMatchObject({ state: 'off', ended: 'off' })
})

test('a request that cannot be kept is answered all the same, and the log says that without a word of it', async () => {
  const { tenant, kept } = await capturing(8)
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
  const write = { method: 'POST', path: '$batch', body: `${CAPTURED}!` }
  proxy.busy(20, { status: 400, code: 'InvalidInput', match: write })
  expect((await tenant.send('POST', '/Users', { userName: 'unkept@contoso.example' })).status).toBe(201)
  proxy.calm()
  const [line] = warned.mock.calls.map(([text]) => String(text))
  expect(JSON.parse(line ?? '{}')).toMatchObject({ operation: 'keep-request' })
  expect(line).not.toContain('unkept')
  expect(await kept()).toEqual([])
  warned.mockRestore()
})

test('a storage that is slow to keep a request holds up its answer for a second at most', async () => {
  const { tenant, kept } = await capturing(8)
  const before = (await kept()).length
  proxy.delay(3000, { method: 'POST', path: '$batch', body: `${CAPTURED}!` })
  const started = Date.now()
  expect((await tenant.send('GET', '/Users')).status).toBe(200)
  expect(Date.now() - started).toBeLessThan(2500)
  expect(await kept()).toHaveLength(before)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  expect(await kept()).toHaveLength(before + 1)
})

test('an erasure takes all that is kept, and ends the capture of one person', async () => {
  const { tenant, admin, path, person, kept } = await capturing(9)
  const ana = await person('ana@contoso.example')
  expect(await kept()).toHaveLength(1)
  await admin('PUT', `${path}/capture`, { minutes: 60, person: ana })
  await tenant.send('GET', `/Users/${ana}`)
  await service.operator('POST', `${path}/people/${ana}/erase`, { confirm: ana })
  expect(await rowsOf(tenant.table())).toEqual([])
  expect((await admin('GET', `${path}/capture`)).body).toEqual({ state: 'off', items: [] })
  expect((await readTenant(tenantStorage(), tenant.slug))?.settings.capture).toBeNull()
})

test('neither export holds what is kept, nor does an import bring it', async () => {
  const customer = await customerOf(service, 4)
  const { tenant, path, admin } = customer
  await admin('PUT', `${path}/capture`, { minutes: 60 })
  await tenant.send('POST', '/Users', { userName: 'exported@contoso.example', title: 'captured-title' })
  expect((await rowsOf(tenant.table())).length).toBeGreaterThan(0)
  const authorization = `Bearer ${await service.issuer.token({ roles: ['Rollcall.Admin'] })}`
  const download = await fetch(`${service.origin}/api/manage${path}/export`, { headers: { authorization } })
  for (const line of (await download.text()).split('\n')) expect(line).not.toMatch(/"headers"|"operation"|"kind":"capture"/)

  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'))
  try {
    const env = { TABLES_CONNECTION_STRING: proxy.connectionString }
    const command = (...words: string[]) => run(words, { env, print: () => undefined, printError: () => undefined })
    const out = join(folder, 'export')
    expect(await command('export', '--out', out, '--tenant', tenant.slug)).toBe(0)
    const keys: string[] = []
    for await (const { key, values } of readRows(join(out, `${tenant.slug}.ndjson.gz`))) {
      keys.push(key)
      if (key === 't!') expect(Object.keys(values).filter((name) => name.startsWith('capture'))).toEqual([])
    }
    expect(keys).toContain('t!')
    expect(keys.filter((key) => key.startsWith(`${CAPTURED}!`))).toEqual([])
    expect(await command('import', '--from', out, '--tenant', tenant.slug, '--force')).toBe(0)
    expect(await rowsOf(tenant.table())).toEqual([])
    expect((await readTenant(tenantStorage(), tenant.slug))?.settings.capture).toBeNull()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('an administrator of the tenant alone sees it, and bad input is refused by name', async () => {
  const customer = await customerOf(service, 3)
  const { tenant, path, admin } = customer
  const reader = await linkOf(service, tenant.slug, 'reader')
  const other = await linkOf(service, service.tenant(0).slug)
  const product = await productOf(service, tenant)
  for (const [method, below, body] of [
    ['GET', '', undefined],
    ['PUT', '', { minutes: 5 }],
    ['DELETE', '', undefined],
    ['DELETE', '/requests', undefined],
  ] as const) {
    expect((await reader(method, `${path}/capture${below}`, body)).status).toBe(403)
    expect((await service.reader(method, `${path}/capture${below}`, body)).status).toBe(403)
    expect((await other(method, `${path}/capture${below}`, body)).status).toBe(404)
    expect((await service.as(undefined)(method, `${path}/capture${below}`, body)).status).toBe(401)
    expect((await service.as(product.key)(method, `${path}/capture${below}`, body)).status).toBe(401)
  }
  for (const [body, wrong] of [
    [{}, '/minutes'],
    [{ minutes: 0 }, '/minutes'],
    [{ minutes: 61 }, '/minutes'],
    [{ minutes: 1.5 }, '/minutes'],
    [{ minutes: 5, person: '' }, '/person'],
    [{ minutes: 5, person: 'x'.repeat(257) }, '/person'],
    [{ minutes: 5, person: '0'.repeat(32) }, '/person'],
    [{ minutes: 5, forever: true }, '/forever'],
  ] as const) {
    const answer = await admin('PUT', `${path}/capture`, body)
    expect([answer.status, (answer.body['errors'] as Item[])[0]?.['path']]).toEqual([400, wrong])
  }
  for (const query of ['?limit=51', '?after=..', '?after=__proto__'])
    expect((await admin('GET', `${path}/capture${query}`)).status).toBe(400)
  expect((await admin('DELETE', `${path}/capture?erase=all`)).status).toBe(400)
})
