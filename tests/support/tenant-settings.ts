import { connectTables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { createTenant } from '../../shared/tenants/lifecycle'
import { changeSettings, TENANTS_TABLE } from '../../shared/tenants/registry'
import type { SettingsChange } from '../../shared/tenants/settings-change'
import type { Tenant } from '../../shared/tenants/tenant'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })

/** Where the service under test keeps its tenants; a prefix gives a test an account of its own. */
export function tenantStorage(prefix = '') {
  return {
    list: () => tables.open(prefix + TENANTS_TABLE, createMeter()),
    open: (table: string) => tables.open(prefix + table, createMeter()),
    create: (table: string) => tables.create(prefix + table),
    drop: (table: string) => tables.drop(prefix + table),
  }
}

/** Saves settings as an admin would; a running service may need 30 s to see them. */
export async function saveSettings(slug: string, change: SettingsChange, storage = tenantStorage()): Promise<Tenant> {
  await createTenant(storage, { slug, name: slug, time: new Date().toISOString() })
  const saved = await changeSettings(storage, slug, () => change)
  if (saved === undefined || saved === 'stale') throw new Error('The settings were not saved.')
  return saved
}
