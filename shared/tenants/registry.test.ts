import { randomBytes } from 'node:crypto'
import { MAX_LEARNT_NAMES } from '../scim/schema/learnt'
import { connectTables } from '../storage/connect'
import { createMeter } from '../storage/meter'
import { createTenant } from './lifecycle'
import { changeSettings, learn, listTenants, readTenant, type TenantStorage } from './registry'
import { tenantTable } from './tenant'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })

/** An account of its own for each test: the table of tenants has another name. */
function newStorage(): TenantStorage {
  const prefix = `a${randomBytes(6).toString('hex')}`
  return {
    list: () => tables.open(`${prefix}tenants`, createMeter()),
    open: (table) => tables.open(prefix + table, createMeter()),
    create: (table) => tables.create(prefix + table),
    drop: (table) => tables.drop(prefix + table),
  }
}

const makeTenant = (storage: TenantStorage) =>
  createTenant(storage, { slug: 'contoso', name: 'Contoso', time: '2026-01-02T03:04:05.000Z' })

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'

test('before anybody made the tables there are no tenants, and no error', async () => {
  const storage = newStorage()
  expect(await readTenant(storage, 'contoso')).toBeUndefined()
  expect(await listTenants(storage)).toEqual([])
})

test('what is learnt is kept once, without case, and shows in the types', async () => {
  const storage = newStorage()
  await makeTenant(storage)
  const tenant = (await readTenant(storage, 'contoso'))!
  await Promise.all([
    learn(storage, tenant, [{ type: 'User', urn: URN, name: 'badge' }]),
    learn(storage, tenant, [{ type: 'User', urn: URN.toUpperCase(), name: 'BADGE' }]),
    learn(storage, tenant, [{ type: 'User', urn: URN, name: 'floor' }]),
  ])
  const { settings } = (await readTenant(storage, 'contoso'))!
  expect(settings.learnt.map(({ name }) => name.toLowerCase()).sort()).toEqual(['badge', 'floor'])
  expect(settings.types.User.extensions).toHaveLength(2)
  expect(settings.types.Group.extensions).toHaveLength(0)
})

test('beyond its limit a tenant learns nothing more', async () => {
  const storage = newStorage()
  await makeTenant(storage)
  const many = Array.from({ length: MAX_LEARNT_NAMES + 5 }, (_, i) => ({ type: 'User' as const, urn: URN, name: `field${i}` }))
  const { settings } = await learn(storage, (await readTenant(storage, 'contoso'))!, many)
  expect(settings.learnt).toHaveLength(MAX_LEARNT_NAMES)
})

test('settings that could not be read back are not stored', async () => {
  const storage = newStorage()
  await makeTenant(storage)
  const rule = { kind: 'group' as const, id: 'r', groupId: '0'.repeat(32), groupName: 'X'.repeat(257), role: 'User' }
  const policy = { roles: ['User'], grantsAccess: ['User'], defaultRole: 'User', rules: [rule] }
  await expect(changeSettings(storage, 'contoso', () => ({ policy }))).rejects.toThrow()
  expect((await readTenant(storage, 'contoso'))?.settings).toMatchObject({ version: 1, policy: { rules: [] } })
})

test.each([
  ['a-b', 'ab'],
  ['a--b', 'a-b'],
  ['x', 'x-0'],
])('%s and %s have tables of their own', (one, other) => {
  expect(tenantTable(one, 1).toLowerCase()).not.toBe(tenantTable(other, 1).toLowerCase())
})

test('a later generation of a slug has a table of its own, within what Azure allows', () => {
  const longest = 'a'.repeat(40)
  expect(tenantTable(longest, 1)).not.toBe(tenantTable(longest, 2))
  expect(tenantTable(longest, 99_999)).toMatch(/^[A-Za-z][A-Za-z0-9]{2,62}$/)
})
