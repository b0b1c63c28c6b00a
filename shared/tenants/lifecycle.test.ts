import { randomBytes } from 'node:crypto'
import { connectTables } from '../storage/connect'
import { createMeter } from '../storage/meter'
import { isTableMissing } from '../storage/table'
import { createTenant, deleteTenant, finishDeletion, isSlugTaken, listForRound, renameTenant } from './lifecycle'
import { listEntries, listTenants, readEntry, readTenant, type TenantStorage } from './registry'
import { tenantTable } from './tenant'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })

let storage: TenantStorage
beforeEach(() => {
  const prefix = `a${randomBytes(6).toString('hex')}`
  storage = {
    list: () => tables.open(`${prefix}tenants`, createMeter()),
    open: (table) => tables.open(prefix + table, createMeter()),
    create: (table) => tables.create(prefix + table),
    drop: (table) => tables.drop(prefix + table),
  }
})

const TIME = '2026-01-02T03:04:05.000Z'
const contoso = { slug: 'contoso', name: 'Contoso Ltd', time: TIME }
const after = (ms: number) => new Date(Date.parse(TIME) + ms)

test('of many who make the same tenant at once, one is told that it was made', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, (_, i) => createTenant(storage, { ...contoso, name: `Name ${i}` })))
  expect(made.filter(Boolean)).toHaveLength(1)
  const entry = await readEntry(storage, 'contoso')
  expect(entry).toEqual({ slug: 'contoso', generation: 1, name: `Name ${made.indexOf(true)}`, created: TIME })
  const first = await readTenant(storage, 'contoso')
  expect(first).toMatchObject({ slug: 'contoso', generation: 1, settings: { tokenEpoch: 1, learnt: [], version: 1 } })
  expect(await createTenant(storage, contoso)).toBe(false)
  expect(await readTenant(storage, 'contoso')).toEqual(first)
  expect(await listTenants(storage)).toEqual(['contoso'])
})

test('a tenant that is half made is nowhere to be seen, and the next attempt completes it', async () => {
  const broken: TenantStorage = { ...storage, create: (table) => (table === 'tenants' ? storage.create(table) : fail()) }
  await expect(createTenant(broken, contoso)).rejects.toThrow('storage is down')
  expect(await readEntry(storage, 'contoso')).toBeUndefined()
  expect(await readTenant(storage, 'contoso')).toBeUndefined()
  expect(await listEntries(storage)).toEqual([])
  expect(await isSlugTaken(storage, 'contoso')).toBe(false)
  expect(await createTenant(storage, contoso)).toBe(true)
  expect(await listTenants(storage)).toEqual(['contoso'])
})

const fail = () => Promise.reject(new Error('storage is down'))

test('a deleted tenant is gone at once, its table when nobody can use it any more, and its slug stays taken', async () => {
  await createTenant(storage, contoso)
  await createTenant(storage, { ...contoso, slug: 'fabrikam' })
  await deleteTenant(storage, { slug: 'contoso', time: TIME })
  expect(await readTenant(storage, 'contoso')).toBeUndefined()
  expect(await readEntry(storage, 'contoso')).toBeUndefined()
  expect(await listTenants(storage)).toEqual(['fabrikam'])

  expect(await listForRound(storage, after(110_000))).toEqual({ live: ['fabrikam'], due: [] })
  expect(await listForRound(storage, after(120_000))).toEqual({ live: ['fabrikam'], due: ['contoso'] })
  const table = storage.open(tenantTable('contoso', 1))
  await expect(finishDeletion(storage, 'contoso', fail)).rejects.toThrow('storage is down')
  expect(await table.get('t!')).toBeDefined() // the tokens end first

  const ended: unknown[] = []
  const endTokens = (tenant: object) => Promise.resolve(void ended.push(tenant))
  await finishDeletion(storage, 'contoso', endTokens)
  expect(ended).toEqual([{ slug: 'contoso', generation: 1 }])
  expect(isTableMissing(await table.get('t!').catch((error: unknown) => error))).toBe(true)
  expect(await listForRound(storage, after(120_000))).toEqual({ live: ['fabrikam'], due: [] })
  await finishDeletion(storage, 'contoso', endTokens) // another instance comes late
  expect(ended).toHaveLength(1)

  expect(await isSlugTaken(storage, 'contoso')).toBe(true)
  expect(await createTenant(storage, contoso)).toBe(false)
  expect(await readTenant(storage, 'contoso')).toBeUndefined()
  // Nothing tells whose it was.
  expect((await storage.list().get('contoso'))?.values['name']).toBe('contoso')
})

test('the job leaves a tenant alone that was not deleted', async () => {
  await createTenant(storage, contoso)
  await finishDeletion(storage, 'contoso', fail)
  await finishDeletion(storage, 'nobody', fail)
  expect(await readTenant(storage, 'contoso')).toBeDefined()
})

test('a rename changes the name alone', async () => {
  await createTenant(storage, contoso)
  const before = await readTenant(storage, 'contoso')
  await renameTenant(storage, { slug: 'contoso', name: 'Contoso AG' })
  expect(await readEntry(storage, 'contoso')).toMatchObject({ name: 'Contoso AG', created: TIME })
  expect(await readTenant(storage, 'contoso')).toEqual(before)
})

test.each(['', 'a/b', 'Contoso', "x'y", 'x'.repeat(2000), '__proto__'])('%j is the slug of nobody', async (slug) => {
  expect(await readTenant(storage, slug)).toBeUndefined()
})
