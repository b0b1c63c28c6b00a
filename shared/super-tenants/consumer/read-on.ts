import { rebindRules } from '../../access/role-effects'
import { seqOf } from '../../feed/read-feed'
import type { Action } from '../../storage/table'
import { advance, EFFECTS_AT_ONCE, sweepOf } from './advance'
import { apply, type Applied } from './apply'
import { addAffected, nothingAffected, sizeOf, versionOf, type Affected } from '../affected'
import { pushPolicy } from './inherit'
import type { RoutingTurn } from './turn'
import { rebindRoute } from '../rebind'
import { readSnapshot } from '../copies/snapshot'
import type { Target } from '../copies/target'

/** Looked at between two commits of the checkpoint; one record can name about a hundred. */
export const PEOPLE_AT_ONCE = 100

/** stale: the settings that the turn began with are older than a record; begin a new turn. */
export type State = 'more' | 'done' | 'stale'

/** Brings copies in line with what the next records concern. @throws LeaseLost */
export async function readOn(turn: RoutingTurn): Promise<State> {
  const records = await turn.read()
  if (records.length === 0) return 'done'
  const routed = routedIn(turn)
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

/** Does what it is asked, and crosses it out. Targets had their attributes and roles when the turn opened them. */
export async function applyCommands(turn: RoutingTurn): Promise<State> {
  const { checkpoint } = turn.lease
  const commands = turn.commands.slice(0, EFFECTS_AT_ONCE)
  const routed = routedIn(turn)
  const affected = nothingAffected()
  const ids = commands.map(({ values }) => String(values['id'])).filter((id) => id !== '')
  for (const id of ids) (routed.has(id) ? affected.groups : affected.people).add(id)
  const { effects, isSweepWanted } = await applyRecords(turn, affected, routed)
  const done = commands.map(({ key }): Action => ({ type: 'delete', key }))
  await advance(turn, [...effects, ...done], {
    offset: checkpoint.offset,
    ...(isSweepWanted ? { sweep: '' } : sweepOf(checkpoint)),
  })
  turn.commands = turn.commands.slice(commands.length)
  return 'more'
}

const routedIn = ({ source }: RoutingTurn) => new Set(source.settings.routing.routes.map(({ groupId }) => groupId))

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
    erased: { ids: [...erased], areMissed: false },
    also: (target) => pushPolicy(turn.parts.savePolicy, turn.source, target),
  })
}

/** A group that was created again takes over the routes of the one it was. */
async function rebindRoutes({ parts, source, sourceContext }: RoutingTurn, groupId: string): Promise<void> {
  const { routes } = source.settings.routing
  await rebindRules(
    sourceContext,
    {
      bound: routes,
      rebind: (routeId, group) => rebindRoute(parts, source.slug, { routeId, group, now: sourceContext.now() }),
    },
    groupId,
  )
}
