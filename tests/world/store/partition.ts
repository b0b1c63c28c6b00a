import BTree from 'sorted-btree'
import { checkKey, checkTransaction, rowBytes, storedValues, type Properties, type Scalars } from './bounds'
import { Refusal, rowMissing } from './refusal'

export interface StoredRow {
  readonly key: string
  readonly values: Scalars
  /** Ticks of 100 ns since 1970, by the clock of the server that had the partition. */
  readonly ticks: bigint
  readonly bytes: number
}

export interface Write {
  readonly kind: 'create' | 'update' | 'upsert' | 'delete'
  readonly key: string
  readonly values: Properties
  readonly mode?: 'Merge' | 'Replace'
  /** '*' stands for any. */
  readonly etag?: string
}

export interface Wanted {
  readonly from: string
  readonly before: string
  readonly where?: { readonly property: string; readonly from: string; readonly to: string } | undefined
  /** Rows that the page may hold, and rows that it may look at. */
  readonly rows: number
  readonly looks: number
}

/** One partition of a table: rows in the order of their keys, on a server with a clock. */
export interface Partition {
  /** @throws Refusal 404 */
  readonly get: (key: string) => StoredRow
  /** `next` is the key at which to go on. */
  readonly page: (wanted: Wanted) => { readonly rows: readonly StoredRow[]; readonly next: string | undefined }
  /** All or nothing. Answers each row as it is now, undefined where it was deleted. @throws Refusal with the action's index */
  readonly transact: (actions: readonly Write[]) => readonly (StoredRow | undefined)[]
  /** Another server has the partition now, whose clock goes so much before (or, below 0, behind) the world's. */
  readonly moveTo: (skewMs: number) => void
}

const TICKS_PER_MS = 10_000n
const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export const etagOf = ({ ticks }: StoredRow) => `W/"datetime'${encodeURIComponent(timestampOf(ticks))}'"`

/** ISO 8601 with seven digits. */
export function timestampOf(ticks: bigint): string {
  const time = new Date(Number(ticks / TICKS_PER_MS)).toISOString()
  return `${time.slice(0, -1)}${String(ticks % TICKS_PER_MS).padStart(4, '0')}Z`
}

/** nowMs is the world's clock, in milliseconds since 1970. */
export function newPartition(nowMs: () => number): Partition {
  const rows = new BTree<string, StoredRow>(undefined, byCodeUnit)
  const server = { skewMs: 0, last: 0n }
  let writes = 0n

  /** The writes of one server have ticks in their order; those within a millisecond differ on all, so that no ETag comes twice. */
  function nextTick(): bigint {
    writes += 1n
    const clock = BigInt(Math.trunc(nowMs() + server.skewMs)) * TICKS_PER_MS + (writes % TICKS_PER_MS)
    server.last = clock > server.last ? clock : server.last + 1n
    return server.last
  }

  function after(write: Write): StoredRow | undefined {
    checkKey(write.key)
    const held = rows.get(write.key)
    refuse(write, held)
    if (write.kind === 'delete') return undefined
    const given = storedValues(write.key, write.values)
    const values = write.mode === 'Merge' && held !== undefined ? { ...held.values, ...given } : given
    return { key: write.key, values, ticks: nextTick(), bytes: rowBytes(write.key, values) }
  }

  return {
    get: (key) => {
      checkKey(key)
      const row = rows.get(key)
      if (row === undefined) throw rowMissing()
      return row
    },
    page: (wanted) => pageOf(rows, wanted),
    transact: (actions) => {
      checkTransaction(actions)
      const results = actions.map((write, index) => blaming(index, () => after(write)))
      for (const [index, row] of results.entries()) {
        if (row === undefined) rows.delete(actions[index]?.key ?? '')
        else rows.set(row.key, row)
      }
      return results
    },
    moveTo: (skewMs) => Object.assign(server, { skewMs, last: 0n }),
  }
}

function blaming<T>(index: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(error.status, error.code, error.message, index)
  }
}

function refuse({ kind, etag = '*' }: Write, held: StoredRow | undefined): void {
  if (kind === 'create' && held !== undefined)
    throw new Refusal(409, 'EntityAlreadyExists', 'The specified entity already exists.')
  if ((kind === 'update' || kind === 'delete') && held === undefined) throw rowMissing()
  if (kind === 'update' && held !== undefined && etag !== '*' && etag !== etagOf(held))
    throw new Refusal(412, 'UpdateConditionNotSatisfied', 'The update condition specified in the request was not satisfied.')
}

function pageOf(rows: BTree<string, StoredRow>, { from, before, where, rows: most, looks }: Wanted) {
  const found: StoredRow[] = []
  let looked = 0
  let next: string | undefined
  for (const [key, row] of rows.entries(from)) {
    if (key >= before) break
    if (found.length >= most || looked >= looks) {
      next = key
      break
    }
    looked += 1
    if (where === undefined || isBetween(row.values[where.property], where)) found.push(row)
  }
  return { rows: found, next }
}

const isBetween = (value: unknown, { from, to }: NonNullable<Wanted['where']>) =>
  typeof value === 'string' && value >= from && value <= to
