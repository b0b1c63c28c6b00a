import type { Sent } from '../service/exchange'
import type { World } from '../service/world'

/** What is sent for one row of the table, again and again. */
export interface Prepared {
  /** The requests of one time, which count as one. @param i different each time */
  readonly requests: (i: number) => readonly Sent[]
  /** Of them at once; all unless given. */
  readonly inFlight?: number
  /** Rest behind each time: holders of setup links have a pace of their own. */
  readonly pauseMs?: number
  /** Before some times, outside of what is measured. */
  readonly before?: (i: number) => Promise<void>
}

export interface Row {
  /** As `--rows` names it, and part of its tenant's slug. */
  readonly key: string
  readonly name: string
  /** Measured in a process that did not prepare it: for memory. */
  readonly anew?: boolean
  readonly prepare: (world: World, slug: string) => Promise<Prepared>
}

/** Runs work for each item, so many at once. */
export async function inLanes<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const left = [...items.entries()]
  left.reverse()
  async function lane(): Promise<void> {
    for (let next = left.pop(); next !== undefined; next = left.pop()) results[next[0]] = await work(next[1])
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}

export const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
