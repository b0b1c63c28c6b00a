import type { Person } from '../../access/read-access'
import { ruleAttribute } from '../../roles/rule-attribute'
import type { Policy, Rule } from '../../roles/rules'
import { isObject, own, type JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { ENTERPRISE_URN } from '../../scim/schema/schemas'
import type { Routing } from '../../tenants/routing'
import type { Kind } from './rows'

/** Ids of the super tenant's groups that are routed to the target. */
export const routedTo = ({ routes }: Pick<Routing, 'routes'>, target: string): ReadonlySet<string> =>
  new Set(routes.filter(({ tenant }) => tenant === target).map(({ groupId }) => groupId))

/** Whether a target shall have a copy: of a group that is routed there, and of whoever is a direct member of one. */
export const isWanted = (routed: ReadonlySet<string>, kind: Kind, { document, groupIds }: Person) =>
  kind === 'g' ? routed.has(document.id) : groupIds.some((group) => routed.has(group))

/** What becomes of a copy that is not wanted, also of one that was left before. Without its original it goes in any case. */
export const leftCopy = (kind: Kind, isOriginalThere: boolean, onLeave: Routing['onLeave']): 'deleted' | 'disabled' =>
  kind === 'g' || !isOriginalThere || onLeave === 'delete' ? 'deleted' : 'disabled'

/**
 * The attributes of a copy: those of the original, the manager's id replaced by that of the manager's copy. A manager who has
 * none there is left out.
 */
export function copiedAttributes(attributes: JsonObject, managerCopy: string | undefined): JsonObject {
  const enterprise = own(attributes, ENTERPRISE_URN)
  const manager = isObject(enterprise) ? own(enterprise, 'manager') : undefined
  if (!isObject(enterprise) || manager === undefined) return attributes
  const rest = without(enterprise, 'manager')
  if (managerCopy !== undefined && isObject(manager)) {
    return { ...attributes, [ENTERPRISE_URN]: { ...rest, manager: { ...without(manager, '$ref'), value: managerCopy } } }
  }
  return Object.keys(rest).length === 0 ? without(attributes, ENTERPRISE_URN) : { ...attributes, [ENTERPRISE_URN]: rest }
}

/** A copy without the property. Names come from callers: entries are defined, never assigned. */
const without = (object: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([held]) => held !== name))

/** The attributes that make a copy unique in its target. */
export const UNIQUE_ATTRIBUTES = { u: ['userName'], g: ['displayName', 'externalId'] } as const

/** The attributes under the name that the copy has already: another one is taken. */
export function withHeldName(kind: 'u' | 'g', attributes: JsonObject, held: JsonObject): JsonObject {
  const names = UNIQUE_ATTRIBUTES[kind]
  const kept = names.flatMap((name) => {
    const value = own(held, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...names.reduce<JsonObject>(without, attributes), ...Object.fromEntries(kept) }
}

const MAX_NAME = 1000

/** A name that nobody sends, for a copy whose own name goes to another one. */
export function renamedAside(kind: 'u' | 'g', attributes: JsonObject, ending: string): JsonObject {
  const [name] = UNIQUE_ATTRIBUTES[kind]
  const held = own(attributes, name)
  return { ...attributes, [name]: `${typeof held === 'string' ? held.slice(0, MAX_NAME) : ''}#moved-${ending}` }
}

/**
 * The super tenant's policy in a target: rules for groups that are routed there, by the ids of their copies, those for app roles, and
 * those for attributes that a rule may look at there, compared as the schema there says.
 */
export function translatedPolicy(policy: Policy, copies: ReadonlyMap<string, string>, type: ResourceType): Policy {
  const rules = policy.rules.flatMap((rule): Rule[] => {
    if (rule.kind === 'appRole') return [rule]
    if (rule.kind === 'attribute') {
      const named = ruleAttribute(type, rule.attribute)
      return typeof named === 'string' ? [] : [{ ...rule, ...named }]
    }
    const groupId = copies.get(rule.groupId)
    return groupId === undefined ? [] : [{ ...rule, groupId }]
  })
  return { ...policy, rules }
}
