import { notFound, preconditionFailed, unavailable } from '../../scim/errors'
import type { ResourceType } from '../../scim/schema/schema'
import { anchorKey } from '../../storage/keys'
import type { Row } from '../../storage/table'
import type { StorageUnavailable } from '../../storage/unavailable'
import { conflict, done, retryOnConflict, type Attempt } from '../optimistic-retry'
import { commitUpdate, isEmpty, refuseUnstorable, type Job, type Plan, type Step, type Update } from './commit-update'
import type { DirectoryContext, Stored } from '../context'
import { documentKey, readDocument, type Document } from './document'
import { isId } from '../identifiers'
import { refuseManaged } from './managed'
import { planMembers } from '../memberships/memberships'
import { stored, versionOf } from './read'
import { isNewPerson, readLeaving } from './replaced-person'

const MAX_MEMBERSHIP_MS = 45_000

/**
 * Changes a resource: two trips, or one when nothing changes. Members beyond what one transaction holds follow in
 * further ones, after everything that can be refused was checked; a repeat finishes what a time-out left.
 * @throws ScimError 404, 409 uniqueness, 412, 503, and what the update itself throws
 */
export async function updateResource(context: DirectoryContext, type: ResourceType, id: string, update: Update): Promise<Stored> {
  if (!isId(id)) throw gone(type, id)
  const started = performance.now()
  const job: Job = { context, type, id, update, writeIds: new Set() }
  let step = await retryOnConflict((outcomeUnknown) => attemptUpdate(job, outcomeUnknown))
  while (!isEmpty(step.next.delta)) {
    if (performance.now() - started > MAX_MEMBERSHIP_MS) {
      throw unavailable('The change of members is stored in part. Repeat the request and it goes on from there.', 5)
    }
    const { next } = step
    step = await retryOnConflict((outcomeUnknown, attempts) =>
      attempts === 1 ? commitUpdate(job, next) : attemptUpdate(job, outcomeUnknown),
    )
  }
  return step.stored
}

const gone = (type: ResourceType, id: string) =>
  notFound(
    `There is no ${type.name.toLowerCase()} with the id ${JSON.stringify(id.slice(0, 64))}. If it was deleted here, restart provisioning in Entra.`,
  )

async function attemptUpdate(job: Job, outcomeUnknown: StorageUnavailable | undefined): Promise<Attempt<Step>> {
  const { context, type, id, update } = job
  const isGroup = type.name === 'Group'
  const [row, anchor, delta] = await Promise.all([
    context.table.get(documentKey(type, id)),
    isGroup ? context.table.get(anchorKey(id)) : undefined,
    planMembers(context.table, id, update.members),
  ])
  const document = row && readDocument(row)
  if (document === undefined || (isGroup && anchor === undefined)) throw gone(type, id)
  refuseManaged(context, type, document)
  checkVersion(job, document, anchor)
  const attributes = job.writeIds.has(document.writeId) ? document.attributes : update.attributes(document.attributes)
  const plan: Plan = { document, anchor, attributes, delta }
  if (attributes === document.attributes && isEmpty(delta)) {
    return done({ stored: stored(type, document, { anchor }), next: plan })
  }
  if (outcomeUnknown !== undefined && !isLastWrite(job, plan)) throw outcomeUnknown
  return isGroup ? commitUpdate(job, plan) : commitPerson(job, plan)
}

/** Somebody else under a userName that comes back takes over nothing from the one before: one trip more, two with a rename. */
async function commitPerson(job: Job, plan: Plan): Promise<Attempt<Step>> {
  const isNew = job.context.managing?.isNewPerson ?? isNewPerson(plan.document.attributes, plan.attributes)
  if (!isNew) return commitUpdate(job, plan)
  await refuseUnstorable(job, plan) // the old person's memberships go before the document, and a refusal changes nothing
  const leaving = await readLeaving(job.context, job.id)
  return leaving === undefined ? conflict : commitUpdate(job, { ...plan, leaving })
}

/** Whether the transaction whose outcome was unknown did commit. */
function isLastWrite(job: Job, { document, anchor }: Plan): boolean {
  const last = [...job.writeIds].at(-1)
  return last !== undefined && (document.writeId === last || anchor?.values['w'] === last)
}

/** A version that this request made itself is no stranger's. */
function checkVersion(job: Job, document: Document, anchor: Row | undefined): void {
  const accepts = job.update.acceptsVersion
  if (accepts === undefined || job.writeIds.has(document.writeId) || job.writeIds.has(String(anchor?.values['w']))) return
  const version = versionOf(document, anchor)
  if (!accepts(version))
    throw preconditionFailed(`The resource has the version ${version} now. Read it again and repeat the change.`)
}
