import { notFound, preconditionFailed } from '../../scim/errors'
import type { ResourceType } from '../../scim/schema/schema'
import { anchorKey, tombstoneKey, lastPart } from '../../storage/keys'
import { prefixRange, type Action } from '../../storage/table'
import { conflict, done, retryOnConflict, type Attempt } from '../optimistic-retry'
import type { DirectoryContext } from '../context'
import { accessKeys } from '../documents/access-facts'
import { documentKey, indexKeys, readDocument, type Document } from '../documents/document'
import { isId, newWriteId } from '../identifiers'
import { besideActions, refuseManaged } from '../documents/managed'
import { unlinkActions } from '../memberships/memberships'
import { versionOf } from '../documents/read'
import { outboxRecord } from '../documents/record'

const MAX_ACTIONS = 100
/** One membership is two rows, and the two sides are read at once. */
const MEMBERSHIPS_READ = 50

/**
 * Deletes a resource softly: one transaction removes its anchor and index rows, so that no membership can be
 * added any more, marks the document and leaves a tombstone for the purge (purge.ts). Two trips.
 * The document's part of the version is pinned. The members' part, which stands at the anchor, is compared as it was read:
 * the storage client deletes no row under a condition, and an anchor that stayed would let members in after the DELETE.
 * @throws ScimError 404 when there is none, 412 when acceptsVersion refuses the version
 */
export async function deleteResource(
  context: DirectoryContext,
  type: ResourceType,
  id: string,
  acceptsVersion?: (version: string) => boolean,
): Promise<void> {
  if (!isId(id)) throw gone(type)
  const writeId = newWriteId(context.now().getTime())
  let isSent = false
  await retryOnConflict(async (outcomeUnknown): Promise<Attempt<void>> => {
    const [row, { anchor, links }] = await Promise.all([
      context.table.get(documentKey(type, id)),
      readAnchorAndLinks(context, type, id),
    ])
    if (row?.values['deleted'] === true && row.values['w'] === writeId) return done(undefined) // our own, after a lost answer
    if (row === undefined && isSent) return done(undefined) // and was purged before we looked
    const document = row && readDocument(row)
    if (document === undefined) throw gone(type)
    refuseManaged(context, type, document)
    checkVersion(versionOf(document, anchor), acceptsVersion)
    if (outcomeUnknown !== undefined) throw outcomeUnknown
    const taken = isSent ? [] : links // a link that is half or gone by now would fail every try; the purge clears them all
    isSent = true
    const beside = await besideActions(context, id)
    const outcome = await context.table.commit(deletionActions(context, type, { document, links: taken, writeId, beside }))
    return outcome.ok ? done(undefined) : conflict
  })
}

function checkVersion(version: string, accepts: ((version: string) => boolean) | undefined): void {
  if (accepts?.(version) === false) throw preconditionFailed(`The resource has the version ${version} now. Read it again.`)
}

const gone = (type: ResourceType) =>
  notFound(`There is no ${type.name.toLowerCase()} with this id; it may have been deleted already.`)

interface Link {
  readonly group: string
  readonly member: string
}

/** A group's anchor, for its version, and some of the memberships, which lie behind it, so that small ones are gone with the DELETE. */
async function readAnchorAndLinks(context: DirectoryContext, type: ResourceType, id: string) {
  const isGroup = type.name === 'Group'
  const [side, members] = await Promise.all([
    context.table.all({ ...prefixRange(anchorKey(id)), from: anchorKey(id) }, { limit: 1 + MEMBERSHIPS_READ, select: ['w'] }),
    isGroup ? context.table.all(prefixRange(`m!${id}`), { limit: MEMBERSHIPS_READ, select: [] }) : [],
  ])
  const anchor = side.find(({ key }) => key === anchorKey(id))
  const links = [
    ...side.filter((row) => row !== anchor).map(({ key }) => ({ group: lastPart(key), member: id })),
    ...members.map(({ key }) => ({ group: id, member: lastPart(key) })),
  ]
  return { anchor: isGroup ? anchor : undefined, links }
}

function deletionActions(
  context: DirectoryContext,
  type: ResourceType,
  deletion: { document: Document; links: readonly Link[]; writeId: string; beside: readonly Action[] },
): Action[] {
  const { document, links, writeId, beside } = deletion
  const { id, attributes, access } = document
  const time = context.now().toISOString()
  const revision = document.revision + 1
  const { productId } = access
  const record = { writeId, kind: 'deleted', id, revision, time, before: attributes, after: {}, productId } as const
  const actions: Action[] = [
    { type: 'replace', key: documentKey(type, id), values: { deleted: true, w: writeId }, etag: document.etag },
    { type: 'delete', key: anchorKey(id) },
    ...[...indexKeys(type, document), ...accessKeys(access)].map((key): Action => ({ type: 'delete', key })),
    { type: 'create', key: tombstoneKey(id), values: { k: type.name === 'User' ? 'u' : 'g', w: writeId } },
    outboxRecord(type, record),
    ...beside,
  ]
  const room = Math.floor((MAX_ACTIONS - actions.length) / 2)
  return [...actions, ...links.slice(0, room).flatMap((link) => unlinkActions(link.group, link.member))]
}
