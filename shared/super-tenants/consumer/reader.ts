import { newId } from '../../directory/identifiers'
import type { DirectoryContext } from '../../directory/context'
import { readHead } from '../../feed/read-feed'
import { readPlace, takeCheckpoint, type Checkpoint, type Place } from '../../feed/checkpoint'
import { feedKey, readerKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Action, type Table } from '../../storage/table'
import { readEntry, readTenant, type TenantStorage } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { dropConnections } from '../connect'
import { pushAttributes, pushPolicy } from './inherit'
import { openRetries, retryOf } from './retries'
import { RETRIES } from '../copies/rows'
import { takeStep } from './steps'
import { closeTarget, LeaseEnded, openTarget, type Target, type Turn } from '../copies/target'
import type { RoutingParts, RoutingTurn } from './turn'

export const ROUTE_READER = 'routes'
/** A step may race for a document for 20 s, and one that outlives its lease stores nothing. */
const LEASE_MS = 60_000
const DELETED_AT_ONCE = 100
const TARGETS_AT_ONCE = 8

export interface RoutingProgress {
  /** done: nothing is left. more: the time was up. busy: another worker is at it. */
  readonly state: 'done' | 'more' | 'busy'
  /** Targets that have new records now. */
  readonly written: readonly string[]
}

const idle: RoutingProgress = { state: 'done', written: [] }

/**
 * Reads the numbered records behind its checkpoint (row l!routes) and brings the copies of whomever they concern in line with
 * what the super tenant is now, in every connected tenant. So it may break off anywhere and any number of workers may call it.
 * Routes saved and the DELETE of a routed group sweep over everybody, page after page. Begins nothing after maxMs, but always
 * does one step. A tenant without connections costs nothing; one that has some and nothing to do, two trips.
 */
export async function routePeople(parts: RoutingParts, tenant: Tenant, maxMs: number): Promise<RoutingProgress> {
  if (tenant.settings.connections.length === 0) return idle
  const context = parts.open(tenant)
  const place = await readPlace(context.table, ROUTE_READER)
  if (place !== undefined && !(await hasWork(context, place))) return idle
  const checkpoint = await takeCheckpoint(context.table, ROUTE_READER, {
    begin: () => beginning(context),
    now: context.now,
    leaseMs: LEASE_MS,
  })
  if (checkpoint === undefined) return { ...idle, state: 'busy' }
  try {
    return await takeTurn(parts, { slug: tenant.slug, context, checkpoint }, maxMs)
  } catch (error) {
    if (error instanceof LeaseEnded) return { ...idle, state: 'busy' }
    throw error
  } finally {
    await checkpoint.release().catch(() => undefined) // the same outage; the lease ends by itself
  }
}

async function hasWork(context: DirectoryContext, place: Place): Promise<boolean> {
  if (place['sweep'] !== undefined || Number(place['due'] ?? Infinity) <= context.now().getTime()) return true
  const range = { from: feedKey(place.seq + 1), before: prefixRange('f').before }
  return (await context.table.all(range, { limit: 1, select: ['type'] })).length > 0
}

/** The first turn looks at everybody once; what is pending by then comes behind. What a reader before had to try again may be left. */
async function beginning({ table }: DirectoryContext): Promise<Place> {
  return { seq: await readHead(table), sweep: '', epoch: newId(), due: 0 }
}

interface Begun {
  readonly slug: string
  readonly context: DirectoryContext
  readonly checkpoint: Checkpoint
}

async function takeTurn(parts: RoutingParts, { slug, context, checkpoint }: Begun, maxMs: number): Promise<RoutingProgress> {
  const started = performance.now()
  const source = await readTenant(parts.storage, slug)
  if (source === undefined) return idle
  const turn = await openTurn(parts, source, { context, checkpoint })
  let state: RoutingProgress['state'] = 'more'
  try {
    do {
      const step = await takeStep(turn)
      if (step === 'stale') break
      state = step
    } while (state === 'more' && performance.now() - started < maxMs && checkpoint.isFresh())
  } catch (error) {
    if (!(error instanceof LeaseEnded)) throw error
    state = 'busy'
  } finally {
    await inParallel(turn.targets, TARGETS_AT_ONCE, (target) => closeTarget(target).catch(() => undefined)) // the next worker does
  }
  if (state === 'done') await lookAgain(turn, context)
  return { state, written: turn.targets.filter(({ isWritten }) => isWritten).map((target) => target.slug) }
}

/**
 * Attributes are learnt without a record, before the first value is stored: who was read in this turn may have brought some. A
 * reader without connections reads no more, and its row would keep the records from expiring.
 */
async function lookAgain({ parts, source: begun, targets }: RoutingTurn, { table }: DirectoryContext): Promise<void> {
  const source = await readTenant(parts.storage, begun.slug)
  if (source?.settings.connections.length === 0) await forgetReader(table)
  if (source === undefined || source.settings.row.etag === begun.settings.row.etag) return
  await inParallel(targets, TARGETS_AT_ONCE, async ({ slug, tenant, isEnding }) => {
    if (isEnding) return
    try {
      await pushTo(parts, source, tenant)
    } catch (error) {
      parts.onFailure(slug, error) // the next turn does it when it opens the target
    }
  })
}

