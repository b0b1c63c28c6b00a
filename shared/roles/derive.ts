import { own, type JsonObject } from '../scim/json'
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
export interface PersonFacts {
  readonly active: boolean
  readonly lock?: Lock | undefined
  readonly staged?: boolean | undefined
  /** Direct memberships; nested groups count for none. */
  readonly groupIds: readonly string[]
}

export interface RuleMatch {
  readonly ruleId: string
  readonly groupId: string
  readonly groupName: string
  readonly role: string
}

/** Why a person has a role. */
export type Reason =
  | { readonly kind: 'inactive' }
  | { readonly kind: 'staged' }
  /** `would` is the role without the lock. */
  | { readonly kind: 'locked'; readonly by: string; readonly at: string; readonly would: string }
  | {
      readonly kind: 'rule'
      readonly ruleId: string
      readonly groupId: string
      readonly groupName: string
      /** Rules behind this one that match as well, the first ten. */
      readonly others: readonly RuleMatch[]
      /** How many more match. */
      readonly more: number
    }
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
  if (!person.active) return { role: DISABLED_ROLE, grantsAccess: false, reason: { kind: 'inactive' } }
  if (person.staged === true) return { role: PENDING_ROLE, grantsAccess: false, reason: { kind: 'staged' } }
  const given = byRules(person.groupIds, policy)
  const { lock } = person
  const reason: Reason = lock === undefined ? given.reason : { kind: 'locked', by: lock.by, at: lock.at, would: given.role }
  const role = lock?.role ?? given.role
  return { role, grantsAccess: policy.grantsAccess.includes(role), reason }
}

/** The role that a person has whatever the groups are, as roleOf gives it; undefined when they decide. */
export function settledRole({ active, staged, lock }: Omit<PersonFacts, 'groupIds'>): string | undefined {
  if (!active) return DISABLED_ROLE
  return staged === true ? PENDING_ROLE : lock?.role
}

function byRules(groupIds: readonly string[], policy: Policy): { readonly role: string; readonly reason: Reason } {
  const held = new Set(groupIds)
  const [first, ...others] = policy.rules.filter((rule) => held.has(rule.groupId))
  if (first === undefined) return { role: policy.defaultRole, reason: { kind: 'default' } }
  const { id: ruleId, groupId, groupName } = first
  const more = Math.max(0, others.length - MAX_OTHERS)
  const reason = { kind: 'rule', ruleId, groupId, groupName, others: others.slice(0, MAX_OTHERS).map(matchOf), more } as const
  return { role: first.role, reason }
}

const matchOf = ({ id, groupId, groupName, role }: Rule): RuleMatch => ({ ruleId: id, groupId, groupName, role })

/**
 * The reason in plain words, for the console, the CSV and the product.
 * @param shown what the reader calls a role; by its name unless given
 */
export function sayReason(reason: Reason, shown = (role: string) => role): string {
  switch (reason.kind) {
    case 'inactive':
      return 'The directory has set this person inactive.'
    case 'staged':
      return 'Newcomers are held back, and this person is not released yet.'
    case 'locked':
      return `Locked by ${reason.by} on ${reason.at.slice(0, 10)}. Without the lock the role would be ${shown(reason.would)}.`
    case 'rule':
      return `Member of ${nameOf(reason)}.${sayOthers(reason, shown)}`
    case 'default':
      return 'Member of no group that a rule names, so the default role applies.'
    case 'deleted':
      return 'The directory has deleted this person.'
  }
}

function sayOthers({ others, more }: Extract<Reason, { kind: 'rule' }>, shown: (role: string) => string): string {
  if (others.length === 0) return ''
  const names = others.map((other) => `${nameOf(other)} (${shown(other.role)})`).join(', ')
  return ` Rules further down match as well: ${names}${more > 0 ? ` and ${more} more` : ''}.`
}

const nameOf = ({ groupId, groupName }: { groupId: string; groupName: string }) => (groupName === '' ? groupId : groupName)
