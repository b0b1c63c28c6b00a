import type { AttributePath } from '../../scim/schema/attribute-path'
import { countTerms, type Filter } from '../../scim/filter/filter'
import type { Literal } from '../../scim/filter/literal'
import { foldCase } from '../../scim/fold'
import type { ResourceType } from '../../scim/schema/schema'
import { ENTERPRISE_URN } from '../../scim/schema/schemas'
import { encodeValue, userNameKey } from '../../storage/keys'
import { isId } from '../identifiers'
import { matchingPrefixes, type MatchingAttribute } from './matching'

/** Where the ids of all resources lie that can match. The document is compared afterwards. */
export type Lookup =
  | { readonly kind: 'id'; readonly id: string }
  /** An index row whose `id` it is. */
  | { readonly kind: 'row'; readonly key: string }
  /** Index rows of a prefix; of many resources where the value is one that many share. */
  | { readonly kind: 'rows'; readonly prefix: string; readonly many?: true }

/** What there is an index for. */
export interface Indexed {
  readonly type: ResourceType
  readonly matching: readonly MatchingAttribute[]
}

type Path = AttributePath & { readonly kind: 'attribute' }
type Lookups = readonly Lookup[] | undefined

/**
 * The lookups that cover a filter: equality on an indexed attribute, also inside and/or and brackets. Undefined: only a
 * scan can tell. An empty list: nothing can match. Of a filter in brackets, within is the attribute before them.
 */
export function planLookups(filter: Filter, indexed: Indexed, within?: Path): Lookups {
  switch (filter.kind) {
    case 'compare':
      return comparedLookups(filter, indexed, within)
    case 'and':
      return fewer(planLookups(filter.left, indexed, within), planLookups(filter.right, indexed, within))
    case 'or': {
      const left = planLookups(filter.left, indexed, within)
      const right = planLookups(filter.right, indexed, within)
      return left && right && [...left, ...right]
    }
    case 'valuePath':
      return filter.path.kind === 'attribute' ? planLookups(filter.filter, indexed, filter.path) : undefined
    case 'not':
    case 'present':
      return undefined
  }
}

function fewer(left: Lookups, right: Lookups): Lookups {
  if (left === undefined || right === undefined) return left ?? right
  return cost(left) <= cost(right) ? left : right
}

/** A point read before a range, a range before one that is long by its nature. */
const cost = (lookups: readonly Lookup[]) => lookups.reduce((sum, lookup) => sum + costOf(lookup), 0)

function costOf(lookup: Lookup): number {
  if (lookup.kind !== 'rows') return 1
  return lookup.many ? 100 : 5
}

function comparedLookups(filter: Filter & { kind: 'compare' }, indexed: Indexed, within: Path | undefined): Lookups {
  const { operator, value } = filter
  if (operator !== 'eq' || value === null || filter.path.kind !== 'attribute') return undefined
  const path = within === undefined ? filter.path : { ...within, sub: filter.path.attribute }
  return fixedLookups(indexed.type, path, value) ?? matchingLookups(indexed, path, value)
}

function matchingLookups({ type, matching }: Indexed, path: Path, value: NonNullable<Literal>): Lookups {
  const prefixes = matchingPrefixes(type, path, value, matching)
  return prefixes?.map((prefix) => ({ kind: 'rows', prefix, ...(typeof value === 'boolean' && { many: true }) }))
}

/** How equality on an attribute that always has an index is looked up: by name, an extension's as `urn:name`. */
type Index = (value: string) => readonly Lookup[]

const byId: Index = (value) => (isId(value) ? [{ kind: 'id', id: value }] : [])
const rows =
  (prefix: string, form: (value: string) => string = (value) => value): Index =>
  (value) => [{ kind: 'rows', prefix: prefix + encodeValue(form(value)) }]
const memberships =
  (side: 'r' | 'm'): Index =>
  (value) =>
    isId(value) ? [{ kind: 'rows', prefix: `${side}!${value}`, many: true }] : []

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

