import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { settled } from './support/check-table'
import { filtered, type TestTenant } from './support/service'

let service: ManagedService
let tenant: TestTenant
let admin: Manage
let path = ''
beforeAll(async () => {
  service = await startManaged()
  tenant = service.tenant(0)
  path = `/tenants/${tenant.slug}/settings`
  expect((await tenant.send('GET', '/Users')).status).toBe(200)
  admin = await linkOf(service, tenant.slug)
})
afterAll(() => service.close())

const CODE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber'
const LOGO = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a0000000d', 'hex').toString('base64')}`
const versionOf = async () => Number((await admin('GET', path)).body['version'])
const settings = async (change: object) => ({
  version: await versionOf(),
  strict: false,
  staging: false,
  matching: [],
  ...change,
})

test('a new tenant has settings that let Entra ID in as it is', async () => {
  expect((await admin('GET', path)).body).toEqual({
    version: 1,
    strict: false,
    roleEndpoint: 'none',
    staging: false,
    matching: [],
    branding: {},
    paused: false,
  })
})

test('a save counts at once for the requests of this instance', async () => {
  const unknown = { userName: 'strict@contoso.example', colour: 'red' }
  const saved = await admin('PUT', path, await settings({ strict: true }))
  expect(saved).toMatchObject({ status: 200, body: { strict: true } })
  expect((await tenant.send('POST', '/Users', unknown)).status).toBe(400)
  expect((await admin('PUT', path, await settings({}))).body).toMatchObject({ strict: false })
  expect((await tenant.send('POST', '/Users', unknown)).status).toBe(201)
})

test('a save under an older version changes nothing', async () => {
  const version = await versionOf()
  expect((await admin('PUT', path, await settings({ staging: true }))).body).toMatchObject({ version: version + 1 })
  const stale = await admin('PUT', path, { version, strict: true, staging: false, matching: [] })
  expect(stale).toMatchObject({ status: 412, body: { type: 'urn:rollcall:problem:stale' } })
  const branding = await service.operator('PUT', `${path}/branding`, { version, displayName: 'Late' })
  expect(branding.status).toBe(412)
  expect((await admin('GET', path)).body).toMatchObject({ version: version + 1, strict: false, staging: true, branding: {} })
})

test('who is provisioned under staging is Pending, and who was there stays as they were', async () => {
  await admin('PUT', path, await settings({ staging: true }))
  const { body } = await tenant.send('POST', '/Users', { userName: 'staged@contoso.example' })
  expect((await tenant.table().get(`u!${String(body['id'])}`))?.values['st']).toBe(true)
  await admin('PUT', path, await settings({}))
  const later = await tenant.send('POST', '/Users', { userName: 'unstaged@contoso.example' })
  expect((await tenant.table().get(`u!${String(later.body['id'])}`))?.values['st']).toBeUndefined()
})

test('a matching attribute is spelled as the schema does, indexed by the follower, and kept by the next save', async () => {
  const saved = await admin('PUT', path, await settings({ matching: [{ type: 'User', path: CODE.toUpperCase() }] }))
  expect(saved.body['matching']).toEqual([{ type: 'User', path: CODE, ready: false }])
  const again = await admin('PUT', path, await settings({ matching: [{ type: 'User', path: CODE }], staging: true }))
  expect(again.body).toMatchObject({ matching: [{ type: 'User', path: CODE }], staging: true })
  const found = await tenant.send('GET', `/Users${filtered(`${CODE} eq "7"`)}`)
  expect(found).toMatchObject({ status: 200, body: { totalResults: 0 } })
})

test('the operator brands the tenant, and its people see it', async () => {
  const branding = { displayName: 'Contoso', logo: LOGO, supportAddress: 'help@contoso.example' }
  const saved = await service.operator('PUT', `${path}/branding`, { version: await versionOf(), ...branding })
  expect(saved).toMatchObject({ status: 200, body: { branding } })
  const reader = await linkOf(service, tenant.slug, 'reader')
  expect((await reader('GET', path)).body['branding']).toEqual(branding)
  // As a whole: what is not named goes.
  await service.operator('PUT', `${path}/branding`, { version: await versionOf(), displayName: 'Contoso' })
  expect((await admin('GET', path)).body['branding']).toEqual({ displayName: 'Contoso' })
})

