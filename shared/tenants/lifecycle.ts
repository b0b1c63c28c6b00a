import { randomUUID } from 'node:crypto'
import { listedHealthKey, SETTINGS_KEY } from '../storage/keys'
import { firstPolicy } from '../roles/catalogue'
import type { Action, Row, Values } from '../storage/table'
import {
  ENTRY_PROPERTIES,
  entryOf,
  EVERY_SLUG,
  heldEntry,
  TENANTS_TABLE,
  withoutTable,
  type TenantEntry,
  type TenantStorage,
} from './registry'
import { readCatalogue } from './role-catalogue'
import { chosenValues, newSettings, tenantTable } from './tenant'

/** Slugs never return, so every tenant is the first of its slug. */
const GENERATION = 1

/**
 * Makes the tenant with an empty directory. False when the slug is taken, also by a tenant that was deleted: a slug never
 * returns, since the customer's Entra ID may still send to it. Repeatable after a failure in the middle; of several at
 * once, one is told true. With rows of the transactions that make its settings, and its entry in the list.
 */
export async function createTenant(
  storage: TenantStorage,
  tenant: { readonly slug: string; readonly name: string; readonly time: string },
  beside: { readonly inList: readonly Action[]; readonly inTenant: readonly Action[] } = { inList: [], inTenant: [] },
): Promise<boolean> {
  const { slug, name, time } = tenant
  await storage.create(TENANTS_TABLE)
  const list = storage.list()
  await list.commit([{ type: 'create', key: slug, values: { g: GENERATION, name, state: 'making' } }]) // there: from a try before, or taken
  const row = await list.get(slug)
  if (row?.values['state'] !== 'making') return false
  const table = tenantTable(slug, GENERATION)
  await storage.create(table)
  const values = await firstSettings(storage, slug)
  const own = storage.open(table)
  const first = await own.commit([{ type: 'create', key: SETTINGS_KEY, values }, ...beside.inTenant])
  if (!first.ok && beside.inTenant.length > 0) await own.commit(beside.inTenant) // there: from a try before
  const maker = randomUUID() // tells our own commit after a lost answer
  const made = await list.commit([
    { type: 'merge', key: slug, values: { name, created: time, state: 'live', maker }, etag: row.etag },
    ...beside.inList,
  ])
  return made.ok || (await list.get(slug))?.values['maker'] === maker
}

/** A tenant that is made later begins with the roles that the product knows then. */
async function firstSettings(storage: TenantStorage, slug: string): Promise<Values> {
  const values = newSettings(slug)
  const catalogue = await readCatalogue(storage)
  if (catalogue.etag === undefined) return values
  const policy = firstPolicy(catalogue)
  return { ...values, ...chosenValues(values, { policy, firstPolicy: policy }) }
}

/** Whether the slug is of no more use: a tenant has it, or had it. */
export async function isSlugTaken(storage: TenantStorage, slug: string): Promise<boolean> {
  const row = await withoutTable(() => storage.list().get(slug), undefined)
  return row !== undefined && row.values['state'] !== 'making'
}

/**
 * Gives the tenant another name for display; its slug stays. With rows of the same transaction, made of the very entry whose name
 * goes. The entry as it is then; undefined: no such tenant.
 */
export async function renameTenant(
  storage: TenantStorage,
  { slug, name }: { readonly slug: string; readonly name: string },
  beside: (before: TenantEntry) => readonly Action[] = () => [],
): Promise<TenantEntry | undefined> {
  for (;;) {
    const held = await heldEntry(storage, slug)
    if (held === undefined || held.entry.name === name) return held?.entry // also by our own commit, when its answer was lost
    const { entry, etag } = held
    const outcome = await storage.list().commit([{ type: 'merge', key: slug, values: { name }, etag }, ...beside(entry)])
    if (outcome.ok) return { ...entry, name }
  }
}

/**
 * From now on the tenant is there for nobody, on other instances after 30 s at most. Its tokens and its table go with
 * finishDeletion, when no instance uses them any more. With rows of the same transaction.
 */
export async function deleteTenant(
  storage: TenantStorage,
  { slug, time }: { readonly slug: string; readonly time: string },
  beside: readonly Action[] = [],
): Promise<void> {
  const values = { state: 'deleting', deleted: time }
  for (;;) {
    const held = await heldEntry(storage, slug)
    if (held === undefined) return // of several at once one leaves its rows
    const outcome = await storage.list().commit([{ type: 'merge', key: slug, values, etag: held.etag }, ...beside])
    if (outcome.ok) return
  }
}

/** Instances remember a tenant for 30 s, a request that was let in may take 45 s, and stats of it are written a minute later. */
const FORGOTTEN_AFTER_MS = 120_000

/** Slugs of all tenants, and of deleted ones whose tokens and tables can go now. One call. */
export async function listForRound(
  storage: TenantStorage,
  now: Date,
): Promise<{ readonly live: readonly string[]; readonly due: readonly string[] }> {
  const select = [...ENTRY_PROPERTIES, 'deleted']
  const rows = await withoutTable(() => storage.list().all(EVERY_SLUG, { select }), [])
  return {
    live: rows.flatMap((row) => entryOf(row)?.slug ?? []),
    due: rows.filter((row) => isDue(row, now)).map((row) => row.key),
  }
}

const isDue = ({ values: { state, deleted } }: Row, now: Date) =>
  state === 'deleting' && Date.parse(String(deleted)) + FORGOTTEN_AFTER_MS <= now.getTime()

/** Ends the tokens of a deleted tenant and drops its table; the slug alone stays. Repeatable after a failure in the middle. */
export async function finishDeletion(
  storage: TenantStorage,
  slug: string,
  endTokens: (tenant: { readonly slug: string; readonly generation: number }) => Promise<void>,
): Promise<void> {
  const row = await storage.list().get(slug)
  if (row?.values['state'] !== 'deleting') return
  const generation = Number(row.values['g'])
  await endTokens({ slug, generation })
  await storage.drop(tenantTable(slug, generation))
  await storage.list().commit([{ type: 'delete', key: listedHealthKey(slug) }]) // absent where nobody judged it
  await storage.list().commit([{ type: 'merge', key: slug, values: { state: 'deleted', name: slug }, etag: row.etag }])
}
