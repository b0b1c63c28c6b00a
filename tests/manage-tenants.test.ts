import { randomBytes } from 'node:crypto'
import { readConfig } from '../shared/config'
import { createServices } from '../shared/app/services'
import { isTableMissing } from '../shared/storage/table'
import { tenantTable } from '../shared/tenants/tenant'
import { feedOf } from './support/check-table'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { send } from './support/service'
import { tenantStorage } from './support/tenant-settings'
import { followed } from './support/followed'

/** Moves the clock of the services under test. */
let passedMs = 0
let service: ManagedService
beforeAll(async () => {
  const now = Date.now
  jest.spyOn(Date, 'now').mockImplementation(() => now() + passedMs)
  service = await startManaged()
})
afterAll(async () => {
  await service.close()
  jest.restoreAllMocks()
})

const newSlug = () => `m-${randomBytes(5).toString('hex')}`

async function made(name?: string): Promise<string> {
  const slug = newSlug()
  const answer = await service.operator('POST', '/tenants', { slug, ...(name !== undefined && { name }) })
  expect(answer.status).toBe(201)
  return slug
}

test('an operator makes a tenant, which is there at once, and its first token opens it', async () => {
  const slug = newSlug()
  const tenantUrl = `${service.origin}/scim/${slug}`
  expect((await send(`${tenantUrl}/Users`, { method: 'GET', headers: { authorization: 'Bearer rc_none' } })).status).toBe(401)

  const answer = await service.operator('POST', '/tenants', { slug, name: ' Contoso Ltd ' })
  expect(answer.status).toBe(201)
  expect(answer.headers.get('location')).toBe(`${service.origin}/api/manage/tenants/${slug}`)
  expect(answer.body).toEqual({ slug, name: 'Contoso Ltd', created: expect.any(String) as string, tenantUrl, paused: false })
  expect((await service.reader('GET', `/tenants/${slug}`)).body).toEqual(answer.body)

  const token = await service.operator('POST', `/tenants/${slug}/tokens`, {})
  const headers = { authorization: `Bearer ${String(token.body['value'])}` }
  expect((await send(`${tenantUrl}/Users`, { method: 'GET', headers })).status).toBe(200)
})

test('a slug is taken once, without a name it is the name', async () => {
  const slug = await made()
  expect((await service.operator('GET', `/tenants/${slug}`)).body['name']).toBe(slug)
  const again = await service.operator('POST', '/tenants', { slug, name: 'Somebody else' })
  expect(again.status).toBe(409)
  expect(again.body).toMatchObject({ type: 'urn:rollcall:problem:conflict', errors: [{ path: '/slug' }] })
  expect((await service.operator('GET', `/tenants/${slug}`)).body['name']).toBe(slug)
})

test('tenants are listed by slug, page after page, and found by slug or name', async () => {
  const word = randomBytes(4).toString('hex')
  const slugs = [`${word}-a`, `${word}-b`, `${word}-c`]
  for (const slug of slugs) await service.operator('POST', '/tenants', { slug, name: `Customer ${slug.toUpperCase()}` })
  const first = await service.reader('GET', `/tenants?search=${word}&limit=2`)
  expect(first.body['items']).toMatchObject([{ slug: slugs[0] }, { slug: slugs[1] }])
  const next = String(first.body['next'])
  const second = await service.reader('GET', `/tenants?search=${word}&limit=2&after=${next}`)
  expect(second.body).toMatchObject({ items: [{ slug: slugs[2] }] })
  expect(second.body).not.toHaveProperty('next')
  const named = await service.reader('GET', `/tenants?search=R%20${word.toUpperCase()}-B`)
  expect(named.body['items']).toMatchObject([{ slug: slugs[1], name: `Customer ${slugs[1]!.toUpperCase()}` }])
})

test('a rename changes the name and leaves the slug', async () => {
  const slug = await made('Before')
  const answer = await service.operator('PATCH', `/tenants/${slug}`, { name: 'After' })
  expect(answer).toMatchObject({ status: 200, body: { slug, name: 'After' } })
  expect((await service.operator('GET', `/tenants?search=${slug}`)).body['items']).toMatchObject([{ slug, name: 'After' }])
})

