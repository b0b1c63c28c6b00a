import type { Stored } from '../directory/context'
import { listBehind, listByIndex, type Listed } from '../directory/query/list'
import { comparePlaces, rank, readRanked, type Place, type Ranked, type Selection } from '../directory/query/ordered'
import { complete } from '../directory/documents/read'
import { parseFilter } from '../scim/filter/filter'
import { filterForType, refuseUnknownNames } from '../scim/filter/for-type'
import type { Json, JsonObject } from '../scim/json'
import { readProjection, shows, type Projection } from '../scim/projection'
import type { ResourceType } from '../scim/schema/schema'
import { readSortBy } from '../scim/filter/sort'
import { readCursor, writeCursor, type Position } from '../http/cursor'
import type { Exchange, Reply } from '../http/exchange'
import { LIMITS, LIST_URN, readQuery, type Query } from '../http/messages'
import { represent } from './representation'

/** A page of resources (RFC 7644 section 3.4.2). No match is 200 with none: a 404 would put Entra ID's job in quarantine. */
export function listResources(exchange: Exchange, type: ResourceType): Promise<Reply> {
  return answerList(exchange, [type], readQuery(exchange.url.searchParams))
}

/** A page of the resources of these types, each filtered, sorted and shown by its own schemas. */
export async function answerList(exchange: Exchange, types: readonly ResourceType[], query: Query): Promise<Reply> {
  const projections = new Map(
    types.map((type) => [type, readProjection(type, query.attributes, query.excludedAttributes)] as const),
  )
  const selections = selectionsOf(types, query)
  const list = { selections, query, name: nameOf(types, query) }
  const ranked = isPlain(selections) ? undefined : await rank(exchange.directory, selections, query.descending)
  const showsMemberships = [...projections].some(([type, one]) => shows(type, one, type.name === 'User' ? 'groups' : 'members'))
  const resources = showsMemberships ? Infinity : Math.min(query.count, ranked?.length ?? Infinity)
  return exchange.holdPage(resources, async () => {
    const page =
      query.cursor === undefined
        ? await pageByIndex(exchange, list, ranked)
        : await pageByCursor(exchange, list, { ranked, cursor: query.cursor })
    const shown = await completed(exchange, page.found, projections)
    return { status: 200, body: { schemas: [LIST_URN], ...page.facts, itemsPerPage: shown.length, Resources: shown } }
  })
}

interface List {
  readonly selections: readonly Selection[]
  readonly query: Query
  /** Tells this list from every other that a cursor might have been made for. */
  readonly name: string
}

interface ListPage {
  readonly found: readonly Listed[]
  /** What the answer says of the page beside its length. */
  readonly facts: Readonly<Record<string, Json>>
}

/** The types that can have a match. All are parsed for, so that what one of them refuses is refused. */
function selectionsOf(types: readonly ResourceType[], query: Query): readonly Selection[] {
  const { filter: text } = query
  const filters = text === undefined ? undefined : types.map((type) => parseFilter(text, type))
  if (filters !== undefined && types.some(({ strict }) => strict === true)) refuseUnknownNames(filters)
  const read = types.map((type, i) => {
    const filter = filters?.[i]
    return {
      type,
      filter: filter === undefined || filterForType(filter, type),
      sortBy: query.sortBy === undefined ? undefined : readSortBy(query.sortBy, type),
    }
  })
  return read
    .filter(({ filter }) => filter !== false)
    .map((one) => ({ ...one, filter: typeof one.filter === 'boolean' ? undefined : one.filter }))
}

/** count may differ from page to page; the rest may not (RFC 9865 section 2). */
function nameOf(types: readonly ResourceType[], query: Query): string {
  const { filter, attributes, excludedAttributes, sortBy, descending } = query
  const names = types.map((type) => type.name)
  return JSON.stringify([names, filter ?? null, attributes, excludedAttributes, sortBy ?? null, descending])
}

/** Whole types in their natural order need not be looked at as a whole. */
const isPlain = (selections: readonly Selection[]) =>
  selections.every(({ filter, sortBy }) => filter === undefined && sortBy === undefined)

