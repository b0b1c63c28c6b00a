import { randomUUID } from 'node:crypto'
import { isTenantSlug } from '../config'
import { learntWith, type LearntAttribute } from '../scim/schema/learnt'
import { SETTINGS_KEY } from '../storage/keys'
import { isTableMissing, type Action, type Row, type Table, type Values } from '../storage/table'
import { checkedChange, type ChangedAlone, type SettingsChange } from './settings-change'
import {
  chosenValues,
  readSettings,
  tenantTable,
  type ChosenSettings,
  type MatchingSetting,
  type Tenant,
  type TenantSettings,
} from './tenant'

/** Where tenants are kept. A table opened here is counted apart from the request it serves. */
export interface TenantStorage {
  /** The table that lists the tenants, by slug. */
  readonly list: () => Table
  readonly open: (table: string) => Table
  readonly create: (table: string) => Promise<void>
  /** An absent table is no error. */
  readonly drop: (table: string) => Promise<void>
}

export const TENANTS_TABLE = 'tenants'

/** The tenant as it is stored now, or undefined. Two trips. */
export async function readTenant(storage: TenantStorage, slug: string): Promise<Tenant | undefined> {
  const listed = await readEntry(storage, slug)
  if (listed === undefined) return undefined
  const { generation } = listed
  return withSettingsOfNow(storage, { slug, generation, table: tenantTable(slug, generation) })
}

/** The tenant with its settings as they are stored now; undefined when its table has gone. One trip. */
export async function withSettingsOfNow(
  storage: TenantStorage,
  { slug, generation, table }: Omit<Tenant, 'settings'>,
): Promise<Tenant | undefined> {
  const settings = await withoutTable(() => storage.open(table).get(SETTINGS_KEY), undefined)
  return settings && { slug, generation, table, settings: readSettings(settings, slug) }
}

export async function listTenants(storage: TenantStorage): Promise<string[]> {
  return (await listEntries(storage)).map((entry) => entry.slug)
}

/** A tenant's row in the table of tenants. One that is being made or was deleted is nowhere seen, but its slug stays taken. */
export interface TenantEntry {
  readonly slug: string
  readonly generation: number
  /** What people call the tenant. */
  readonly name: string
  /** ISO 8601; undefined for one that was made, or exported, before this was noted. */
  readonly created: string | undefined
}

/** Of the table of tenants: the rows of slugs, and of no `!`. */
export const EVERY_SLUG = { from: '0', before: '{' }
export const ENTRY_PROPERTIES = ['g', 'name', 'created', 'state']

/** Every tenant, by slug. */
export async function listEntries(storage: TenantStorage): Promise<TenantEntry[]> {
  const rows = await withoutTable(() => storage.list().all(EVERY_SLUG, { select: ENTRY_PROPERTIES }), [])
  return rows.map(entryOf).filter((entry) => entry !== undefined)
}

export async function readEntry(storage: TenantStorage, slug: string): Promise<TenantEntry | undefined> {
  return (await heldEntry(storage, slug))?.entry
}

/** The same with the ETag under which it can be changed. */
export async function heldEntry(
  storage: TenantStorage,
  slug: string,
): Promise<{ readonly entry: TenantEntry; readonly etag: string } | undefined> {
  if (!isTenantSlug(slug)) return undefined // it may be no key at all
  const row = await withoutTable(() => storage.list().get(slug), undefined)
  const entry = row && entryOf(row)
  return entry && { entry, etag: row.etag }
}

/** A row without a state is one that an import wrote. */
export function entryOf({ key, values }: Row): TenantEntry | undefined {
  const { g: generation, name, created, state = 'live' } = values
  if (state !== 'live') return undefined
  return {
    slug: key,
    generation: Number(generation),
    name: String(name ?? key),
    created: typeof created === 'string' ? created : undefined,
  }
}

/** A table that nobody made yet, or that went with its tenant, holds nothing. */
export async function withoutTable<T>(read: () => Promise<T>, empty: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (isTableMissing(error)) return empty
    throw error
  }
}