test('while a tenant is paused SCIM and the numbering of records go on, and roles are announced after it', async () => {
  const slug = await made()
  const { body } = await service.operator('POST', `/tenants/${slug}/tokens`, {})
  const headers = { authorization: `Bearer ${String(body['value'])}` }
  expect(await service.operator('PATCH', `/tenants/${slug}`, { paused: true })).toMatchObject({ body: { paused: true } })
  const post = { method: 'POST', headers, body: { userName: 'paused@contoso.example' } }
  expect((await send(`${service.origin}/scim/${slug}/Users`, post)).status).toBe(201)
  const recorded = async () => {
    await followed(createServices(readConfig()), slug)
    const types = (await feedOf(tenantStorage().open(tenantTable(slug, 1)))).map(({ values }) => values['type'])
    return types.filter((type) => type !== 'health.changed')
  }
  expect(await recorded()).toEqual(['user.created'])
  expect((await service.reader('GET', `/tenants/${slug}`)).body['paused']).toBe(true)
  expect(await service.operator('PATCH', `/tenants/${slug}`, { paused: false })).toMatchObject({ body: { paused: false } })
  expect(await recorded()).toEqual(['user.created', 'role.changed'])
})

describe('a deleted tenant', () => {
  let slug = ''
  let scim: (path: string) => Promise<number>
  let other: ReturnType<typeof createServices>
  let authorization = ''
  const table = () => tenantStorage().open(tenantTable(slug, 1))

  beforeAll(async () => {
    slug = await made('Contoso')
    const { body } = await service.operator('POST', `/tenants/${slug}/tokens`, {})
    authorization = `Bearer ${String(body['value'])}`
    scim = async (path) =>
      (await send(`${service.origin}/scim/${slug}${path}`, { method: 'GET', headers: { authorization } })).status
    other = createServices(readConfig())
    expect(await scim('/Users')).toBe(200)
    expect(await other.edge.authenticate(slug, authorization)).toMatchObject({ tenant: { slug } })
  })

  test('needs the slug said again', async () => {
    for (const query of ['', '?confirm=', '?confirm=yes']) {
      const answer = await service.operator('DELETE', `/tenants/${slug}${query}`)
      expect(answer).toMatchObject({ status: 409, body: { type: 'urn:rollcall:problem:needs-confirmation' } })
      expect(answer.body['detail']).toContain(`?confirm=${slug}`)
    }
    expect(await scim('/Users')).toBe(200)
  })

  test('lets nobody in, here at once and on every other instance within 30 s', async () => {
    const link = await linkOf(service, slug)
    expect((await link('GET', `/tenants/${slug}`)).status).toBe(200)
    expect((await service.operator('DELETE', `/tenants/${slug}?confirm=${slug}`)).status).toBe(202)
    expect(await scim('/Users')).toBe(401)
    for (const path of ['', '/settings', '/attributes', '/export']) {
      expect((await service.operator('GET', `/tenants/${slug}${path}`)).status).toBe(404)
    }
    expect((await link('GET', `/tenants/${slug}`)).status).toBe(401)
    expect((await service.operator('DELETE', `/tenants/${slug}?confirm=${slug}`)).status).toBe(404)
    expect((await service.operator('GET', `/tenants?search=${slug}`)).body['items']).toEqual([])
    passedMs += 30_001
    expect(await other.edge.authenticate(slug, authorization)).toBeUndefined()
  })

  test('loses tokens and table when no instance uses them any more', async () => {
    expect(await table().get('t!')).toBeDefined()
    jest.spyOn(console, 'warn').mockImplementation(() => undefined) // here, less than a second after its last request, stats are still to be written
    const later = new Date(Date.now() + 120_000)
    jest.useFakeTimers({ now: later, doNotFake: ['nextTick', 'setImmediate', 'setInterval', 'setTimeout', 'performance'] })
    await other.followAll().finally(() => jest.useRealTimers())
    expect(
      isTableMissing(
        await table()
          .get('t!')
          .catch((error: unknown) => error),
      ),
    ).toBe(true)
  })

  test('never gives its slug to another', async () => {
    expect((await service.operator('POST', '/tenants', { slug })).status).toBe(409)
    expect(await scim('/Users')).toBe(401)
  })
})

