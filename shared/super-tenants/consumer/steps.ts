import { readPeoplePage } from '../../access/read-access'
import { LeaseLost } from '../../feed/lease'
import { inParallel } from '../../storage/parallel'
import type { Action } from '../../storage/table'
import { advance, EFFECTS_AT_ONCE, sweepOf } from './advance'
import { apply, EVERYTHING, isLeftOut, isSuspended, TARGETS_AT_ONCE, type Erased } from './apply'
import { dropConnections, forgetSuperTenant } from '../connect'
import { forgetConflicts, hasLinks } from './ending'
import { pushPolicy } from './inherit'
import { applyCommands, PEOPLE_AT_ONCE, readOn, type State } from './read-on'
import type { RoutingTurn } from './turn'
import { linkedIds } from '../copies/reconcile'
import { missedErasures, retryOf, triedWell, tryLater } from './retries'
import { byId, readSnapshot } from '../copies/snapshot'
import type { Target } from '../copies/target'
import { tryAgain } from './try-again'
import { auditor } from '../../audit/record'

/** One bounded piece of work. @throws LeaseLost */
export async function takeStep(turn: RoutingTurn): Promise<State> {
  const { checkpoint } = turn.lease
  if (turn.commands.length > 0) return applyCommands(turn)
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
  const by = { kind: 'service', name: 'Rollcall' } as const
  const audit = auditor({ action: 'tenant.disconnected', by, now: parts.now })
  await forgetSuperTenant(parts, { source: slug, target: target.slug }, audit) // from here on nobody is adopted any more
  if (await hasLinks(turn, target)) return false
  await dropConnections(parts, slug, [target.slug])
  return true
}