/** The vault refuses a revoked version as well, so the oldest of many need not be kept here. */
const MAX_REVOKED = 200

/**
 * Tells every instance, within 30 s, that the tenant's tokens have changed: raises the epoch, for which the vault is read
 * again, and refuses the revoked version by name. With rows of the same transaction; one that is refused already leaves none. Returns
 * the epoch of then.
 * @throws Error when the tenant has no settings
 */
export async function announceTokens(
  storage: TenantStorage,
  tenant: Tenant,
  { revoked, beside = [] }: { readonly revoked?: string; readonly beside?: readonly Action[] } = {},
): Promise<number> {
  const merge = ({ settings: { revokedTokens, tokenEpoch } }: Held) => {
    if (revoked !== undefined && revokedTokens.has(revoked)) return undefined // by another request at the same time, or a lost answer
    const known = [...revokedTokens].filter((version) => version !== revoked)
    const versions = revoked === undefined ? known : [...known, revoked].slice(-MAX_REVOKED)
    return { epoch: tokenEpoch + 1, revoked: JSON.stringify(versions) }
  }
  const settings = await mergeSettings(storage, tenant, merge, () => beside)
  if (settings === undefined) throw new Error('The tenant has no settings.')
  return settings.tokenEpoch
}

/**
 * Remembers attributes that the tenant's directory sent without declaring them, and those that have several values by now. Beyond the limit they stay unknown, and so
 * they do when the tenant has turned strict meanwhile.
 */
export async function learn(storage: TenantStorage, tenant: Tenant, attributes: readonly LearntAttribute[]): Promise<Tenant> {
  if (learntWith(tenant.settings.learnt, attributes) === tenant.settings.learnt) return tenant
  const settings = await mergeSettings(storage, tenant, ({ settings: { learnt: held, declared, strict } }) => {
    const isDeclared = new Set(declared.map(nameOf))
    const learnt = learntWith(
      held,
      attributes.filter((one) => !isDeclared.has(nameOf(one))),
    )
    return strict || learnt === held ? undefined : { learnt: JSON.stringify(learnt) }
  })
  return settings === undefined ? tenant : { ...tenant, settings }
}

export interface Beside {
  /** Rows for the transaction of the save, such as a record of it; version is the one after it. */
  readonly beside?: (version: number) => readonly Action[]
}

/**
 * Saves what people changed, as one merge beside whatever the service itself writes meanwhile, and raises the version.
 * Returns the tenant as it is then, 'stale' when the version is another than expected, undefined without such a tenant. A
 * change that is undefined, since it holds already, saves nothing. Given the tenant as it was read, not only its slug, it costs one
 * trip while nobody else saves.
 * @throws ScimError invalidValue that names what cannot be set
 */
export async function changeSettings(
  storage: TenantStorage,
  of: Tenant | string,
  change: (current: TenantSettings) => (SettingsChange & Beside) | undefined,
  expectedVersion?: number,
): Promise<Tenant | 'stale' | undefined> {
  const tenant = typeof of === 'string' ? await readTenant(storage, of) : of
  if (tenant === undefined) return undefined
  const saveId = randomUUID()
  const found: { stale: boolean; beside: readonly Action[] } = { stale: false, beside: [] }
  const merge = ({ settings: current, values }: Held) => {
    if (values['save'] === saveId) return undefined // our own, stored by an attempt whose answer was lost
    found.stale = expectedVersion !== undefined && current.version !== expectedVersion
    if (found.stale) return undefined
    const changed = change(current)
    if (changed === undefined) return undefined
    const { beside, ...wanted } = changed
    const { learnt, ...chosen } = checkedChange(current, wanted)
    const version = current.version + 1
    found.beside = beside?.(version) ?? []
    return {
      ...chosenValues(values, chosen),
      ...(learnt !== undefined && { learnt: JSON.stringify(learnt) }),
      version,
      save: saveId,
    }
  }
  const settings = await mergeSettings(storage, tenant, merge, () => found.beside)
  if (found.stale) return 'stale'
  return settings && { ...tenant, settings }
}

