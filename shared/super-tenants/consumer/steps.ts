import { readPeoplePage } from '../../access/read-access'
import { seqOf } from '../../feed/read-feed'
import { rebindRules } from '../../access/role-effects'
import { LeaseLost, type Checkpoint } from '../../feed/lease'
import { inParallel } from '../../storage/parallel'
import type { Action } from '../../storage/table'
import { advance, EFFECTS_AT_ONCE, type Next } from './advance'
import { apply, EVERYTHING, isLeftOut, isSuspended, TARGETS_AT_ONCE, type Applied, type Erased } from './apply'
import { addAffected, nothingAffected, sizeOf, versionOf, type Affected } from '../affected'
import { dropConnections, forgetSuperTenant } from '../connect'
import { forgetConflicts, hasLinks } from './ending'
import { pushPolicy } from './inherit'
import type { RoutingTurn } from './turn'
import { rebindRoute } from '../rebind'
import { linkedIds } from '../copies/reconcile'
import { missedErasures, retryOf, triedWell, tryLater } from './retries'
import { byId, readSnapshot } from '../copies/snapshot'
import type { Target } from '../copies/target'
import { tryAgain } from './try-again'

/** Looked at between two advances of the checkpoint; one record can name about a hundred. */
const PEOPLE_AT_ONCE = 100

/** stale: the settings that the turn began with are older than a record; begin a new turn. */
type State = 'more' | 'done' | 'stale'

/** One bounded piece of work. @throws LeaseLost */
export async function takeStep(turn: RoutingTurn): Promise<State> {
  const { checkpoint } = turn.lease
  if (checkpoint['sweep'] !== undefined) {
    // Who waits for one target's own sweep are the others: it goes on beside the feed.
    if (checkpoint['only'] !== undefined && (await readOn(turn)) === 'stale') return 'stale'
    return sweepOn(turn, String(turn.lease.checkpoint['sweep']))
  }
  if (Number(checkpoint['due'] ?? Infinity) <= turn.nowMs()) return tryAgain(turn)
  return readOn(turn)
}

/** A page of everybody, and of whoever has a copy and is nobody any more. */
async function sweepOn(turn: RoutingTurn, after: string): Promise<State> {
  const { checkpoint } = turn.lease
  const { only, ...begun } = sweepOf(checkpoint)
  const ending = after === '' ? endingOf(turn, only) : (begun.ending ?? '')
  // Its time came within this turn, which has not opened it.
  if (only !== undefined && turn.unopened.has(only) && !isSuspended(turn, only)) return 'stale'
  const { effects, next } = await sweepPage(turn, after, only)
  const isAborted = only !== undefined && isSuspended(turn, only)
  if (next !== undefined && !isAborted) {
    await advance(turn, effects, { offset: checkpoint.offset, sweep: next, only, ending })
    return 'more'
  }
  const failed = await endConnections(turn, { ending: ending.split(' '), only })
  if (only !== undefined && !isAborted && !failed.includes(only)) triedWell(turn.retries, only)
  await advance(turn, effects, { offset: checkpoint.offset })
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
  const erased = await missedIn(turn, isFirst ? only : undefined)
  const { effects } = await apply(turn, {
    snapshot,
    only,
    erased,
    wantedOf: async (target) => {
      const linked = await linkedIds(turn, target, { after, to: page.after })
      const here = page.people.filter(({ groupIds }) => groupIds.some((id) => target.routed.has(id)))
      const people = [...new Set([...here.map(({ document }) => document.id), ...linked])]
      return { groups: isFirst ? [...new Set([...target.routed, ...target.groupLinks.keys()])] : [], people, isSweep: true }
    },
    ...(isFirst && { also: (target: Target) => pushPolicy(turn.parts.savePolicy, turn.source, target) }),
  })
  return { effects, next: erased.ids.length === EFFECTS_AT_ONCE ? '' : page.after } // there may be more to erase: the same page again
}

async function missedIn({ sourceContext }: RoutingTurn, target: string | undefined): Promise<Erased> {
  const ids = target === undefined ? [] : await missedErasures(sourceContext.table, target, EFFECTS_AT_ONCE)
  return { ids, areMissed: true }
}

function sweepOf(checkpoint: Checkpoint): Omit<Next, 'offset'> {
  const text = (name: string) => (checkpoint[name] === undefined ? undefined : String(checkpoint[name]))
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
 * page, and ends with its own sweep. Returns those that could not be left, which are tried again.
 */
async function endConnections(turn: RoutingTurn, { ending, only }: Swept): Promise<string[]> {
  const hasFailed = (slug: string) => (only === slug ? isLeftOut(turn, slug) : retryOf(turn.retries, slug) !== undefined)
  const ended = turn.targets.filter(({ slug, isEnding }) => isEnding && ending.includes(slug) && !hasFailed(slug))
  const failed = await inParallel(ended, TARGETS_AT_ONCE, async (target) => {
    const { slug } = target
    try {
      if (await endConnection(turn, target)) return []
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      turn.parts.onFailure(slug, error)
    }
    tryLater(turn.retries, { target: slug, ...EVERYTHING }, turn.nowMs())
    return [slug]
  })
  return failed.flat()
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

async function readOn(turn: RoutingTurn): Promise<State> {
  const records = await turn.read()
  if (records.length === 0) return 'done'
  const routed = new Set(turn.source.settings.routing.routes.map(({ groupId }) => groupId))
  const affected = nothingAffected()
  let offset: number | undefined
  for (const record of records) {
    if (versionOf(record) > turn.source.settings.version) break
    addAffected(affected, record, routed)
    offset = seqOf(record)
    if (affected.isSweep || sizeOf(affected) >= PEOPLE_AT_ONCE) break
  }
  if (offset === undefined) return 'stale'
  for (const group of affected.bound) await rebindRoutes(turn, group)
  const { effects, isSweepWanted } = await applyRecords(turn, affected, routed)
  const isSweep = affected.isSweep || isSweepWanted
  await advance(turn, effects, { offset, ...(isSweep ? { sweep: '' } : sweepOf(turn.lease.checkpoint)) })
  return 'more'
}

async function applyRecords(turn: RoutingTurn, affected: Affected, routed: ReadonlySet<string>): Promise<Applied> {
  const { people, updated, erased, inheriting, isPolicy } = affected
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
    erased: { ids: [...erased], areMissed: false },
    also: (target) => pushPolicy(turn.parts.savePolicy, turn.source, target, inheriting.has(target.slug)),
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
