import { readPeoplePage } from '../directory/read-access'
import { seqOf } from '../feed/read-feed'
import { rebindRules } from '../feed/role-effects'
import type { Place } from '../feed/checkpoint'
import { feedKey, retryKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Action } from '../storage/table'
import { apply, EVERYTHING, isLeftOut, isSuspended, TARGETS_AT_ONCE, type Applied } from './apply'
import { addAffected, nothingAffected, sizeOf, versionOf, type Affected } from './affected'
import { dropConnections, forgetSuperTenant } from './connect'
import { forgetConflicts, hasLinks } from './ending'
import { pushPolicy } from './inherit'
import type { RoutingTurn } from './reader'
import { rebindRoute } from './rebind'
import { linkedIds } from './reconcile'
import { erasuresOf, forgetTarget, merged, nextDue, triedWell, tryLater } from './retries'
import type { Retry } from './rows'
import { byId, readSnapshot } from './snapshot'
import { LeaseEnded, type Target } from './target'

const RECORDS_AT_ONCE = 200
/** Looked at between two advances of the checkpoint; one record can name about a hundred. */
const PEOPLE_AT_ONCE = 100
/** The checkpoint is one operation of the transaction. */
const EFFECTS_AT_ONCE = 90

/** stale: the settings that the turn began with are older than a record; begin a new turn. */
type State = 'more' | 'done' | 'stale'

/** One bounded piece of work. @throws LeaseEnded */
export async function takeStep(turn: RoutingTurn): Promise<State> {
  const { place } = turn.checkpoint
  if (place['sweep'] !== undefined) {
    // Who waits for one target's own sweep are the others: it goes on beside the feed.
    if (place['only'] !== undefined && (await readOn(turn)) === 'stale') return 'stale'
    return sweepOn(turn, String(turn.checkpoint.place['sweep']))
  }
  if (Number(place['due'] ?? Infinity) <= turn.nowMs()) return tryAgain(turn)
  return readOn(turn)
}

interface Next extends Pick<Place, 'seq'> {
  readonly sweep?: string | undefined
  /** The target that the sweep is for; all of them unless given. */
  readonly only?: string | undefined
  /** Targets that are left with the end of the sweep, since all of it saw their connection end. Slugs between spaces. */
  readonly ending?: string | undefined
}

/** Stores what came of the step and where the reader is now. @throws LeaseEnded when another worker has taken over */
async function advance(turn: RoutingTurn, given: readonly Action[], next: Next): Promise<void> {
  const { checkpoint } = turn
  const effects = merged(given)
  const due = nextDue(turn.retries)
  const place: Place = {
    seq: next.seq,
    epoch: turn.epoch,
    ...(next.sweep !== undefined && { sweep: next.sweep }),
    ...(next.only !== undefined && { only: next.only }),
    ...(next.ending !== undefined && { ending: next.ending }),
    ...(due !== undefined && { due }),
  }
  for (let from = 0; from === 0 || from < effects.length; from += EFFECTS_AT_ONCE) {
    const isLast = from + EFFECTS_AT_ONCE >= effects.length
    const held = { ...checkpoint.place, ...(due !== undefined && { due }) }
    if (!(await checkpoint.advance(isLast ? place : held, effects.slice(from, from + EFFECTS_AT_ONCE)))) throw new LeaseEnded()
  }
}

/** A page of everybody, and of whoever has a copy and is nobody any more. */
async function sweepOn(turn: RoutingTurn, after: string): Promise<State> {
  const { place } = turn.checkpoint
  const { only, ...begun } = sweepOf(place)
  const ending = after === '' ? endingOf(turn, only) : (begun.ending ?? '')
  // Its time came within this turn, which has not opened it.
  if (only !== undefined && turn.unopened.has(only) && !isSuspended(turn, only)) return 'stale'
  const { effects, next } = await sweepPage(turn, after, only)
  const isAborted = only !== undefined && isSuspended(turn, only)
  if (next !== undefined && !isAborted) {
    await advance(turn, effects, { seq: place.seq, sweep: next, only, ending })
    return 'more'
  }
  const ended = await endConnections(turn, { ending: ending.split(' '), only })
  const isNoted = ended.some(({ type, key }) => type === 'upsert' && key === retryKey(only ?? '', ''))
  const done = only === undefined || isAborted || isNoted ? [] : triedWell(turn.retries, only, '')
  await advance(turn, [...effects, ...done, ...ended], { seq: place.seq })
  return 'more'
}

