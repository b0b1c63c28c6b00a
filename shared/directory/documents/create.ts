import { equalJson, type JsonObject } from '../../scim/json'
import type { MemberChange } from '../../scim/patch/member-changes'
import type { ResourceType } from '../../scim/schema/schema'
import { anchorKey } from '../../storage/keys'
import type { Action, Row, Values } from '../../storage/table'
import { conflict, done, retryOnConflict, type Attempt } from '../optimistic-retry'
import type { DirectoryContext, Stored } from '../context'
import { documentKey, documentValues, indexKeys, readDocument, type Document } from './document'
import { newId, newWriteId } from '../identifiers'
import { matchingEntries } from '../query/matching'
import { besideActions, takenBy } from './managed'
import { memberActions, planMembers } from '../memberships/memberships'
import { stored } from './read'
import { outboxRecord } from './record'
import { accessOfNewcomer } from './replaced-person'
import { isUniqueKey } from './unique'
import { UNFINISHED } from './commit-update'
import { updateResource } from './update'

/**
 * Stores a new resource in one transaction: one trip, one more for a group that comes with members. Members beyond what
 * one transaction holds follow in further ones. When they could not, the group is marked as unfinished, and a repeat of
 * the POST completes it instead of finding its name taken.
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
  const created = await retryOnConflict(async (outcomeUnknown) => {
    const found = outcomeUnknown && (await ownDocument(context, type, id))
    if (found !== undefined) return done(found)
    if (outcomeUnknown !== undefined) throw outcomeUnknown
    id = newId() // a new one for each try: an id is never used again, even if it was stored and deleted meanwhile
    return commitNew(context, type, { document: newDocument(context, type, { id, attributes }), members })
  })
  if (memberIds.length <= MEMBERS_AT_ONCE) return created
  if (created.id === id) return updateResource(context, type, id, { attributes: (current) => current, members })
  return updateResource(context, type, created.id, {
    attributes: (current) => (equalJson(current, attributes) ? current : attributes),
    members: [{ op: 'replace', ids: memberIds }],
  })
}

/** The document of a new resource, which nothing stores yet. */
export function newDocument(
  context: DirectoryContext,
  type: ResourceType,
  { id, attributes }: Pick<Document, 'id' | 'attributes'>,
): NewDocument {
  const time = context.now().toISOString()
  const writeId = newWriteId(Date.parse(time))
  const owner = context.managing?.owner
  const access = {
    ...(type.name === 'User' && accessOfNewcomer(context)),
    ...(owner !== undefined && owner !== 'none' && { owner }),
  }
  const indexed = matchingEntries(type, attributes, context.matching)
  return { id, attributes, revision: 1, writeId, created: time, lastModified: time, access, indexed }
}

/** What one transaction of 100 holds beside the document, its anchor, 22 index rows and the record. */
const MEMBERS_AT_ONCE = 25

/** A document before it is stored. */
type NewDocument = Omit<Document, 'etag' | 'characters'>

interface NewResource {
  readonly document: NewDocument
  readonly members: readonly MemberChange[]
}

async function commitNew(context: DirectoryContext, type: ResourceType, fresh: NewResource): Promise<Attempt<Stored>> {
  const { document } = fresh
  const { id, attributes, writeId } = document
  const delta = await planMembers(context.table, id, fresh.members) // refuses unknown members before anything is stored
  const added = delta.added.slice(0, MEMBERS_AT_ONCE)
  const anchor = {
    k: type.name === 'User' ? 'u' : 'g',
    ...(added.length > 0 && { m: document.created, w: writeId }),
    ...(added.length < delta.added.length && { [UNFINISHED]: true }),
  }
  const actions: Action[] = [
    ...creationActions(type, document, anchor),
    ...memberActions(id, { added, removed: [] }, writeId),
    outboxRecord(type, {
      ...document,
      kind: 'created',
      time: document.created,
      before: {},
      after: attributes,
      added: added.map((member) => member.id),
    }),
    ...(await besideActions(context, id)),
  ]
  const outcome = await context.table.commit(actions)
  if (outcome.ok) return done(stored(type, { ...document, etag: outcome.etags[0] ?? '' }, { anchor: anchorRow(id, anchor) }))
  const isLarge = delta.added.length > MEMBERS_AT_ONCE
  return (await isOwnOrTaken(context, type, { document, actions, isLarge })) ?? conflict
}

/** The rows of a new resource, without members and record. */
export function creationActions(type: ResourceType, document: NewDocument, anchor: Values): Action[] {
  const { id } = document
  return [
    { type: 'create', key: documentKey(type, id), values: documentValues(document) },
    { type: 'create', key: anchorKey(id), values: anchor },
    ...[...indexKeys(type, document)].map((key): Action => ({ type: 'create', key, values: { id } })),
  ]
}

const anchorRow = (id: string, values: Values): Row => ({ key: anchorKey(id), etag: '*', timestamp: '', values })

/** A row was there already: our own from a repeat that the client of the storage made, or somebody else's value. */
async function isOwnOrTaken(
  context: DirectoryContext,
  type: ResourceType,
  attempt: { document: NewDocument; actions: readonly Action[]; isLarge: boolean },
): Promise<Attempt<Stored> | undefined> {
  const { id, attributes } = attempt.document
  const unique = attempt.actions.find((action) => isUniqueKey(type, attributes, action.key))
  const [own, holder] = await Promise.all([ownDocument(context, type, id), unique && context.table.get(unique.key)])
  if (own !== undefined) return done(own)
  const unfinished = attempt.isLarge && holder && (await unfinishedGroup(context, type, String(holder.values['id'])))
  if (unfinished) return done(unfinished)
  if (holder !== undefined) throw await takenBy(context, type, { holderId: String(holder.values['id']), attributes })
  return undefined // whoever held it has gone meanwhile
}

/** The id is random and ours alone, so a document under it is our own commit. */
async function ownDocument(context: DirectoryContext, type: ResourceType, id: string): Promise<Stored | undefined> {
  const row = await context.table.get(documentKey(type, id))
  const document = row && readDocument(row)
  return document && stored(type, document, {})
}

/** A group that an earlier POST of the same name and externalId left without some of its members. */
async function unfinishedGroup(context: DirectoryContext, type: ResourceType, id: string): Promise<Stored | undefined> {
  const anchor = await context.table.get(anchorKey(id))
  return anchor?.values[UNFINISHED] === true ? ownDocument(context, type, id) : undefined
}
