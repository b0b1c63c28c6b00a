import type { DirectoryContext } from '../directory/context'
import { feedKey, HEAD_KEY, lastPart } from '../storage/keys'
import { prefixRange, type Range, type Row, type Table } from '../storage/table'
import { numberOutbox } from './sequencer'
import { seats } from './seats'

/** Records behind a place, in order and without a gap. */
export interface FeedPage {
  readonly records: readonly Row[]
  /** The last number that was given. */
  readonly head: number
}

/**
 * 'ahead': the place is one that the feed has not reached. 'expired': records behind it are kept no more.
 */
export type FeedAnswer = FeedPage | 'ahead' | 'expired'

export interface Wanted {
  /** The last number that the reader has; 0 begins with the oldest record that is kept. */
  readonly after: number
  /** At most 1,000. */
  readonly limit: number
  /** How long to wait for a record when there is none. Nobody waits for whom no place is left: the answer comes at once, as for 0. */
  readonly waitMs: number
  /** Whose feed it is; places to wait are shared out by it. */
  readonly tenant: string
}

const POLL_MS = 1000

const waiting = seats()

/**
 * Reads the feed behind a place. Records that are in the outbox yet get their number here, so that whoever wrote
 * something finds it. One trip when there are none, else four more.
 */
export async function readFeed({ table }: DirectoryContext, wanted: Wanted): Promise<FeedAnswer> {
  const first = await readOnce(table, wanted)
  if (typeof first === 'string' || first.records.length > 0 || wanted.waitMs <= 0) return first
  const giveBack = waiting.take(wanted.tenant)
  if (giveBack === undefined) return first
  try {
    return await readLater(table, wanted)
  } finally {
    giveBack()
  }
}

async function readLater(table: Table, wanted: Wanted): Promise<FeedAnswer> {
  const deadline = performance.now() + wanted.waitMs
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(POLL_MS, Math.max(0, deadline - performance.now()))))
    const state = await readState(table)
    if (state.head > wanted.after || state.hasUnnumbered) return readOnce(table, wanted)
    if (performance.now() >= deadline) return { records: [], head: state.head }
  }
}

async function readOnce(table: Table, { after, limit }: Wanted): Promise<FeedAnswer> {
  const [known, found] = await Promise.all([readState(table), pageBehind(table, after, limit)])
  let [state, rows] = [known, found.rows]
  if (state.hasUnnumbered && found.isEnd && rows.length < limit) {
    await numberOutbox(table)
    ;[state, { rows }] = await Promise.all([readState(table), pageBehind(table, after, limit)])
  }
  // Read after the head: what is not there now was deleted for its age, and not numbered a moment later.
  if (rows.length === 0 && state.head > after) ({ rows } = await pageBehind(table, after, limit))
  const records = withoutGap(rows, after)
  const head = Math.max(state.head, ...records.slice(-1).map(seqOf)) // the head may have been read a moment before them
  if (after > head) return 'ahead'
  return records.length === 0 && (rows.length > 0 || after < head) && after > 0 ? 'expired' : { records, head }
}

/** The head row and whether records wait for a number: one trip. */
async function readState(table: Table): Promise<{ head: number; hasUnnumbered: boolean }> {
  const rows = await table.all(prefixRange('p'), { limit: 2, select: ['seq'] })
  const head = rows.find((row) => row.key === HEAD_KEY)
  return { head: Number(head?.values['seq'] ?? 0), hasUnnumbered: rows.some((row) => row.key !== HEAD_KEY) }
}

const rangeBehind = (after: number): Range => ({ from: feedKey(after + 1), before: prefixRange('f').before })

/** The numbered records that are kept behind a number, at most so many. */
export const recordsBehind = (table: Table, after: number, limit: number): Promise<readonly Row[]> =>
  table.all(rangeBehind(after), { limit })

/** As many as one page of storage holds, 4 MB on Azure: records can be large. */
async function pageBehind(table: Table, after: number, limit: number): Promise<{ rows: readonly Row[]; isEnd: boolean }> {
  const range = rangeBehind(after)
  let page = await table.page(range, { limit })
  while (page.rows.length === 0 && page.next !== undefined) page = await table.page(range, { limit, next: page.next })
  return { rows: page.rows, isEnd: page.next === undefined }
}

/** Numbers are dense, so a missing one was deleted for its age. */
function withoutGap(rows: readonly Row[], after: number): readonly Row[] {
  const [first] = rows
  const begin = after === 0 && first !== undefined ? seqOf(first) : after + 1
  const end = rows.findIndex((row, i) => seqOf(row) !== begin + i)
  return end < 0 ? rows : rows.slice(0, end)
}

export const seqOf = (record: Row) => Number(lastPart(record.key))

/**
 * The number with which a snapshot begins: whatever is written from now on stands behind it. Read it before the first page
 * of the snapshot. One trip.
 */
export async function readHead(table: Table): Promise<number> {
  const head = await table.get(HEAD_KEY)
  return Number(head?.values['seq'] ?? 0)
}
