import { tooMany } from '../../scim/errors'
import { own, type JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { anchorKey, groupKey, lastPart } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Row } from '../../storage/table'
import type { DirectoryContext } from '../context'
import { readDocument } from '../documents/document'
import { readGroupNames } from '../memberships/group-names'
import { isId } from '../identifiers'
import { limitOf, linksOf } from '../memberships/links'
import type { MembershipNeeds } from './plan'
import { deletedIds } from '../documents/read'

/** The memberships of each resource, by its id, as a filter sees them in `members` or `groups`. */
export type Memberships = ReadonlyMap<string, readonly JsonObject[]>
export const NO_MEMBERSHIPS: Memberships = new Map()

/** A filter reads at most so many membership rows; more is refused, never cut short. */
const MAX_MEMBERSHIPS = 100_000
/** Comparisons with memberships: they run in a process that other tenants share. */
const MAX_COMPARED = 2_000_000
const MAX_GROUPS = 10_000
const PARALLEL_READS = 64

type AllNeeds = MembershipNeeds & { readonly kind: 'all' }

/**
 * Of every resource that has one, the memberships with the ids: one trip.
 * @throws ScimError tooMany beyond 100,000 memberships
 */
export async function membershipsWith(
  context: DirectoryContext,
  type: ResourceType,
  ids: ReadonlySet<string>,
): Promise<Memberships> {
  const found = new Map<string, JsonObject[]>()
  let count = 0
  await inParallel([...ids].filter(isId), PARALLEL_READS, async (id) => {
    const range = prefixRange(type.name === 'Group' ? anchorKey(id) : `m!${id}`)
    const [rows, entry] = await Promise.all([
      context.table.all(range, { limit: MAX_MEMBERSHIPS + 1, select: ['k'] }),
      type.name === 'Group' ? memberEntry(context, id) : groupEntry(context, id),
    ])
    count += rows.length
    if (count > MAX_MEMBERSHIPS) throw tooManyMemberships()
    if (entry !== undefined) for (const { key } of rows) push(found, lastPart(key), entry)
  })
  return found
}

/** Undefined when the member is deleted: its rows are on their way out. */
async function memberEntry(context: DirectoryContext, id: string): Promise<JsonObject | undefined> {
  const anchor = await context.table.get(anchorKey(id))
  return anchor && { value: id, type: kindOf(anchor) }
}

async function groupEntry(context: DirectoryContext, id: string): Promise<JsonObject | undefined> {
  const row = await context.table.get(groupKey(id))
  const name = row && displayNameOf(row)
  return name === undefined ? undefined : { value: id, display: name, type: 'direct' }
}

/**
 * All memberships of these resources, or of everybody when ids is undefined.
 * @throws ScimError tooMany beyond 100,000 memberships or 10,000 named groups, or when comparing them would take too long
 */
export async function allMemberships(
  context: DirectoryContext,
  type: ResourceType,
  { names, terms }: AllNeeds,
  ids?: readonly string[],
): Promise<Memberships> {
  const limit = Math.min(MAX_MEMBERSHIPS, Math.floor(MAX_COMPARED / terms))
  const links = ids === undefined ? await everyLink(context, limit) : await linksOfSome(context, type, { ids, limit })
  if (links.length > limit) throw tooManyMemberships()
  const deleted = await deletedIds(context.table) // read last: whoever was deleted before the rows were read is among them
  const living = links.filter(({ group, id }) => !deleted.has(group) && !deleted.has(id))
  const named = names ? await namesOf(context, new Set(living.map(({ group }) => group))) : undefined
  const found = new Map<string, JsonObject[]>()
  for (const { group, id, kind } of living) {
    const display = named?.get(group)
    if (type.name === 'Group') push(found, group, { value: id, type: kind })
    else push(found, id, { value: group, type: 'direct', ...(display !== undefined && { display }) })
  }
  return found
}

interface Link {
  readonly group: string
  readonly id: string
  /** Of the member; rows of the member's side do not say it, and who reads those does not ask. */
  readonly kind: 'User' | 'Group'
}

async function everyLink(context: DirectoryContext, limit: number): Promise<Link[]> {
  const rows = await context.table.all(prefixRange('m'), { limit: limit + 1, select: ['k'] })
  return rows.map((row) => {
    const [, group = '', id = ''] = row.key.split('!')
    return { group, id, kind: kindOf(row) }
  })
}

async function linksOfSome(
  context: DirectoryContext,
  type: ResourceType,
  { ids, limit }: { ids: readonly string[]; limit: number },
): Promise<Link[]> {
  const side = type.name === 'Group' ? 'm' : 'r'
  const links = await linksOf(context.table, side, ids, { count: limitOf(limit, tooManyMemberships) })
  return [...links].flatMap(([owner, others]) =>
    others.map(({ id, type: kind }) => (side === 'm' ? { group: owner, id, kind } : { group: id, id: owner, kind: 'User' })),
  )
}

function namesOf(context: DirectoryContext, groups: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  if (groups.size > MAX_GROUPS) throw tooManyMemberships()
  return readGroupNames(context.table, groups)
}

/** Undefined for the mark of a DELETE. */
function displayNameOf(row: Row): string | undefined {
  const document = readDocument(row)
  const name = document && own(document.attributes, 'displayName')
  return typeof name === 'string' ? name : undefined
}

const kindOf = (row: Row): 'User' | 'Group' => (row.values['k'] === 'g' ? 'Group' : 'User')

function push(found: Map<string, JsonObject[]>, id: string, entry: JsonObject): void {
  const held = found.get(id)
  if (held === undefined) found.set(id, [entry])
  else held.push(entry)
}

const tooManyMemberships = () =>
  tooMany(
    `The filter would have to compare more than ${MAX_MEMBERSHIPS} memberships. Compare members or groups with an id: members eq "<id>".`,
  )
