import { newId } from '../../directory/identifiers'
import type { DirectoryContext } from '../../directory/context'
import { consume, type Consumer, type Progress } from '../../feed/consume'
import { LeaseLost } from '../../feed/lease'
import { readHead } from '../../feed/read-feed'
import { consumerKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Action, type Table } from '../../storage/table'
import { readEntry, readTenant, type TenantStorage } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { ROUTES } from '../commands'
import { dropConnections } from '../connect'
import { pushAttributes, pushPolicy } from './inherit'
import { openRetries, retryOf } from './retries'
import { RETRIES } from '../copies/rows'
import { takeStep } from './steps'
import { closeTarget, openTarget, type Target, type Turn } from '../copies/target'
import type { RoutingParts, RoutingTurn } from './turn'

/** A step may race for a document for 20 s, and one that outlives its lease stores nothing. */
const LEASE_MS = 60_000
const RECORDS_AT_ONCE = 200
const DELETED_AT_ONCE = 100
const TARGETS_AT_ONCE = 8

export interface RoutingProgress {
  readonly state: Progress
  /** Targets that have new records now. */
  readonly written: readonly string[]
}

/**
 * Consumes the feed and brings the copies of whomever the records concern in line with what the super tenant is now, in every
 * connected tenant. Routes saved and the DELETE of a routed group sweep over everybody, page after page. A tenant without
 * connections costs nothing.
 */
export async function routePeople(parts: RoutingParts, tenant: Tenant, maxMs: number): Promise<RoutingProgress> {
  if (tenant.settings.connections.length === 0) return { state: 'done', written: [] }
  const context = parts.open(tenant)
  let turn: RoutingTurn | undefined
  const consumer: Consumer<'stale'> = {
    name: ROUTES,
    pageSize: RECORDS_AT_ONCE,
    leaseMs: LEASE_MS,
    takesCommands: true,
    // Looks at everybody once; what is in the outbox by then comes behind. What a consumer before had to try again may be left.
    begin: async () => ({ offset: await readHead(context.table), sweep: '', epoch: newId(), due: 0 }),
    hasWork: ({ sweep, due }) => sweep !== undefined || Number(due ?? Infinity) <= context.now().getTime(),
    step: async (lease, read, commands) => {
      turn ??= await openTurn(parts, tenant.slug, { context, lease, read, commands })
      return turn === undefined ? 'done' : takeStep(turn)
    },
    end: async () => {
      await inParallel(turn?.targets ?? [], TARGETS_AT_ONCE, (target) => closeTarget(target).catch(() => undefined)) // the next worker does
    },
  }
  const state = await consume(context, consumer, maxMs)
  if (state === 'done' && turn !== undefined) await lookAgain(turn, context)
  const written = (turn?.targets ?? []).filter(({ isWritten }) => isWritten).map(({ slug }) => slug)
  return { state: state === 'stale' ? 'more' : state, written }
}

/**
 * Attributes are learnt without a record, before the first value is stored: who was read in this turn may have brought some. A
 * consumer without connections reads no more, and its row would keep the records from expiring.
 */
async function lookAgain({ parts, source: begun, targets }: RoutingTurn, { table }: DirectoryContext): Promise<void> {
  const source = await readTenant(parts.storage, begun.slug)
  if (source?.settings.connections.length === 0) await forgetConsumer(table)
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
 * Deletes the row of a consumer whose connections have all gone, however its last turn ended: it would keep the records from expiring.
 * Nothing is lost when one is made meanwhile: a consumer without its row looks at everybody. One trip when there is none.
 */
export async function forgetIdleConsumer(storage: TenantStorage, slug: string, table: Table): Promise<void> {
  if ((await table.get(consumerKey(ROUTES))) === undefined) return
  const source = await readTenant(storage, slug)
  if (source?.settings.connections.length === 0) await forgetConsumer(table)
}

/** What is to be tried again goes first: with a checkpoint of later it would never come due. */
async function forgetConsumer(table: Table): Promise<void> {
  for (const range of [RETRIES, prefixRange(consumerKey(ROUTES))]) {
    for (;;) {
      const rows = await table.all(range, { limit: DELETED_AT_ONCE, select: ['due'] })
      if (rows.length === 0) break
      await table.commit(rows.map(({ key }): Action => ({ type: 'delete', key }))) // another worker may be faster
    }
  }
  await table.commit([{ type: 'delete', key: consumerKey(ROUTES) }])
}

async function pushTo(parts: RoutingParts, source: Tenant, tenant: Tenant): Promise<Tenant> {
  const name = (await readEntry(parts.storage, source.slug))?.name ?? source.slug
  const known = await pushAttributes(parts.storage, { ...source, name }, tenant)
  if (known !== tenant) parts.tenants.put(known)
  return known
}

interface Begun extends Pick<RoutingTurn, 'lease' | 'read' | 'commands'> {
  readonly context: DirectoryContext
}

/**
 * Opens every target that there is. One that was deleted loses its connection; one that fails is told, and tried again later.
 * Undefined when the super tenant itself was deleted.
 */
async function openTurn(
  parts: RoutingParts,
  ofSlug: string,
  { context: sourceContext, lease, read, commands }: Begun,
): Promise<RoutingTurn | undefined> {
  const stored = await readTenant(parts.storage, ofSlug)
  if (stored === undefined) return undefined
  const { due } = lease.checkpoint
  const retries = await openRetries(sourceContext.table, due === undefined ? undefined : Number(due))
  const nowMs = () => sourceContext.now().getTime()
  const begunMs = nowMs()
  const isSuspended = (slug: string) => (retryOf(retries, slug)?.due ?? 0) > begunMs
  const slugs = stored.settings.connections.map(({ tenant }) => tenant)
  const found = await inParallel(slugs, TARGETS_AT_ONCE, (slug) => findTarget(parts, slug, isSuspended(slug)))
  const deleted = slugs.filter((_, i) => found[i] === 'deleted')
  const source =
    deleted.length === 0 ? stored : ((await dropConnections({ ...parts, now: sourceContext.now }, ofSlug, deleted)) ?? stored)
  const turn: Turn = {
    source,
    sourceContext,
    epoch: String(lease.checkpoint['epoch']),
    isFresh: lease.isFresh,
  }
  const tenants = found.filter((one) => one !== undefined && typeof one !== 'string')
  const opened = await inParallel(tenants, TARGETS_AT_ONCE, (tenant) => openOne(parts, turn, tenant))
  const targets = opened.filter((target) => target !== undefined)
  return { ...turn, parts, lease, read, commands, targets, unopened: new Set(slugs.filter(isSuspended)), retries, nowMs }
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
    if (error instanceof LeaseLost) throw error
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
