import { testKeys } from './support/keys'
import type { DirectoryContext } from '../shared/directory/context'
import { setLock, setProductId } from '../shared/access/access'
import { previewPolicy, readPeople } from '../shared/access/read-access'
import type { Policy } from '../shared/roles/rules'
import { groupType, userType } from '../shared/scim/schema/schemas'
import { brokenInvariants, settled } from './support/check-table'
import { patchOf, startService, type TestService, type TestTenant } from './support/service'
import { newWork } from '../shared/scim/work'

/** Access facts beside what SCIM clients write and see. */

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const contextOf = (tenant: TestTenant): DirectoryContext => ({
  table: tenant.table(),
  types: { User: userType, Group: groupType },
  now: () => new Date(),
  work: newWork(),
  tenant: 'none',
  keys: testKeys,
  matching: [],
})

const policy: Policy = { roles: ['Admin', 'No access'], grantsAccess: ['Admin'], defaultRole: 'No access', rules: [] }
const entraId = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`

async function ada(tenant: TestTenant): Promise<string> {
  const { body } = await tenant.send('POST', '/Users', { userName: 'ada', externalId: entraId(1), active: true })
  const id = String(body['id'])
  await setLock(contextOf(tenant), policy, id, { locked: true, by: 'grace' })
  await setProductId(contextOf(tenant), id, '42', { by: 'product' })
  return id
}

const accessOf = async (tenant: TestTenant, id: string) => (await readPeople(contextOf(tenant), [id]))[0]?.document.access

test('lock and product id survive PATCH and PUT, and no answer shows them or their version', async () => {
  const tenant = service.tenant(0)
  const id = await ada(tenant)
  const read = await tenant.send('GET', `/Users/${id}`)
  expect(read.body['meta']).toMatchObject({ version: 'W/"1"' })
  expect(Object.keys(read.body).sort()).toEqual(['active', 'externalId', 'id', 'meta', 'schemas', 'userName'])
  const condition = { 'if-match': 'W/"1"' }
  const title = patchOf({ op: 'add', path: 'title', value: 'Countess' })
  expect((await tenant.send('PATCH', `/Users/${id}`, title, condition)).status).toBe(200)
  expect((await tenant.send('PUT', `/Users/${id}`, { userName: 'ada.lovelace', active: true })).status).toBe(200)
  expect(await accessOf(tenant, id)).toMatchObject({ lock: { role: 'No access', by: 'grace' }, productId: '42' })
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test("Entra ID's disable and restore bring lock and membership back; another account under the userName gets neither", async () => {
  const tenant = service.tenant(1)
  const id = await ada(tenant)
  const { body } = await tenant.send('POST', '/Groups', { displayName: 'Admins', members: [{ value: id }] })
  const group = String(body['id'])
  const active = (value: string, ...more: object[]) =>
    tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'Replace', path: 'active', value }, ...more))
  await active('False')
  expect((await active('True')).status).toBe(200)
  expect(await accessOf(tenant, id)).toMatchObject({ productId: '42' })
  await active('False')
  expect((await active('True', { op: 'Replace', path: 'externalId', value: entraId(2) })).status).toBe(200)
  expect(await accessOf(tenant, id)).toEqual({ successions: 1 })
  expect((await tenant.send('GET', `/Groups/${group}`)).body['members'] ?? []).toEqual([])
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('a DELETE frees the product id', async () => {
  const tenant = service.tenant(2)
  const id = await ada(tenant)
  expect((await tenant.send('DELETE', `/Users/${id}`)).status).toBe(204)
  const other = await ada(tenant)
  expect(await accessOf(tenant, other)).toMatchObject({ productId: '42' })
  expect(await previewPolicy(contextOf(tenant), policy, policy)).toMatchObject({ people: 1, changed: 0 })
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})
