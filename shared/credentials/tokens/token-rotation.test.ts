import { randomBytes } from 'node:crypto'
import { localStore } from './local-store'
import { readBody } from '../../directory/documents/record'
import { connectTables } from '../../storage/connect'
import { createMeter } from '../../storage/meter'
import { prefixRange } from '../../storage/table'
import { createTenant } from '../../tenants/lifecycle'
import { announceTokens, changeOne, readTenant, TENANTS_TABLE, type TenantStorage } from '../../tenants/registry'
import { requestStats } from '../../usage/request-stats'
import type { Tenant } from '../../tenants/tenant'
import { liveTokens, readRotations, watchSoon, watchTokens } from './token-rotation'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
const START = Date.parse('2026-11-22T08:00:00.000Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let made = 0

/** A tenant with its tokens on a clock that stands until it is moved. */
async function newWorld() {
  made += 1
  const slug = `watch${process.pid}x${made}`
  const calls = { list: 0 }
  const meter = createMeter()
  const storage: TenantStorage = {
    list: () => tables.open(TENANTS_TABLE, meter),
    open: (table) => tables.open(table, meter),
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  }
  const clock = { now: START }
  const store = localStore({ tokens: new Map(), open: () => storage.open(tableName), now: () => clock.now })
  await createTenant(storage, { slug, name: slug, time: new Date(START).toISOString() })
  const tableName = (await readTenant(storage, slug))!.table
  const table = storage.open(tableName)
  const stats = requestStats(storage.open, () => undefined, () => clock.now) // prettier-ignore
  const services = {
    storage,
    tenants: { find: () => readTenant(storage, slug), put: () => undefined, forget: () => undefined },
    tokens: {
      ...store,
      list: (owner: { slug: string; generation: number }) => {
        calls.list += 1
        return store.list(owner)
      },
    },
    now: () => new Date(clock.now),
  }
  const tenant = async () => (await readTenant(storage, slug))!
  return {
    clock,
    calls,
    meter,
    table,
    storage,
    watch: async (held?: Tenant) => watchTokens(services, held ?? (await tenant())),
    add: async (days: number, replaces?: string) => {
      const token = { label: 'Entra ID', expiresAt: clock.now + days * DAY, ...(replaces !== undefined && { replaces }) }
      const { facts } = await store.add(await tenant(), token)
      await watchSoon(table)
      return facts
    },
    end: async (id: string) => store.disable(await tenant(), id),
    use: async (tokenId: string) => {
      stats.recordRequest(tableName, { tokenId, isProbe: false })
      await stats.flush(true)
    },
    live: async () => {
      const { settings, ...owner } = await tenant()
      return liveTokens(await store.list(owner), settings.revokedTokens, clock.now).map(({ id }) => id)
    },
    records: async (type = 'token.expiring') =>
      (await table.all(prefixRange('p'))).filter(({ values }) => values['type'] === type),
    addSecret: async (days: number) => {
      const id = randomBytes(16).toString('hex')
      const [created, expires] = [clock.now, clock.now + days * DAY].map((ms) => new Date(ms).toISOString()) as [string, string]
      const secret = { id, label: 'Entra', lastFour: 'abcd', digest: '0'.repeat(64), created, expires }
      await changeOne(storage, await tenant(), 'directorySignIn', (held) => ({
        value: { ...held, secrets: [...held.secrets, secret] },
        beside: [],
      }))
      return secret
    },
    tenant,
  }
}

describe('rotation', () => {
  test('the old token retires an hour after the new one was first seen, not before, and not without it', async () => {
    const world = await newWorld()
    const old = await world.add(365)
    world.clock.now += MINUTE
    const fresh = await world.add(365, old.id)
    world.clock.now += 5 * HOUR
    await world.use(old.id)
    await world.watch()
    expect(await world.live()).toEqual([fresh.id, old.id])
    await world.use(fresh.id)
    await world.watch()
    expect(await readRotations(world.table)).toEqual([{ from: old.id, to: fresh.id, retiresAt: world.clock.now + HOUR }])
    world.clock.now += HOUR - 1
    await world.use(fresh.id) // a later use puts off nothing
    await world.watch()
    expect(await world.live()).toEqual([fresh.id, old.id])
    world.clock.now += 1
    await world.watch()
    expect(await world.live()).toEqual([fresh.id])
    expect((await world.tenant()).settings.revokedTokens).toEqual(new Set([old.id]))
    expect(await readRotations(world.table)).toEqual([])
  })

  test('a new token that has ended within the hour retires nothing', async () => {
    const world = await newWorld()
    const old = await world.add(365)
    const fresh = await world.add(365, old.id)
    await world.use(fresh.id)
    await world.watch()
    await world.end(fresh.id)
    world.clock.now += 2 * HOUR
    await world.watch()
    expect(await world.live()).toEqual([old.id])
    expect(await readRotations(world.table)).toEqual([])
  })

  test('a second turn after a retirement finds nothing to do', async () => {
    const world = await newWorld()
    const old = await world.add(365)
    const fresh = await world.add(365, old.id)
    await world.use(fresh.id)
    await world.watch()
    world.clock.now += HOUR
    await world.watch()
    const { tokenEpoch } = (await world.tenant()).settings
    await watchSoon(world.table)
    await world.watch()
    expect((await world.tenant()).settings.tokenEpoch).toBe(tokenEpoch)
  })
})

describe('expiry', () => {
  test('each stage leaves one record, however often it is looked', async () => {
    const world = await newWorld()
    const token = await world.add(40)
    const days = []
    for (let hour = 0; hour <= 40 * 24; hour += 6) {
      world.clock.now = START + hour * HOUR
      await world.watch()
      await world.watch()
    }
    for (const record of await world.records()) days.push(readBody(record)['days'])
    expect(days).toEqual([30, 7, 1])
    const [first] = await world.records()
    expect(first?.values).toMatchObject({ id: token.id, type: 'token.expiring' })
    expect(readBody(first!)).toEqual({
      lastFour: token.lastFour,
      label: 'Entra ID',
      expires: new Date(START + 40 * DAY).toISOString(),
      days: 30,
    })
  })

  test('of a client secret is told as often, in a record of its own, whatever the tokens do', async () => {
    const world = await newWorld()
    await world.add(1000)
    const secret = await world.addSecret(365)
    await world.use(secret.id)
    for (const days of [0, 330, 335, 336, 350, 358, 359, 364, 364.5, 365.5]) {
      world.clock.now = START + days * DAY
      await world.watch()
    }
    const records = await world.records('clientSecret.expiring')
    expect(records.map((record) => readBody(record)['days'])).toEqual([30, 7, 1])
    expect(readBody(records[0]!)).toEqual({ lastFour: 'abcd', label: 'Entra', expires: secret.expires, days: 30 })
    expect(await world.records()).toEqual([])
  })

  test('a token made for a few days is told of by the stages within them alone', async () => {
    const world = await newWorld()
    await world.add(10)
    for (const days of [0, 2, 4, 6, 8, 9.5]) {
      world.clock.now = START + days * DAY
      await world.watch()
    }
    const days = (await world.records()).map((record) => readBody(record)['days'])
    expect(days).toEqual([6, 1])
  })
})

test('a turn costs one trip and no question to the vault, but once an hour', async () => {
  const world = await newWorld()
  await world.add(365)
  await world.watch()
  expect(world.calls.list).toBe(1)
  const tenant = await world.tenant()
  const before = world.meter.trips
  world.clock.now = START + HOUR - 1
  await world.watch(tenant)
  expect(world.meter.trips - before).toBe(1)
  expect(world.calls.list).toBe(1)
  world.clock.now = START + HOUR
  await world.watch(tenant)
  expect(world.calls.list).toBe(2)
})

test('a token that is revoked while the vault does not answer is ended there within the hour', async () => {
  const world = await newWorld()
  const token = await world.add(365)
  await announceTokens(world.storage, await world.tenant(), { revoked: token.id })
  expect(await world.live()).toEqual([])
  await world.watch()
  const rows = await world.table.all(prefixRange('k'))
  expect(rows.map(({ values }) => values['enabled'])).toEqual([false])
})
