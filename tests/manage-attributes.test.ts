import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { filtered, patchOf, type TestTenant } from './support/service'

let service: ManagedService
let tenant: TestTenant
let admin: Manage
let path = ''
beforeAll(async () => {
  service = await startManaged()
  tenant = service.tenant(0)
  path = `/tenants/${tenant.slug}/attributes`
  await tenant.send('GET', '/Users')
  admin = await linkOf(service, tenant.slug)
})
afterAll(() => service.close())

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const BADGE = { type: 'User', urn: URN, name: 'badge', valueType: 'string', multiValued: false }
const LEVEL = { type: 'User', urn: URN, name: 'level', valueType: 'integer', multiValued: false }
const versionOf = async () => Number((await admin('GET', path)).body['version'])
const declare = async (declared: unknown) => admin('PUT', path, { version: await versionOf(), declared })

test('a new tenant has declared and learnt nothing', async () => {
  expect((await admin('GET', path)).body).toEqual({ version: 1, declared: [], learnt: [] })
})

test('what the directory sent undeclared is listed as it would be declared, and declaring it is to save it', async () => {
  const { body: person } = await tenant.send('POST', '/Users', { userName: 'learnt@contoso.example', [URN]: { badge: 'Blue' } })
  const { body } = await admin('GET', path)
  expect(body).toMatchObject({ declared: [], learnt: [BADGE] })
  const saved = await declare(body['learnt'])
  expect(saved).toMatchObject({ status: 200, body: { declared: [BADGE], learnt: [] } })
  expect((await tenant.send('GET', `/Users/${String(person['id'])}`)).body[URN]).toEqual({ badge: 'Blue' })
})

test('a declared type holds at once, and stays with a body that leaves defaults out', async () => {
  const { name, urn, type, valueType } = LEVEL
  expect((await declare([BADGE, { name, urn, type, valueType }])).body['declared']).toEqual([BADGE, LEVEL])
  const refused = await tenant.send('POST', '/Users', { userName: 'level@contoso.example', [URN]: { level: 'high' } })
  expect(refused.status).toBe(400)
  const { body } = await tenant.send('POST', '/Users', { userName: 'level@contoso.example', [URN]: { level: '7' } })
  expect(body[URN]).toEqual({ level: 7 })
})

test('values of an attribute that is taken out stay stored, and show again once it is declared again', async () => {
  await declare([BADGE, LEVEL])
  const { body } = await tenant.send('POST', '/Users', { userName: 'held@contoso.example', [URN]: { badge: 'Red', level: 3 } })
  const address = `/Users/${String(body['id'])}`
  expect((await declare([LEVEL])).body).toMatchObject({ declared: [LEVEL], learnt: [] })
  expect((await tenant.send('GET', address)).body[URN]).toEqual({ level: 3 })
  await tenant.send('PATCH', address, patchOf({ op: 'replace', path: 'title', value: 'Director' }))
  await declare([BADGE, LEVEL])
  expect((await tenant.send('GET', address)).body).toMatchObject({ title: 'Director', [URN]: { badge: 'Red', level: 3 } })
  expect((await tenant.send('GET', `/Users${filtered(`${URN}:badge eq "red"`)}`)).body['totalResults']).toBe(1)
})

test('an attribute that people are matched by cannot be taken out', async () => {
  await declare([BADGE, LEVEL])
  const settings = `/tenants/${tenant.slug}/settings`
  const matching = [{ type: 'User', path: `${URN}:badge` }]
  const saved = await admin('PUT', settings, { version: await versionOf(), strict: false, staging: false, matching })
  expect(saved.status).toBe(200)
  const refused = await declare([LEVEL])
  expect(refused).toMatchObject({ status: 409, body: { errors: [{ path: '/declared' }] } })
  expect(refused.body['detail']).toContain(`${URN}:badge`)
  await admin('PUT', settings, { version: await versionOf(), strict: false, staging: false, matching: [] })
  expect((await declare([LEVEL])).status).toBe(200)
})

test('a save under an older version changes nothing', async () => {
  const version = await versionOf()
  await declare([BADGE])
  expect((await admin('PUT', path, { version, declared: [LEVEL] })).status).toBe(412)
  expect((await admin('GET', path)).body['declared']).toEqual([BADGE])
})

test('a reader may look, and change nothing', async () => {
  const reader = await linkOf(service, tenant.slug, 'reader')
  expect((await reader('GET', path)).status).toBe(200)
  expect((await reader('PUT', path, { version: await versionOf(), declared: [] })).status).toBe(403)
  expect((await service.as(undefined)('GET', path)).status).toBe(401)
})

test.each([
  [{ ...BADGE, urn: 'urn:ietf:params:scim:schemas:core:2.0:User' }, '/declared/0/urn'],
  [{ ...BADGE, name: '2fast' }, '/declared/0/name'],
  [{ ...BADGE, name: '__proto__' }, '/declared/0/name'],
  [{ ...BADGE, valueType: 'text' }, '/declared/0/valueType'],
  [{ ...BADGE, type: 'Device' }, '/declared/0/type'],
  [{ ...BADGE, valueType: 'complex' }, '/declared/0/subAttributes'],
  [{ ...BADGE, multivalued: true }, '/declared/0/multivalued'],
  [{ ...LEVEL, caseExact: true }, '/declared/0/caseExact'],
])('%j is refused by name', async (attribute, wrong) => {
  expect(await declare([attribute])).toMatchObject({ status: 400, body: { errors: [{ path: wrong }] } })
})

test('twice the same, too many, and no list are refused', async () => {
  expect((await declare([BADGE, { ...BADGE, name: 'BADGE' }])).body['errors']).toMatchObject([{ path: '/declared/1/name' }])
  const many = Array.from({ length: 101 }, (_, i) => ({ ...BADGE, name: `a${i}` }))
  expect((await declare(many)).body['errors']).toMatchObject([{ path: '/declared' }])
  expect((await declare('badge')).body['errors']).toMatchObject([{ path: '/declared' }])
})
