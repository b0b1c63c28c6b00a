import type { ResourceType } from '../../scim/schema/schema'
import { rowCharacters } from '../../storage/page-size'
import { atMost, inParallel } from '../../storage/parallel'
import type { Row } from '../../storage/table'
import type { DirectoryContext } from '../context'
import { documentKey, readDocument, type Found } from '../documents/document'
import { isNear, readCreatedBetween, type Placed, type Places } from './created-between'
import { fitting, MAX_PAGE_CHARACTERS } from './page-fit'
import { documentRange, idOfOrderKey, readCounts, readOrderKeys, type OrderIndexes } from './order-index'

export type { OrderIndexes }

/** A resource on a page, among others of its type or of another. */
export interface Listed {
  readonly type: ResourceType
  readonly document: Found
}

/** A resource on a page, before the document is read. */
export interface Entry {
  readonly type: ResourceType
  readonly id: string
}

/** So many tell how large the documents are; the others of a default page of 100 then come in one trip, if they are small. */
const FIRST_READS = 10
const PARALLEL_READS = 100

/**
 * One page by index over all resources of these types, in the order of their creation: two trips, one more for the records
 * when somebody came or went. startIndex is from 1.
 * @throws ScimError tooMany above 500,000 resources of a type
 */
export async function listByIndex(
  context: DirectoryContext,
  types: readonly ResourceType[],
  page: { startIndex: number; count: number },
  orderIndexes: OrderIndexes,
): Promise<{ found: readonly Listed[]; total: number }> {
  const counts = await readCounts(context.table)
  const total = types.reduce((sum, type) => sum + counts.totals[type.name], 0)
  if (page.count === 0) return { found: [], total }
  const lists = await Promise.all(
    types.map(async (type) => ({ type, keys: await readOrderKeys(context, type, counts, orderIndexes) })),
  )
  const entries = entriesAt(lists, page)
  const near = isNear(lists, entries) ? await readCreatedBetween(context, entries) : undefined
  if (near === undefined) return { found: (await readEntries(context, entries)).found, total }
  const found = entries.map(({ type, id }) => {
    const row = near.get(documentKey(type, id))
    return row && listed(type, row)
  })
  return { found: found.filter((one) => one !== undefined), total }
}

/** The page's entries of all lists together, which are walked side by side: each is in order. */
function entriesAt(lists: readonly Places[], { startIndex, count }: { startIndex: number; count: number }): readonly Placed[] {
  const [only, ...others] = lists
  if (only !== undefined && others.length === 0) {
    return only.keys.slice(startIndex - 1, startIndex - 1 + count).map((key) => placed(only.type, key))
  }
  const heads = lists.map(({ type, keys }) => ({ type, keys, at: 0 }))
  const entries: Placed[] = []
  for (let index = 1; index < startIndex + count; index += 1) {
    const first = heads.reduce<Head | undefined>((best, head) => (isBefore(head, best) ? head : best), undefined)
    const key = first?.keys[first.at]
    if (first === undefined || key === undefined) break
    if (index >= startIndex) entries.push(placed(first.type, key))
    first.at += 1
  }
  return entries
}

const placed = (type: ResourceType, key: string): Placed => ({ type, id: idOfOrderKey(key), key })

type Head = Places & { at: number }

/** Whether the next key of one list comes before that of the other; a list at its end comes before none. */
function isBefore(head: Head, other: Head | undefined): boolean {
  const key = head.keys[head.at]
  const otherKey = other?.keys[other.at]
  return key !== undefined && (otherKey === undefined || key < otherKey)
}

/** Whole documents that are read for lists, one by one, on this instance: each may have 200 KiB. */
const fewDocuments = atMost(128)

/**
 * The documents of the entries; who is gone by now is left out. `taken` is how many entries from the beginning that is: fewer
 * than all when the documents are too large for one page.
 */
export async function readEntries(
  context: DirectoryContext,
  entries: readonly Entry[],
): Promise<{ found: Listed[]; taken: number }> {
  const read: { type: ResourceType; row: Row | undefined }[] = []
  let [characters, largest] = [0, 0]
  for (let width = FIRST_READS; read.length < entries.length && characters <= MAX_PAGE_CHARACTERS;) {
    const some = entries.slice(read.length, read.length + width)
    const rows = await inParallel(some, width, ({ type, id }) => fewDocuments(() => context.table.get(documentKey(type, id))))
    for (const [i, { type }] of some.entries()) {
      const row = rows[i]
      const size = row === undefined ? 0 : rowCharacters(row)
      characters += size
      largest = Math.max(largest, size)
      read.push({ type, row })
    }
    const room = Math.floor((MAX_PAGE_CHARACTERS - characters) / Math.max(1, largest))
    width = Math.max(1, Math.min(PARALLEL_READS, room))
  }
  context.work.spend('characters', characters)
  const taken = fitting(read.map(({ row }) => (row === undefined ? 0 : rowCharacters(row))))
  const found = read.slice(0, taken).map(({ type, row }) => row && listed(type, row))
  return { found: found.filter((one) => one !== undefined), taken }
}

function listed(type: ResourceType, row: Row): Listed | undefined {
  const document = readDocument(row)
  return document && { type, document }
}

/**
 * One page behind a document's key, one type after the other in the order of the ids: one trip for each storage page of
 * documents (page-size.ts), whatever the size of the directory; `next` is the key to go on behind. Tables read keys forwards only, so there is no way back.
 */
export async function listBehind(
  context: DirectoryContext,
  types: readonly ResourceType[],
  page: { after: string | undefined; count: number },
): Promise<{ found: readonly Listed[]; next: string | undefined; total: number }> {
  const [{ rows, isCut }, { totals }] = await Promise.all([rowsBehind(context, types, page), readCounts(context.table)])
  const taken = Math.min(page.count, fitting(rows.map(({ row }) => rowCharacters(row))))
  const shown = rows.slice(0, taken)
  return {
    found: shown.map(({ type, row }) => listed(type, row)).filter((one) => one !== undefined),
    next: rows.length > taken || isCut ? shown.at(-1)?.row.key : undefined,
    total: types.reduce((sum, type) => sum + totals[type.name], 0),
  }
}

interface RowsBehind {
  readonly rows: readonly { readonly type: ResourceType; readonly row: Row }[]
  /** Whether more may lie behind them: they are enough for a page. */
  readonly isCut: boolean
}

/** One row more than the page, when there is one, or as many as a page has room for. */
async function rowsBehind(
  context: DirectoryContext,
  types: readonly ResourceType[],
  { after, count }: { after: string | undefined; count: number },
): Promise<RowsBehind> {
  const rows: { type: ResourceType; row: Row }[] = []
  let characters = 0
  const begun = Math.max(
    0,
    types.findIndex((type) => after?.startsWith(documentRange(type).from)),
  )
  for (const type of types.slice(begun)) {
    const range = documentRange(type)
    const from = after?.startsWith(range.from) === true ? `${after}!` : range.from
    let next: string | undefined
    do {
      if (rows.length > count) return { rows, isCut: false }
      if (characters > MAX_PAGE_CHARACTERS) return { rows, isCut: true }
      const limit = count + 1 - rows.length
      const page = await context.table.page({ from, before: range.before }, { limit, ...(next !== undefined && { next }) })
      const size = page.rows.reduce((sum, row) => sum + rowCharacters(row), 0)
      context.work.spend('characters', size)
      characters += size
      rows.push(...page.rows.map((row) => ({ type, row })))
      next = page.next
    } while (next !== undefined)
  }
  return { rows, isCut: false }
}
