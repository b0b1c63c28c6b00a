import { notFound, preconditionFailed, unavailable, uniqueness } from '../scim/errors'
import { own, type JsonObject } from '../scim/json'
import type { MemberChange } from '../scim/member-changes'
import type { ResourceType } from '../scim/schema'
import { anchorKey } from '../storage/keys'
import type { Action, Row, StorageUnavailable } from '../storage/table'
import { done, lost, untilItHolds, type Attempt } from './attempts'
import type { DirectoryContext, Stored } from './context'
import { documentKey, documentValues, indexKeys, readDocument, uniqueUserNameKey, type Document } from './document'
import { isId, newWriteId } from './identifiers'
import { memberActions, planMembers, type MemberDelta } from './memberships'
import { stored, versionOf } from './read'
import { pendingRecord } from './record'

/** What a PATCH or PUT asks for. */
export interface Update {
  /** The attributes that shall follow those stored; the same object when nothing changes. Called again after a lost race. */
  readonly attributes: (current: JsonObject) => JsonObject
  readonly members: readonly MemberChange[]
  /** Whether the version is one that the client named (If-Match); undefined: any will do. */
  readonly acceptsVersion?: ((version: string) => boolean) | undefined
}

/** An entity group transaction has at most 100 operations. */
const MAX_ACTIONS = 100
const MAX_MEMBERSHIP_MS = 45_000

/**
 * Changes a resource: two trips, or one when nothing changes. Members beyond what one transaction holds follow in
 * further ones, after everything that can be refused was checked; a repeat finishes what a time-out left.
 * @throws ScimError 404, 409 uniqueness, 412, 503, and what the update itself throws
 */
export async function updateResource(context: DirectoryContext, type: ResourceType, id: string, update: Update): Promise<Stored> {
  if (!isId(id)) throw gone(type, id)
  const started = performance.now()
  const writeIds = new Set<string>()
  for (;;) {
    const step = await untilItHolds((unclear) => attemptUpdate({ context, type, id, update, writeIds }, unclear))
    if (!step.more) return step.stored
    if (performance.now() - started > MAX_MEMBERSHIP_MS) {
      throw unavailable('The change of members is stored in part. Repeat the request and it goes on from there.', 5)
    }
  }
}

interface Job {
  readonly context: DirectoryContext
  readonly type: ResourceType
  readonly id: string
  readonly update: Update
  /** Of every transaction this request sent: its own write is told from another's by them. */
  readonly writeIds: Set<string>
}

interface Step {
  readonly stored: Stored
  /** Whether members are left for another transaction. */
  readonly more: boolean
}

const gone = (type: ResourceType, id: string) =>
  notFound(
    `There is no ${type.name.toLowerCase()} with the id ${JSON.stringify(id.slice(0, 64))}. If it was deleted here, restart provisioning in Entra.`,
  )

async function attemptUpdate(job: Job, unclear: StorageUnavailable | undefined): Promise<Attempt<Step>> {
  const { context, type, id, update } = job
  const isGroup = type.name === 'Group'
  const [row, anchor, delta] = await Promise.all([
    context.table.get(documentKey(type, id)),
    isGroup ? context.table.get(anchorKey(id)) : undefined,
    planMembers(context.table, id, update.members),
  ])
  const document = row && readDocument(row)
  if (document === undefined || (isGroup && anchor === undefined)) throw gone(type, id)
  checkVersion(job, document, anchor)
  const attributes = job.writeIds.has(document.writeId) ? document.attributes : update.attributes(document.attributes)
  const same = attributes === document.attributes
  if (same && delta.added.length + delta.removed.length === 0)
    return done({ stored: stored(type, document, { anchor }), more: false })
  if (unclear !== undefined) throw unclear
  return commitUpdate(job, { document, anchor, attributes, delta })
}

/** A version that this request made itself is no stranger's. */
function checkVersion(job: Job, document: Document, anchor: Row | undefined): void {
  const accepts = job.update.acceptsVersion
  if (accepts === undefined || job.writeIds.has(document.writeId) || job.writeIds.has(String(anchor?.values['w']))) return
  const version = versionOf(document, anchor)
  if (!accepts(version))
    throw preconditionFailed(`The resource has the version ${version} now. Read it again and repeat the change.`)
}

interface Plan {
  readonly document: Document
  readonly anchor: Row | undefined
  readonly attributes: JsonObject
  readonly delta: MemberDelta
}

