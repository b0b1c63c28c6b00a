import { tooMany } from '../scim/errors'
import { own } from '../scim/json'
import type { ResourceType } from '../scim/schema'
import { anchorKey, groupKey, lastPart } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Row, type Table } from '../storage/table'
import type { DirectoryContext, Stored, Wanted } from './context'
import { documentKey, readDocument, type Document, type Found } from './document'
import { isId } from './identifiers'
import { allMembers } from './memberships'

const PARALLEL_READS = 64
/** Lists of members are long. */
const PARALLEL_LISTS = 16

/** The resource, or undefined when this tenant has none of that type and id. One trip, unless `groups` are wanted. */
export async function readResourceById(
  context: DirectoryContext,
  type: ResourceType,
  id: string,
  wanted: Wanted,
): Promise<Stored | undefined> {
  if (!isId(id)) return undefined
  const row = context.table.get(documentKey(type, id))
  const parts = type.name === 'Group' ? groupParts(context.table, id, wanted) : userParts(context.table, id, wanted)
  const [document, more] = await Promise.all([row.then((found) => found && readDocument(found)), parts])
  return document && stored(type, document, more)
}

/** What lies beside the document: a group's anchor, members, the groups of a person. */
export interface Parts {
  readonly anchor?: Row | undefined
  readonly members?: Stored['members']
  readonly groups?: Stored['groups']
}

export function stored(type: ResourceType, document: Omit<Document, 'characters'>, parts: Parts): Stored {
  const { anchor, ...shown } = parts
  const touched = anchor?.values['m']
  return {
    id: document.id,
    type,
    attributes: document.attributes,
    created: document.created,
    lastModified: typeof touched === 'string' && touched > document.lastModified ? touched : document.lastModified,
    version: versionOf(document, anchor),
    ...(document.access.owner !== undefined && { owner: document.access.owner }),
    ...shown,
  }
}

/** Membership writes leave the document alone; the anchor tells that they happened. */
export function versionOf(document: Pick<Document, 'revision'>, anchor: Row | undefined): string {
  const write = anchor?.values['w']
  return typeof write === 'string' ? `W/"${document.revision}.${write.slice(-12)}"` : `W/"${document.revision}"`
}

/** Members that one list answer shows at most. */
const MAX_LISTED_MEMBERS = 100_000

/**
 * Reads what the documents do not hold, side by side for all of them.
 * @throws ScimError tooMany when the groups have more than 100,000 members together
 */
export async function complete(
  context: DirectoryContext,
  type: ResourceType,
  documents: readonly Found[],
  wanted: Wanted,
): Promise<Stored[]> {
  const { table } = context
  if (type.name === 'User') {
    if (!wanted.groups) return documents.map((document) => stored(type, document, {}))
    return inParallel(documents, PARALLEL_READS, async (document) =>
      stored(type, document, await userParts(table, document.id, wanted)),
    )
  }
  const closed = wanted.members && documents.length > 0 ? closedIds(table) : undefined
  let members = 0
  return inParallel(documents, wanted.members ? PARALLEL_LISTS : PARALLEL_READS, async (document) => {
    const parts = await groupParts(table, document.id, { ...wanted, anchor: document.anchor, closed })
    members += parts.members?.length ?? 0
    if (members > MAX_LISTED_MEMBERS)
      throw tooMany('The groups have too many members for one answer. Ask with excludedAttributes=members or a smaller count.')
    return stored(type, document, parts)
  })
}

/** What was read already, or is being read for several groups at once. */
interface GroupWanted extends Wanted {
  readonly anchor?: Row | undefined
  readonly closed?: Promise<ReadonlySet<string>> | undefined
}

async function groupParts(table: Table, id: string, wanted: GroupWanted): Promise<Parts> {
  const anchor = wanted.anchor ?? table.get(anchorKey(id))
  if (!wanted.members) return { anchor: await anchor }
  const [held, members, closed] = await Promise.all([anchor, allMembers(table, id), wanted.closed ?? closedIds(table)])
  return { anchor: held, members: members.filter((member) => !closed.has(member.id)) }
}

/** The names of the groups cost a second trip: a copy of them in the membership row would go stale with a rename. */
async function userParts(table: Table, id: string, wanted: Wanted): Promise<Parts> {
  if (!wanted.groups) return {}
  const rows = await table.all(prefixRange(anchorKey(id)), { select: ['w'] })
  const groups = await inParallel(rows.map((row) => lastPart(row.key)).filter(isId), PARALLEL_READS, async (group) => {
    const row = await table.get(groupKey(group))
    const document = row && readDocument(row)
    const display = document && own(document.attributes, 'displayName')
    return document && { id: group, display: typeof display === 'string' ? display : '' }
  })
  return { groups: groups.filter((group) => group !== undefined) }
}

/** Ids whose DELETE is committed and whose membership rows are not all cleared yet: readers drop them. */
export async function closedIds(table: Table): Promise<ReadonlySet<string>> {
  const rows = await table.all(prefixRange('d'), { select: ['k'] })
  return new Set(rows.map((row) => lastPart(row.key)))
}
