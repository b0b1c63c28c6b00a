import { heldKeys } from '../shared/credentials/sign-in/held-keys'
import { productSignIn } from '../shared/credentials/sign-in/product-sign-in'
import { readTenant } from '../shared/tenants/registry'
import { startManaged, type ManagedService } from './support/manage'
import { productBy, productOf, type Item } from './support/product'
import { tenantStorage } from './support/tenant-settings'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
  await Promise.all([0, 1].map((i) => service.tenant(i).send('GET', '/Users?count=0')))
})
afterAll(() => service.close())

const pathOf = (index: number) => `/tenants/${service.tenant(index).slug}/product-keys`

test('a key is shown once, and the list tells all but the key', async () => {
  const body = { label: 'Billing', scopes: ['people:read'], days: 30 }
  const made = await service.operator('POST', pathOf(0), body)
  expect(made.status).toBe(201)
  const value = String(made.body['value'])
  expect(value).toMatch(/^rk_[0-9a-f]{32}_[\w-]{43}$/)
  const { body: list } = await service.operator('GET', pathOf(0))
  const listed = (list['items'] as Item[]).find(({ id }) => id === made.body['id'])
  expect(listed).toMatchObject({
    label: 'Billing',
    scopes: ['people:read'],
    state: 'live',
    lastFour: value.slice(-4),
    by: 'Olga Operator',
  })
  expect(JSON.stringify(list)).not.toContain(value.slice(-43))
  expect(JSON.stringify(list)).not.toContain('digest')
  expect(Date.parse(String(listed?.['expires'])) - Date.parse(String(listed?.['created']))).toBe(30 * 86_400_000)
  const rows = await service.tenant().table().all({ from: '!', before: '~' })
  expect(JSON.stringify(rows)).not.toContain(value.slice(-43))
})

const NO_CACHE = { find: () => Promise.resolve(undefined), put: () => undefined, forget: () => undefined }

test('a list of keys is paged', async () => {
  for (const label of ['one', 'two', 'three']) {
    await service.operator('POST', pathOf(1), { label, scopes: ['people:read'] })
  }
  const first = await service.operator('GET', `${pathOf(1)}?limit=2`)
  const second = await service.operator('GET', `${pathOf(1)}?limit=2&after=${String(first.body['next'])}`)
  const labels = [...(first.body['items'] as Item[]), ...(second.body['items'] as Item[])].map(({ label }) => label)
  expect(labels).toEqual(['three', 'two', 'one'])
  expect(second.body['next']).toBeUndefined()
})

test('a revoked key opens nothing, and revoking what is not there is 404', async () => {
  const made = await service.operator('POST', pathOf(0), { label: 'Old', scopes: ['people:read'] })
  const product = productBy(service, service.tenant().slug, String(made.body['value']))
  expect((await product.send('GET', '/people')).status).toBe(200)
  expect((await service.operator('DELETE', `${pathOf(0)}/${String(made.body['id'])}`)).status).toBe(204)
  expect((await product.send('GET', '/people')).status).toBe(401) // at once, on the instance that revoked it
  const { body } = await service.operator('GET', pathOf(0))
  expect((body['items'] as Item[]).find(({ id }) => id === made.body['id'])).toMatchObject({ state: 'revoked' })
  expect((await service.operator('DELETE', `${pathOf(0)}/${'0'.repeat(32)}`)).status).toBe(404)
  expect((await service.operator('DELETE', `${pathOf(0)}/nothing`)).status).toBe(404)
})

test('a key for every tenant that is revoked opens nothing from then on where it was revoked', async () => {
  const made = await service.operator('POST', '/product-keys', { label: 'All', scopes: ['people:read'] })
  const product = productBy(service, service.tenant().slug, String(made.body['value']))
  expect((await product.send('GET', '/people')).status).toBe(200)
  expect((await service.operator('DELETE', `/product-keys/${String(made.body['id'])}`)).status).toBe(204)
  expect((await product.send('GET', '/people')).status).toBe(401)
})

test('a revoked key opens nothing after 30 seconds, whatever an instance remembers, and a new one opens at once', async () => {
  let passedMs = 0
  const storage = tenantStorage()
  const registry = { storage, tenants: NO_CACHE, now: () => new Date(Date.now() + passedMs) }
  const signIn = productSignIn({ find: (slug) => readTenant(storage, slug), keys: heldKeys(), limit: { take: () => undefined } })
  const opens = async (key: unknown) => signIn(registry, `Bearer ${String(key)}`, service.tenant().slug)
  await expect(opens(`rk_${'0'.repeat(32)}_${'A'.repeat(43)}`)).rejects.toMatchObject({ status: 401 })
  const made = await service.operator('POST', pathOf(0), { label: 'Short', scopes: ['people:read'] })
  await expect(opens(made.body['value'])).resolves.toMatchObject({ kind: 'product', scopes: ['people:read'] })
  await service.operator('DELETE', `${pathOf(0)}/${String(made.body['id'])}`)
  passedMs = 30_000
  await expect(opens(made.body['value'])).rejects.toMatchObject({ status: 401 })
})