test('a save of settings leaves the branding, and the other way round', async () => {
  await service.operator('PUT', `${path}/branding`, { version: await versionOf(), displayName: 'Kept' })
  expect((await admin('PUT', path, await settings({ staging: true }))).body['branding']).toEqual({ displayName: 'Kept' })
  const branded = await service.operator('PUT', `${path}/branding`, { version: await versionOf() })
  expect(branded.body).toMatchObject({ branding: {}, staging: true })
})

test('saves at the same time under one version: one holds, the others are told', async () => {
  const change = await settings({ staging: true })
  const answers = await Promise.all(Array.from({ length: 6 }, () => admin('PUT', path, change)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412])
})

test('a reader may look, and neither a reader nor an admin of the tenant brands it', async () => {
  const body = await settings({})
  const reader = await linkOf(service, tenant.slug, 'reader')
  expect((await reader('GET', path)).status).toBe(200)
  expect((await reader('PUT', path, body)).status).toBe(403)
  expect((await service.reader('PUT', path, body)).status).toBe(403)
  expect((await admin('PUT', `${path}/branding`, { version: body.version })).status).toBe(403)
  expect((await service.as(undefined)('GET', path)).status).toBe(401)
  const stranger = service.tenant(1)
  await stranger.send('GET', '/Users')
  expect((await admin('GET', `/tenants/${stranger.slug}/settings`)).status).toBe(404)
})

const many = Array.from({ length: 11 }, (_, i) => ({ type: 'User', path: `urn:x:a${i}` }))
test.each([
  [{ version: 0 }, '/version'],
  [{ version: undefined }, '/version'],
  [{ strict: 'yes' }, '/strict'],
  [{ staging: undefined }, '/staging'],
  [{ matching: many }, '/matching'],
  [{ matching: [{ type: 'Device', path: 'title' }] }, '/matching/0/type'],
  [{ matching: [{ type: 'User', path: 'title', ready: true }] }, '/matching/0/ready'],
  [
    {
      matching: [
        { type: 'User', path: 'title' },
        { type: 'User', path: 'colour' },
      ],
    },
    '/matching/1/path',
  ],
  [{ matching: [{ type: 'User', path: 'userName' }] }, '/matching/0/path'],
  [{ matching: [{ type: 'User', path: 'emails[type eq "work"].value' }] }, '/matching/0/path'],
  [{ matching: [{ type: 'User', path: '__proto__' }] }, '/matching/0/path'],
  [{ matching: [{ type: 'User', path: 'groups' }] }, '/matching/0/path'],
  [{ branding: {} }, '/branding'],
  [{ paused: true }, '/paused'],
])('settings with %j are refused by name', async (change, wrong) => {
  const version = await versionOf()
  const answer = await admin('PUT', path, { ...(await settings({})), ...change })
  expect(answer.status).toBe(400)
  expect(answer.body['errors']).toMatchObject([{ path: wrong }])
  expect(await versionOf()).toBe(version)
})

test.each([
  [{ logo: 'https://contoso.example/logo.png' }, '/logo'],
  [{ supportAddress: 'javascript:alert(1)' }, '/supportAddress'],
  [{ displayName: '' }, '/displayName'],
  [{ colour: 'red' }, '/colour'],
])('branding with %j is refused by name', async (branding, wrong) => {
  const answer = await service.operator('PUT', `${path}/branding`, { version: await versionOf(), ...branding })
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: wrong }] } })
})

test('a body of another kind is refused', async () => {
  expect((await admin('PUT', path, '{')).status).toBe(400)
  expect((await admin('PUT', path, '[]')).status).toBe(400)
  expect((await admin('PUT', path, 'a=b', { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await admin('PUT', path, JSON.stringify({ version: 'x'.repeat(1024 * 1024) }))).status).toBe(413)
  await settled(tenant.table())
})