function fixedLookups(type: ResourceType, path: Path, value: NonNullable<Literal>): Lookups {
  if (typeof value !== 'string' || (path.sub !== undefined && path.sub.name !== 'value')) return undefined
  const indexes = type.name === 'User' ? USER_INDEXES : GROUP_INDEXES
  const { urn, attribute } = path
  return indexes.get(urn === undefined ? attribute.name : `${urn}:${attribute.name}`)?.(value)
}

/** The attribute that lies in membership rows, from the side of that type. */
export const membershipAttribute = (type: ResourceType) => (type.name === 'Group' ? 'members' : 'groups')

/** Which memberships a filter has to know: documents do not hold them. */
export type MembershipNeeds =
  | { readonly kind: 'none' }
  /** Those with these ids alone: each term names one. */
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  /** All those of a resource, with the names of groups when a term compares them. terms is what comparing one costs. */
  | { readonly kind: 'all'; readonly names: boolean; readonly terms: number }

type Term = Filter & { readonly kind: 'present' | 'compare' | 'valuePath' }

export function membershipNeeds(filter: Filter, type: ResourceType): MembershipNeeds {
  const terms = termsOf(filter).filter((term) => isMembershipTerm(term, type))
  if (terms.length === 0) return { kind: 'none' }
  const ids = terms.map((term) => requiredId(term))
  if (!ids.includes(undefined)) return { kind: 'some', ids: new Set(ids.filter((id) => id !== undefined)) }
  const names = type.name === 'User' && terms.some(mentionsDisplay)
  return { kind: 'all', names, terms: terms.reduce((sum, term) => sum + countTerms(term), 0) }
}

/** The terms outside of brackets. */
function termsOf(filter: Filter): Term[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...termsOf(filter.left), ...termsOf(filter.right)]
    case 'not':
      return termsOf(filter.operand)
    case 'present':
    case 'compare':
    case 'valuePath':
      return [filter]
  }
}

const isMembershipTerm = ({ path }: Term, type: ResourceType) =>
  path.kind === 'attribute' && path.urn === undefined && path.attribute.name === membershipAttribute(type)

/**
 * Whether the filter compares what a change of members alone moves: the group's version and its time of change lie in its
 * anchor as well.
 */
export function needsAnchors(filter: Filter, type: ResourceType): boolean {
  return type.name === 'Group' && termsOf(filter).some(isChangeTerm)
}

function isChangeTerm({ path }: Term): boolean {
  if (path.kind !== 'attribute' || path.urn !== undefined || path.attribute.name !== 'meta') return false
  return path.sub === undefined || path.sub.name === 'lastModified' || path.sub.name === 'version'
}

/** The id without which no membership satisfies the term. */
function requiredId(term: Term): string | undefined {
  if (term.kind === 'valuePath') return requiredValue(term.filter)
  if (term.path.kind !== 'attribute' || term.path.sub?.name !== 'value') return undefined
  return equalText(term)
}

/** The text that `value` must equal for the filter on an entry to hold. */
function requiredValue(filter: Filter): string | undefined {
  if (filter.kind === 'and') return requiredValue(filter.left) ?? requiredValue(filter.right)
  const isValue = filter.kind === 'compare' && filter.path.kind === 'attribute' && filter.path.attribute.name === 'value'
  return isValue ? equalText(filter) : undefined
}

function equalText(filter: Filter): string | undefined {
  return filter.kind === 'compare' && filter.operator === 'eq' && typeof filter.value === 'string' ? filter.value : undefined
}

function mentionsDisplay(term: Term): boolean {
  if (term.path.kind !== 'attribute') return false
  if (term.kind !== 'valuePath') return term.path.sub?.name === 'display'
  return termsOf(term.filter).some(({ path }) => path.kind === 'attribute' && path.attribute.name === 'display')
}