test('a key that has expired opens nothing', async () => {
  const storage = tenantStorage()
  const made = await service.operator('POST', pathOf(0), { label: 'Short', scopes: ['people:read'], days: 1 })
  const registry = { storage, tenants: NO_CACHE, now: () => new Date(Date.now() + 86_400_000) }
  const signIn = productSignIn({ find: (slug) => readTenant(storage, slug), keys: heldKeys(), limit: { take: () => undefined } })
  const asked = signIn(registry, `Bearer ${String(made.body['value'])}`, service.tenant().slug)
  await expect(asked).rejects.toMatchObject({ status: 401 })
})

test('a key for all tenants opens each of them, and none that does not exist', async () => {
  const made = await service.operator('POST', '/product-keys', { label: 'All', scopes: ['people:read'] })
  const key = String(made.body['value'])
  for (const index of [0, 1]) {
    expect((await productBy(service, service.tenant(index).slug, key).send('GET', '/people')).status).toBe(200)
  }
  const absent = await productBy(service, 'nobody-has-this', key).send('GET', '/people')
  expect(absent.status).toBe(404)
  expect(absent.body).toMatchObject({ type: 'urn:rollcall:problem:not-found' })
  expect((await service.operator('GET', '/product-keys')).body['items']).toContainEqual(expect.objectContaining({ label: 'All' }))
  expect((await service.operator('GET', '/tenants')).body['items']).not.toContainEqual(expect.objectContaining({ slug: '!k!' }))
  expect((await service.operator('DELETE', `/product-keys/${String(made.body['id'])}`)).status).toBe(204)
})

test("whoever has no key of the tenant learns nothing: the same 401 for a wrong key, another tenant's and an unknown tenant", async () => {
  const { key } = await productOf(service, service.tenant(0))
  const [foreign, unknown] = [service.tenant(1).slug, 'nobody-has-this']
  const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`
  const answers = [
    await productBy(service, foreign, key).send('GET', '/people'),
    await productBy(service, unknown, key).send('GET', '/people'),
    await productBy(service, service.tenant(0).slug, wrong).send('GET', '/people'),
    await productBy(service, service.tenant(0).slug, 'x').send('GET', '/people'),
    await productBy(service, service.tenant(0).slug, service.tenant(0).token).send('GET', '/people'),
    await productBy(service, '!k!', key).send('GET', '/people'),
  ]
  for (const { status, body, headers } of answers) {
    expect({ status, body }).toEqual({ status: 401, body: answers[0]?.body })
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Rollcall"')
  }
})

test.each([
  ['people:read', 'GET', '/changes', 'changes:read'],
  ['changes:read', 'GET', '/people', 'people:read'],
  ['changes:read', 'GET', '/groups', 'people:read'],
  ['people:read', 'PUT', `/people/${'0'.repeat(32)}/product-id`, 'product-id:write'],
  ['people:read', 'POST', `/people/${'0'.repeat(32)}/erase`, 'person:erase'],
])('a key with %s alone is refused %s %s, and told that it lacks %s', async (scope, method, path, lacking) => {
  const product = await productOf(service, service.tenant(2), [scope])
  const answer = await product.send(method, path, method === 'GET' ? undefined : {})
  expect(answer.status).toBe(403)
  expect(answer.body['detail']).toContain(lacking)
})

test('a key of the product does not open the management API, nor SCIM', async () => {
  const { key } = await productOf(service, service.tenant(0))
  expect((await service.as(key)('GET', pathOf(0))).status).toBe(401)
  expect((await service.tenant(0).send('GET', '/Users', undefined, { authorization: `Bearer ${key}` })).status).toBe(401)
})

test('only an operator who is an administrator makes and revokes keys', async () => {
  const body = { label: 'x', scopes: ['people:read'] }
  expect((await service.reader('POST', pathOf(0), body)).status).toBe(403)
  expect((await service.reader('POST', '/product-keys', body)).status).toBe(403)
  expect((await service.reader('GET', '/product-keys')).status).toBe(200)
  expect((await service.as(undefined)('POST', '/product-keys', body)).status).toBe(401)
})

test.each([
  ['/label', { scopes: ['people:read'] }],
  ['/label', { label: ' ', scopes: ['people:read'] }],
  ['/scopes', { label: 'x', scopes: [] }],
  ['/scopes', { label: 'x', scopes: ['people:read', 'people:read'] }],
  ['/scopes/0', { label: 'x', scopes: ['people:write'] }],
  ['/days', { label: 'x', scopes: ['people:read'], days: 0 }],
  ['/expires', { label: 'x', scopes: ['people:read'], expires: 'never' }],
])('a wrong key is refused with the path of what is wrong: %s', async (path, body) => {
  const answer = await service.operator('POST', pathOf(0), body)
  expect(answer.status).toBe(400)
  expect(answer.body['errors']).toContainEqual(expect.objectContaining({ path }))
})

test('a tenant has at most 20 live keys', async () => {
  const path = pathOf(3)
  await service.tenant(3).send('GET', '/Users?count=0')
  const make = () => service.operator('POST', path, { label: 'x', scopes: ['people:read'] })
  for (let i = 0; i < 20; i += 1) expect((await make()).status).toBe(201)
  const refused = await make()
  expect(refused.status).toBe(409)
  const { body } = await service.operator('GET', path)
  await service.operator('DELETE', `${path}/${String((body['items'] as Item[])[0]?.['id'])}`)
  expect((await make()).status).toBe(201)
})

test('an address that is not there is a problem, not an empty answer', async () => {
  const { key } = await productOf(service, service.tenant(0))
  const answer = await productBy(service, service.tenant(0).slug, key).send('GET', '/devices')
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
})