/**
 * Deletes the row of a reader whose connections have all gone, however its last turn ended: it would keep the records from expiring.
 * Nothing is lost when one is made meanwhile: a reader without its row looks at everybody. One trip when there is none.
 */
export async function forgetIdleReader(storage: TenantStorage, slug: string, table: Table): Promise<void> {
  if ((await table.get(readerKey(ROUTE_READER))) === undefined) return
  const source = await readTenant(storage, slug)
  if (source?.settings.connections.length === 0) await forgetReader(table)
}

/** What is to be tried again goes first: with a place of later it would never come due. */
async function forgetReader(table: Table): Promise<void> {
  for (;;) {
    const rows = await table.all(RETRIES, { limit: DELETED_AT_ONCE, select: ['due'] })
    if (rows.length === 0) break
    await table.commit(rows.map(({ key }): Action => ({ type: 'delete', key }))) // another worker may be faster
  }
  await table.commit([{ type: 'delete', key: readerKey(ROUTE_READER) }])
}

async function pushTo(parts: RoutingParts, source: Tenant, tenant: Tenant): Promise<Tenant> {
  const name = (await readEntry(parts.storage, source.slug))?.name ?? source.slug
  const known = await pushAttributes(parts.storage, { ...source, name }, tenant)
  if (known !== tenant) parts.tenants.put(known)
  return known
}

/** Opens every target that there is. One that was deleted loses its connection; one that fails is told, and tried again later. */
async function openTurn(
  parts: RoutingParts,
  read: Tenant,
  { context: sourceContext, checkpoint }: Pick<Begun, 'context' | 'checkpoint'>,
): Promise<RoutingTurn> {
  const { due } = checkpoint.place
  const retries = await openRetries(sourceContext.table, due === undefined ? undefined : Number(due))
  const nowMs = () => sourceContext.now().getTime()
  const begunMs = nowMs()
  const isSuspended = (slug: string) => (retryOf(retries, slug)?.due ?? 0) > begunMs
  const slugs = read.settings.connections.map(({ tenant }) => tenant)
  const found = await inParallel(slugs, TARGETS_AT_ONCE, (slug) => findTarget(parts, slug, isSuspended(slug)))
  const deleted = slugs.filter((_, i) => found[i] === 'deleted')
  const source =
    deleted.length === 0 ? read : ((await dropConnections({ ...parts, now: sourceContext.now }, read.slug, deleted)) ?? read)
  const turn: Turn = {
    source,
    sourceContext,
    epoch: String(checkpoint.place['epoch']),
    isFresh: () => checkpoint.isFresh(),
  }
  const tenants = found.filter((one) => one !== undefined && typeof one !== 'string')
  const opened = await inParallel(tenants, TARGETS_AT_ONCE, (tenant) => openOne(parts, turn, tenant))
  const targets = opened.filter((target) => target !== undefined)
  return { ...turn, parts, checkpoint, targets, unopened: new Set(slugs.filter(isSuspended)), retries, nowMs }
}

/** The target as stored now, unless it has to wait. Undefined when it fails; that is told. */
async function findTarget(
  { storage, onFailure }: RoutingParts,
  slug: string,
  isSuspended: boolean,
): Promise<Tenant | 'deleted' | 'waits' | undefined> {
  try {
    const tenant = isSuspended ? undefined : await readTenant(storage, slug)
    if (tenant !== undefined) return tenant
    if ((await readEntry(storage, slug)) === undefined) return 'deleted'
    if (isSuspended) return 'waits'
    throw new Error('The tenant is listed and has no settings: an import or a restore may be at work, or has to be repeated.')
  } catch (error) {
    onFailure(slug, error)
    return undefined
  }
}

async function openOne(parts: RoutingParts, turn: Turn, tenant: Tenant): Promise<Target | undefined> {
  const { source } = turn
  try {
    refuseForeign(source, tenant)
    const known = await pushTo(parts, source, tenant)
    const target = await openTarget(turn, known, parts.open(known))
    await pushPolicy(parts.savePolicy, source, target)
    return target
  } catch (error) {
    if (error instanceof LeaseEnded) throw error
    parts.onFailure(tenant.slug, error)
    return undefined
  }
}

/**
 * Nobody is written into a tenant that does not name this super tenant as its own, as after a restore. One that is being left
 * has forgotten it already when its copies had not all gone.
 */
function refuseForeign({ slug, settings: { connections } }: Tenant, { slug: target, settings: { superTenant } }: Tenant): void {
  if (superTenant?.slug === slug) return
  const isEnding = connections.some(({ tenant, state }) => tenant === target && state === 'ending')
  if (superTenant === null && isEnding) return
  const held = superTenant === null ? 'no super tenant' : `the super tenant ${superTenant.slug}`
  throw new Error(`The tenant ${target} has ${held}, not ${slug}: connect the two again, or end the connection.`)
}
