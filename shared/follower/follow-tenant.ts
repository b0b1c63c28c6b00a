import { setTimeout } from 'node:timers/promises'
import { expireKept, forgetKept } from '../capture/switch'
import type { DirectoryContext } from '../directory/context'
import { eraseNoted } from '../feed/erase'
import { follow, type Progress } from '../feed/follow'
import { oldestPending } from '../feed/number'
import { expireRecords } from '../feed/retention'
import type { RoleProgress } from '../feed/role-reader'
import { atMostEvery, onceATime } from '../feed/wake'
import { watchHealth } from '../health/watch'
import { forgetIdleReader, type RoutingProgress } from '../routing/reader'
import { createMeter } from '../storage/meter'
import { markIndexed } from '../tenants/registry'
import type { DeliveryProgress } from '../webhooks/deliver'
import { announceAll } from './announce'
import { deliveriesOf, type Deliveries } from './deliveries'
import type { FollowerParts } from './parts'
import { NOT_ROUTED, routingsOf, type Routings } from './routings'

const MAX_ERASING_MS = 10_000
const MAX_EXPIRING_MS = 10_000
const HOUR_MS = 3_600_000
/** Less than the timer's minute, so that none of its turns is left out. */
const HEALTH_EVERY_MS = 50_000
const MAX_TENANTS = 1000
/** A worker that died holds its lease for a minute; nobody lingers for that, since the timer comes by. */
const BUSY_AWAITED_MS = 6_000
/** A failed delivery that is tried again this soon is waited for. */
const SOON_MS = 6_000
/** Receivers may take ten seconds for an answer; numbers and roles do not wait for them. */
const DELIVERY_AWAITED_MS = 1_000
/** The same for the copies of many people. */
const ROUTING_AWAITED_MS = 1_000

/**
 * Does what a tenant's writes left behind: numbers the feed, announces roles, delivers webhooks, finishes what was deleted
 * and indexes. One run at a time for each tenant; any number of instances may do so at once.
 */
export function tenantFollower(parts: FollowerParts): (slug: string, lingerMs: number) => Promise<void> {
  const { storage, tenants, open } = parts
  const deliveries = deliveriesOf(parts)
  const routings = routingsOf(parts, (slug) => followTenant(slug, 0))
  const isHourOf = atMostEvery(HOUR_MS, MAX_TENANTS)
  const isKeptDue = atMostEvery(HOUR_MS, MAX_TENANTS)
  const tellKept = (slug: string) => (error: unknown) => {
    parts.onKeptFailure(slug, error)
  }
  const isHealthDue = atMostEvery(HEALTH_EVERY_MS, MAX_TENANTS)
  const followOnce = onceATime(async (slug, lingerMs) => {
    const tenant = await tenants.find(slug)
    if (tenant === undefined) return
    const context = open(tenant, createMeter())
    const started = performance.now()
    const kept = { storage, tenants, now: context.now }
    const work = {
      ending: parts.ending,
      read: async () => {
        const isErasing = await eraseNoted(context, MAX_ERASING_MS, () => forgetKept(kept, tenant)) // also while the tenant is paused
        const progress = await readOn(
          parts,
          { deliveries, routings },
          { slug, mayLinger: performance.now() - started < BUSY_AWAITED_MS },
        )
        return isErasing && progress === 'done' ? ('later' as const) : progress
      },
      onIndexed: async (indexed: Parameters<typeof markIndexed>[2]) => {
        tenants.put(await markIndexed(storage, tenant, indexed))
      },
    }
    // First and apart: what a person waits for goes at its time, whatever else fails.
    if (isKeptDue(slug)) await expireKept(kept, tenant).catch(tellKept(slug))
    try {
      if (isHealthDue(slug)) await watchHealth(parts.tokens, tenant, { ...context, list: storage.list() }) // before the feed is numbered: it may leave a record
      await follow(context, lingerMs, work)
      if (!isHourOf(slug)) return
      await forgetIdleReader(storage, slug, context.table)
      await expireRecords(context, tenant.settings.retentionDays, MAX_EXPIRING_MS)
    } catch (error) {
      await tellAge(parts, slug, context).catch(() => undefined) // the same trouble; what follows says it
      throw error
    }
  })
  const followTenant = async (slug: string, lingerMs: number) => {
    await followOnce(slug, lingerMs)
    await Promise.all([deliveries.running(slug), routings.running(slug)])
  }
  return followTenant
}

/** For the alert on the oldest unread change; a follower that never runs is noticed by its silence. */
async function tellAge({ onBehind }: FollowerParts, slug: string, { table, now }: DirectoryContext): Promise<void> {
  const time = await oldestPending(table)
  if (time !== undefined) onBehind(slug, Math.round((now().getTime() - time) / 1000))
}

/** One turn of the service's own readers of the feed. A paused tenant's wait. */
async function readOn(
  parts: FollowerParts,
  { deliveries, routings }: { deliveries: Deliveries; routings: Routings },
  { slug, mayLinger }: { slug: string; mayLinger: boolean },
): Promise<Progress> {
  const tenant = await parts.tenants.find(slug)
  if (tenant === undefined || tenant.settings.paused) return 'done'
  const context = parts.open(tenant, createMeter())
  const delivering = deliveries.start(slug, context) // first: under a burst every turn announces roles, and none would get to it
  const routing = tenant.settings.connections.length === 0 ? NO_ROUTING : routings.start(tenant)
  const roles = await announceAll(parts, tenant, context)
  if (roles.recorded > 0) return 'more' // webhooks tell them once they have a number
  const delivery = await Promise.race([delivering, setTimeout(DELIVERY_AWAITED_MS, undefined, { ref: false })])
  const routed = await Promise.race([routing, setTimeout(ROUTING_AWAITED_MS, undefined, { ref: false })])
  return progressOf({ roles: roles.state, delivery, routed }, { mayLinger, nowMs: context.now().getTime() })
}

interface States {
  readonly roles: RoleProgress['state']
  /** Undefined while under way, as `routed`. */
  readonly delivery: DeliveryProgress | undefined
  readonly routed: RoutingProgress | undefined
}

function progressOf({ roles, delivery, routed }: States, { mayLinger, nowMs }: { mayLinger: boolean; nowMs: number }): Progress {
  if (roles === 'more' || routed?.state === 'more') return 'more'
  if (delivery === undefined || routed === undefined) return 'later'
  const isBusy = [roles, delivery.state, routed.state].some((state) => state === 'busy' || state === 'more')
  const isDueSoon = (delivery.nextDueMs ?? Infinity) - nowMs < SOON_MS
  return mayLinger && (isBusy || isDueSoon) ? 'later' : 'done'
}

const NO_ROUTING = Promise.resolve(NOT_ROUTED)