async function commitUpdate(job: Job, plan: Plan): Promise<Attempt<Step>> {
  const { context, type } = job
  const { document, attributes } = plan
  const time = context.now().toISOString()
  const writeId = newWriteId(Date.parse(time))
  job.writeIds.add(writeId)
  const same = attributes === document.attributes
  const next = same ? document : { ...document, attributes, revision: document.revision + 1, writeId, lastModified: time }
  const base = same ? pinnedDocument(job, document) : documentActions(type, document, next)
  const touch = touchAnchor(job, plan, { time, writeId })
  const { part, members, more } = takeMembers(job.id, plan.delta, { writeId, room: MAX_ACTIONS - base.length - touch.length - 1 })
  const record = pendingRecord(type, {
    writeId,
    kind: 'updated',
    id: job.id,
    revision: same ? 0 : next.revision,
    time,
    before: document.attributes,
    after: attributes,
    added: part.added.map((member) => member.id),
    removed: part.removed,
  })
  const actions = [...base, ...touch, ...members, record]
  const outcome = await context.table.commit(actions)
  if (outcome.ok) return done({ stored: stored(type, next, { anchor: touchedAnchor(plan.anchor, touch) }), more })
  if (outcome.reason === 'exists') await refuseTaken(job, actions[outcome.index ?? -1], attributes)
  return lost
}

/** With If-Match the document must still be the one that was compared, even when only members change. */
function pinnedDocument(job: Job, document: Document): Action[] {
  if (job.update.acceptsVersion === undefined) return []
  return [{ type: 'merge', key: documentKey(job.type, document.id), values: {}, etag: document.etag }]
}

function documentActions(type: ResourceType, document: Document, next: Document): Action[] {
  const old = indexKeys(type, document.id, document.attributes)
  const fresh = indexKeys(type, document.id, next.attributes)
  return [
    { type: 'replace', key: documentKey(type, document.id), values: documentValues(next), etag: document.etag },
    ...[...old].filter((key) => !fresh.has(key)).map((key): Action => ({ type: 'delete', key })),
    ...[...fresh].filter((key) => !old.has(key)).map((key): Action => ({ type: 'create', key, values: { id: document.id } })),
  ]
}

/** A change of members is noted at the group's anchor, whoever else does so at the same time; it fails once the group is closed. */
function touchAnchor(job: Job, plan: Plan, write: { time: string; writeId: string }): Action[] {
  if (plan.delta.added.length + plan.delta.removed.length === 0) return []
  const etag = job.update.acceptsVersion === undefined ? '*' : (plan.anchor?.etag ?? '*')
  return [{ type: 'merge', key: anchorKey(job.id), values: { m: write.time, w: write.writeId }, etag }]
}

function touchedAnchor(anchor: Row | undefined, touch: readonly Action[]): Row | undefined {
  const [action] = touch
  return anchor !== undefined && action !== undefined && 'values' in action
    ? { ...anchor, values: { ...anchor.values, ...action.values } }
    : anchor
}

/** As many members as still have room in the transaction. */
function takeMembers(group: string, delta: MemberDelta, given: { writeId: string; room: number }) {
  const all = memberActions(group, delta, given.writeId)
  const taken: Action[][] = []
  let used = 0
  for (const actions of all) {
    if (used + actions.length > given.room) break
    used += actions.length
    taken.push(actions)
  }
  const joins = Math.min(taken.length, delta.added.length)
  const part: MemberDelta = { added: delta.added.slice(0, joins), removed: delta.removed.slice(0, taken.length - joins) }
  return { part, members: taken.flat(), more: taken.length < all.length }
}

/** Somebody holds the unique value; a holder that is this resource itself is an own write seen again. */
async function refuseTaken(job: Job, action: Action | undefined, attributes: JsonObject): Promise<void> {
  if (action === undefined || !action.key.startsWith('x!')) return
  const holder = await job.context.table.get(action.key)
  const holderId = holder?.values['id']
  if (holderId !== undefined && holderId !== job.id) throw taken(job.type, attributes)
}

/** The refusal of a value that another resource of the tenant holds. */
export function taken(type: ResourceType, attributes: JsonObject) {
  if (type.name === 'User') {
    return uniqueness(
      'Another user has this userName already (letter case does not count). Match users by userName in the Entra mapping.',
    )
  }
  const externalId = own(attributes, 'externalId') === undefined ? 'no externalId' : 'the same externalId'
  return uniqueness(
    `Another group has this displayName and ${externalId} already. Match groups by displayName or externalId in the Entra mapping.`,
  )
}

export const isUniqueKey = (type: ResourceType, attributes: JsonObject, key: string) =>
  type.name === 'User' ? key === uniqueUserNameKey(attributes) : key.startsWith('x!gn!')
