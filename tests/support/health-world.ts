import { localStore } from '../../shared/credentials/tokens/local-store'
import { watchHealth } from '../../shared/monitoring/health/watch'
import { connectTables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { createTenant } from '../../shared/tenants/lifecycle'
import { readTenant, TENANTS_TABLE, type TenantStorage } from '../../shared/tenants/registry'
import { requestStats } from '../../shared/usage/request-stats'

const MINUTE_MS = 60_000
const DIRECT = process.env['TEST_TABLES_CONNECTION_STRING'] ?? ''

/** A tenant on a clock that stands until it is moved, with the watch of two instances. `via` is how one of them reaches storage. */
export async function newWorld(slug: string, { via = DIRECT, name = slug } = {}) {
  const tables = connectTables({ connectionString: DIRECT })
  const meter = createMeter()
  const listMeter = createMeter()
  const clock = { now: Date.parse('2026-11-22T08:00:00.000Z') }
  const now = () => new Date(clock.now)
  const storage: TenantStorage = {
    list: () => tables.open(TENANTS_TABLE, listMeter),
    open: (table) => tables.open(table, createMeter()),
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  }
  await createTenant(storage, { slug, name, time: now().toISOString() })
  const tenant = (await readTenant(storage, slug))!
  const table = tables.open(tenant.table, meter)
  const store = localStore({ tokens: new Map(), open: () => table, now: () => clock.now })
  const { facts } = await store.add(tenant, { label: 'Entra ID', expiresAt: clock.now + 5 * 24 * 60 * MINUTE_MS })
  const stats = requestStats(storage.open, () => undefined, () => clock.now) // prettier-ignore
  /** One instance judges, by what both have noted. */
  const watchBy = async (connectionString: string) => {
    await stats.flush(true)
    const own = connectTables({ connectionString })
    const context = { table: own.open(tenant.table, meter), list: own.open(TENANTS_TABLE, listMeter), now }
    await watchHealth(store, tenant, context)
  }
  const watch = async () => {
    await stats.flush(true)
    await Promise.all([watchBy(DIRECT), watchBy(via)])
  }
  return {
    /** Counts calls to the tenant's table. */
    meter,
    /** Counts calls to the table of tenants. */
    listMeter,
    storage,
    table,
    watch,
    watchDirect: () => watchBy(DIRECT),
    watchVia: () => watchBy(via),
    /** Minute by minute, each with a turn of the watch. */
    pass: async (minutes: number, step = 10) => {
      for (let passed = 0; passed < minutes; passed += step) {
        clock.now += step * MINUTE_MS
        await watch()
      }
    },
    /** A minute without a turn of the watch. */
    tick: async (minutes = 1) => {
      clock.now += minutes * MINUTE_MS
      await stats.flush(true)
    },
    probe: () => {
      stats.recordRequest(tenant.table, { tokenId: facts.id, isProbe: true })
    },
    write: (isFailure: boolean) => {
      stats.recordRequest(tenant.table, { tokenId: facts.id, isProbe: false, isWrite: true, isFailure })
    },
    deny: () => {
      stats.recordRefusal(tenant.table, { status: 401, reason: 'expired', lastFour: '3fa9', operation: 'users' })
    },
  }
}
