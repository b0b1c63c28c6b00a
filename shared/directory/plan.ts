import { invalidFilter } from '../scim/errors'
import type { Filter } from '../scim/filter'
import { foldCase } from '../scim/fold'
import type { ResourceType } from '../scim/schema'
import { ENTERPRISE_URN } from '../scim/schemas'
import { encodeValue, userNameKey } from '../storage/keys'
import { isId } from './identifiers'

/** Where the ids of all resources lie that can match. The document is compared afterwards. */
export type Lookup =
  | { readonly kind: 'id'; readonly id: string }
  /** An index row whose `id` it is. */
  | { readonly kind: 'row'; readonly key: string }
  /** Index rows of a prefix. */
  | { readonly kind: 'rows'; readonly prefix: string }

/**
 * The lookups that cover a filter: equality on an indexed attribute, also inside and/or. Undefined: only a scan can tell.
 * An empty list: nothing can match.
 */
export function planLookups(filter: Filter, type: ResourceType): readonly Lookup[] | undefined {
  switch (filter.kind) {
    case 'compare':
      return comparedLookup(filter, type)
    case 'and':
      return fewer(planLookups(filter.left, type), planLookups(filter.right, type))
    case 'or': {
      const left = planLookups(filter.left, type)
      const right = planLookups(filter.right, type)
      return left && right && [...left, ...right]
    }
    case 'valuePath':
      return bracketLookups(filter, type)
    case 'not':
    case 'present':
      return undefined
  }
}

function fewer(left: readonly Lookup[] | undefined, right: readonly Lookup[] | undefined) {
  if (left === undefined || right === undefined) return left ?? right
  return cost(left) <= cost(right) ? left : right
}

/** A point read before a range. */
const cost = (lookups: readonly Lookup[]) => lookups.reduce((sum, lookup) => sum + (lookup.kind === 'rows' ? 10 : 1), 0)

function comparedLookup(filter: Filter & { kind: 'compare' }, type: ResourceType): readonly Lookup[] | undefined {
  const { path, operator, value } = filter
  if (operator !== 'eq' || typeof value !== 'string' || path.kind !== 'attribute') return undefined
  if (path.sub !== undefined && path.sub.name !== 'value') return undefined
  return lookupOf({ type, urn: path.urn, name: path.attribute.name, value })
}

/** `emails[type eq "work" and value eq "x"]`: the entry's value is what is indexed. */
function bracketLookups(filter: Filter & { kind: 'valuePath' }, type: ResourceType): readonly Lookup[] | undefined {
  const { path } = filter
  if (path.kind !== 'attribute') return undefined
  const value = requiredValue(filter.filter)
  return value === undefined ? undefined : lookupOf({ type, urn: path.urn, name: path.attribute.name, value })
}

/** The text that `value` must equal for the filter on an entry to hold. */
function requiredValue(filter: Filter): string | undefined {
  if (filter.kind === 'and') return requiredValue(filter.left) ?? requiredValue(filter.right)
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined
  return filter.path.kind === 'attribute' && filter.path.attribute.name === 'value' ? filter.value : undefined
}

interface Equality {
  readonly type: ResourceType
  readonly urn: string | undefined
  readonly name: string
  readonly value: string
}

/** How equality on an indexed attribute is looked up: by name, an extension's as `urn:name`. */
type Index = (value: string) => readonly Lookup[]

const byId: Index = (value) => (isId(value) ? [{ kind: 'id', id: value }] : [])
const rows =
  (prefix: string, form: (value: string) => string = (value) => value): Index =>
  (value) => [{ kind: 'rows', prefix: prefix + encodeValue(form(value)) }]
const memberships =
  (side: 'r' | 'm'): Index =>
  (value) =>
    isId(value) ? [{ kind: 'rows', prefix: `${side}!${value}` }] : []

const USER_INDEXES: ReadonlyMap<string, Index> = new Map([
  ['id', byId],
  ['userName', (value) => [{ kind: 'row', key: userNameKey(foldCase(value)) }]],
  ['externalId', rows('x!ext!u!')],
  ['emails', rows('x!em!', foldCase)],
  ['groups', memberships('m')],
  [`${ENTERPRISE_URN}:manager`, rows('x!mgr!')],
])

const GROUP_INDEXES: ReadonlyMap<string, Index> = new Map([
  ['id', byId],
  ['displayName', rows('x!gn!', foldCase)],
  ['externalId', rows('x!ext!g!')],
  ['members', memberships('r')],
])

function lookupOf({ type, urn, name, value }: Equality): readonly Lookup[] | undefined {
  const indexes = type.name === 'User' ? USER_INDEXES : GROUP_INDEXES
  return indexes.get(urn === undefined ? name : `${urn}:${name}`)?.(value)
}

/** The attribute that lies in membership rows, from the side of that type. */
export const membershipAttribute = (type: ResourceType) => (type.name === 'Group' ? 'members' : 'groups')

/**
 * The ids that a filter compares memberships with. Documents do not hold memberships, so only equality can be answered.
 * @throws ScimError invalidFilter for any other use of members or groups
 */
export function comparedMemberships(filter: Filter, type: ResourceType): ReadonlySet<string> {
  const ids = new Set<string>()
  collect(filter, type, ids)
  return ids
}

function collect(filter: Filter, type: ResourceType, ids: Set<string>): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      collect(filter.left, type, ids)
      collect(filter.right, type, ids)
      return
    case 'not':
      collect(filter.operand, type, ids)
      return
    case 'present':
    case 'compare':
    case 'valuePath':
      if (filter.path.kind === 'attribute' && filter.path.attribute.name === membershipAttribute(type))
        ids.add(requiredMembership(filter, type))
  }
}

function requiredMembership(filter: Filter, type: ResourceType): string {
  const value = membershipValue(filter)
  if (value !== undefined) return value
  const name = membershipAttribute(type)
  throw invalidFilter(`${name} can only be compared with an id: ${name} eq "<id>".`)
}

function membershipValue(filter: Filter): string | undefined {
  if (filter.kind === 'valuePath') return filter.filter.kind === 'compare' ? requiredValue(filter.filter) : undefined
  if (
    filter.kind !== 'compare' ||
    filter.operator !== 'eq' ||
    typeof filter.value !== 'string' ||
    filter.path.kind !== 'attribute'
  )
    return undefined
  return filter.path.sub === undefined || filter.path.sub.name === 'value' ? filter.value : undefined
}
