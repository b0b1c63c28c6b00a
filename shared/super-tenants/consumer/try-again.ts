import { advance, EFFECTS_AT_ONCE } from './advance'
import { apply, isLeftOut } from './apply'
import { pushPolicy } from './inherit'
import type { RoutingTurn } from './turn'
import { forgetMissed, missedErasures, readDue, retryOf, triedWell, tryLater } from './retries'
import type { Retry } from '../copies/rows'
import { readSnapshot } from '../copies/snapshot'

/** Looked at in one step. */
const DUE_AT_ONCE = 100

/** What did not go well, or waits for a name: as much of it as one step takes. */
export async function tryAgain(turn: RoutingTurn): Promise<'more' | 'stale'> {
  const { retries } = turn
  const { table } = turn.sourceContext
  const { offset } = turn.lease.checkpoint
  const whole = wholeTargets(turn).find(({ due }) => due <= turn.nowMs())
  if (whole !== undefined && !isConnected(turn, whole)) return forgetTarget(turn, whole.target)
  if (whole !== undefined && turn.unopened.has(whole.target)) return 'stale'
  if (whole !== undefined) {
    await advance(turn, [], { offset, sweep: '', only: whole.target })
    return 'more'
  }
  const due = await readDue(table, retries, { nowMs: turn.nowMs(), limit: DUE_AT_ONCE })
  for (const retry of due.retries) if (!isConnected(turn, retry)) triedWell(retries, retry.target, retry.id)
  const now = due.retries.filter((retry) => isConnected(turn, retry) && !isLeftOut(turn, retry.target))
  const idsOf = (kind: Retry['kind'], target?: string) => [
    ...new Set(now.filter((one) => one.kind === kind && (target ?? one.target) === one.target).map(({ id }) => id)),
  ]
  const snapshot = await readSnapshot(turn.sourceContext, { people: idsOf('u'), groups: idsOf('g') })
  const { effects, isSweepWanted } = await apply(turn, {
    snapshot,
    wantedOf: ({ slug }) => Promise.resolve({ groups: idsOf('g', slug), people: idsOf('u', slug), isSweep: false }),
    also: (target) => pushPolicy(turn.parts.savePolicy, turn.source, target),
  })
  const isAsBefore = (retry: Retry) => retryOf(retries, retry.target, retry.id) === retry
  for (const retry of due.retries.filter(isAsBefore)) tryLater(retries, retry, turn.nowMs()) // its target waits, or failed just now
  await advance(turn, [...effects, ...due.passed], { offset, ...(isSweepWanted && { sweep: '' }) })
  return 'more'
}

const wholeTargets = ({ retries }: RoutingTurn): Retry[] =>
  [...retries.entries.values()].flatMap(({ wanted }) => (wanted?.id === '' ? [wanted] : []))

const isConnected = ({ source }: RoutingTurn, { target }: Retry) =>
  source.settings.connections.some(({ tenant }) => tenant === target)

/** Of one that is connected no more. Its people and groups are forgotten as they come due. */
async function forgetTarget(turn: RoutingTurn, target: string): Promise<'more' | 'stale'> {
  const ids = await missedErasures(turn.sourceContext.table, target, EFFECTS_AT_ONCE)
  if (ids.length < EFFECTS_AT_ONCE) triedWell(turn.retries, target)
  await advance(
    turn,
    ids.map((id) => forgetMissed(target, id)),
    { offset: turn.lease.checkpoint.offset },
  )
  return 'more'
}
