import type { Assignment } from './assign'
import { entriesOf } from './entries'
import { invalidValue, mutability } from '../errors'
import type { Filter } from '../filter/filter'
import type { Json } from '../json'
import { equalTerms } from './path'
import { bareValue, isUnassigned } from '../schema/value'

/** One operation on the members of a group, in the order of the request. */
export type MemberChange =
  | { readonly op: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] }
  | { readonly op: 'removeAll' }
  | { readonly op: 'removeMatching'; readonly filter: Filter }

const isMembers = ({ target: { path } }: Assignment) =>
  path.kind === 'attribute' && path.urn === undefined && path.attribute.name === 'members'

/** Members lie in rows of their own, so what changes them is told from what changes the document. */
export function splitMembers(assignments: readonly Assignment[]): { members: MemberChange[]; rest: Assignment[] } {
  return {
    members: assignments.filter(isMembers).flatMap(memberChange),
    rest: assignments.filter((assignment) => !isMembers(assignment)),
  }
}

/**
 * `remove` with a value removes the listed members only, `[]` or null none, no value all (entra-scim 0.8, 9).
 * @throws ScimError mutability for a change inside an entry: entries are replaced by remove and add (RFC 7643 section 4.2)
 */
function memberChange({ op, target, value }: Assignment): MemberChange[] {
  const sub = target.sub ?? (target.path.kind === 'attribute' ? target.path.sub : undefined)
  if (target.filter !== undefined) {
    if (op !== 'remove' || sub !== undefined)
      throw mutability('A member cannot be changed in place. Remove it and add the other one.')
    return [removeMatching(target.filter)]
  }
  if (sub !== undefined && !(sub.name === 'value' && listsIds(op, value)))
    throw mutability(`members.${sub.name} cannot be changed. Remove the member and add the other one.`)
  if (op === 'remove' && value === undefined) return [{ op: 'removeAll' }]
  return [{ op, ids: memberIds(value) }]
}

/** Behind a dot, ids may be added and listed for removal. Anything else would empty the group, or leave one member. */
const listsIds = (op: Assignment['op'], value: Json | undefined) => op === 'add' || (op === 'remove' && value !== undefined)

function removeMatching(filter: Filter): MemberChange {
  const terms = equalTerms(filter)
  const [only] = terms?.size === 1 ? [...terms] : []
  if (only?.[0].name === 'value' && typeof only[1] === 'string') return { op: 'remove', ids: [only[1]] }
  return { op: 'removeMatching', filter }
}

/** Entries are objects with a value; plain ids and a single entry are accepted (entra-scim 2.8). */
function memberIds(value: Json | undefined): string[] {
  if (isUnassigned(value)) return []
  return entriesOf(value).map((entry) => {
    const id = bareValue(entry)
    if (typeof id !== 'string' || id === '') throw invalidValue('Each member needs a value with the id of a user or group.')
    return id
  })
}
