import * as z from 'zod'
import { foldCase } from '../scim/fold'

/** Roles that a person's state gives; no tenant may name one of its own so. */
export const DISABLED_ROLE = 'Disabled'
export const PENDING_ROLE = 'Pending'

export const MAX_ROLES = 50
/** Those of now, and as many that are gone. */
export const MAX_GRANTS = 2 * MAX_ROLES
const MAX_RULES = 500
const MAX_ROLE_NAME_LENGTH = 60
const MAX_RULE_ID_LENGTH = 64
/** All rules of a tenant lie in one row of at most 1 MiB. */
const MAX_GROUP_TEXT_LENGTH = 256
/** Of an app role's value, and of the value of an attribute. */
export const MAX_COMPARED_LENGTH = 200
/** A URN of 200 characters, a colon and a name of 64. */
const MAX_ATTRIBUTE_LENGTH = 265
const MAX_PRODUCT_ID_LENGTH = 200

/** Tables store well-formed text only; control characters would forge lines of logs and CSV. */
const hasPlainText = (text: string) => !/[\p{Cc}\p{Surrogate}]/u.test(text)
export const plainText = (maxLength: number) =>
  z.string().max(maxLength).refine(hasPlainText, 'must not hold control characters or half a surrogate pair')

const isTrimmed = (text: string) => text.trim() === text
const NOT_TRIMMED = 'must not begin or end with a space'

export const roleName = plainText(MAX_ROLE_NAME_LENGTH).min(1).refine(isTrimmed, NOT_TRIMMED)

const ruled = {
  id: z.string().regex(new RegExp(`^[A-Za-z0-9_-]{1,${MAX_RULE_ID_LENGTH}}$`), 'must be letters, digits, _ or -, at most 64'),
  role: z.string(),
}

/** What a person's value is compared with. A space at its end would be seen by nobody. */
const comparedText = plainText(MAX_COMPARED_LENGTH).min(1).refine(isTrimmed, NOT_TRIMMED)

const groupRule = z.object({
  kind: z.literal('group'),
  ...ruled,
  groupId: z.string().regex(/^[0-9a-f]{32}$/, 'must be the id of a group'),
  /** As last seen: the rule follows the id, so a rename changes nothing but this text. */
  groupName: plainText(MAX_GROUP_TEXT_LENGTH),
  groupExternalId: plainText(MAX_GROUP_TEXT_LENGTH).min(1).optional(),
})

/** For who has an app role in Entra ID, as `roles` or `entitlements` of the person tell. */
const appRoleRule = z.object({ kind: z.literal('appRole'), ...ruled, appRole: comparedText })

/**
 * For who has the value of an attribute. `attribute` is spelled as printPath spells it, and `caseExact` is what the schema said of it:
 * the rule compares by what stands here alone, so that a role follows from the person and the policy and from nothing else.
 */
const attributeRule = z.object({
  kind: z.literal('attribute'),
  ...ruled,
  attribute: z.string().min(1).max(MAX_ATTRIBUTE_LENGTH),
  value: comparedText,
  caseExact: z.boolean(),
})

const ruleSchema = z.discriminatedUnion('kind', [groupRule, appRoleRule, attributeRule])

/**
 * A tenant's access roles and the rules that give them, in the order in which they are tried. Role names are compared
 * without letter case; a rule and the default name their role as it is spelled in the list.
 */
export const policySchema = z
  .object({
    roles: z.array(roleName).min(1).max(MAX_ROLES),
    /** Roles that let people into the product; also some that are gone, for who is locked to one. Any other lets nobody in. */
    grantsAccess: z.array(roleName).max(MAX_GRANTS).default([]),
    defaultRole: z.string(),
    rules: z.array(ruleSchema).max(MAX_RULES),
  })
  .superRefine((policy, check) => {
    const refuse = (path: (string | number)[], message: string) => {
      check.addIssue({ code: 'custom', path, message })
    }
    refuseRoleNames(policy.roles, refuse)
    const known = new Set(policy.roles)
    if (!known.has(policy.defaultRole)) refuse(['defaultRole'], noSuchRole(policy.defaultRole))
    const ids = new Set<string>()
    for (const [index, rule] of policy.rules.entries()) {
      if (!known.has(rule.role)) refuse(['rules', index, 'role'], noSuchRole(rule.role))
      if (ids.has(rule.id)) refuse(['rules', index, 'id'], 'Another rule has this id already')
      ids.add(rule.id)
    }
  })

export type Policy = z.infer<typeof policySchema>
export type Rule = z.infer<typeof ruleSchema>
export type GroupRule = z.infer<typeof groupRule>
export type AppRoleRule = z.infer<typeof appRoleRule>
export type AttributeRule = z.infer<typeof attributeRule>

/** The rules for members of groups: only these need memberships to be read. */
export const groupRules = ({ rules }: Pick<Policy, 'rules'>): GroupRule[] => rules.filter((rule) => rule.kind === 'group')

/** The vendor's own key for a person: 1 to 200 characters, case kept. */
export const productIdSchema = plainText(MAX_PRODUCT_ID_LENGTH).min(1)

const reserved = [DISABLED_ROLE, PENDING_ROLE].map((role) => foldCase(role))
export const isReserved = (name: string) => reserved.includes(foldCase(name))

const noSuchRole = (name: string) => `There is no role ${JSON.stringify(name.slice(0, MAX_ROLE_NAME_LENGTH))} in roles`

/** Two roles of one name, and the names that a person's state gives. The path names the place in the list. */
export function refuseRoleNames(roles: readonly string[], refuse: (path: (string | number)[], message: string) => void): void {
  const seen = new Set<string>()
  for (const [index, role] of roles.entries()) {
    const folded = foldCase(role)
    if (isReserved(role)) refuse(['roles', index], `${DISABLED_ROLE} and ${PENDING_ROLE} are reserved`)
    if (seen.has(folded)) refuse(['roles', index], 'Another role has this name already (letter case does not count)')
    seen.add(folded)
  }
}
