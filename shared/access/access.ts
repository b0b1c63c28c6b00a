import type { AccessFacts } from '../roles/derive'
import type { Policy } from '../roles/rules'
import { productIdKey, userKey } from '../storage/keys'
import type { Action } from '../storage/table'
import { accessKeys, mergedAccessValues } from '../directory/documents/access-facts'
import { conflict, done, retryOnConflict, type Attempt } from '../directory/optimistic-retry'
import type { DirectoryContext } from '../directory/context'
import { readDocument, type Document } from '../directory/documents/document'
import { isId, newWriteId } from '../directory/identifiers'
import { derive, readPeople } from './read-access'
import { outboxFact } from '../directory/documents/record'
import type { EventType } from '../events/catalogue'
import type { DoneBy } from '../audit/record'

/** What a change of a person's access came to; a refusal is a value, for the management API to word. */
export type AccessOutcome =
  | { readonly ok: true; readonly access: AccessFacts }
  | { readonly ok: false; readonly reason: 'missing' | 'disabled' | 'pending' }
  /** Another person has the product id. */
  | { readonly ok: false; readonly reason: 'taken'; readonly holderId: string }

/**
 * Locks the person to the role of now, or takes the lock off. A Disabled or Pending person cannot be locked; a lock that
 * is there already stays as it is. Leaves the record lock.changed. Two trips to lock, one more when deleted groups are being purged.
 */
export function setLock(
  context: DirectoryContext,
  policy: Policy,
  id: string,
  change: { readonly locked: boolean } & DoneBy,
): Promise<AccessOutcome> {
  const { locked, by, audit } = change
  return changeAccess(context, id, async (document): Promise<Planned> => {
    const { lock, ...rest } = document.access
    if (locked === (lock !== undefined)) return undefined
    if (lock !== undefined) {
      const record = audit?.({ subject: id, before: { lockedTo: lock.role } })
      return { access: rest, type: 'lock.changed', body: { before: lock, by }, record }
    }
    const [person] = await readPeople(context, [id])
    if (person === undefined) return { refused: 'missing' }
    const { role, reason } = derive(person, policy)
    if (reason.kind === 'inactive') return { refused: 'disabled' }
    if (reason.kind === 'staged') return { refused: 'pending' }
    const fresh = { role, by, at: context.now().toISOString() }
    const record = audit?.({ subject: id, after: { lockedTo: role } })
    return { access: { ...document.access, lock: fresh }, type: 'lock.changed', body: { after: fresh, by }, record }
  })
}

/**
 * Gives the person the product's own key, another one, or none. It is unique in the tenant, case kept. Leaves the record
 * product.linked or product.unlinked. Two trips.
 */
export function setProductId(
  context: DirectoryContext,
  id: string,
  productId: string | undefined,
  doing: DoneBy,
): Promise<AccessOutcome> {
  return linkProduct(context, id, { productId, ...doing })
}

/** The same with a check of the document that the change is stored over: what it throws refuses a change. */
export function linkProduct(
  context: DirectoryContext,
  id: string,
  change: { productId: string | undefined; check?: (document: Document) => Promise<void> } & DoneBy,
): Promise<AccessOutcome> {
  const { productId, by, audit, check } = change
  return changeAccess(context, id, async (document): Promise<Planned> => {
    const { productId: held, ...rest } = document.access
    if (held === productId) return undefined
    await check?.(document)
    const body = { ...(held !== undefined && { before: held }), ...(productId !== undefined && { after: productId }), by }
    // Not the ids themselves: they are the person's, and the record outlives an erasure.
    const record = audit?.({
      subject: id,
      before: { isLinked: held !== undefined },
      after: { isLinked: productId !== undefined },
    })
    if (productId === undefined) return { access: rest, type: 'product.unlinked', body, record }
    return { access: { ...rest, productId }, type: 'product.linked', body, record }
  })
}

/** Lets a staged person in. Leaves the record person.released. Two trips. */
export function release(context: DirectoryContext, id: string, { by, audit }: DoneBy): Promise<AccessOutcome> {
  return changeAccess(context, id, (document): Planned => {
    const { staged, ...rest } = document.access
    if (staged === undefined) return undefined
    return { access: rest, type: 'person.released', body: { by }, record: audit?.({ subject: id }) }
  })
}

/** The person with this product id, if any. Two trips, one when there is none. */
export async function findByProductId(context: DirectoryContext, productId: string): Promise<Document | undefined> {
  const index = await context.table.get(productIdKey(productId))
  const row = index && (await context.table.get(userKey(String(index.values['id']))))
  const document = row && readDocument(row)
  return document?.access.productId === productId ? document : undefined
}

interface Change {
  readonly access: AccessFacts
  /** Of the record, and what it tells. */
  readonly type: EventType
  readonly body: Readonly<Record<string, unknown>>
  readonly record?: Action | undefined
}

/** undefined: it holds already, by an earlier attempt or somebody else's doing. */
type Planned = Change | { readonly refused: 'missing' | 'disabled' | 'pending' } | undefined

/** Reads, plans and merges the facts under the document's ETag, anew after a lost race. */
async function changeAccess(
  context: DirectoryContext,
  id: string,
  plan: (document: Document) => Planned | Promise<Planned>,
): Promise<AccessOutcome> {
  if (!isId(id)) return { ok: false, reason: 'missing' }
  return retryOnConflict(async (outcomeUnknown): Promise<Attempt<AccessOutcome>> => {
    const row = await context.table.get(userKey(id))
    const document = row && readDocument(row)
    if (document === undefined) return done({ ok: false, reason: 'missing' })
    const change = await plan(document)
    if (change === undefined) return done({ ok: true, access: document.access })
    if (outcomeUnknown !== undefined) throw outcomeUnknown
    if ('refused' in change) return done({ ok: false, reason: change.refused })
    return commitChange(context, document, change)
  })
}

async function commitChange(context: DirectoryContext, document: Document, change: Change): Promise<Attempt<AccessOutcome>> {
  const { id, access, etag } = document
  const time = context.now().toISOString()
  const writeId = newWriteId(Date.parse(time))
  const [old, fresh] = [accessKeys(access), accessKeys(change.access)]
  const created = fresh.filter((key) => !old.includes(key))
  const productId = change.access.productId ?? access.productId
  const actions: Action[] = [
    { type: 'merge', key: userKey(id), values: mergedAccessValues(change.access), etag },
    ...old.filter((key) => !fresh.includes(key)).map((key): Action => ({ type: 'delete', key })),
    ...created.map((key): Action => ({ type: 'create', key, values: { id } })),
    outboxFact({ writeId, type: change.type, id, time, body: change.body, productId }),
    ...(change.record === undefined ? [] : [change.record]),
  ]
  const outcome = await context.table.commit(actions)
  if (outcome.ok) return done({ ok: true, access: change.access })
  const holders = outcome.reason === 'exists' ? await Promise.all(created.map((key) => context.table.get(key))) : []
  const holderId = holders[0]?.values['id']
  return typeof holderId === 'string' && holderId !== id ? done({ ok: false, reason: 'taken', holderId }) : conflict
}
