import type { Place } from '../../feed/checkpoint'
import type { Action } from '../../storage/table'
import type { RoutingTurn } from './turn'
import { changedRetries, nextDue, settleRetries } from './retries'
import { LeaseEnded } from '../copies/target'

/** The checkpoint is one operation of the transaction. */
export const EFFECTS_AT_ONCE = 90

/** Where the reader is behind a step. */
export interface Next extends Pick<Place, 'seq'> {
  readonly sweep?: string | undefined
  /** The target that the sweep is for; all of them unless given. */
  readonly only?: string | undefined
  /** Targets that are left with the end of the sweep, since all of it saw their connection end. Slugs between spaces. */
  readonly ending?: string | undefined
}

/**
 * Stores what came of the step and where the reader is now. What does not fit in one transaction goes before, and is done again
 * when it breaks off: the place says until the end that something may be due.
 * @throws LeaseEnded when another worker has taken over
 */
export async function advance(turn: RoutingTurn, effects: readonly Action[], next: Next): Promise<void> {
  const { checkpoint } = turn
  const due = nextDue(turn.retries)
  const place: Place = {
    seq: next.seq,
    epoch: turn.epoch,
    ...(next.sweep !== undefined && { sweep: next.sweep }),
    ...(next.only !== undefined && { only: next.only }),
    ...(next.ending !== undefined && { ending: next.ending }),
    ...(due !== undefined && { due }),
  }
  const earliest = Math.min(Number(checkpoint.place['due'] ?? Infinity), due ?? Infinity)
  const held = { ...checkpoint.place, ...(earliest < Infinity && { due: earliest }) }
  const transactions = inTransactions([...changedRetries(turn.retries), ...effects.map((effect) => [effect])])
  for (const [i, actions] of transactions.entries()) {
    const isLast = i === transactions.length - 1
    if (!(await checkpoint.advance(isLast ? place : held, actions))) throw new LeaseEnded()
  }
  settleRetries(turn.retries)
}

/** At least one, for the place. What belongs together stays together. */
function inTransactions(changes: readonly (readonly Action[])[]): Action[][] {
  const transactions: Action[][] = [[]]
  for (const change of changes) {
    const open = transactions.at(-1) ?? []
    if (open.length + change.length <= EFFECTS_AT_ONCE) open.push(...change)
    else transactions.push([...change])
  }
  return transactions
}
