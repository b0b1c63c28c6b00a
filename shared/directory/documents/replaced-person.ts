import { isActive, type AccessFacts } from '../../roles/derive'
import { own, type JsonObject } from '../../scim/json'
import { anchorKey, lastPart } from '../../storage/keys'
import { prefixRange, type Action, type Row } from '../../storage/table'
import { accessKeys } from './access-facts'
import type { DirectoryContext } from '../context'
import type { Document } from './document'
import { newWriteId } from '../identifiers'
import { unlinkActions } from '../memberships/memberships'
import { outboxFact } from './record'

/** What the transaction that puts a new person in the place of an old one clears away with it. */
export interface Leaving {
  readonly anchor: Row
  readonly groupIds: readonly string[]
}

/**
 * A transaction has room for these beside the document, 86 changes of index rows, two records and what goes with a copy; more
 * are unlinked before.
 */
const UNLINKED_WITH_IT = 3
const UNLINKED_AT_ONCE = 49

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Whether somebody else returns under the userName: an inactive person becomes active, and one GUID as externalId, which
 * Entra ID sends of the account, gives way to another.
 */
export function isNewPerson(before: JsonObject, after: JsonObject): boolean {
  if (isActive(before) || !isActive(after)) return false
  const [old, fresh] = [guidOf(before), guidOf(after)]
  return old !== undefined && fresh !== undefined && old !== fresh
}

function guidOf(attributes: JsonObject): string | undefined {
  const externalId = own(attributes, 'externalId')
  const folded = typeof externalId === 'string' ? externalId.toLowerCase() : ''
  return guid.test(folded) ? folded : undefined
}

/**
 * What the old person leaves behind, for the transaction that brings the new one. Memberships beyond its room are unlinked
 * here, while the old person is still inactive: whenever this breaks off, no new person has old memberships, and a repeat
 * goes on. undefined when another writer was faster: plan anew.
 */
export async function readLeaving(context: DirectoryContext, id: string): Promise<Leaving | undefined> {
  const [anchor, ...memberships] = await context.table.all({ ...prefixRange(anchorKey(id)), from: anchorKey(id) })
  if (anchor?.key !== anchorKey(id)) return undefined
  const groupIds = memberships.map(({ key }) => lastPart(key))
  while (groupIds.length > UNLINKED_WITH_IT) {
    const groups = groupIds.splice(0, Math.min(UNLINKED_AT_ONCE, groupIds.length - UNLINKED_WITH_IT))
    const time = context.now().toISOString()
    const record = { writeId: newWriteId(Date.parse(time)), type: 'person.unlinked' as const, id, time, body: { groups } }
    const outcome = await context.table.commit([...groups.flatMap((group) => unlinkActions(group, id)), outboxFact(record)])
    if (!outcome.ok) return undefined
  }
  return { anchor, groupIds }
}

/** The new person starts anew: without lock and product id, staged when newcomers are. */
export const accessOfNewcomer = (context: DirectoryContext): AccessFacts => (context.staging === true ? { staged: true } : {})

/** The same for who comes under the userName of somebody before: a copy stays whose it is. */
export const accessOfSuccessor = (context: DirectoryContext, { owner, successions = 0 }: AccessFacts): AccessFacts => ({
  ...accessOfNewcomer(context),
  ...(owner !== undefined && { owner }),
  successions: successions + 1,
})

/**
 * Memberships, product id and the record person.replaced. The anchor is pinned, which every join touches: a membership
 * that comes between is seen.
 */
export function leavingActions(context: DirectoryContext, old: Document, leaving: Leaving): Action[] {
  const { anchor, groupIds } = leaving
  const { lock, productId } = old.access
  const time = context.now().toISOString()
  const body = { groups: groupIds, ...(lock !== undefined && { lock }), ...(productId !== undefined && { productId }) }
  return [
    { type: 'merge', key: anchor.key, values: {}, etag: anchor.etag },
    ...groupIds.flatMap((group) => unlinkActions(group, old.id)),
    ...accessKeys(old.access).map((key): Action => ({ type: 'delete', key })),
    outboxFact({ writeId: newWriteId(Date.parse(time)), type: 'person.replaced', id: old.id, time, body }),
  ]
}
