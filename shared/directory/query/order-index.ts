import { tooMany } from '../../scim/errors'
import type { ResourceType } from '../../scim/schema/schema'
import { feedKey, HEAD_KEY } from '../../storage/keys'
import { inSlices } from '../../storage/slices'
import { prefixRange, type Range, type Row, type Table } from '../../storage/table'
import type { DirectoryContext } from '../context'

type TypeName = ResourceType['name']

/** A resource that came or went, as its record tells. */
interface Move {
  readonly type: TypeName
  readonly kind: 'created' | 'deleted'
  readonly id: string
  readonly timeMs: number
}

/** How many resources there are: the counts at the head of the feed and what the records not numbered yet add. */
export interface Counts {
  readonly totals: Readonly<Record<TypeName, number>>
  /** The last number given to a record. */
  readonly seq: number
  /** How many resources came or went in numbered records. */
  readonly numberedMoves: number
  readonly unnumbered: readonly Move[]
}

/**
 * The order keys of all resources of a type, sorted: in the order of their creation, the same on every instance. Index paging
 * needs them to find the n-th. Who is created while a client pages lands at the end, so nobody is shown twice or left out. (Of two
 * who are being stored at the same moment the later stored may still come to stand before the other.)
 */
interface OrderIndex {
  readonly counts: Counts
  readonly keys: Promise<readonly string[]>
}

/** One tenant's order indexes on this instance, by type. */
export type OrderIndexes = Map<TypeName, OrderIndex>

const MAX_KEYS = 500_000
/** With more records since it was read, an index is read anew. */
const MAX_FOLLOWED = 10_000

const TIME_DIGITS = 9
/** Sorts by time of creation, then by id. One text for each resource, 41 characters: 32 MB for 500,000. */
const orderKeyOf = (createdMs: number, id: string) => createdMs.toString(36).padStart(TIME_DIGITS, '0') + id
export const idOfOrderKey = (key: string) => key.slice(TIME_DIGITS)
/** In milliseconds since 1970. */
export const timeOfOrderKey = (key: string) => parseInt(key.slice(0, TIME_DIGITS), 36)

/** One trip. */
export async function readCounts(table: Table): Promise<Counts> {
  const rows = await table.all(prefixRange('p'), { select: ['type', 'id', 'time', 'seq', 'users', 'groups', 'moves'] })
  const head = rows.find((row) => row.key === HEAD_KEY)
  const unnumbered = rows.map(moveOf).filter((move) => move !== undefined)
  const number = (name: string) => Number(head?.values[name] ?? 0)
  const added = (type: TypeName) =>
    unnumbered.reduce((sum, move) => sum + (move.type !== type ? 0 : move.kind === 'created' ? 1 : -1), 0)
  return {
    totals: { User: number('users') + added('User'), Group: number('groups') + added('Group') },
    seq: number('seq'),
    numberedMoves: number('moves'),
    unnumbered,
  }
}

function moveOf({ values }: Row): Move | undefined {
  const [name, kind] = String(values['type']).split('.')
  if ((kind !== 'created' && kind !== 'deleted') || (name !== 'user' && name !== 'group')) return undefined
  const type = name === 'user' ? 'User' : 'Group'
  return { type, kind, id: String(values['id']), timeMs: Date.parse(String(values['time'])) }
}

/** Grows with each resource that comes or goes; a record that gets its number changes nothing. */
const movesOf = (counts: Counts) => counts.numberedMoves + counts.unnumbered.length

/**
 * The order keys as of these counts or later: as held when nobody came or went, else brought up to date from the records.
 * Requests that need them at the same time share one reading.
 * @throws ScimError tooMany above 500,000 resources
 */
export async function readOrderKeys(
  context: DirectoryContext,
  type: ResourceType,
  counts: Counts,
  orderIndexes: OrderIndexes,
): Promise<readonly string[]> {
  if (counts.totals[type.name] > MAX_KEYS) {
    throw tooMany('The directory is too large for startIndex. Page with cursor (RFC 9865) instead.')
  }
  const held = orderIndexes.get(type.name)
  if (held !== undefined && movesOf(held.counts) >= movesOf(counts)) return held.keys
  const fresh = { counts, keys: orderKeysNow(context, type, counts, held) }
  orderIndexes.set(type.name, fresh)
  try {
    return await fresh.keys
  } catch (error) {
    if (orderIndexes.get(type.name) === fresh) orderIndexes.delete(type.name)
    throw error
  }
}

