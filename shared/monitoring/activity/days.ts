import type { Table } from '../../storage/table'
import { firstNumber, numberFinder, readNumbers, storedAt } from './feed-range'

const DAY_MS = 86_400_000
/** Days are searched side by side, and share what they read: few probes for each. */
const PROBES = 3

export interface Days {
  /** Records stored on each day that was asked for, oldest first. */
  readonly days: readonly { readonly beginMs: number; readonly changes: number }[]
  /** Of the oldest record that is kept, and of the newest. Milliseconds since the epoch. */
  readonly first: number | undefined
  readonly last: number | undefined
}

/**
 * How many records were stored on each of the last days (UTC): exact, since numbers are dense. The begin of each day is
 * searched by point reads: about ten trips and a few hundred reads for 30 days and a million records.
 */
export async function readDays(
  table: Table,
  { head, days, nowMs }: { head: number; days: number; nowMs: number },
): Promise<Days> {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS
  const begins = Array.from({ length: days }, (_, i) => today - (days - 1 - i) * DAY_MS)
  const first = await firstNumber(table)
  if (first === undefined) return { days: begins.map((beginMs) => ({ beginMs, changes: 0 })), first: undefined, last: undefined }
  const find = numberFinder(table, { first, last: head, probes: PROBES })
  const [numbers, ends] = await Promise.all([
    Promise.all(begins.map(find)),
    Promise.all([first, head].map((seq) => readNumbers(table, { from: seq, to: seq }, ['at', 'time']))),
  ])
  const [firstMs, lastMs] = ends.map(([row]) => row && storedAt(row))
  return {
    days: begins.map((beginMs, i) => ({ beginMs, changes: (numbers[i + 1] ?? head + 1) - (numbers[i] ?? 0) })),
    first: firstMs,
    last: lastMs,
  }
}