async function sweepPage(
  turn: RoutingTurn,
  after: string,
  only: string | undefined,
): Promise<{ readonly effects: Action[]; readonly next: string | undefined }> {
  const isFirst = after === ''
  const routed = turn.targets.flatMap(({ routed: ids, groupLinks }) => [...ids, ...groupLinks.keys()])
  const groups = isFirst ? [...new Set(routed)] : []
  const held = await readSnapshot(turn.sourceContext, { people: [], groups })
  const page = await readPeoplePage(turn.sourceContext, { after }, PEOPLE_AT_ONCE)
  const snapshot = { ...held, people: byId(page.people) }
  const { effects } = await apply(turn, {
    snapshot,
    only,
    erasedOf: (slug) => (isFirst ? erasuresOf(turn.retries, slug) : []),
    wantedOf: async (target) => {
      const linked = await linkedIds(turn, target, { after, to: page.after })
      const here = page.people.filter(({ groupIds }) => groupIds.some((id) => target.routed.has(id)))
      const people = [...new Set([...here.map(({ document }) => document.id), ...linked])]
      return { groups: isFirst ? [...new Set([...target.routed, ...target.groupLinks.keys()])] : [], people, isSweep: true }
    },
    ...(isFirst && { also: (target: Target) => pushPolicy(turn.parts.savePolicy, turn.source, target) }),
  })
  return { effects, next: page.after }
}

function sweepOf(place: Place): Omit<Next, 'seq'> {
  const text = (name: string) => (place[name] === undefined ? undefined : String(place[name]))
  return { sweep: text('sweep'), only: text('only'), ending: text('ending') }
}

/** Those whose connection ends when the sweep begins. */
function endingOf(turn: RoutingTurn, only: string | undefined): string {
  const ending = turn.targets.filter(({ slug, isEnding }) => isEnding && (only === undefined || slug === only))
  return ending
    .map(({ slug }) => slug)
    .filter((slug) => !isLeftOut(turn, slug))
    .join(' ')
}

interface Swept {
  readonly ending: readonly string[]
  readonly only: string | undefined
}

/**
 * After everybody has left: the target is its own again, then the super tenant forgets it. One that failed meanwhile has missed a
 * page, and ends with its own sweep.
 */
async function endConnections(turn: RoutingTurn, { ending, only }: Swept): Promise<Action[]> {
  const hasFailed = (slug: string) => (only === slug ? isLeftOut(turn, slug) : turn.retries.has(retryKey(slug, '')))
  const ended = turn.targets.filter(({ slug, isEnding }) => isEnding && ending.includes(slug) && !hasFailed(slug))
  const effects = await inParallel(ended, TARGETS_AT_ONCE, async (target) => {
    const { slug } = target
    const later = () => [tryLater(turn.retries, { target: slug, ...EVERYTHING }, turn.nowMs())]
    try {
      return (await endConnection(turn, target)) ? forgetTarget(turn.retries, slug) : later()
    } catch (error) {
      if (error instanceof LeaseEnded) throw error
      turn.parts.onFailure(slug, error)
      return later()
    }
  })
  return effects.flat()
}

/** Whether nothing of it is left. */
async function endConnection(turn: RoutingTurn, target: Target): Promise<boolean> {
  const parts = { ...turn.parts, now: turn.sourceContext.now }
  const { slug } = turn.source
  await forgetConflicts(turn, target)
  await forgetSuperTenant(parts, slug, target.slug) // from here on nobody is adopted any more
  if (await hasLinks(turn, target)) return false
  await dropConnections(parts, slug, [target.slug])
  return true
}

