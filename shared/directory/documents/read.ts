import { tooMany } from '../../scim/errors'
import type { ResourceType } from '../../scim/schema/schema'
import { anchorKey, lastPart } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Row, type Table } from '../../storage/table'
import type { DirectoryContext, Stored, Wanted } from '../context'
import { documentKey, readDocument, type Document, type Found } from './document'
import { readGroupNames } from '../memberships/group-names'
import { isId } from '../identifiers'
import { limitOf, linksOf, type Links, type Member } from '../memberships/links'
import { allMembers } from '../memberships/memberships'

const PARALLEL_READS = 16

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

/** Memberships that one answer shows at most. */
const MAX_LISTED = 100_000

/**
 * Reads what the documents do not hold, side by side for all of them.
 * @throws ScimError tooMany when the page has more than 100,000 members or groups together
 */
export async function complete(
  context: DirectoryContext,
  type: ResourceType,
  documents: readonly Found[],
  wanted: Wanted,
): Promise<Stored[]> {
  const { table } = context
  if (type.name === 'Group') return completeGroups(table, type, documents, wanted)
  if (!wanted.groups) return documents.map((document) => stored(type, document, {}))
  const groups = await groupsOf(table, idsOf(documents))
  return documents.map((document) => stored(type, document, { groups: groups.get(document.id) ?? [] }))
}

const idsOf = (documents: readonly Document[]) => documents.map(({ id }) => id)

async function completeGroups(table: Table, type: ResourceType, documents: readonly Found[], wanted: Wanted): Promise<Stored[]> {
  const [anchors, members] = await Promise.all([
    inParallel(documents, PARALLEL_READS, async ({ id, anchor }) => anchor ?? (await table.get(anchorKey(id)))),
    wanted.members && documents.length > 0 ? membersOf(table, idsOf(documents)) : undefined,
  ])
  return documents.map((document, i) => {
    const anchor = anchors[i]
    return stored(type, document, members === undefined ? { anchor } : { anchor, members: members.get(document.id) ?? [] })
  })
}

async function groupParts(table: Table, id: string, wanted: Wanted): Promise<Parts> {
  const anchor = table.get(anchorKey(id))
  if (!wanted.members) return { anchor: await anchor }
  const [held, members, deleted] = await Promise.all([anchor, allMembers(table, id), deletedIds(table)])
  return { anchor: held, members: living(members, deleted) }
}

async function userParts(table: Table, id: string, wanted: Wanted): Promise<Parts> {
  return wanted.groups ? { groups: (await groupsOf(table, [id])).get(id) ?? [] } : {}
}

async function membersOf(table: Table, ids: readonly string[]): Promise<Links> {
  const count = limitOf(MAX_LISTED, () =>
    tooMany('The groups have too many members for one answer. Ask with excludedAttributes=members or a smaller count.'),
  )
  const [deleted, links] = await Promise.all([deletedIds(table), linksOf(table, 'm', ids, { count })])
  return new Map([...links].map(([id, members]) => [id, living(members, deleted)]))
}

const living = (members: readonly Member[], deleted: ReadonlySet<string>) => members.filter((member) => !deleted.has(member.id))

/**
 * The groups of each person, by id. Their names cost a second trip: a copy of them in the membership row would go stale with a
 * rename. A group whose DELETE is committed has none any more and is left out.
 */
async function groupsOf(table: Table, ids: readonly string[]): Promise<ReadonlyMap<string, NonNullable<Stored['groups']>>> {
  const count = limitOf(MAX_LISTED, () =>
    tooMany('The people are in too many groups for one answer. Ask without the attribute groups, or with a smaller count.'),
  )
  const links = await linksOf(table, 'r', ids, { count })
  const names = await readGroupNames(
    table,
    [...links.values()].flat().map(({ id }) => id),
  )
  return new Map(
    [...links].map(([id, groups]) => [
      id,
      groups.flatMap((group) => {
        const display = names.get(group.id)
        return display === undefined ? [] : [{ id: group.id, display }]
      }),
    ]),
  )
}

/** Ids whose DELETE is committed and whose membership rows are not all cleared yet: readers drop them. */
export async function deletedIds(table: Table): Promise<ReadonlySet<string>> {
  const rows = await table.all(prefixRange('d'), { select: ['k'] })
  return new Set(rows.map((row) => lastPart(row.key)))
}
