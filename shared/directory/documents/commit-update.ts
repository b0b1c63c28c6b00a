import type { JsonObject } from '../../scim/json'
import type { MemberChange } from '../../scim/patch/member-changes'
import type { ResourceType } from '../../scim/schema/schema'
import { anchorKey } from '../../storage/keys'
import type { Action, Row } from '../../storage/table'
import { conflict, done, type Attempt } from '../optimistic-retry'
import type { DirectoryContext, Stored } from '../context'
import type { AccessFacts } from '../../roles/derive'
import { documentKey, documentValues, indexKeys, type Document } from './document'
import { newWriteId } from '../identifiers'
import { entriesAfter } from '../query/matching'
import { besideActions, takenBy } from './managed'
import { memberActions, type MemberDelta } from '../memberships/memberships'
import { stored } from './read'
import { outboxRecord } from './record'
import { accessOfSuccessor, leavingActions, type Leaving } from './replaced-person'
import { isUniqueKey } from './unique'

/** What a PATCH or PUT asks for. */
export interface Update {
  /** The attributes that shall follow those stored; the same object when nothing changes. Called again after a lost race. */
  readonly attributes: (current: JsonObject) => JsonObject
  readonly members: readonly MemberChange[]
  /** Whether the version is one that the client named (If-Match); undefined: any will do. */
  readonly acceptsVersion?: ((version: string) => boolean) | undefined
  /** Rows for the same transactions, such as the audit's record. */
  readonly beside?: () => readonly Action[]
}

export interface Job {
  readonly context: DirectoryContext
  readonly type: ResourceType
  readonly id: string
  readonly update: Update
  /** Of every transaction this request sent, the last one last: its own write is told from another's by them. */
  readonly writeIds: Set<string>
}

/** What was read and what shall follow. */
export interface Plan {
  readonly document: Document
  readonly anchor: Row | undefined
  readonly attributes: JsonObject
  readonly delta: MemberDelta
  /** What the old person leaves behind, when the update brings a new one under the same userName. */
  readonly leaving?: Leaving | undefined
}

export interface Step {
  readonly stored: Stored
  /** What is left for further transactions: attributes are stored with the first. */
  readonly next: Plan
}

/** An entity group transaction has at most 100 operations. */
const MAX_ACTIONS = 100

/**
 * Marks the anchor of a group whose POST has not stored all members yet. It goes with the last of them, or with any
 * complete change of members: whoever makes one has found the group and goes on from there.
 */
export const UNFINISHED = 'unfinished'

export const isEmpty = (delta: MemberDelta) => delta.added.length + delta.removed.length === 0

/**
 * One transaction of the plan: document, index rows, as many members as have room, record.
 * @throws ScimError 409 uniqueness when another resource holds a unique value
 */
export async function commitUpdate(job: Job, plan: Plan): Promise<Attempt<Step>> {
  const { context, type, id } = job
  const { document, attributes } = plan
  const time = context.now().toISOString()
  const writeId = newWriteId(Date.parse(time))
  job.writeIds.add(writeId)
  const same = attributes === document.attributes
  const access = accessAfter(context, plan)
  const indexed = entriesAfter(type, attributes, { matching: context.matching, held: document.indexed })
  const fresh = same
    ? document
    : { ...document, attributes, access, indexed, revision: document.revision + 1, writeId, lastModified: time }
  const base = same ? pinnedDocument(job, document) : documentActions(type, document, fresh)
  if (plan.leaving !== undefined) base.push(...leavingActions(context, document, plan.leaving))
  const beside = [...(await besideActions(context, id)), ...(job.update.beside?.() ?? [])]
  const { taking, left, members } = takeMembers(id, plan.delta, { writeId, room: MAX_ACTIONS - base.length - beside.length - 2 })
  const touch = touchAnchor(job, plan, { time, writeId, isLast: isEmpty(left) })
  const change = { writeId, kind: 'updated', id, revision: same ? 0 : fresh.revision, time } as const
  const added = taking.added.map((member) => member.id)
  const record = outboxRecord(type, {
    ...change,
    before: document.attributes,
    after: attributes,
    added,
    removed: taking.removed,
    productId: document.access.productId,
  })
  const actions = [...base, ...touch, ...members, record, ...beside]
  const outcome = await context.table.commit(actions)
  if (!outcome.ok) {
    if (outcome.reason === 'exists')
      await refuseTaken(job, outcome.index === undefined ? base : actions.slice(outcome.index, outcome.index + 1), attributes)
    return conflict
  }
  const anchor = touchedAnchor(plan.anchor, touch[0], outcome.etags[base.length])
  const written = { ...fresh, etag: base.length > 0 ? (outcome.etags[0] ?? fresh.etag) : fresh.etag }
  return done({ stored: stored(type, written, { anchor }), next: { document: written, anchor, attributes, delta: left } })
}

