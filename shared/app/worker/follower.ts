import { setTimeout } from 'node:timers/promises'
import { expireCaptured, forgetCaptured } from '../../monitoring/capture/switch'
import type { DirectoryContext } from '../../directory/context'
import { eraseNoted } from '../../feed/erase'
import type { Progress } from '../../feed/consume'
import { follow } from '../../feed/follow'
import { oldestInOutbox } from '../../feed/sequencer'
import { expireRecords } from '../../feed/retention'
import { watchHealth } from '../../monitoring/health/watch'
import { forgetIdleConsumer } from '../../super-tenants/consumer/route-people'
import { createMeter } from '../../storage/meter'
import { inParallel } from '../../storage/parallel'
import { markIndexed } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { announceAll } from './announce'
import { atMostEvery } from './at-most-every'
import { deliverTurn } from './deliver'
import type { FollowerParts } from './parts'
import { routeTurn } from './route'
import { createTurns, type Next } from './turns'
import { expireAudit } from '../../audit/read-audit'

const FOLLOWED_AT_ONCE = 8
/** So that those who are woken meanwhile find room. */
const FOLLOWED_AT_ONCE_IN_A_ROUND = 4
/** Deliveries mostly wait for receivers, which may take ten seconds for an answer. */
const DELIVERED_AT_ONCE = 64
const ROUTED_AT_ONCE = 4
/** What is committed under a burst waits so long at most before its turn begins: longer, and products feel it; shorter, and turns cost more than writes. */
const REST_MS = 200
/** The timer comes by each minute, and not before its last round has ended. */
const MAX_AWAITED_MS = 20_000
/** The host ends a process soon after it said so. */
const MAX_ENDING_MS = 2_000
const MAX_FOLLOWING_MS = 1_000
const MAX_ERASING_MS = 2_000
const MAX_EXPIRING_MS = 2_000
const HOUR_MS = 3_600_000
/** Less than the timer's minute, so that none of its rounds is left out. */
const HEALTH_EVERY_MS = 50_000
const MAX_TENANTS = 1000

/**
 * Does what writes left behind. The instance that wrote wakes it, and it works in the background; a round of the timer is
 * for what an instance that died left. Any number of instances may work for one tenant.
 */
export interface Follower {
  /** The tenant was written to. */
  readonly wake: (slug: string) => void
  /**
   * A turn for each, and what they woke, which is not waited for longer than 20 s. Answers whether more is to be done at once, which
   * goes on in the background. One tenant's failure is told by its name and holds up no other. @throws Error when there was one
   */
  readonly round: (slugs: readonly string[]) => Promise<boolean>
  /** Begins nothing more; what is under way has two seconds. */
  readonly end: () => Promise<void>
}

/** Webhooks and routes have turns of their own: numbers and roles wait neither for receivers nor for other tenants. */
export function createFollower(parts: FollowerParts): Follower {
  const told = (work: string) => (slug: string, error: unknown) => {
    parts.onFailure(work, slug, error)
  }
  const deliver = createTurns((slug) => deliverTurn(parts, slug), {
    atOnce: DELIVERED_AT_ONCE,
    restMs: 0, // they are woken by turns that rest
    onFailure: told('deliver-webhooks'),
  })
  const following = createTurns(
    followTurn(parts, {
      deliver: deliver.wake,
      route: (slug) => {
        route.wake(slug)
      },
    }),
    {
      atOnce: FOLLOWED_AT_ONCE,
      restMs: REST_MS,
      onFailure: told('follow-tenant'),
    },
  )
  const route = createTurns((slug) => routeTurn(parts, slug, following.once), {
    atOnce: ROUTED_AT_ONCE,
    restMs: 0,
    onFailure: told('route-people'),
  })
  const followed = async (slug: string): Promise<Next | undefined> => {
    try {
      return await following.once(slug)
    } catch (error) {
      told('follow-tenant')(slug, error)
      return undefined
    }
  }
  return {
    wake: following.wake,
    round: async (slugs) => {
      const woken: Promise<unknown>[] = []
      const ends = await inParallel(slugs, FOLLOWED_AT_ONCE_IN_A_ROUND, async (slug) => {
        const next = await followed(slug)
        woken.push(deliver.quiet(slug), route.quiet(slug))
        return next
      })
      await Promise.race([Promise.all(woken), setTimeout(MAX_AWAITED_MS, undefined, { ref: false })])
      if (ends.includes(undefined)) throw new Error('Some tenants could not be followed; the lines before name them.')
      return ends.some((next) => next === 'more' || next === 'later')
    },
    end: async () => {
      await Promise.all([following, deliver, route].map(({ end }) => end(MAX_ENDING_MS)))
    },
  }
}