/**
 * Marks matching attributes as indexed, unless somebody took them out or named them anew meanwhile. Not a save by people:
 * the version stays.
 */
export async function markIndexed(storage: TenantStorage, tenant: Tenant, indexed: readonly MatchingSetting[]): Promise<Tenant> {
  const isIndexed = ({ type, path, since }: MatchingSetting) =>
    indexed.some((one) => one.type === type && one.path === path && one.since === since)
  const settings = await mergeSettings(storage, tenant, ({ settings: { matching }, values }) => {
    if (!matching.some((one) => !one.ready && isIndexed(one))) return undefined
    return chosenValues(values, { matching: matching.map((one) => (isIndexed(one) ? { ...one, ready: true } : one)) })
  })
  return settings === undefined ? tenant : { ...tenant, settings }
}

interface ChangedOne<T> {
  readonly value: T
  /** Rows for the transaction of the change. */
  readonly beside: readonly Action[]
}

/**
 * Changes one of the settings that people do not save together with others: the version stays. `change` is called again after a lost
 * race, and after a lost answer, where it finds its own change; undefined leaves everything as it is. Undefined: no such tenant.
 */
export async function changeOne<K extends ChangedAlone>(
  storage: TenantStorage,
  tenant: Tenant,
  name: K,
  change: (current: ChosenSettings[K]) => ChangedOne<ChosenSettings[K]> | undefined,
): Promise<Tenant | undefined> {
  let beside: readonly Action[] = []
  const merge = ({ settings, values }: Held) => {
    const changed = change(settings[name])
    beside = changed?.beside ?? []
    // An instance that saves twice at once remembers the later one by the epoch.
    const epoch = name === 'directorySignIn' ? { epoch: settings.tokenEpoch + 1 } : {}
    return changed && { ...chosenValues(values, { [name]: changed.value }), ...epoch }
  }
  const settings = await mergeSettings(storage, tenant, merge, () => beside)
  return settings && { ...tenant, settings }
}

interface Held {
  readonly settings: TenantSettings
  readonly values: Values
}

/**
 * Merges into the settings row what `make` says of it: first of the row that the tenant holds, then of the stored one, until no other
 * write comes between. That there is nothing to merge counts only of the stored one. Undefined: no row.
 */
async function mergeSettings(
  storage: TenantStorage,
  { slug, table: name, settings: held }: Tenant,
  make: (held: Held) => Values | undefined,
  beside: () => readonly Action[] = () => [],
): Promise<TenantSettings | undefined> {
  const table = storage.open(name)
  const merge = async (row: TenantSettings['row'], values: Values): Promise<TenantSettings | undefined> => {
    const next = { etag: row.etag, values: { ...row.values, ...values } }
    const settings = readSettings(next, slug) // fails rather than store what nobody could read
    const outcome = await table.commit([{ type: 'merge', key: SETTINGS_KEY, values, etag: row.etag }, ...beside()])
    const etag = outcome.ok ? outcome.etags[0] : undefined
    return etag === undefined ? undefined : { ...settings, row: { ...next, etag } }
  }
  return withoutTable(async () => {
    const wanted = make({ settings: held, values: held.row.values })
    let merged = wanted && (await merge(held.row, wanted))
    while (merged === undefined) {
      const row = await table.get(SETTINGS_KEY)
      if (row === undefined) return undefined
      const settings = readSettings(row, slug)
      const values = make({ settings, values: row.values })
      merged = values === undefined ? settings : await merge(row, values)
    }
    return merged
  }, undefined)
}

const nameOf = (attribute: Pick<LearntAttribute, 'type' | 'urn' | 'name'>) =>
  `${attribute.type} ${attribute.urn}:${attribute.name}`.toLowerCase()
