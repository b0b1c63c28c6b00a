import { MAX_LEARNT_NAMES, type LearntAttribute } from '../scim/learnt'
import { SETTINGS_KEY } from '../storage/keys'
import { isTableMissing, type Row, type Table } from '../storage/table'
import { newSettings, readSettings, tenantTable, type Tenant } from './tenant'

/** Where tenants are kept. A table opened here is counted apart from the request it serves. */
export interface TenantStorage {
  /** The table that lists the tenants, by slug. */
  readonly list: () => Table
  readonly open: (table: string) => Table
  readonly create: (table: string) => Promise<void>
}

export const TENANTS_TABLE = 'tenants'

/** The tenant as it is stored now, or undefined. */
export async function readTenant(storage: TenantStorage, slug: string): Promise<Tenant | undefined> {
  const listed = await readEntry(storage, slug)
  if (listed === undefined) return undefined
  const { generation } = listed
  const table = tenantTable(slug, generation)
  const settings = await withoutTable(() => storage.open(table).get(SETTINGS_KEY), undefined)
  return settings && { slug, generation, table, settings: readSettings(settings, slug) }
}

export async function listTenants(storage: TenantStorage): Promise<string[]> {
  return (await listEntries(storage)).map((entry) => entry.slug)
}

/** A tenant's row in the table of tenants. It may stand there before the tenant's own table is complete. */
export interface TenantEntry {
  readonly slug: string
  readonly generation: number
  /** What people call the tenant. */
  readonly name: string
}

/** Every tenant, by slug. */
export async function listEntries(storage: TenantStorage): Promise<TenantEntry[]> {
  const rows = await withoutTable(() => storage.list().all({ from: '0', before: '{' }, { select: ['g', 'name'] }), [])
  return rows.map(entryOf)
}

export async function readEntry(storage: TenantStorage, slug: string): Promise<TenantEntry | undefined> {
  const row = await withoutTable(() => storage.list().get(slug), undefined)
  return row && entryOf(row)
}

function entryOf({ key, values }: Row): TenantEntry {
  return { slug: key, generation: Number(values['g']), name: String(values['name'] ?? key) }
}

/** A table that nobody made yet, or that went with its tenant, holds nothing. */
async function withoutTable<T>(read: () => Promise<T>, empty: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (isTableMissing(error)) return empty
    throw error
  }
}

/** Makes the tenant with an empty directory unless it is there. */
export async function ensureTenant(storage: TenantStorage, slug: string, name = slug): Promise<void> {
  await storage.create(TENANTS_TABLE)
  if ((await readTenant(storage, slug)) !== undefined) return
  const table = tenantTable(slug, 1)
  await storage.create(table)
  // Either may be there from an attempt that was cut short, or from another instance: 'exists' is as good.
  await storage.open(table).commit([{ type: 'create', key: SETTINGS_KEY, values: newSettings(slug) }])
  await storage.list().commit([{ type: 'create', key: slug, values: { g: 1, name } }])
}

/** The vault refuses a revoked version as well, so the oldest of many need not be kept here. */
const MAX_REVOKED = 200

/**
 * Tells every instance, within 30 s, that the tenant's tokens have changed: raises the epoch, for which the vault is read
 * again, and refuses the revoked version by name. Returns the new epoch.
 * @throws Error when the tenant has no settings
 */
export async function announceTokens(storage: TenantStorage, tenant: Tenant, revoked?: string): Promise<number> {
  const table = storage.open(tenant.table)
  for (;;) {
    const row = await table.get(SETTINGS_KEY)
    if (row === undefined) throw new Error('The tenant has no settings.')
    const settings = readSettings(row, tenant.slug)
    const known = [...settings.revokedTokens].filter((version) => version !== revoked)
    const versions = revoked === undefined ? known : [...known, revoked].slice(-MAX_REVOKED)
    const values = { epoch: settings.tokenEpoch + 1, revoked: JSON.stringify(versions) }
    const outcome = await table.commit([{ type: 'merge', key: SETTINGS_KEY, values, etag: row.etag }])
    if (outcome.ok) return values.epoch
  }
}

/** Remembers attributes that the tenant's directory sent without declaring them; beyond the limit they stay unknown. */
export async function learn(storage: TenantStorage, tenant: Tenant, attributes: readonly LearntAttribute[]): Promise<Tenant> {
  if (tenant.settings.learnt.length >= MAX_LEARNT_NAMES) return tenant
  const table = storage.open(tenant.table)
  for (;;) {
    const row = await table.get(SETTINGS_KEY)
    if (row === undefined) return tenant
    const settings = readSettings(row, tenant.slug)
    const known = new Set(settings.learnt.map(nameOf))
    const fresh = attributes.filter(
      (attribute, i) =>
        !known.has(nameOf(attribute)) && attributes.findIndex((other) => nameOf(other) === nameOf(attribute)) === i,
    )
    const learnt = [...settings.learnt, ...fresh].slice(0, Math.max(MAX_LEARNT_NAMES, settings.learnt.length))
    if (learnt.length === settings.learnt.length) return { ...tenant, settings }
    const outcome = await table.commit([
      { type: 'merge', key: SETTINGS_KEY, values: { learnt: JSON.stringify(learnt) }, etag: row.etag },
    ])
    if (outcome.ok)
      return {
        ...tenant,
        settings: readSettings(
          {
            ...row,
            etag: outcome.etags[0] ?? '*',
            values: { ...row.values, learnt: JSON.stringify(learnt) },
          },
          tenant.slug,
        ),
      }
  }
}

const nameOf = (attribute: LearntAttribute) => `${attribute.type} ${attribute.urn}:${attribute.name}`.toLowerCase()