/** What did not go well, or waits for a name: as much of it as one step takes. */
async function tryAgain(turn: RoutingTurn): Promise<State> {
  const { seq } = turn.checkpoint.place
  const connected = new Set(turn.source.settings.connections.map(({ tenant }) => tenant))
  const left = [...new Set([...turn.retries.values()].map(({ target }) => target))].filter((slug) => !connected.has(slug))
  const forgotten = left.flatMap((slug) => forgetTarget(turn.retries, slug))
  const isDue = ({ due }: Retry) => due <= turn.nowMs()
  const whole = [...turn.retries.values()].find((retry) => retry.id === '' && isDue(retry))
  if (whole !== undefined && turn.unopened.has(whole.target)) return 'stale'
  if (whole !== undefined) {
    await advance(turn, forgotten, { seq, sweep: '', only: whole.target })
    return 'more'
  }
  const due = [...turn.retries.values()].filter(isDue).slice(0, PEOPLE_AT_ONCE)
  const waiting = due.filter(({ target }) => isLeftOut(turn, target))
  const postponed = waiting.map((retry) => tryLater(turn.retries, retry, turn.nowMs()))
  const now = due.filter((retry) => !waiting.includes(retry))
  const idsOf = (kind: Retry['kind'], target?: string) => [
    ...new Set(now.filter((one) => one.kind === kind && (target ?? one.target) === one.target).map(({ id }) => id)),
  ]
  const snapshot = await readSnapshot(turn.sourceContext, { people: idsOf('u'), groups: idsOf('g') })
  const { effects, isSweepWanted } = await apply(turn, {
    snapshot,
    wantedOf: ({ slug }) => Promise.resolve({ groups: idsOf('g', slug), people: idsOf('u', slug), isSweep: false }),
    erasedOf: (slug) => now.filter(({ target, reason }) => target === slug && reason === 'erase').map(({ id }) => id),
    also: (target) => pushPolicy(turn.parts.savePolicy, turn.source, target),
  })
  await advance(turn, [...forgotten, ...postponed, ...effects], { seq, ...(isSweepWanted && { sweep: '' }) })
  return 'more'
}

async function readOn(turn: RoutingTurn): Promise<State> {
  const { table } = turn.sourceContext
  const { seq } = turn.checkpoint.place
  const records = await table.all({ from: feedKey(seq + 1), before: prefixRange('f').before }, { limit: RECORDS_AT_ONCE })
  if (records.length === 0) return 'done'
  const routed = new Set(turn.source.settings.routing.routes.map(({ groupId }) => groupId))
  const affected = nothingAffected()
  let reached = seq
  for (const record of records) {
    if (versionOf(record) > turn.source.settings.version) break
    addAffected(affected, record, routed)
    reached = seqOf(record)
    if (affected.isSweep || sizeOf(affected) >= PEOPLE_AT_ONCE) break
  }
  if (reached === seq) return 'stale'
  for (const group of affected.bound) await rebindRoutes(turn, group)
  const { effects, isSweepWanted } = await applyRecords(turn, affected, routed)
  const isSweep = affected.isSweep || isSweepWanted
  await advance(turn, effects, { seq: reached, ...(isSweep ? { sweep: '' } : sweepOf(turn.checkpoint.place)) })
  return 'more'
}

async function applyRecords(turn: RoutingTurn, affected: Affected, routed: ReadonlySet<string>): Promise<Applied> {
  const { people, updated, erased, isPolicy } = affected
  if (sizeOf(affected) === 0 && !isPolicy) return { effects: [], isSweepWanted: false }
  const groups = [...new Set([...affected.groups, ...[...people].filter((id) => routed.has(id))])]
  const moved = [...people].filter((id) => !routed.has(id))
  const changed = [...updated].filter((id) => !people.has(id))
  const snapshot = await readSnapshot(turn.sourceContext, { people: [...moved, ...changed], groups })
  const isHere = ({ routed: here }: Target, id: string) =>
    snapshot.people.get(id)?.groupIds.some((group) => here.has(group)) === true
  return apply(turn, {
    snapshot,
    wantedOf: (target) =>
      Promise.resolve({
        groups: groups.filter((id) => target.routed.has(id) || target.groupLinks.has(id)),
        people: [...moved, ...changed.filter((id) => isHere(target, id))],
        isSweep: false,
      }),
    erasedOf: () => [...erased],
    also: async (target) => {
      if (isPolicy || groups.length > 0) await pushPolicy(turn.parts.savePolicy, turn.source, target)
    },
  })
}

/** A group that was created again takes over the routes of the one it was. */
async function rebindRoutes({ parts, source, sourceContext }: RoutingTurn, groupId: string): Promise<void> {
  const { routes } = source.settings.routing
  await rebindRules(
    sourceContext,
    {
      policy: { rules: routes },
      rebind: (routeId, group) => rebindRoute(parts, source.slug, { routeId, group, now: sourceContext.now() }),
    },
    groupId,
  )
}
