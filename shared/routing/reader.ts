import { newId } from '../directory/identifiers'
import type { DirectoryContext } from '../directory/context'
import { readHead } from '../feed/read-feed'
import { readPlace, takeCheckpoint, type Checkpoint, type Place } from '../feed/checkpoint'
import { feedKey, readerKey, retryKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange } from '../storage/table'
import { readEntry, readTenant, type TenantStorage } from '../tenants/registry'
import type { Tenant } from '../tenants/tenant'
import { dropConnections } from './connect'
import { pushAttributes, type SavePolicy } from './inherit'
import { readRetries, type Retries } from './retries'
import type { Retry } from './rows'
import { takeStep } from './steps'
import { closeTarget, LeaseEnded, openTarget, type Target, type Turn } from './target'

export const ROUTE_READER = 'routes'
const TARGETS_AT_ONCE = 8

/** What the reader needs of the service. */
export interface RoutingParts {
  readonly storage: TenantStorage
  /** Lets this instance know at once what was saved. */
  readonly tenants: { put(tenant: Tenant): void }
  readonly open: (tenant: Tenant) => DirectoryContext
  readonly savePolicy: SavePolicy
  /** Told of a target that fails, which holds up neither the others nor the feed. */
  readonly onFailure: (target: string, error: unknown) => void
}

export interface RoutingProgress {
  /** done: nothing is left. more: the time was up. busy: another worker is at it. */
  readonly state: 'done' | 'more' | 'busy'
  /** Targets that have new records now. */
  readonly written: readonly string[]
}

/** What the steps of one turn share. */
export interface RoutingTurn extends Turn {
  readonly parts: RoutingParts
  readonly checkpoint: Checkpoint
  readonly targets: readonly Target[]
  readonly retries: Retries
  readonly nowMs: () => number
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
  const checkpoint = await takeCheckpoint(context.table, ROUTE_READER, { begin: () => beginning(context), now: context.now })
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

/** The first turn looks at everybody once; what is pending by then comes behind. */
async function beginning({ table }: DirectoryContext): Promise<Place> {
  return { seq: await readHead(table), sweep: '', epoch: newId() }
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
  if (source?.settings.connections.length === 0) await table.commit([{ type: 'delete', key: readerKey(ROUTE_READER) }])
  if (source === undefined || source.settings.etag === begun.settings.etag) return
  await inParallel(targets, TARGETS_AT_ONCE, ({ tenant, isEnding }) =>
    isEnding ? Promise.resolve() : pushTo(parts, source, tenant).then(() => undefined),
  )
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
  const retries: Retries =
    checkpoint.place['due'] === undefined ? new Map<string, Retry>() : await readRetries(sourceContext.table)
  const slugs = read.settings.connections.map(({ tenant }) => tenant)
  const tenants = await inParallel(slugs, TARGETS_AT_ONCE, (target) => readTenant(parts.storage, target))
  const missing = slugs.filter((_, i) => tenants[i] === undefined)
  const source =
    missing.length === 0 ? read : ((await dropConnections({ ...parts, now: sourceContext.now }, read.slug, missing)) ?? read)
  const turn: Turn = {
    source,
    sourceContext,
    epoch: String(checkpoint.place['epoch']),
    isFresh: () => checkpoint.isFresh(),
  }
  const live = tenants.filter((tenant) => tenant !== undefined)
  const isSuspended = ({ slug }: Tenant) => (retries.get(retryKey(slug, ''))?.due ?? 0) > sourceContext.now().getTime()
  const opened = await inParallel(
    live.filter((tenant) => !isSuspended(tenant)),
    TARGETS_AT_ONCE,
    async (tenant) => {
      try {
        const known = await pushTo(parts, source, tenant)
        return await openTarget(turn, known, parts.open(known))
      } catch (error) {
        if (error instanceof LeaseEnded) throw error
        parts.onFailure(tenant.slug, error)
        return undefined
      }
    },
  )
  const targets = opened.filter((target) => target !== undefined)
  return { ...turn, parts, checkpoint, targets, retries, nowMs: () => sourceContext.now().getTime() }
}
