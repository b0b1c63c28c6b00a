import { randomBytes } from 'node:crypto'
import { startManaged, type ManagedService } from './support/manage'
import { send, type Answer } from './support/service'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

type Item = Readonly<Record<string, unknown>>

/** A tenant that an operator made over the API, as its admin meets it. */
async function newTenant() {
  const slug = `t${randomBytes(5).toString('hex')}`
  expect((await service.operator('POST', '/tenants', { slug })).status).toBe(201)
  const path = `/tenants/${slug}/tokens`
  return {
    slug,
    path,
    make: async (body: object = {}) => {
      const made = await service.operator('POST', path, body)
      expect(made.status).toBe(201)
      return { ...made.body, id: String(made.body['id']), value: String(made.body['value']) }
    },
    list: async () => (await service.operator('GET', path)).body['items'] as Item[],
    use: async (value: string) => (await scim(slug, value)).status,
  }
}

const scim = (slug: string, token: string): Promise<Answer> =>
  send(`${service.origin}/scim/${slug}/Users?count=0`, { method: 'GET', headers: { authorization: `Bearer ${token}` } })

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

test('the first token of a new tenant is let in at once, though the Tenant URL was tried before', async () => {
  const slug = `t${randomBytes(5).toString('hex')}`
  expect((await scim(slug, 'too-early')).status).toBe(401)
  await service.operator('POST', '/tenants', { slug })
  expect((await scim(slug, 'too-early')).status).toBe(401)
  const { status, body } = await service.operator('POST', `/tenants/${slug}/tokens`, {})
  expect(status).toBe(201)
  expect(body).toMatchObject({ state: 'live', tenantUrl: `${service.origin}/scim/${slug}` })
  expect(String(body['expires'])).toMatch(daysFromNow(365))
  expect(String(body['value'])).toMatch(new RegExp(`^[\\x21-\\x7e]{40,256}$`))
  expect((await scim(slug, String(body['value']))).status).toBe(200)
})

test('a list names tokens by label and last four, newest first, with their last use, and shows no value and no digest', async () => {
  const tenant = await newTenant()
  const old = await tenant.make({ label: 'Contoso production', days: 5 })
  const fresh = await tenant.make({ days: 30 })
  await tenant.use(old.value)
  const answer = await service.reader('GET', tenant.path)
  const items = answer.body['items'] as Item[]
  expect(items).toEqual([
    expect.objectContaining({ id: fresh.id, lastFour: fresh.value.slice(-4), state: 'live' }),
    expect.objectContaining({ id: old.id, label: 'Contoso production', warning: 'expires in 5 days', state: 'live' }),
  ])
  expect(items[0]).not.toHaveProperty('lastUsed')
  expect(Date.now() - Date.parse(String(items[1]?.['lastUsed']))).toBeLessThan(60_000)
  for (const { value } of [old, fresh]) expect(JSON.stringify(answer.body)).not.toContain(value)
  expect(JSON.stringify(answer.body)).not.toMatch(/digest|sha256|[0-9a-f]{64}/)
})

test('a list of tokens is paged', async () => {
  const tenant = await newTenant()
  const ids = []
  for (let i = 0; i < 3; i += 1) ids.unshift((await tenant.make()).id)
  const first = await service.operator('GET', `${tenant.path}?limit=2`)
  const rest = await service.operator('GET', `${tenant.path}?limit=2&after=${String(first.body['next'])}`)
  const idsOf = ({ body }: Answer) => (body['items'] as Item[]).map((item) => item['id'])
  expect([...idsOf(first), ...idsOf(rest)].sort()).toEqual(ids.sort())
  expect(rest.body).not.toHaveProperty('next')
  expect((await service.operator('GET', `${tenant.path}?after=nothing`)).status).toBe(400)
})

test('an unused token among several is revoked at once, and stays in the list as revoked', async () => {
  const tenant = await newTenant()
  const [kept, leaked] = [await tenant.make(), await tenant.make()]
  expect((await service.operator('DELETE', `${tenant.path}/${leaked.id}`)).status).toBe(204)
  expect(await tenant.use(leaked.value)).toBe(401)
  expect(await tenant.use(kept.value)).toBe(200)
  expect((await tenant.list()).find(({ id }) => id === leaked.id)).toMatchObject({ state: 'revoked' })
  expect((await service.operator('DELETE', `${tenant.path}/${leaked.id}`)).status).toBe(204) // again, no harm
})

