import { setTimeout } from 'node:timers/promises'
import { expireKept, forgetKept } from './capture/switch'
import type { DirectoryContext } from './directory/context'
import { announceHolders } from './equipment/announce-holders'
import { makeScheduledReport } from './equipment/scheduled-report'
import type { TokenStore } from './auth/token-store'
import { eraseNoted } from './feed/erase'
import { follow, type Progress } from './feed/follow'
import { oldestPending } from './feed/number'
import { announceRoles, type RoleProgress } from './feed/role-reader'
import { expireRecords } from './feed/retention'
import { atMostEvery, onceATime } from './feed/wake'
import { plainText } from './manage/rule-groups'
import { watchHealth } from './health/watch'
import { savePolicy } from './manage/save-policy'
import { forgetIdleReader, routePeople, type RoutingProgress } from './routing/reader'
import type { Policy } from './roles/rules'
import { createMeter, type Meter } from './storage/meter'
import { markIndexed, readTenant, type TenantStorage } from './tenants/registry'
import type { Tenant } from './tenants/tenant'
import type { TenantCache } from './tenants/tenant-cache'
import { deliverWebhooks, type DeliveryProgress } from './webhooks/deliver'
import type { Send } from './webhooks/send'

/** What following a tenant needs of the service. */
export interface FollowerParts {
  readonly storage: TenantStorage
  readonly tenants: TenantCache
  readonly open: (tenant: Tenant, meter: Meter) => DirectoryContext
  /** Says when tokens end. */
  readonly tokens: Pick<TokenStore, 'list'>
  /** Sends webhooks. */
  readonly send: Send
  /** Aborted when the process is about to end. */
  readonly ending: AbortSignal
  /** Told how old the oldest record without a number is, when following a tenant failed. */
  readonly onBehind: (slug: string, seconds: number) => void
  /** Told of a tenant to which people could not be routed; it is tried again. */
  readonly onRouteFailure: (slug: string, error: unknown) => void
  /** Told of a tenant whose captured requests could not be erased; they are tried again after an hour. */
  readonly onKeptFailure: (slug: string, error: unknown) => void
}

const MAX_READING_MS = 15_000
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

interface Routings {
  /** A new routing. One that is under way may have had its last look before the newest records: it counts as `more`. */
  start(tenant: Tenant): Promise<RoutingProgress>
  /** Until the tenants that people were routed to are followed as well. */
  running(slug: string): Promise<unknown>
}

/** Targets are never sources, so following one of them routes nobody any further. */
function routingsOf(parts: FollowerParts, followTarget: (slug: string) => Promise<void>): Routings {
  const { storage, tenants, open, onRouteFailure } = parts
  const routings = new Map<string, Promise<RoutingProgress>>()
  const followings = new Map<string, Promise<unknown>>()
  const routing = {
    storage,
    tenants,
    open: (tenant: Tenant) => open(tenant, createMeter()),
    savePolicy: (slug: string, save: Parameters<typeof savePolicy>[2]) =>
      savePolicy({ storage, tenants, now: () => new Date() }, slug, save),
    onFailure: onRouteFailure,
  }
  const followTargets = ({ written }: RoutingProgress) =>
    Promise.all(
      written.map((target) =>
        followTarget(target).catch((error: unknown) => {
          onRouteFailure(target, error) // the timer follows it as well
        }),
      ),
    )
  return {
    start(tenant) {
      const { slug } = tenant
      const held = routings.get(slug)
      if (held !== undefined) return held.then((progress) => ({ ...progress, state: 'more' }))
      const progress = routePeople(routing, tenant, MAX_READING_MS)
        .catch((error: unknown): RoutingProgress => {
          onRouteFailure(slug, error) // the tenant's own work goes on, and the timer routes again
          return NOT_ROUTED
        })
        .finally(() => routings.delete(slug))
      const following = Promise.all([followings.get(slug), progress.then(followTargets)])
      routings.set(slug, progress)
      followings.set(slug, following)
      void following.then(forget, forget)
      return progress

      function forget(): void {
        if (followings.get(slug) === following) followings.delete(slug)
      }
    },
    running: async (slug) => followings.get(slug),
  }
}

interface Deliveries {
  /** The delivery under way, or a new one. */
  start(slug: string, context: DirectoryContext): Promise<DeliveryProgress>
  running(slug: string): Promise<DeliveryProgress> | undefined
}

function deliveriesOf({ send }: FollowerParts): Deliveries {
  const running = new Map<string, Promise<DeliveryProgress>>()
  return {
    start(slug, context) {
      const held = running.get(slug)
      if (held !== undefined) return held
      const delivery = deliverWebhooks(context, { slug, send, maxMs: MAX_READING_MS }).finally(() => running.delete(slug))
      delivery.catch(() => undefined) // told to whoever waits for it, now or at the end of the run
      running.set(slug, delivery)
      return delivery
    },
    running: (slug) => running.get(slug),
  }
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

const NOT_ROUTED: RoutingProgress = { state: 'done', written: [] }
const NO_ROUTING = Promise.resolve(NOT_ROUTED)

/** Roles, then who left with equipment, which the announced roles say. */
async function announceAll(parts: FollowerParts, tenant: Tenant, context: DirectoryContext): Promise<RoleProgress> {
  const roles = await announce(parts, tenant, context)
  if (roles.recorded > 0 || roles.state === 'more') return roles
  const { recorded, state } = await announceHolders(context, MAX_READING_MS)
  if (recorded === 0 && (await makeScheduledReport(context, tenant.settings.equipmentReport))) return { recorded: 1, state }
  return { recorded, state: roles.state === 'done' ? state : roles.state }
}

/** Once more with the settings of now when those that this instance remembers are older than what was announced by. */
async function announce(parts: FollowerParts, tenant: Tenant, context: DirectoryContext): Promise<RoleProgress> {
  const progress = await announceRoles(context, rulesOf(parts, tenant), MAX_READING_MS)
  if (progress.state !== 'stale') return progress
  const fresh = await readTenant(parts.storage, tenant.slug)
  if (fresh === undefined) return progress
  parts.tenants.put(fresh)
  return announceRoles(context, rulesOf(parts, fresh), MAX_READING_MS)
}

function rulesOf({ storage, tenants }: FollowerParts, { slug, settings }: Tenant) {
  return {
    policy: settings.policy,
    version: settings.version,
    rebind: async (ruleId: string, group: { id: string; name: string }) => {
      const followGroup = (policy: Policy): Policy => ({
        ...policy,
        rules: policy.rules.map((rule) =>
          rule.id === ruleId ? { ...rule, groupId: group.id, groupName: plainText(group.name) } : rule,
        ),
      })
      await savePolicy({ storage, tenants, now: () => new Date() }, slug, {
        policy: (current) => followGroup(current.policy),
        by: 'Rollcall',
      })
    },
  }
}
