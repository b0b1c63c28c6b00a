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

/** Notes that it did not go well, once more. */
export function tryLater(retries: Retries, trouble: Omit<Retry, 'tries' | 'due'>, nowMs: number): Action {
  const key = retryKey(trouble.target, trouble.id)
  const tries = (retries.get(key)?.tries ?? -1) + 1
  const retry = { ...trouble, tries, due: Math.round(nowMs + pauseAfter(tries)) }
  retries.set(key, retry)
  const { kind, reason, due } = retry
  return { type: 'upsert', key, values: { k: kind, reason, tries, due } }
}

/** Forgets what went well. */
export function triedWell(retries: Retries, target: string, id: string): Action[] {
  const key = retryKey(target, id)
  return retries.delete(key) ? [{ type: 'delete', key }] : []
}

/** Forgets all of a target. */
export function forgetTarget(retries: Retries, target: string): Action[] {
  return [...retries.values()].filter((one) => one.target === target).flatMap(({ id }) => triedWell(retries, target, id))
}

export const nextDue = (retries: Retries): number | undefined => {
  const times = [...retries.values()].map(({ due }) => due)
  return times.length === 0 ? undefined : Math.min(...times)
}