async function orderKeysNow(
  context: DirectoryContext,
  type: ResourceType,
  counts: Counts,
  held: OrderIndex | undefined,
): Promise<readonly string[]> {
  const before = await held?.keys.catch(() => undefined) // its own reader was told of the failure
  const moves = held && before && (await movesSince(context.table, held.counts, counts))
  if (before !== undefined && moves !== undefined)
    return withMoves(
      before,
      moves.filter((move) => move.type === type.name),
    )
  return allOrderKeys(context, type)
}

/** Who came or went between two readings of the counts; undefined when the records do not tell it all. */
async function movesSince(table: Table, before: Counts, now: Counts): Promise<readonly Move[] | undefined> {
  const records = now.seq - before.seq
  if (records < 0 || records > MAX_FOLLOWED) return undefined
  const range = { from: feedKey(before.seq + 1), before: feedKey(now.seq + 1) }
  const rows = records === 0 ? [] : await table.all(range, { select: ['type', 'id', 'time'] })
  const numbered = rows.map(moveOf).filter((move) => move !== undefined)
  // An import changes the directory without records, and counts it as moves.
  const isWhole = rows.length === records && before.numberedMoves + numbered.length === now.numberedMoves
  return isWhole ? [...numbered, ...now.unnumbered] : undefined
}

/** Moves may repeat what the keys hold already: a record is seen first without and then with its number. */
function withMoves(keys: readonly string[], moves: readonly Move[]): readonly string[] {
  const gone = new Set(moves.filter(({ kind }) => kind === 'deleted').map(({ id }) => id))
  const came = moves.filter(({ kind, id }) => kind === 'created' && !gone.has(id))
  const fresh = [...new Set(came.map(({ timeMs, id }) => orderKeyOf(timeMs, id)))].filter((key) => !isHeld(keys, key)).sort()
  const left = gone.size === 0 ? keys : keys.filter((key) => !gone.has(idOfOrderKey(key)))
  const all = left.concat(fresh)
  const isInOrder = fresh[0] === undefined || (left.at(-1) ?? '') < fresh[0]
  return isInOrder ? all : all.sort()
}

function isHeld(keys: readonly string[], key: string): boolean {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? '') < key) low = middle + 1
    else high = middle
  }
  return keys[low] === key
}

async function allOrderKeys(context: DirectoryContext, type: ResourceType): Promise<readonly string[]> {
  const keys: string[] = []
  await visitRows(context.table, type, ['deleted', 'c'], ({ key, values }) => {
    if (values['deleted'] !== true) keys.push(orderKeyOf(Date.parse(String(values['c'])), key.slice(2)))
  })
  return keys.sort()
}

export const documentRange = (type: ResourceType): Range => prefixRange(type.name === 'User' ? 'u' : 'g')

const HEX_DIGITS = Array.from({ length: 16 }, (_, digit) => digit.toString(16))

/** Shows each document row, page after page, so that few are in memory: in one trip when they fit a page, else in 16 ranges side by side. */
export async function visitRows(
  table: Table,
  type: ResourceType,
  select: readonly string[] | undefined,
  visit: (row: Row) => void,
): Promise<void> {
  const options = select === undefined ? {} : { select }
  const range = documentRange(type)
  const first = await table.page(range, options)
  if (first.next === undefined) return inSlices(first.rows, visit)
  await Promise.all(
    HEX_DIGITS.map(async (digit) => {
      let next: string | undefined
      do {
        const part = { from: range.from + digit, before: `${range.from}${digit}g` }
        const page = await table.page(part, next === undefined ? options : { ...options, next })
        await inSlices(page.rows, visit)
        next = page.next
      } while (next !== undefined)
    }),
  )
}
