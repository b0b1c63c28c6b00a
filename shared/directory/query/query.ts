import { tooMany } from '../../scim/errors'
import type { Filter } from '../../scim/filter/filter'
import { matcher } from '../../scim/filter/match'
import type { JsonObject } from '../../scim/json'
import { schemasOf } from '../../scim/resource'
import type { ResourceType } from '../../scim/schema/schema'
import { gathered } from '../../scim/work'
import { anchorKey, lastPart } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { inSlices } from '../../storage/slices'
import { prefixRange, type Page, type Row } from '../../storage/table'
import type { DirectoryContext } from '../context'
import { documentKey, readDocument, type Found } from '../documents/document'
import { scans } from './gate'
import { allMemberships, membershipsWith, NO_MEMBERSHIPS, type Memberships } from './filter-memberships'
import { membershipAttribute, membershipNeeds, needsAnchors, planLookups, type Lookup, type MembershipNeeds } from './plan'
import { stored } from '../documents/read'

/** A filter that no index answers reads at most so many resources; more is refused, never cut short. */
export const MAX_SCANNED = 10_000
const MAX_LOOKED_UP = 10_000
const PARALLEL_READS = 64

/**
 * Every resource that the filter matches, in the order of their ids. Equality on an indexed attribute costs one trip
 * without a match and two with one; anything else reads the documents, and the memberships when they are compared with
 * more than an id.
 * @throws ScimError tooMany when more than 10,000 resources or 100,000 memberships would have to be read
 */
export function findMatching(context: DirectoryContext, type: ResourceType, filter: Filter): Promise<Found[]> {
  return mapMatching(context, type, filter, (found) => found)
}

/** The same, of each resource only what keep makes of it: 10,000 documents of 200 KiB are more than a process has room for. */
export async function mapMatching<T>(
  context: DirectoryContext,
  type: ResourceType,
  filter: Filter,
  keep: (found: Found) => T,
): Promise<T[]> {
  const lookups = planLookups(filter, { type, matching: context.matching })
  const needs = membershipNeeds(filter, type)
  const work = context.work.share()
  const { add, flush } = gathered((units) => {
    work.spend('comparisons', units)
  })
  const isMatch = matcher(filter, add)
  const keptWith = (memberships: Memberships) => (found: Found) => {
    work.spend('characters', found.characters)
    const kept = isMatch(filterView(type, found, memberships)) ? [keep(found)] : []
    flush()
    return kept
  }
  if (lookups === undefined) {
    const withAnchors = needsAnchors(filter, type)
    return scans(context.tenant, async () =>
      scan(context, type, { withAnchors, kept: keptWith(await membershipsFor(context, type, needs)) }),
    )
  }
  if (needs.kind !== 'all') {
    const [ids, memberships] = await Promise.all([lookUp(context, lookups), membershipsFor(context, type, needs)])
    return readEach(context, type, { ids, kept: keptWith(memberships) })
  }
  return scans(context.tenant, async () => {
    const ids = await lookUp(context, lookups)
    return readEach(context, type, { ids, kept: keptWith(await membershipsFor(context, type, needs, ids)) })
  })
}

function membershipsFor(
  context: DirectoryContext,
  type: ResourceType,
  needs: MembershipNeeds,
  ids?: readonly string[],
): Promise<Memberships> {
  if (needs.kind === 'some') return membershipsWith(context, type, needs.ids)
  return needs.kind === 'all' ? allMemberships(context, type, needs, ids) : Promise.resolve(NO_MEMBERSHIPS)
}

/** The ids that may match, in order. */
async function lookUp(context: DirectoryContext, lookups: readonly Lookup[]): Promise<readonly string[]> {
  const ids = new Set((await Promise.all(lookups.map((lookup) => idsOf(context, lookup)))).flat())
  if (ids.size > MAX_LOOKED_UP) throw tooManyFound()
  return [...ids].sort()
}

/** What is kept of a document: an item when it matches, none when not. */
type Kept<T> = (found: Found) => T[]

async function readEach<T>(
  context: DirectoryContext,
  type: ResourceType,
  { ids, kept }: { ids: readonly string[]; kept: Kept<T> },
): Promise<T[]> {
  const lists = await inParallel(ids, PARALLEL_READS, async (id) => {
    const found = await readFound(context, type, id)
    return found === undefined ? [] : kept(found)
  })
  return lists.flat()
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
    `The filter would have to read more than ${MAX_SCANNED} resources. Filter with eq on userName, externalId, emails, displayName of a group, manager, members or id, or name the attribute as a matching attribute.`,
  )

/** Page after page, keeping only what matches. */
async function scan<T>(
  context: DirectoryContext,
  type: ResourceType,
  { withAnchors, kept }: { withAnchors: boolean; kept: Kept<T> },
): Promise<T[]> {
  const range = prefixRange(type.name === 'User' ? 'u' : 'g')
  const found: T[] = []
  let read = 0
  for await (const page of readAhead((next) => context.table.page(range, next === undefined ? {} : { next }))) {
    read += page.rows.length
    if (read > MAX_SCANNED) throw tooManyFound()
    const anchors = withAnchors ? await anchorsOf(context, page.rows) : []
    await inSlices(page.rows.entries(), ([at, row]) => {
      const document = readDocument(row)
      if (document !== undefined) found.push(...kept({ ...document, anchor: anchors[at] }))
    })
  }
  return found
}

/** The pages of a range, each read while the one before it is worked on. */
async function* readAhead(read: (next: string | undefined) => Promise<Page>): AsyncGenerator<Page> {
  let coming: Promise<Page> | undefined = read(undefined)
  while (coming !== undefined) {
    const page: Page = await coming
    coming = page.next === undefined ? undefined : read(page.next)
    coming?.catch(() => undefined) // told when it is awaited, if it is: the work on this page may fail first
    yield page
  }
}

const anchorsOf = (context: DirectoryContext, rows: readonly Row[]) =>
  inParallel(rows, PARALLEL_READS, ({ key }) => context.table.get(anchorKey(lastPart(key))))

/** The resource as a filter sees it. Addresses are made when a resource is shown, so none is compared. */
function filterView(type: ResourceType, found: Found, memberships: Memberships): JsonObject {
  const { id, attributes, created } = found
  const { lastModified, version } = stored(type, found, { anchor: found.anchor })
  const held = memberships.get(id)
  return {
    ...attributes,
    ...(held !== undefined && { [membershipAttribute(type)]: [...held] }),
    schemas: schemasOf(type, attributes),
    id,
    meta: { resourceType: type.name, created, lastModified, version },
  }
}
