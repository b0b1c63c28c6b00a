import type { ResourceType } from '../../scim/schema/schema'
import { rowCharacters } from '../../storage/page-size'
import type { Row } from '../../storage/table'
import type { DirectoryContext } from '../context'
import { documentKey } from '../documents/document'
import { MAX_PAGE_CHARACTERS } from './page-fit'
import { timeOfOrderKey } from './order-index'

/** All resources of a type in the order of their creation. */
export interface Places {
  readonly type: ResourceType
  readonly keys: readonly string[]
}

/** One of them. */
export interface Placed {
  readonly type: ResourceType
  readonly id: string
  readonly key: string
}

/** So few are read side by side. */
const FEW = 16
/** A range is one call where point reads are a call for each, but the service looks at every document of it, */
const LOOKED_AT_FOR_EACH = 16
/** and brings who was created in the same milliseconds. */
const BROUGHT_FOR_EACH = 4

/**
 * Whether readCreatedBetween is cheaper for the entries than a point read of each. Ids are random, so among the keys between the
 * entries lie nearly all of the type.
 */
export function isNear(lists: readonly Places[], entries: readonly Placed[]): boolean {
  if (entries.length <= FEW) return false
  const shown = lists.filter(({ type }) => entries.some((entry) => entry.type === type))
  const lookedAt = shown.reduce((sum, { keys }) => sum + keys.length, 0)
  if (lookedAt > LOOKED_AT_FOR_EACH * entries.length) return false
  const brought = shown.reduce((sum, { type, keys }) => {
    const { from, to } = timesOf(entriesOf(entries, type))
    return sum + keys.filter((key) => from <= timeOfOrderKey(key) && timeOfOrderKey(key) <= to).length
  }, 0)
  return brought <= BROUGHT_FOR_EACH * entries.length
}

/**
 * The documents that were created between the first and the last of the entries, by key: one call for each storage page of what
 * it brings. Undefined when they are larger than what a page shows.
 */
export async function readCreatedBetween(
  context: DirectoryContext,
  entries: readonly Placed[],
): Promise<ReadonlyMap<string, Row> | undefined> {
  const rows = new Map<string, Row>()
  let characters = 0
  const visit = (row: Row) => {
    characters += rowCharacters(row)
    rows.set(row.key, row)
    return characters <= MAX_PAGE_CHARACTERS
  }
  const types = [...new Set(entries.map(({ type }) => type))]
  await Promise.all(types.map((type) => visitBetween(context, entriesOf(entries, type), visit)))
  context.work.spend('characters', characters)
  return characters > MAX_PAGE_CHARACTERS ? undefined : rows
}

const entriesOf = (entries: readonly Placed[], type: ResourceType) => entries.filter((entry) => entry.type === type)

/** In milliseconds. The entries are in the order of their keys. */
const timesOf = (entries: readonly Placed[]) => ({
  from: timeOfOrderKey(entries[0]?.key ?? ''),
  to: timeOfOrderKey(entries.at(-1)?.key ?? ''),
})

/** Page after page, until the visitor has had enough. */
async function visitBetween(context: DirectoryContext, entries: readonly Placed[], visit: (row: Row) => boolean): Promise<void> {
  const keys = entries.map(({ type, id }) => documentKey(type, id)).sort()
  const range = { from: keys[0] ?? '', before: `${keys.at(-1) ?? ''}!` }
  const { from, to } = timesOf(entries)
  const where = { property: 'c', from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  let next: string | undefined
  do {
    const page = await context.table.page(range, { where, ...(next !== undefined && { next }) })
    if (!page.rows.every(visit)) return
    next = page.next
  } while (next !== undefined)
}
