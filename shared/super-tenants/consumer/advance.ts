import type { Checkpoint } from '../../feed/lease'
import type { Action } from '../../storage/table'
import type { RoutingTurn } from './turn'
import { changedRetries, nextDue, settleRetries } from './retries'

/** The checkpoint is one operation of the transaction. */
export const EFFECTS_AT_ONCE = 90

/** Where the consumer is behind a step. */
export interface Next extends Pick<Checkpoint, 'offset'> {
  readonly sweep?: string | undefined
  /** The target that the sweep is for; all of them unless given. */
  readonly only?: string | undefined
  /** Targets that are left with the end of the sweep, since all of it saw their connection end. Slugs between spaces. */
  readonly ending?: string | undefined
}

/**
 * Commits what came of the step and where the consumer is now. Beside what does not fit in one transaction the checkpoint says
 * that something may be due.
 * @throws LeaseLost
 */
export async function advance(turn: RoutingTurn, effects: readonly Action[], next: Next): Promise<void> {
  const { lease } = turn
  const due = nextDue(turn.retries)
  const checkpoint: Checkpoint = {
    offset: next.offset,
    epoch: turn.epoch,
    ...(next.sweep !== undefined && { sweep: next.sweep }),
    ...(next.only !== undefined && { only: next.only }),
    ...(next.ending !== undefined && { ending: next.ending }),
    ...(due !== undefined && { due }),
  }
  const earliest = Math.min(Number(lease.checkpoint['due'] ?? Infinity), due ?? Infinity)
  const meanwhile = { ...lease.checkpoint, ...(earliest < Infinity && { due: earliest }) }
  await lease.commit(checkpoint, [...changedRetries(turn.retries), ...effects.map((effect) => [effect])], meanwhile)
  settleRetries(turn.retries)
}

/** The sweep that is under way, if there is one. */
export function sweepOf(checkpoint: Checkpoint): Omit<Next, 'offset'> {
  const text = (name: string) => (checkpoint[name] === undefined ? undefined : String(checkpoint[name]))
  return { sweep: text('sweep'), only: text('only'), ending: text('ending') }
}
