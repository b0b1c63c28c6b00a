import { readPeoplePage } from '../directory/read-access'
import { noteErasure } from '../feed/erase'
import { seqOf } from '../feed/read-feed'
import { rebindRules } from '../feed/role-effects'
import type { Place } from '../feed/checkpoint'
import { feedKey, retryKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Action } from '../storage/table'
import { addAffected, nothingAffected, sizeOf, versionOf, type Affected } from './affected'
import { dropConnections, forgetSuperTenant } from './connect'
import { forgetConflicts, hasLinks } from './ending'
import { pushPolicy } from './inherit'
import type { RoutingTurn } from './reader'
import { rebindRoute } from './rebind'
import { linkedIds, reconcile, type Wanted } from './reconcile'
import { forgetTarget, nextDue, triedWell, tryLater } from './retries'
import { readLink, type Retry } from './rows'
import { byId, readSnapshot, type Snapshot } from './snapshot'
import { LeaseEnded, linkKeyOf, type Target } from './target'

const RECORDS_AT_ONCE = 200
/** Looked at between two advances of the checkpoint; one record can name about a hundred. */
const PEOPLE_AT_ONCE = 100
const TARGETS_AT_ONCE = 4
/** The checkpoint is one operation of the transaction. */
const EFFECTS_AT_ONCE = 90

/** stale: the settings that the turn began with are older than a record; begin a new turn. */
type State = 'more' | 'done' | 'stale'

/** One bounded piece of work. @throws LeaseEnded */
export async function takeStep(turn: RoutingTurn): Promise<State> {
  const { place } = turn.checkpoint
  if (place['sweep'] !== undefined) return sweepOn(turn, String(place['sweep']))
  if (Number(place['due'] ?? Infinity) <= turn.nowMs()) return tryAgain(turn)
  return readOn(turn)
}

const isSuspended = ({ retries, nowMs }: RoutingTurn, target: string) => (retries.get(retryKey(target, ''))?.due ?? 0) > nowMs()

interface Applied {
  readonly effects: Action[]
  readonly isSweepWanted: boolean
}

interface Work {
  readonly snapshot: Snapshot
  readonly wantedOf: (target: Target) => Promise<Wanted>
  /** Done in the target behind it. */
  readonly also?: (target: Target) => Promise<void>
  /** The target that it is for; all of them unless given. */
  readonly only?: string | undefined
}

/** Reconciles every target. One that fails waits for a sweep of its own, and until then is left out. */
async function apply(turn: RoutingTurn, { snapshot, wantedOf, also, only }: Work): Promise<Applied> {
  const slugs = turn.source.settings.connections.map(({ tenant }) => tenant)
  const concerned = slugs.filter((slug) => (only === undefined || slug === only) && !isSuspended(turn, slug))
  const applied = await inParallel(concerned, TARGETS_AT_ONCE, async (slug): Promise<Applied> => {
    const target = turn.targets.find((one) => one.slug === slug)
    const failed = () => ({
      effects: [tryLater(turn.retries, { target: slug, ...EVERYTHING }, turn.nowMs())],
      isSweepWanted: false,
    })
    if (target === undefined) return failed()
    try {
      const wanted = await wantedOf(target)
      const { troubles, isSweepWanted } = await reconcile(turn, target, wanted, snapshot)
      await also?.(target)
      const ids = new Set([...wanted.groups, ...wanted.people, ...troubles.keys()])
      const effects = [...ids].flatMap((id) => {
        const trouble = troubles.get(id)
        if (trouble === undefined) return triedWell(turn.retries, slug, id)
        return [tryLater(turn.retries, { target: slug, id, ...trouble }, turn.nowMs())]
      })
      return { effects, isSweepWanted: isSweepWanted && !wanted.isSweep }
    } catch (error) {
      if (error instanceof LeaseEnded) throw error
      turn.parts.onFailure(slug, error)
      return failed()
    }
  })
  return {
    effects: applied.flatMap(({ effects }) => effects),
    isSweepWanted: applied.some((one) => one.isSweepWanted),
  }
}

const EVERYTHING = { id: '', kind: 'u', reason: 'failed' } as const

type Next = Pick<Place, 'seq'> & { readonly sweep?: string | undefined; readonly only?: string | undefined }

