import { lastPart, feedKey, HEAD_KEY } from '../storage/keys'
import { prefixRange, type Action, type Row, type Table, type Values } from '../storage/table'

/** A record is two operations, its removal and its number; the head makes 99. */
const RECORDS_AT_ONCE = 49

/** The head row: the last number given, how many users and groups there are, how many came or went. */
interface Head {
  readonly seq: number
  readonly users: number
  readonly groups: number
  readonly moves: number
}

/**
 * Gives every record in the outbox its number, in an order consistent with the commits: dense, each once. Any number of
 * workers may run it; the head's ETag lets one of them through at a time. Returns how many it numbered. What is written meanwhile
 * is for the next call, which whoever wrote it asks for.
 */
export async function numberOutbox(table: Table): Promise<number> {
  let numbered = 0
  for (;;) {
    const { head, outbox, isAll } = await readOutbox(table)
    if (outbox.length === 0) return numbered
    const now = await numberInOrder(table, head, outbox)
    numbered += now
    if (isAll && now === outbox.length) return numbered
  }
}

/** Commits slice after slice, until all have a number or another worker's commit comes between. */
async function numberInOrder(table: Table, row: Row | undefined, outbox: readonly Row[]): Promise<number> {
  let head = headOf(row?.values ?? {})
  let etag = row?.etag
  for (let numbered = 0; numbered < outbox.length; numbered += RECORDS_AT_ONCE) {
    const slice = outbox.slice(numbered, numbered + RECORDS_AT_ONCE)
    const next = { ...slice.reduce(counted, head), seq: head.seq + slice.length }
    const outcome = await table.commit([headAction(next, etag), ...slice.flatMap((record, i) => moved(record, head.seq + 1 + i))])
    if (!outcome.ok) return numbered
    head = next
    etag = outcome.etags[0]
  }
  return outbox.length
}

/**
 * The outbox in commit order. While pages are read one after another, a record may commit on a page already
 * read and a later one on a page still to come. So they are read twice: what is as old as the newest record of the first
 * reading had committed before the second began, and only that counts.
 */
async function readOutbox(table: Table): Promise<Outbox> {
  const range = prefixRange('p')
  const first = await table.page(range)
  let newest = newestOf(first.rows)
  for (let { next } = first; next !== undefined;) {
    const page = await table.page(range, { next, select: [] })
    newest = newestOf(page.rows, newest)
    next = page.next
  }
  const rows = first.next === undefined ? first.rows : await table.all(range)
  const records = rows.filter((row) => !isHead(row))
  const outbox = inCommitOrder(records.filter((row) => row.timestamp <= newest))
  return { head: rows.find(isHead), outbox, isAll: outbox.length === records.length }
}

interface Outbox {
  readonly head: Row | undefined
  readonly outbox: readonly Row[]
  /** Whether nothing that was read has to wait for the next reading. */
  readonly isAll: boolean
}

const isHead = (row: Row) => row.key === HEAD_KEY

function newestOf(rows: readonly Row[], newest = ''): string {
  return rows.reduce((latest, row) => (!isHead(row) && row.timestamp > latest ? row.timestamp : latest), newest)
}

/**
 * By the service's clock, then by id. The revisions of one resource are in order whatever the clock says: a change
 * builds on the one before.
 */
export function inCommitOrder(records: readonly Row[]): readonly Row[] {
  const sorted = [...records].sort((a, b) => compare(a.timestamp, b.timestamp) || compare(a.key, b.key))
  const places = new Map<string, number[]>()
  sorted.forEach((row, place) => {
    if (Number(row.values['v']) > 0) places.set(resourceOf(row), [...(places.get(resourceOf(row)) ?? []), place])
  })
  const result = [...sorted]
  for (const taken of places.values()) {
    const rows = taken.map((place) => sorted[place]).filter((row) => row !== undefined)
    rows.sort((a, b) => Number(a.values['v']) - Number(b.values['v']))
    rows.forEach((row, i) => {
      result[taken[i] ?? 0] = row
    })
  }
  return result
}

const resourceOf = (row: Row) => String(row.values['id'])
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function headAction(head: Head, etag: string | undefined): Action {
  const values: Values = { ...head }
  return etag === undefined ? { type: 'create', key: HEAD_KEY, values } : { type: 'replace', key: HEAD_KEY, values, etag }
}

/** A record goes from the outbox to its number. */
function moved(record: Row, seq: number): Action[] {
  const values = { ...record.values, w: lastPart(record.key), at: record.timestamp }
  return [
    { type: 'delete', key: record.key },
    { type: 'create', key: feedKey(seq), values },
  ]
}

function headOf(values: Values): Head {
  const number = (name: string) => Number(values[name] ?? 0)
  return { seq: number('seq'), users: number('users'), groups: number('groups'), moves: number('moves') }
}

function counted(head: Head, record: Row): Head {
  const [kind, what] = String(record.values['type']).split('.')
  if (what !== 'created' && what !== 'deleted') return head
  const step = what === 'created' ? 1 : -1
  const more = { ...head, moves: head.moves + 1 }
  return kind === 'user' ? { ...more, users: head.users + step } : { ...more, groups: head.groups + step }
}

/** When the oldest record in the outbox was written, in milliseconds since the epoch. */
export async function oldestInOutbox(table: Table): Promise<number | undefined> {
  const page = await table.page(prefixRange('p'), { limit: 2, select: ['time'] }) // write ids begin with the time
  const record = page.rows.find((row) => !isHead(row))
  return record && Date.parse(record.timestamp)
}