/** A page of large resources is shorter than `count`: the client goes on behind what it got (RFC 7644 section 3.4.2.4). */
async function pageByIndex(
  exchange: Exchange,
  { selections, query }: List,
  ranked: readonly Ranked[] | undefined,
): Promise<ListPage> {
  const { directory, orderIndexes } = exchange
  const { startIndex, count } = query
  if (ranked === undefined) {
    const types = selections.map(({ type }) => type)
    const { found, total } = await listByIndex(directory, types, { startIndex, count }, orderIndexes)
    return { found, facts: { totalResults: total, startIndex } }
  }
  const { found } = await readRanked(directory, ranked.slice(startIndex - 1, startIndex - 1 + count))
  return { found, facts: { totalResults: ranked.length, startIndex } }
}

async function pageByCursor(
  exchange: Exchange,
  list: List,
  { ranked, cursor }: { readonly ranked: readonly Ranked[] | undefined; readonly cursor: string },
): Promise<ListPage> {
  const { directory } = exchange
  const nowMs = directory.now().getTime()
  const position = cursor === '' ? undefined : await readCursor(directory.keys, { cursor, list: list.name, nowMs })
  const written = async (name: 'nextCursor' | 'previousCursor', place: Place | undefined) => {
    if (place === undefined) return {}
    const { key, id } = place
    const expiresAtMs = nowMs + LIMITS.cursorSeconds * 1000
    return {
      [name]: await writeCursor(directory.keys, list.name, { key, id, backwards: name === 'previousCursor', expiresAtMs }),
    }
  }
  if (ranked === undefined) {
    const types = list.selections.map(({ type }) => type)
    const { found, next, total } = await listBehind(directory, types, { after: position?.id, count: list.query.count })
    return {
      found,
      facts: { totalResults: total, ...(await written('nextCursor', next === undefined ? undefined : { key: null, id: next })) },
    }
  }
  const bounds = boundsAt(ranked, position, list.query)
  const { found, from, to } = await readBetween(directory, ranked, { ...bounds, backwards: position?.backwards === true })
  const cursors = {
    ...(await written('previousCursor', from > 0 ? ranked[from] : undefined)),
    ...(await written('nextCursor', to < ranked.length ? ranked[to - 1] : undefined)),
  }
  return { found, facts: { totalResults: ranked.length, ...cursors } }
}

/** The page, as much of it as has room: on the way back its end, which lies before the position, else its beginning. */
async function readBetween(
  directory: Exchange['directory'],
  ranked: readonly Ranked[],
  { from, to, backwards }: { readonly from: number; readonly to: number; readonly backwards: boolean },
): Promise<{ readonly found: readonly Listed[]; readonly from: number; readonly to: number }> {
  const wanted = ranked.slice(from, to)
  const { found, taken } = await readRanked(directory, backwards ? wanted.reverse() : wanted)
  if (!backwards) return { found, from, to: from + taken }
  const end = Math.min(to, ranked.length)
  return { found: found.toReversed(), from: end - taken, to: end }
}

/** Which of the ranked are on the page behind the position, or before it. The resource it was made of may be gone. */
function boundsAt(ranked: readonly Ranked[], position: Position | undefined, { count, descending }: Query) {
  if (position === undefined) return { from: 0, to: count }
  const compare = comparePlaces(descending)
  const before = ranked.findIndex((one) => compare(one, position) >= 0)
  const behind = ranked.findIndex((one) => compare(one, position) > 0)
  if (!position.backwards) return behind < 0 ? { from: ranked.length, to: ranked.length } : { from: behind, to: behind + count }
  const to = before < 0 ? ranked.length : before
  return to === 0 ? { from: 0, to: count } : { from: Math.max(0, to - count), to } // nobody is left there: the first page
}

async function completed(
  exchange: Exchange,
  found: readonly Listed[],
  projections: ReadonlyMap<ResourceType, Projection>,
): Promise<JsonObject[]> {
  const ofTypes = await Promise.all([...projections].map((one) => completedOfType(exchange, found, one)))
  const byId = new Map(ofTypes.flat())
  return found.map(({ document }) => byId.get(document.id)).filter((resource) => resource !== undefined)
}

async function completedOfType(
  exchange: Exchange,
  found: readonly Listed[],
  [type, projection]: readonly [ResourceType, Projection],
): Promise<[string, JsonObject][]> {
  const wanted = { members: shows(type, projection, 'members'), groups: shows(type, projection, 'groups') }
  const documents = found.filter((one) => one.type === type).map(({ document }) => document)
  const resources: Stored[] = await complete(exchange.directory, type, documents, wanted)
  return resources.map((resource) => [resource.id, represent(resource, exchange.base, projection)])
}
