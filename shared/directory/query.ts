import { tooMany } from '../scim/errors'
import type { Filter } from '../scim/filter'
import { matches } from '../scim/filter-match'
import type { JsonObject } from '../scim/json'
import { schemasOf } from '../scim/resource'
import type { ResourceType } from '../scim/schema'
import { anchorKey, closedKey, lastPart } from '../storage/keys'
import { atMost, inParallel } from '../storage/parallel'
import { prefixRange, type Row } from '../storage/table'
import type { DirectoryContext } from './context'
import { documentKey, readDocument, type Document, type Found } from './document'
import { isId } from './identifiers'
import { comparedMemberships, membershipAttribute, planLookups, type Lookup } from './plan'

/** A filter that no index answers reads at most so many resources; more is refused, never cut short. */
export const MAX_SCANNED = 10_000
const MAX_LOOKED_UP = 10_000
const PARALLEL_READS = 64

/**
 * Every resource that the filter matches, in the order of their ids. Equality on an indexed attribute costs one trip
 * without a match and two with one; anything else reads the documents.
 * @throws ScimError tooMany when more than 10,000 resources would have to be read
 */
export async function findMatching(context: DirectoryContext, type: ResourceType, filter: Filter): Promise<Found[]> {
  const lookups = planLookups(filter, type)
  const memberships = readMemberships(context, type, comparedMemberships(filter, type))
  if (lookups === undefined) {
    const held = await memberships
    return fewAtATime(() => scan(context, type, (document) => matches(filter, filterView(type, document, held))))
  }
  const [documents, held] = await Promise.all([lookUp(context, type, lookups), memberships])
  return documents.filter((document) => matches(filter, filterView(type, document, held)))
}

/** Scans hold pages of documents in memory and match them in a process that other tenants share. */
const fewAtATime = atMost(2)

async function lookUp(context: DirectoryContext, type: ResourceType, lookups: readonly Lookup[]): Promise<Found[]> {
  const ids = new Set((await Promise.all(lookups.map((lookup) => idsOf(context, lookup)))).flat())
  const found = await inParallel([...ids].sort(), PARALLEL_READS, (id) => readFound(context, type, id))
  return found.filter((document) => document !== undefined)
}

/** A group's anchor is read beside its document: the version of the group lies in both. */
async function readFound(context: DirectoryContext, type: ResourceType, id: string): Promise<Found | undefined> {
  const [row, anchor] = await Promise.all([
    context.table.get(documentKey(type, id)),
    type.name === 'Group' ? context.table.get(anchorKey(id)) : undefined,
  ])
  const document = row && readDocument(row)
  return document && { ...document, anchor }
}

async function idsOf(context: DirectoryContext, lookup: Lookup): Promise<string[]> {
  if (lookup.kind === 'id') return [lookup.id]
  if (lookup.kind === 'row') {
    const row = await context.table.get(lookup.key)
    return row === undefined ? [] : [idOf(row)]
  }
  const rows = await context.table.all(prefixRange(lookup.prefix), { limit: MAX_LOOKED_UP + 1, select: ['id'] })
  if (rows.length > MAX_LOOKED_UP) throw tooManyFound()
  return rows.map(idOf)
}

/** Index rows name the id; membership rows end with it. */
const idOf = (row: Row) => String(row.values['id'] ?? lastPart(row.key))

const tooManyFound = () =>
  tooMany(
    `The filter would have to read more than ${MAX_SCANNED} resources. Filter with eq on userName, externalId, emails, displayName of a group, manager, members or id.`,
  )

/** Page after page, keeping only what matches. */
async function scan(
  context: DirectoryContext,
  type: ResourceType,
  isMatch: (document: Document) => boolean,
): Promise<Document[]> {
  const range = prefixRange(type.name === 'User' ? 'u' : 'g')
  const found: Document[] = []
  let read = 0
  let next: string | undefined
  do {
    const page = await context.table.page(range, next === undefined ? {} : { next })
    read += page.rows.length
    if (read > MAX_SCANNED) throw tooManyFound()
    const documents = page.rows.map(readDocument).filter((document) => document !== undefined)
    found.push(...documents.filter(isMatch))
    next = page.next
  } while (next !== undefined)
  return found
}

/** For each compared id, the resources on the other side of its memberships. */
async function readMemberships(
  context: DirectoryContext,
  type: ResourceType,
  compared: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const sides = await inParallel([...compared].filter(isId), PARALLEL_READS, async (id) => {
    const range = prefixRange(`${type.name === 'Group' ? 'r' : 'm'}!${id}`)
    const [rows, closed] = await Promise.all([
      context.table.all(range, { limit: MAX_LOOKED_UP + 1, select: ['w'] }),
      context.table.get(closedKey(id)),
    ])
    if (rows.length > MAX_LOOKED_UP) throw tooManyFound()
    return [id, new Set(closed === undefined ? rows.map((row) => lastPart(row.key)) : [])] as const
  })
  return new Map(sides)
}

/** The resource as a filter sees it, with those of its memberships that the filter asks for. */
function filterView(type: ResourceType, document: Document, memberships: ReadonlyMap<string, ReadonlySet<string>>): JsonObject {
  const held = [...memberships].filter(([, others]) => others.has(document.id)).map(([id]) => ({ value: id }))
  return {
    ...document.attributes,
    ...(held.length > 0 && { [membershipAttribute(type)]: held }),
    schemas: schemasOf(type, document.attributes),
    id: document.id,
    meta: { resourceType: type.name, created: document.created, lastModified: document.lastModified },
  }
}