function accessAfter(context: DirectoryContext, { document: { access }, leaving }: Plan): AccessFacts {
  const kept = leaving === undefined ? access : accessOfSuccessor(context, access)
  if (context.managing?.owner !== 'none') return kept
  const released: { -readonly [Name in keyof AccessFacts]: AccessFacts[Name] } = { ...kept }
  delete released.owner
  return released
}

/**
 * Refuses an update whose document cannot be stored, before anything beside it changes for its sake. One trip when a unique
 * value changes, else none.
 * @throws ScimError as commitUpdate
 */
export async function refuseUnstorable(job: Job, { document, attributes }: Plan): Promise<void> {
  await refuseTaken(job, documentActions(job.type, document, { ...document, attributes }), attributes)
}

/** With If-Match the document must still be the one that was compared, even when only members change. */
function pinnedDocument(job: Job, document: Document): Action[] {
  if (job.update.acceptsVersion === undefined) return []
  return [{ type: 'merge', key: documentKey(job.type, document.id), values: {}, etag: document.etag }]
}

function documentActions(type: ResourceType, document: Document, next: Document): Action[] {
  const old = indexKeys(type, document)
  const fresh = indexKeys(type, next)
  return [
    { type: 'replace', key: documentKey(type, document.id), values: documentValues(next), etag: document.etag },
    ...[...old].filter((key) => !fresh.has(key)).map((key): Action => ({ type: 'delete', key })),
    ...[...fresh].filter((key) => !old.has(key)).map((key): Action => ({ type: 'create', key, values: { id: document.id } })),
  ]
}

/**
 * A change of members is noted at the group's anchor, whoever else does so at the same time; it fails once the group is
 * deleted. With If-Match the members, too, must still be those that were compared.
 */
function touchAnchor(job: Job, plan: Plan, write: { time: string; writeId: string; isLast: boolean }): Action[] {
  const key = anchorKey(job.id)
  const pinned = job.update.acceptsVersion !== undefined && plan.anchor !== undefined
  const etag = pinned ? plan.anchor.etag : '*'
  const finished = write.isLast && plan.anchor?.values[UNFINISHED] === true ? { [UNFINISHED]: false } : {}
  if (!isEmpty(plan.delta)) return [{ type: 'merge', key, values: { m: write.time, w: write.writeId, ...finished }, etag }]
  return pinned ? [{ type: 'merge', key, values: {}, etag }] : []
}

function touchedAnchor(anchor: Row | undefined, action: Action | undefined, etag: string | undefined): Row | undefined {
  if (anchor === undefined || action === undefined || !('values' in action)) return anchor
  return { ...anchor, etag: etag ?? anchor.etag, values: { ...anchor.values, ...action.values } }
}

/** As many members as still have room in the transaction: a join is three operations, a leave two. */
function takeMembers(group: string, delta: MemberDelta, given: { writeId: string; room: number }) {
  const joins = Math.min(delta.added.length, Math.floor(given.room / 3))
  const leaves = Math.min(delta.removed.length, Math.floor((given.room - 3 * joins) / 2))
  const taking: MemberDelta = { added: delta.added.slice(0, joins), removed: delta.removed.slice(0, leaves) }
  const left: MemberDelta = { added: delta.added.slice(joins), removed: delta.removed.slice(leaves) }
  return { taking, left, members: memberActions(group, taking, given.writeId) }
}

/** Somebody holds the unique value; a holder that is this resource itself is an own write seen again. */
async function refuseTaken(job: Job, suspects: readonly Action[], attributes: JsonObject): Promise<void> {
  const unique = suspects.find((action) => action.type === 'create' && isUniqueKey(job.type, attributes, action.key))
  const holder = unique && (await job.context.table.get(unique.key))
  const holderId = holder?.values['id']
  if (typeof holderId === 'string' && holderId !== job.id) throw await takenBy(job.context, job.type, { holderId, attributes })
}
