import type { Stored } from '../directory/context'
import { listBehind, listByIndex } from '../directory/list'
import { findMatching } from '../directory/query'
import { complete } from '../directory/read'
import { parseFilter } from '../scim/filter'
import type { Json, JsonObject } from '../scim/json'
import { readProjection, shows, type Projection } from '../scim/projection'
import type { ResourceType } from '../scim/schema'
import type { Found } from '../directory/document'
import { readCursor, writeCursor } from './cursor'
import type { Exchange, Reply } from './exchange'
import { LIMITS, LIST_URN, readQuery, type Query } from './messages'
import { represent } from './representation'

/** A page of resources (RFC 7644 section 3.4.2). No match is 200 with none: a 404 would put Entra ID's job in quarantine. */
export async function listResources(exchange: Exchange, type: ResourceType): Promise<Reply> {
  const query = readQuery(exchange.url.searchParams)
  const projection = readProjection(type, query.attributes, query.excludedAttributes)
  const page =
    query.cursor === undefined
      ? await pageByIndex(exchange, type, query)
      : await pageByCursor(exchange, type, { ...query, cursor: query.cursor })
  const wanted = { members: shows(type, projection, 'members'), groups: shows(type, projection, 'groups') }
  const resources = await complete(exchange.directory, type, page.documents, wanted)
  return { status: 200, body: listResponse(exchange, { resources, projection, facts: page.facts }) }
}

interface ListPage {
  readonly documents: readonly Found[]
  /** What the answer says of the page beside its length. */
  readonly facts: Readonly<Record<string, Json>>
}

async function pageByIndex(exchange: Exchange, type: ResourceType, query: Query): Promise<ListPage> {
  const { directory, skeletons } = exchange
  const { startIndex, count } = query
  if (query.filter === undefined) {
    const { documents, total } = await listByIndex(directory, type, { startIndex, count }, skeletons)
    return { documents, facts: { totalResults: total, startIndex } }
  }
  const found = await findMatching(directory, type, parseFilter(query.filter, type))
  const documents = found.slice(startIndex - 1, startIndex - 1 + count)
  return { documents, facts: { totalResults: found.length, startIndex } }
}

async function pageByCursor(exchange: Exchange, type: ResourceType, query: Query & { cursor: string }): Promise<ListPage> {
  const { directory } = exchange
  const nowMs = directory.now().getTime()
  const list = JSON.stringify([type.name, query.filter ?? null, query.attributes, query.excludedAttributes])
  const after = query.cursor === '' ? '' : readCursor(directory.cursorKey, { cursor: query.cursor, list, nowMs }).after
  const count = Math.max(1, query.count)
  const { documents, next, facts } = await documentsBehind(exchange, type, { filter: query.filter, after, count })
  const expiresAtMs = nowMs + LIMITS.cursorSeconds * 1000
  const nextCursor =
    next === undefined ? {} : { nextCursor: writeCursor(directory.cursorKey, list, { after: next, expiresAtMs }) }
  return { documents, facts: { ...facts, ...nextCursor } }
}

async function documentsBehind(
  exchange: Exchange,
  type: ResourceType,
  page: { filter: string | undefined; after: string; count: number },
) {
  if (page.filter === undefined) return { ...(await listBehind(exchange.directory, type, page)), facts: {} }
  const found = await findMatching(exchange.directory, type, parseFilter(page.filter, type))
  const rest = found.filter((document) => document.id > page.after)
  const documents = rest.slice(0, page.count)
  return { documents, next: rest.length > page.count ? documents.at(-1)?.id : undefined, facts: { totalResults: found.length } }
}

interface List {
  readonly resources: readonly Stored[]
  readonly projection: Projection
  readonly facts: Readonly<Record<string, Json>>
}

function listResponse(exchange: Exchange, list: List): JsonObject {
  const resources = list.resources.map((resource) => represent(resource, exchange.base, list.projection))
  return { schemas: [LIST_URN], ...list.facts, itemsPerPage: resources.length, Resources: resources }
}
