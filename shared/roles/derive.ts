import { own, type JsonObject } from '../scim/json'
import { matchingRules, type Matched } from './match'
import { DISABLED_ROLE, PENDING_ROLE, type Policy, type Rule } from './rules'

/** A role that stays, whatever happens to groups and rules, until somebody takes the lock off. */
export interface Lock {
  readonly role: string
  /** Who set it. */
  readonly by: string
  /** When, in ISO 8601. */
  readonly at: string
}

/** What is kept with a person beside the SCIM attributes. No SCIM answer shows it. */
export interface AccessFacts {
  readonly lock?: Lock
  /** The vendor's own key for the person. */
  readonly productId?: string
  /** Provisioned while the tenant held back newcomers, and not released yet. */
  readonly staged?: true
  /** Of a copy that a super tenant manages: whose it is. Of a group, too. */
  readonly owner?: Owner
  /** How often somebody else has come under the person's userName; a copy is told by it. Absent: never. */
  readonly successions?: number
}

/** The super tenant that manages a copy, and the person or group there. */
export interface Owner {
  readonly tenant: string
  readonly id: string
}

/** What the role is derived from. */
export interface PersonFacts extends Matched {
  readonly lock?: Lock | undefined
  readonly staged?: boolean | undefined
}

/** What a rule looked at. */
export type RuleCause =
  | { readonly ruleKind: 'group'; readonly groupId: string; readonly groupName: string }
  | { readonly ruleKind: 'appRole'; readonly appRole: string }
  | { readonly ruleKind: 'attribute'; readonly attribute: string; readonly value: string }

export type RuleMatch = RuleCause & { readonly ruleId: string; readonly role: string }

/** Why a person has a role. */
export type Reason =
  | { readonly kind: 'inactive' }
  | { readonly kind: 'staged' }
  /** `would` is the role without the lock. */
  | { readonly kind: 'locked'; readonly by: string; readonly at: string; readonly would: string }
  | (RuleCause & {
      readonly kind: 'rule'
      readonly ruleId: string
      /** Rules behind this one that match as well, the first ten. */
      readonly others: readonly RuleMatch[]
      /** How many more match. */
      readonly more: number
    })
  | { readonly kind: 'default' }
  | { readonly kind: 'deleted' }

export interface DerivedRole {
  readonly role: string
  /** Whether who has the role may enter the product. */
  readonly grantsAccess: boolean
  readonly reason: Reason
}

/** A reason is part of a record, whose size is bounded. */
const MAX_OTHERS = 10

/** Whether the person may sign in: an absent `active` counts as true, as RFC 7643 section 4.1.1 leaves it to the provider. */
export const isActive = (attributes: JsonObject) => own(attributes, 'active') !== false

/**
 * The access role and its reason: the first of inactive, staged, locked, the tenant's rules in their order, the default.
 * Inactive comes before a lock, since leaving means leaving.
 */
export function roleOf(person: PersonFacts, policy: Policy): DerivedRole {
  if (!isActive(person.attributes)) return { role: DISABLED_ROLE, grantsAccess: false, reason: { kind: 'inactive' } }
  if (person.staged === true) return { role: PENDING_ROLE, grantsAccess: false, reason: { kind: 'staged' } }
  const given = byRules(person, policy)
  const { lock } = person
  const reason: Reason = lock === undefined ? given.reason : { kind: 'locked', by: lock.by, at: lock.at, would: given.role }
  const role = lock?.role ?? given.role
  return { role, grantsAccess: policy.grantsAccess.includes(role), reason }
}

/** The role that a person has whatever the rules are, as roleOf gives it; undefined when they decide. */
export function settledRole({ attributes, staged, lock }: Omit<PersonFacts, 'groupIds'>): string | undefined {
  if (!isActive(attributes)) return DISABLED_ROLE
  return staged === true ? PENDING_ROLE : lock?.role
}

function byRules(person: Matched, policy: Policy): { readonly role: string; readonly reason: Reason } {
  const [first, ...others] = matchingRules(person, policy)
  if (first === undefined) return { role: policy.defaultRole, reason: { kind: 'default' } }
  const { role, ...cause } = matchOf(first)
  const more = Math.max(0, others.length - MAX_OTHERS)
  return { role, reason: { kind: 'rule', ...cause, others: others.slice(0, MAX_OTHERS).map(matchOf), more } }
}

/** A rule that matches, as reasons tell of it. */
export const matchOf = (rule: Rule): RuleMatch => ({ ruleId: rule.id, ...causeOf(rule), role: rule.role })

function causeOf(rule: Rule): RuleCause {
  switch (rule.kind) {
    case 'group':
      return { ruleKind: 'group', groupId: rule.groupId, groupName: rule.groupName }
    case 'appRole':
      return { ruleKind: 'appRole', appRole: rule.appRole }
    case 'attribute':
      return { ruleKind: 'attribute', attribute: rule.attribute, value: rule.value }
  }
}
