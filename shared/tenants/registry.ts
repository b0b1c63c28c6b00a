import { MAX_LEARNT_NAMES, type LearntAttribute } from '../scim/learnt'
import { SETTINGS_KEY } from '../storage/keys'
import { isTableMissing, type Table } from '../storage/table'
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
  const listed = await withoutTable(() => storage.list().get(slug), undefined)
  if (listed === undefined) return undefined
  const generation = Number(listed.values['g'])
  const table = tenantTable(slug, generation)
  const settings = await withoutTable(() => storage.open(table).get(SETTINGS_KEY), undefined)
  return settings && { slug, generation, table, settings: readSettings(settings, slug) }
}

export async function listTenants(storage: TenantStorage): Promise<string[]> {
  const rows = await withoutTable(() => storage.list().all({ from: '0', before: '{' }, { select: ['g'] }), [])
  return rows.map((row) => row.key)
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
export async function ensureTenant(storage: TenantStorage, slug: string): Promise<void> {
  await storage.create(TENANTS_TABLE)
  if ((await readTenant(storage, slug)) !== undefined) return
  const table = tenantTable(slug, 1)
  await storage.create(table)
  // Either may be there from an attempt that was cut short, or from another instance: 'exists' is as good.
  await storage.open(table).commit([{ type: 'create', key: SETTINGS_KEY, values: newSettings(slug) }])
  await storage.list().commit([{ type: 'create', key: slug, values: { g: 1, name: slug } }])
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
