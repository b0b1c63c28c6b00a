import type { JsonObject } from '../scim/json'
import type { MemberChange } from '../scim/member-changes'
import type { ResourceType } from '../scim/schema'
import { anchorKey } from '../storage/keys'
import type { Action, Row, Values } from '../storage/table'
import { done, lost, untilItHolds, type Attempt } from './attempts'
import type { DirectoryContext, Stored } from './context'
import { documentKey, documentValues, indexKeys, readDocument, type Document } from './document'
import { newId, newWriteId } from './identifiers'
import { memberActions, planMembers } from './memberships'
import { stored } from './read'
import { pendingRecord } from './record'
import { isUniqueKey, taken } from './unique'
import { updateResource } from './update'

/**
 * Stores a new resource in one transaction: one trip, one more for a group that comes with members.
 * @throws ScimError 409 uniqueness when another resource holds the userName, or the group's (displayName, externalId)
 */
export async function createResource(
  context: DirectoryContext,
  type: ResourceType,
  attributes: JsonObject,
  memberIds: readonly string[] = [],
): Promise<Stored> {
  const members: readonly MemberChange[] = memberIds.length > 0 ? [{ op: 'add', ids: memberIds }] : []
  let id = ''
  const created = await untilItHolds(async (unclear) => {
    const found = unclear && (await ownDocument(context, type, id))
    if (found !== undefined) return done(found)
    if (unclear !== undefined) throw unclear
    id = newId() // a new one for each try: an id is never used again, even if it was stored and deleted meanwhile
    return commitNew(context, type, { document: newDocument(context, id, attributes), members })
  })
  if (memberIds.length <= MEMBERS_AT_ONCE) return created
  return updateResource(context, type, created.id, { attributes: (current) => current, members })
}

function newDocument(context: DirectoryContext, id: string, attributes: JsonObject): Omit<Document, 'etag'> {
  const time = context.now().toISOString()
  return { id, attributes, revision: 1, writeId: newWriteId(Date.parse(time)), created: time, lastModified: time }
}

/** What one transaction holds beside the document, its anchor, index rows and record. */
const MEMBERS_AT_ONCE = 30

interface NewResource {
  readonly document: Omit<Document, 'etag'>
  readonly members: readonly MemberChange[]
}

async function commitNew(context: DirectoryContext, type: ResourceType, fresh: NewResource): Promise<Attempt<Stored>> {
  const { document } = fresh
  const { id, attributes, writeId } = document
  const delta = await planMembers(context.table, id, fresh.members) // refuses unknown members before anything is stored
  const added = delta.added.slice(0, MEMBERS_AT_ONCE)
  const anchor = { k: type.name === 'User' ? 'u' : 'g', ...(added.length > 0 && { m: document.created, w: writeId }) }
  const actions: Action[] = [
    { type: 'create', key: documentKey(type, id), values: documentValues(document) },
    { type: 'create', key: anchorKey(id), values: anchor },
    ...[...indexKeys(type, id, attributes)].map((key): Action => ({ type: 'create', key, values: { id } })),
    ...memberActions(id, { added, removed: [] }, writeId),
    pendingRecord(type, {
      ...document,
      kind: 'created',
      time: document.created,
      before: {},
      after: attributes,
      added: added.map((member) => member.id),
    }),
  ]
  const outcome = await context.table.commit(actions)
  if (outcome.ok) return done(stored(type, { ...document, etag: outcome.etags[0] ?? '' }, { anchor: anchorRow(id, anchor) }))
  return (await isOwnOrTaken(context, type, { document, actions })) ?? lost
}

const anchorRow = (id: string, values: Values): Row => ({ key: anchorKey(id), etag: '*', timestamp: '', values })

/** A row was there already: our own from a repeat that the client of the storage made, or somebody else's value. */
async function isOwnOrTaken(
  context: DirectoryContext,
  type: ResourceType,
  attempt: { document: Omit<Document, 'etag'>; actions: readonly Action[] },
): Promise<Attempt<Stored> | undefined> {
  const { id, attributes } = attempt.document
  const unique = attempt.actions.find((action) => isUniqueKey(type, attributes, action.key))
  const [own, holder] = await Promise.all([ownDocument(context, type, id), unique && context.table.get(unique.key)])
  if (own !== undefined) return done(own)
  if (holder !== undefined) throw taken(type, attributes)
  return undefined // whoever held it has gone meanwhile
}

/** The id is random and ours alone, so a document under it is our own commit. */
async function ownDocument(context: DirectoryContext, type: ResourceType, id: string): Promise<Stored | undefined> {
  const row = await context.table.get(documentKey(type, id))
  const document = row && readDocument(row)
  return document && stored(type, document, {})
}