test('a token in use, and the last live one, are revoked only when that is confirmed', async () => {
  const tenant = await newTenant()
  const [used, other] = [await tenant.make(), await tenant.make()]
  await tenant.use(used.value)
  const asked = await service.operator('DELETE', `${tenant.path}/${used.id}`)
  expect(asked.status).toBe(409)
  expect(asked.body).toMatchObject({ type: 'urn:rollcall:problem:needs-confirmation', confirm: 'used' })
  expect(asked.body['harm']).toMatch(/^This token was last used at .* will be refused\.$/)
  expect(asked.body['detail']).toMatch(/last used at \d{4}-\d\d-\d\d \d\d:\d\d UTC.*\?confirm=used/)
  expect(await tenant.use(used.value)).toBe(200)
  expect((await service.operator('DELETE', `${tenant.path}/${used.id}?confirm=used`)).status).toBe(204)
  expect(await tenant.use(used.value)).toBe(401)
  const last = await service.operator('DELETE', `${tenant.path}/${other.id}`)
  expect(last.status).toBe(409)
  expect(last.body['detail']).toMatch(/last live token/)
  expect((await service.operator('DELETE', `${tenant.path}/${other.id}?confirm=used`)).status).toBe(204)
})

test('a sixth live token is refused with what to do', async () => {
  const tenant = await newTenant()
  for (let i = 0; i < 5; i += 1) await tenant.make()
  const sixth = await service.operator('POST', tenant.path, {})
  expect(sixth.status).toBe(409)
  expect(sixth.body['detail']).toMatch(/5 live tokens.*revoke one/)
})

test('a token that replaces another works beside it, and both name each other', async () => {
  const tenant = await newTenant()
  const old = await tenant.make()
  await tenant.use(old.value)
  const fresh = await tenant.make({ replaces: old.id })
  expect([await tenant.use(old.value), await tenant.use(fresh.value), await tenant.use(old.value)]).toEqual([200, 200, 200])
  expect(await tenant.list()).toEqual([
    expect.objectContaining({ id: fresh.id, replaces: old.id, state: 'live' }),
    expect.objectContaining({ id: old.id, replacedBy: fresh.id, state: 'live' }),
  ])
})

test('a token of local.settings.json can be neither revoked nor replaced', async () => {
  const { slug, token } = service.tenant(1)
  expect((await scim(slug, token)).status).toBe(200)
  const path = `/tenants/${slug}/tokens`
  expect((await service.operator('DELETE', `${path}/local?confirm=used`)).status).toBe(409)
  expect((await service.operator('POST', path, { replaces: 'local' })).body).toMatchObject({ errors: [{ path: '/replaces' }] })
  expect((await scim(slug, token)).status).toBe(200)
})

test.each<[string, unknown, string]>([
  ['no days', { days: 0 }, '/days'],
  ['more than ten years', { days: 3651 }, '/days'],
  ['half a day', { days: 0.5 }, '/days'],
  ['an empty label', { label: ' ' }, '/label'],
  ['a label of control characters', { label: 'a\u0007b' }, '/label'],
  ['a token to replace that is not there', { replaces: 'f'.repeat(32) }, '/replaces'],
  ['an unknown field', { value: 'my-own' }, '/value'],
])('a token with %s is refused by path', async (_, body, path) => {
  const { slug } = service.tenant(2)
  await service.tenant(2).send('GET', '/Users')
  const answer = await service.operator('POST', `/tenants/${slug}/tokens`, body)
  expect(answer.status).toBe(400)
  expect(answer.body['errors']).toEqual([expect.objectContaining({ path })])
})

test('a reader may look and not change, and nobody else may even look', async () => {
  const tenant = await newTenant()
  const { id } = await tenant.make()
  expect((await service.reader('POST', tenant.path, {})).status).toBe(403)
  expect((await service.reader('DELETE', `${tenant.path}/${id}?confirm=used`)).status).toBe(403)
  expect((await service.as(undefined)('GET', tenant.path)).status).toBe(401)
  expect((await service.operator('GET', '/tenants/no-such/tokens')).status).toBe(404)
  expect((await service.operator('DELETE', `${tenant.path}/${'0'.repeat(32)}`)).status).toBe(404)
})

test('the log holds no value of a token', async () => {
  const tenant = await newTenant()
  const { value } = await tenant.make()
  await tenant.use(value)
  expect(JSON.stringify(service.lines)).not.toContain(value)
})
