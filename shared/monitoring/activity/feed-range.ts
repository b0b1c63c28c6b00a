import { seqOf } from '../../feed/read-feed'
import { feedKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Row, type Table } from '../../storage/table'

/** Storage answers with at most so many rows. */
const ROWS_AT_ONCE = 1000

/** The records with these numbers that are still kept, oldest first. One trip for each thousand, side by side. */
export async function readNumbers(
  table: Table,
  { from, to }: { readonly from: number; readonly to: number },
  select?: readonly string[],
): Promise<readonly Row[]> {
  const begins = Array.from({ length: Math.ceil((to - from + 1) / ROWS_AT_ONCE) }, (_, i) => from + i * ROWS_AT_ONCE)
  const pages = await inParallel(begins, begins.length, (begin) =>
    table.all(
      { from: feedKey(begin), before: feedKey(Math.min(begin + ROWS_AT_ONCE, to + 1)) },
      select === undefined ? {} : { select },
    ),
  )
  return pages.flat()
}

/** The number of the oldest record that is kept; undefined when there is none. One trip. */
export async function firstNumber(table: Table): Promise<number | undefined> {
  const [first] = await table.all(prefixRange('f'), { limit: 1, select: ['time'] })
  return first && seqOf(first)
}

/** When the service stored it; numbers and these times grow together. Milliseconds since the epoch. */
export const storedAt = ({ values }: Row) => Date.parse(String(values['at'] ?? values['time']))

/** Finds, for a time, the first number whose record was stored at that time or later; `last + 1` when none was. */
type FindNumber = (timeMs: number) => Promise<number>

/**
 * Numbers are dense and their times grow, so a time is found by a search that reads `probes` records side by side: with 15
 * five trips for a million records. Searches of one finder share what they have read. A record that retention took
 * meanwhile counts as older.
 */
export function numberFinder(
  table: Table,
  { first, last, probes }: { readonly first: number; readonly last: number; readonly probes: number },
): FindNumber {
  const known = new Map<number, Promise<number>>()
  const timeOf = (seq: number) => {
    const held = known.get(seq) ?? table.get(feedKey(seq)).then((row) => (row === undefined ? -Infinity : storedAt(row)))
    known.set(seq, held)
    return held
  }
  return async (timeMs) => {
    let [low, high] = [first, last + 1] // the answer lies between, both included
    while (low < high) {
      const step = Math.max(1, Math.ceil((high - low) / (probes + 1)))
      const seqs = Array.from({ length: probes }, (_, i) => low + (i + 1) * step - 1).filter((seq) => seq < high)
      const times = await Promise.all(seqs.map(timeOf))
      const found = times.findIndex((time) => time >= timeMs)
      const before = found < 0 ? seqs.at(-1) : seqs[found - 1]
      high = found < 0 ? high : (seqs[found] ?? high)
      low = before === undefined ? low : before + 1
    }
    return low
  }
}