test('a deleted tenant of a local run does not come back with its token', async () => {
  const tenant = service.tenant(3)
  expect((await tenant.send('GET', '/Users')).status).toBe(200)
  expect((await service.operator('DELETE', `/tenants/${tenant.slug}?confirm=${tenant.slug}`)).status).toBe(202)
  expect((await tenant.send('GET', '/Users')).status).toBe(401)
  expect((await tenant.send('GET', '/Users')).status).toBe(401)
})

test('a setup link opens its own tenant to read, and no other', async () => {
  const [own, foreign] = [await made(), await made()]
  const link = await linkOf(service, own)
  expect((await link('GET', `/tenants/${own}`)).body).toMatchObject({ slug: own })
  expect((await link('GET', `/tenants/${foreign}`)).body).toEqual((await link('GET', '/tenants/nobody-here')).body)
  for (const [method, path, body] of [
    ['GET', '/tenants', undefined],
    ['POST', '/tenants', { slug: newSlug() }],
    ['PATCH', `/tenants/${own}`, { name: 'Mine' }],
    ['DELETE', `/tenants/${own}?confirm=${own}`, undefined],
  ] as const) {
    expect(await link(method, path, body)).toMatchObject({ status: 403, body: { type: 'urn:rollcall:problem:read-only' } })
  }
})

test('a reader of the operator changes nothing', async () => {
  const slug = await made()
  expect((await service.reader('POST', '/tenants', { slug: newSlug() })).status).toBe(403)
  expect((await service.reader('PATCH', `/tenants/${slug}`, { name: 'Other' })).status).toBe(403)
  expect((await service.reader('DELETE', `/tenants/${slug}?confirm=${slug}`)).status).toBe(403)
  expect((await service.as(undefined)('GET', '/tenants')).status).toBe(401)
})

test.each([
  ['POST', '', { slug: 'Contoso' }, '/slug'],
  ['POST', '', { slug: '-a' }, '/slug'],
  ['POST', '', { slug: 'x'.repeat(41) }, '/slug'],
  ['POST', '', { slug: 'a/b' }, '/slug'],
  ['POST', '', {}, '/slug'],
  ['POST', '', { slug: 'fine-but', name: '' }, '/name'],
  ['POST', '', { slug: 'fine-but', name: 'a\nb' }, '/name'],
  ['POST', '', { slug: 'fine-but', colour: 1 }, '/colour'],
  ['PATCH', 'own', {}, ''],
  ['PATCH', 'own', { name: 'x'.repeat(101) }, '/name'],
  ['PATCH', 'own', { paused: 'yes' }, '/paused'],
  ['PATCH', 'own', { slug: 'other' }, '/slug'],
  ['GET', '?limit=0', undefined, '?limit'],
  ['GET', '?limit=201', undefined, '?limit'],
])('%s %s with %j names the wrong field', async (method, place, body, path) => {
  const address = place === 'own' ? `/tenants/${service.tenant(0).slug}` : `/tenants${place}`
  if (place === 'own') await service.tenant(0).send('GET', '/Users')
  const answer = await service.operator(method, address, body)
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
})

test.each(['/tenants/a%2Fb', '/tenants/%00', '/tenants/x%27y', `/tenants/${'x'.repeat(2000)}`, '/nothing', '/tenants/a/b/c'])(
  'GET %s is 404',
  async (path) => {
    expect(await service.operator('GET', path)).toMatchObject({ status: 404, body: { type: 'urn:rollcall:problem:not-found' } })
  },
)

test('an address that takes other methods says which', async () => {
  const answer = await service.operator('PUT', '/tenants', {})
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET, POST')
})
