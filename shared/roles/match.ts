import { foldCase } from '../scim/fold'
import { isObject, own, type JsonObject } from '../scim/json'
import { APP_ROLE_ATTRIBUTES, appRolesOf } from './app-roles'
import { MAX_COMPARED_LENGTH, type AppRoleRule, type AttributeRule, type Policy, type Rule } from './rules'

/** What rules look at. */
export interface Matched {
  readonly attributes: JsonObject
  /** Direct memberships; nested groups count for none. */
  readonly groupIds: readonly string[]
}

/** Two spellings of one text differ in length by less than this; what is longer is not even folded. */
const MAX_FOLDED_LENGTH = 4 * MAX_COMPARED_LENGTH

/** The rules that hold for the person, of all kinds, in the order of the policy. */
export function matchingRules({ attributes, groupIds }: Matched, { rules }: Pick<Policy, 'rules'>): Rule[] {
  const groups = new Set(groupIds)
  let appRoles: ReadonlySet<string> | undefined
  return rules.filter((rule) => {
    switch (rule.kind) {
      case 'group':
        return groups.has(rule.groupId)
      case 'appRole':
        return (appRoles ??= appRolesOf(attributes)).has(foldedOf(rule, rule.appRole))
      case 'attribute':
        return isSame(textAt(attributes, rule.attribute), rule)
    }
  })
}

/** The attributes whose change may give a person another role, as change records name them: `active`, `urn:…:User:department`. */
export function decidingAttributes({ rules }: Pick<Policy, 'rules'>): ReadonlySet<string> {
  const names = rules.flatMap((rule) =>
    rule.kind === 'attribute' ? [rule.attribute] : rule.kind === 'appRole' ? APP_ROLE_ATTRIBUTES : [],
  )
  return new Set(['active', ...names])
}

/** A list, a number or a boolean is no text, and equals none. */
function isSame(text: string | undefined, rule: AttributeRule): boolean {
  if (text === undefined || text.length > MAX_FOLDED_LENGTH) return false
  return rule.caseExact ? text === rule.value : foldCase(text) === foldedOf(rule, rule.value)
}

function textAt(attributes: JsonObject, path: string): string | undefined {
  const colon = path.lastIndexOf(':')
  const holder = colon < 0 ? attributes : own(attributes, path.slice(0, colon))
  const value = isObject(holder) ? own(holder, path.slice(colon + 1)) : undefined
  return typeof value === 'string' ? value : undefined
}

const folded = new WeakMap<Rule, string>()

/** A rule is compared with everybody, and is folded once. */
function foldedOf(rule: AppRoleRule | AttributeRule, text: string): string {
  const held = folded.get(rule)
  if (held !== undefined) return held
  const fresh = foldCase(text)
  folded.set(rule, fresh)
  return fresh
}
