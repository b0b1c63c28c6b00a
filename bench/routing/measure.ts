import { localRootKeys, rootKeys } from '../../shared/credentials/keys/root-keys'
import { tenantKeys } from '../../shared/credentials/keys/tenant-keys'
import { updateResource } from '../../shared/directory/documents/update'
import { createResource } from '../../shared/directory/documents/create'
import type { DirectoryContext } from '../../shared/directory/context'
import { newId } from '../../shared/directory/identifiers'
import { numberOutbox } from '../../shared/feed/sequencer'
import { savePolicy } from '../../shared/access/save-policy'
import { connect, noteFor } from '../../shared/super-tenants/connect'
import { routePeople } from '../../shared/super-tenants/consumer/route-people'
import type { RoutingParts } from '../../shared/super-tenants/consumer/turn'
import { ENTERPRISE_URN } from '../../shared/scim/schema/schemas'
import type { Tables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { inParallel } from '../../shared/storage/parallel'
import { createTenant } from '../../shared/tenants/lifecycle'
import { changeSettings, readTenant, TENANTS_TABLE, type TenantStorage } from '../../shared/tenants/registry'
import type { Tenant } from '../../shared/tenants/tenant'
import { newWork } from '../../shared/scim/work'

/** What one piece of work cost. */
export interface Figures {
  readonly trips: number
  readonly calls: number
  readonly ms: number
}

const GROUPS = 10
/** One of ten leads the nine behind. */
const LED = 10
const WRITTEN_AT_ONCE = 16
const NUMBERED_AT_ONCE = 1_000
/** A turn of the follower. */
const TURN_MS = 15_000

interface Setting {
  readonly name: string
  readonly people: number
  readonly targets: number
}

/**
 * Makes a super tenant whose people are each in one of ten groups, and targets to which all the groups are routed, and lets the
 * service's own reader do the rest. Each tenth person has a namesake in each target, and stays a conflict.
 */
export async function measure(
  tables: Tables,
  { name, people, targets }: Setting,
): Promise<Readonly<Record<'first' | 'unchanged' | 'turn', Figures>>> {
  const storage = storageOf(tables)
  const slugs = Array.from({ length: targets }, (_, i) => `${name}-${i}`)
  for (const slug of [name, ...slugs]) await createTenant(storage, { slug, name: slug, time: new Date().toISOString() })
  const source = await opened(tables, storage, name)
  for (const slug of slugs) await fill(await opened(tables, storage, slug), namesakes(people))
  const ids = await fill(
    source,
    Array.from({ length: people }, (_, i) => nameOf(i)),
  )
  const groups = await fillGroups(source, ids)
  const parts = { storage, tenants: { put: () => undefined }, now: () => new Date() }
  for (const slug of slugs) await connect(parts, { slug: name, name }, slug)
  const saveRoutes = () => save(storage, name, { groups, slugs })
  await saveRoutes()
  await numberOutbox(source.table)
  const first = await route(tables, name)
  await saveRoutes()
  await numberOutbox(source.table)
  const unchanged = await route(tables, name)
  await updateResource(source, source.types.User, ids[1] ?? '', {
    attributes: (current) => ({ ...current, displayName: 'Changed' }),
    members: [],
  })
  await numberOutbox(source.table)
  return { first, unchanged, turn: await route(tables, name) }
}

const nameOf = (i: number) => `person${i}@contoso.example`
const namesakes = (people: number) => Array.from({ length: Math.ceil(people / LED) }, (_, i) => nameOf(i * LED))

function storageOf(tables: Tables, meter = createMeter()): TenantStorage {
  return {
    list: () => tables.open(TENANTS_TABLE, meter),
    open: (table) => tables.open(table, meter),
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  }
}

const root = rootKeys(localRootKeys('bench'))

function contextOf(tables: Tables, tenant: Tenant, meter = createMeter()): DirectoryContext {
  const { slug, table, settings } = tenant
  const { types, matching, staging } = settings
  return {
    table: tables.open(table, meter),
    types,
    now: () => new Date(),
    work: newWork(),
    tenant: slug,
    keys: tenantKeys(root, tenant),
    matching,
    staging,
  }
}

async function opened(tables: Tables, storage: TenantStorage, slug: string): Promise<DirectoryContext> {
  const tenant = await readTenant(storage, slug)
  if (tenant === undefined) throw new Error(`There is no tenant ${slug}.`)
  return contextOf(tables, tenant)
}

async function fill(context: DirectoryContext, names: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (let from = 0; from < names.length; from += NUMBERED_AT_ONCE) {
    const leaders = new Map<number, string>()
    const add = (isLeader: boolean) =>
      inParallel([...names.slice(from, from + NUMBERED_AT_ONCE).entries()], WRITTEN_AT_ONCE, async ([i, userName]) => {
        if ((i % LED === 0) !== isLeader) return
        const leader = leaders.get(Math.floor(i / LED))
        const { id } = await createResource(context, context.types.User, {
          userName,
          displayName: userName,
          ...(leader !== undefined && { [ENTERPRISE_URN]: { manager: { value: leader } } }),
        })
        if (isLeader) leaders.set(i / LED, id)
        ids[from + i] = id
      })
    await add(true)
    await add(false)
    await numberOutbox(context.table)
  }
  return ids
}

async function fillGroups(context: DirectoryContext, ids: readonly string[]): Promise<string[]> {
  const groups = await inParallel([...Array(GROUPS).keys()], 1, async (g) => {
    const { id } = await createResource(context, context.types.Group, { displayName: `Group ${g}` })
    const members = ids.filter((_, i) => i % GROUPS === g)
    for (let from = 0; from < members.length; from += NUMBERED_AT_ONCE) {
      const some = members.slice(from, from + NUMBERED_AT_ONCE)
      await updateResource(context, context.types.Group, id, {
        attributes: (current) => current,
        members: [{ op: 'add', ids: some }],
      })
    }
    return id
  })
  await numberOutbox(context.table)
  return groups
}

/** As an administrator saves routes. */
async function save(
  storage: TenantStorage,
  slug: string,
  { groups, slugs }: { readonly groups: readonly string[]; readonly slugs: readonly string[] },
): Promise<void> {
  const routes = slugs.flatMap((tenant) => groups.map((groupId) => ({ id: newId(), groupId, groupName: '', tenant })))
  await changeSettings(storage, slug, ({ routing }) => ({
    routing: { ...routing, routes },
    beside: (version) => [noteFor(new Date(), 'routes.saved', { id: 'routes', body: { version } })],
  }))
}

/** Lets the reader work until nothing is left, as the follower does. */
async function route(tables: Tables, slug: string): Promise<Figures> {
  const meter = createMeter()
  const storage = storageOf(tables, meter)
  const parts: RoutingParts = {
    storage,
    tenants: { put: () => undefined },
    open: (tenant) => contextOf(tables, tenant, meter),
    savePolicy: (target, wanted) =>
      savePolicy({ storage, tenants: { put: () => undefined }, now: () => new Date() }, target, wanted),
    onFailure: (target, error) => {
      throw new Error(`The target ${target} failed.`, { cause: error })
    },
  }
  const tenant = await readTenant(storageOf(tables), slug)
  if (tenant === undefined) throw new Error(`There is no tenant ${slug}.`)
  const started = performance.now()
  for (;;) {
    const { state } = await routePeople(parts, tenant, TURN_MS)
    if (state === 'later') throw new Error('Another worker is at it.')
    if (state === 'done') break
  }
  return { trips: meter.trips, calls: meter.calls, ms: performance.now() - started }
}
