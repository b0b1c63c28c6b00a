import { retryKey } from '../storage/keys'
import type { Action, Table } from '../storage/table'
import { readRetry, RETRIES, type Retry } from './rows'

const FIRST_PAUSE_MS = 60_000
const MAX_PAUSE_MS = 3_600_000

/** What is to be tried again, by key. Kept as it is stored: the reader alone writes it, in the transactions of its place. */
export type Retries = Map<string, Retry>

export async function readRetries(table: Table): Promise<Retries> {
  return new Map((await table.all(RETRIES)).map((row) => [row.key, readRetry(row)]))
}

/** The first pause is a minute, the last ones an hour. Spread, so that many do not come due at once. */
export const pauseAfter = (tries: number, random = Math.random()) =>
  Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10)) * (0.8 + 0.2 * random)

/** Notes that it did not go well, once more. An erasure stays one, whatever else there is about the person. */
export function tryLater(retries: Retries, trouble: Omit<Retry, 'tries' | 'due'>, nowMs: number): Action {
  const key = retryKey(trouble.target, trouble.id)
  const held = retries.get(key)
  const tries = (held?.tries ?? -1) + 1
  const retry = {
    ...trouble,
    ...(held?.reason === 'erase' && { reason: held.reason }),
    tries,
    due: Math.round(nowMs + pauseAfter(tries)),
  }
  retries.set(key, retry)
  const { kind, reason, due } = retry
  return { type: 'upsert', key, values: { k: kind, reason, tries, due } }
}

/** Forgets what went well. An erasure stays: bringing the copy in line does not erase it. */
export function triedWell(retries: Retries, target: string, id: string): Action[] {
  return retries.get(retryKey(target, id))?.reason === 'erase' ? [] : forgetRetry(retries, target, id)
}

export function forgetRetry(retries: Retries, target: string, id: string): Action[] {
  const key = retryKey(target, id)
  return retries.delete(key) ? [{ type: 'delete', key }] : []
}

/** Ids of people whose copies in the target are to be erased yet. */
export const erasuresOf = (retries: Retries, target: string): string[] =>
  [...retries.values()].filter((one) => one.target === target && one.reason === 'erase').map(({ id }) => id)

/**
 * One action for each row, the last one, since a transaction refuses two of the same. A row that only this step would have made, and
 * that is gone again, is none: a delete of an absent row is refused as well.
 */
export function merged(effects: readonly Action[]): Action[] {
  const first = new Map<string, Action>()
  const last = new Map<string, Action>()
  for (const effect of effects) {
    if (!first.has(effect.key)) first.set(effect.key, effect)
    last.set(effect.key, effect)
  }
  const isNew = (action: Action | undefined) => action?.type === 'upsert' && action.values['tries'] === 0
  return [...last.values()].filter(({ type, key }) => type !== 'delete' || !isNew(first.get(key)))
}

/** Forgets all of a target. */
export function forgetTarget(retries: Retries, target: string): Action[] {
  return [...retries.values()].filter((one) => one.target === target).flatMap(({ id }) => forgetRetry(retries, target, id))
}

export const nextDue = (retries: Retries): number | undefined => {
  const times = [...retries.values()].map(({ due }) => due)
  return times.length === 0 ? undefined : Math.min(...times)
}