/** Stores what came of the step and where the reader is now. @throws LeaseEnded when another worker has taken over */
async function advance(turn: RoutingTurn, effects: readonly Action[], next: Next): Promise<void> {
  const { checkpoint } = turn
  const due = nextDue(turn.retries)
  const place: Place = {
    seq: next.seq,
    epoch: turn.epoch,
    ...(next.sweep !== undefined && { sweep: next.sweep }),
    ...(next.only !== undefined && { only: next.only }),
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
  const only = place['only'] === undefined ? undefined : String(place['only'])
  const isFirst = after === ''
  const routed = turn.targets.flatMap(({ routed: ids, groupLinks }) => [...ids, ...groupLinks.keys()])
  const groups = isFirst ? [...new Set(routed)] : []
  const held = await readSnapshot(turn.sourceContext, { people: [], groups })
  const page = await readPeoplePage(turn.sourceContext, { after }, PEOPLE_AT_ONCE)
  const snapshot = { ...held, people: byId(page.people) }
  const { effects } = await apply(turn, {
    snapshot,
    only,
    wantedOf: async (target) => {
      const linked = await linkedIds(turn, target, { after, to: page.after })
      const here = page.people.filter(({ groupIds }) => groupIds.some((id) => target.routed.has(id)))
      const people = [...new Set([...here.map(({ document }) => document.id), ...linked])]
      return { groups: isFirst ? [...new Set([...target.routed, ...target.groupLinks.keys()])] : [], people, isSweep: true }
    },
    ...(isFirst && { also: (target: Target) => pushPolicy(turn.parts.savePolicy, turn.source, target) }),
  })
  const isAborted = only !== undefined && isSuspended(turn, only)
  if (page.after !== undefined && !isAborted) {
    await advance(turn, effects, { seq: place.seq, sweep: page.after, only })
    return 'more'
  }
  const done = only === undefined || isAborted ? [] : triedWell(turn.retries, only, '')
  await advance(turn, [...effects, ...done, ...(await endConnections(turn))], { seq: place.seq })
  return 'more'
}

/** After everybody has left: the target is its own again, then the super tenant forgets it. */
async function endConnections(turn: RoutingTurn): Promise<Action[]> {
  const parts = { ...turn.parts, now: turn.sourceContext.now }
  const { slug } = turn.source
  const ended = turn.targets.filter((target) => target.isEnding && !isSuspended(turn, target.slug))
  const effects = await inParallel(ended, TARGETS_AT_ONCE, async (target) => {
    await forgetConflicts(turn, target)
    await forgetSuperTenant(parts, slug, target.slug) // from here on nobody is adopted any more
    if (await hasLinks(turn, target)) return [tryLater(turn.retries, { target: target.slug, ...EVERYTHING }, turn.nowMs())]
    await dropConnections(parts, slug, [target.slug])
    return forgetTarget(turn.retries, target.slug)
  })
  return effects.flat()
}

/** What did not go well, or waits for a name: as much of it as one step takes. */
async function tryAgain(turn: RoutingTurn): Promise<State> {
  const { seq } = turn.checkpoint.place
  const connected = new Set(turn.source.settings.connections.map(({ tenant }) => tenant))
  const left = [...new Set([...turn.retries.values()].map(({ target }) => target))].filter((slug) => !connected.has(slug))
  const forgotten = left.flatMap((slug) => forgetTarget(turn.retries, slug))
  const isDue = ({ due }: Retry) => due <= turn.nowMs()
  const whole = [...turn.retries.values()].find((retry) => retry.id === '' && isDue(retry))
  if (whole !== undefined) {
    await advance(turn, forgotten, { seq, sweep: '', only: whole.target })
    return 'more'
  }
  const due = [...turn.retries.values()].filter(isDue).slice(0, PEOPLE_AT_ONCE)
  const waiting = due.filter(({ target }) => isSuspended(turn, target))
  const postponed = waiting.map((retry) => tryLater(turn.retries, retry, turn.nowMs()))
  const now = due.filter((retry) => !waiting.includes(retry))
  const idsOf = (kind: Retry['kind'], target?: string) => [
    ...new Set(now.filter((one) => one.kind === kind && (target ?? one.target) === one.target).map(({ id }) => id)),
  ]
  const snapshot = await readSnapshot(turn.sourceContext, { people: idsOf('u'), groups: idsOf('g') })
  const { effects, isSweepWanted } = await apply(turn, {
    snapshot,
    wantedOf: ({ slug }) => Promise.resolve({ groups: idsOf('g', slug), people: idsOf('u', slug), isSweep: false }),
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
  await advance(turn, effects, { seq: reached, ...(isSweep && { sweep: '' }) })
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
    also: async (target) => {
      if (isPolicy || groups.length > 0) await pushPolicy(turn.parts.savePolicy, turn.source, target)
      for (const id of erased) await eraseCopies(turn, target, id)
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

/** Whoever is erased in the super tenant is erased in every target: the link knows the copies of now and of before. */
async function eraseCopies(turn: RoutingTurn, target: Target, sourceId: string): Promise<void> {
  const row = await target.context.table.get(linkKeyOf(turn, 'u', sourceId))
  if (row === undefined) return
  const { id, was } = readLink(row)
  for (const copy of [id, ...was]) await noteErasure(target.context, copy, `${turn.source.slug} (super tenant)`)
  target.isWritten = true
}
