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
 * Gives every pending record its number, in an order consistent with the commits: dense, each once. Any number of
 * workers may run it; the head's ETag lets one of them through at a time. Returns how many it numbered.
 */
export async function numberPending(table: Table): Promise<number> {
  let numbered = 0
  for (;;) {
    const { head, pending } = await readPending(table)
    if (pending.length === 0) return numbered
    const batch = pending.slice(0, RECORDS_AT_ONCE)
    const outcome = await table.commit(numberingActions(head, batch))
    if (outcome.ok) numbered += batch.length
  }
}

/**
 * The pending records in commit order. Later pages are read after the first, so a record that committed meanwhile may be
 * seen while an earlier one on a page already read is not: only what is as old as the first page's newest counts.
 */
async function readPending(table: Table): Promise<{ head: Row | undefined; pending: readonly Row[] }> {
  const first = await table.page(prefixRange('p'))
  const rows = first.next === undefined ? first.rows : settled(first.rows, await table.all(prefixRange('p')))
  const head = rows.find((row) => row.key === HEAD_KEY)
  return { head, pending: inCommitOrder(rows.filter((row) => row.key !== HEAD_KEY)) }
}

function settled(first: readonly Row[], all: readonly Row[]): readonly Row[] {
  const newest = first.reduce((latest, row) => (row.key !== HEAD_KEY && row.timestamp > latest ? row.timestamp : latest), '')
  return all.filter((row) => row.key === HEAD_KEY || row.timestamp <= newest)
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

function numberingActions(row: Row | undefined, batch: readonly Row[]): Action[] {
  const head = headOf(row?.values ?? {})
  const next = batch.reduce(counted, head)
  const moves = batch.flatMap((record, i): Action[] => [
    { type: 'delete', key: record.key },
    {
      type: 'create',
      key: feedKey(head.seq + 1 + i),
      values: { ...record.values, w: lastPart(record.key), at: record.timestamp },
    },
  ])
  const values: Values = { ...next, seq: head.seq + batch.length }
  return [
    row === undefined ? { type: 'create', key: HEAD_KEY, values } : { type: 'replace', key: HEAD_KEY, values, etag: row.etag },
    ...moves,
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
  const moved = { ...head, moves: head.moves + 1 }
  return kind === 'user' ? { ...moved, users: head.users + step } : { ...moved, groups: head.groups + step }
}
