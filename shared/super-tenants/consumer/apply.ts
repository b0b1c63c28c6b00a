import { noteErasure } from '../../feed/erase'
import { LeaseLost } from '../../feed/lease'
import { inParallel } from '../../storage/parallel'
import type { Action } from '../../storage/table'
import type { RoutingTurn } from './turn'
import { reconcile, type Wanted } from '../copies/reconcile'
import { forgetMissed, learnRetries, noteMissed, retryOf, triedWell, tryLater } from './retries'
import { readLink } from '../copies/rows'
import type { Snapshot } from '../copies/snapshot'
import { linkKeyOf, type Target } from '../copies/target'

export const TARGETS_AT_ONCE = 4

/** Its time to be tried again has not come, or came within this turn, which has not opened it: the next one does. */
export const isLeftOut = (turn: RoutingTurn, target: string) => turn.unopened.has(target) || isSuspended(turn, target)

export const isSuspended = ({ retries, nowMs }: RoutingTurn, target: string) => (retryOf(retries, target)?.due ?? 0) > nowMs()

export interface Applied {
  readonly effects: Action[]
  readonly isSweepWanted: boolean
}

export interface Erased {
  readonly ids: readonly string[]
  /** They were missed before, and rows tell of them. */
  readonly areMissed: boolean
}

export interface Work {
  readonly snapshot: Snapshot
  readonly wantedOf: (target: Target) => Promise<Wanted>
  /** People of whom every copy is to be erased. */
  readonly erased?: Erased
  /** Done in the target behind it. */
  readonly also?: (target: Target) => Promise<void>
  /** The target that it is for; all of them unless given. */
  readonly only?: string | undefined
}

/**
 * Reconciles every target. One that fails waits for a sweep of its own, and until then is left out; an erasure that it misses is
 * noted beside, since nothing in the super tenant tells of it any more.
 */
export async function apply(turn: RoutingTurn, work: Work): Promise<Applied> {
  const slugs = turn.source.settings.connections.map(({ tenant }) => tenant)
  const concerned = slugs.filter((slug) => work.only === undefined || slug === work.only)
  const applied = await inParallel(concerned, TARGETS_AT_ONCE, async (slug): Promise<Applied> => {
    if (isLeftOut(turn, slug)) return { effects: missed(slug, work), isSweepWanted: false }
    try {
      return await applyTo(turn, slug, work)
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      turn.parts.onFailure(slug, error)
      return failed(turn, slug, work)
    }
  })
  return {
    effects: applied.flatMap(({ effects }) => effects),
    isSweepWanted: applied.some((one) => one.isSweepWanted),
  }
}

/** Erases first: where a connection ends, the links by which copies are found go behind it. */
async function applyTo(turn: RoutingTurn, slug: string, work: Work): Promise<Applied> {
  const target = turn.targets.find((one) => one.slug === slug)
  if (target === undefined) return failed(turn, slug, work) // told when the turn began
  const { ids: erased, areMissed } = work.erased ?? NOBODY
  for (const id of erased) await eraseCopies(turn, target, id)
  const wanted = await work.wantedOf(target)
  const { table } = turn.sourceContext
  const ids = [...wanted.groups, ...wanted.people]
  await learnRetries(table, turn.retries, slug, ids)
  const { troubles, isSweepWanted } = await reconcile(turn, target, wanted, work.snapshot)
  await work.also?.(target)
  await learnRetries(table, turn.retries, slug, [...troubles.keys()]) // those who gave up a name, and reports, are others
  for (const id of ids) if (!troubles.has(id)) triedWell(turn.retries, slug, id)
  for (const [id, trouble] of troubles) tryLater(turn.retries, { target: slug, id, ...trouble }, turn.nowMs())
  return {
    effects: areMissed ? erased.map((id) => forgetMissed(slug, id)) : [],
    isSweepWanted: isSweepWanted && !wanted.isSweep,
  }
}

const NOBODY: Erased = { ids: [], areMissed: false }

function failed(turn: RoutingTurn, slug: string, work: Work): Applied {
  tryLater(turn.retries, { target: slug, ...EVERYTHING }, turn.nowMs())
  return { effects: missed(slug, work), isSweepWanted: false }
}

/** Whoever is missed in a failing target is erased when it is tried again. */
function missed(slug: string, { erased: { ids, areMissed } = NOBODY }: Work): Action[] {
  return areMissed ? [] : ids.map((id) => noteMissed(slug, id))
}

export const EVERYTHING = { id: '', kind: 'u', reason: 'failed' } as const

/** Whoever is erased in the super tenant is erased in every target: the link knows the copies of now and of before. */
async function eraseCopies(turn: RoutingTurn, target: Target, sourceId: string): Promise<void> {
  const row = await target.context.table.get(linkKeyOf(turn, 'u', sourceId))
  if (row === undefined) return
  const { id, was } = readLink(row)
  for (const copy of [id, ...was]) await noteErasure(target.context, copy, { by: `${turn.source.slug} (super tenant)` })
  target.isWritten = true
}