interface Woken {
  readonly deliver: (slug: string) => void
  readonly route: (slug: string) => void
}

/** Numbers, roles, and what else a write leaves to be done in the tenant's own table. */
function followTurn(parts: FollowerParts, woken: Woken): (slug: string) => Promise<Next> {
  const { storage, tenants, open } = parts
  const isHourOf = atMostEvery(HOUR_MS, MAX_TENANTS)
  const isCaptureDue = atMostEvery(HOUR_MS, MAX_TENANTS)
  const isHealthDue = atMostEvery(HEALTH_EVERY_MS, MAX_TENANTS)
  return async (slug) => {
    const tenant = await tenants.find(slug)
    if (tenant === undefined) return 'done'
    const context = open(tenant, createMeter())
    const captureParts = { storage, tenants, now: context.now }
    let isFirst = true
    let wasErasing = false
    const work = {
      read: async (numbered: number) => {
        const isErasing = await eraseNoted(context, MAX_ERASING_MS, () => forgetCaptured(captureParts, tenant)) // also while the tenant is paused
        const progress = await readOn(parts, slug, { ...woken, isAwaited: isFirst || numbered > 0 || wasErasing })
        isFirst = false
        wasErasing = isErasing // what ends an erasure numbers its own record
        return isErasing && progress === 'done' ? ('later' as const) : progress
      },
      onIndexed: async (indexed: Parameters<typeof markIndexed>[2]) => {
        tenants.put(await markIndexed(storage, tenant, indexed))
      },
    }
    // First and apart: what a person waits for goes at its time, whatever else fails.
    if (isCaptureDue(slug)) {
      await expireCaptured(captureParts, tenant).catch((error: unknown) => {
        parts.onFailure('expire-captured', slug, error)
      })
    }
    try {
      const progress = await follow(context, MAX_FOLLOWING_MS, work)
      // What asks the vault comes last: a disable waits for no vault.
      const isTold = isHealthDue(slug) && (await watchHealth(parts.tokens, tenant, { ...context, list: storage.list() }))
      if (isHourOf(slug)) await tidy(parts, tenant, context)
      return isTold ? 'more' : progress
    } catch (error) {
      await tellAge(parts, slug, context).catch(() => undefined) // the same trouble; what follows says it
      throw error
    }
  }
}

async function tidy({ storage }: FollowerParts, { slug, settings }: Tenant, context: DirectoryContext): Promise<void> {
  await forgetIdleConsumer(storage, slug, context.table)
  await expireRecords(context, settings.retentionDays, MAX_EXPIRING_MS)
  await expireAudit(context.table, 'tenant', { days: settings.auditDays, now: context.now() })
}

/** For the alert on the oldest unread change; a follower that never runs is noticed by its silence. */
async function tellAge({ onBehind }: FollowerParts, slug: string, { table, now }: DirectoryContext): Promise<void> {
  const time = await oldestInOutbox(table)
  if (time !== undefined) onBehind(slug, Math.round((now().getTime() - time) / 1000))
}

/** One run of the service's own consumers of the feed. A paused tenant's wait. */
async function readOn(
  parts: FollowerParts,
  slug: string,
  { deliver, route, isAwaited }: Woken & { isAwaited: boolean },
): Promise<Progress> {
  const tenant = await parts.tenants.find(slug)
  if (tenant === undefined || tenant.settings.paused) return 'done'
  if (isAwaited) {
    deliver(slug) // first: under a burst every turn announces roles, and none would get to it
    if (tenant.settings.connections.length > 0) route(slug)
  }
  const roles = await announceAll(parts, tenant, parts.open(tenant, createMeter()))
  if (roles.recorded > 0 || roles.state === 'more') return 'more' // webhooks tell them once they have a number
  return roles.state === 'done' ? 'done' : 'later'
}
