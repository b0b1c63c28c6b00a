import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import type { WrongField } from '../../api/problem'
import { labelled, labelShown, type RoleLabels } from '../../roles/labels'
import { ruleAttribute } from '../../roles/rule-attribute'
import { groupRules, type Policy, type Rule } from '../../roles/rules'
import type { ResourceType } from '../../scim/schema/schema'
import { groupIgnored, groupShown, namesOf, showBound, type Groups } from '../rule-groups'

const shown = { id: z.string(), role: z.string(), label: labelShown }
const appRole = z
  .string()
  .describe('Value of the app role in Entra ID, as `roles` or `entitlements` of a person has it; letter case does not count')
const value = z.string().describe('The text that the attribute has to have')

/** A rule as it is shown. */
export const ruleShown = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('group'), ...shown, ...groupShown }),
    z.object({ kind: z.literal('appRole'), ...shown, appRole }),
    z.object({
      kind: z.literal('attribute'),
      ...shown,
      attribute: z.string().describe('Spelled in full, as in `urn:…:User:department`'),
      value,
      caseExact: z.boolean().describe('Whether letter case counts, as the schema said when the rule was saved'),
    }),
  ])
  .meta({ id: 'Rule' })

/** What was read and need not be sent, so that an answer can be sent back as it is. */
const ignored = (why: string) => z.unknown().optional().describe(`Ignored: ${why}. Here so that what was read can be sent back`)
export const labelIgnored = ignored('saved by itself')
const sent = { id: z.string().optional().describe('Made when absent'), role: z.string(), label: labelIgnored }

/** A rule as it is sent. */
export const ruleSent = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('group').optional().describe('What a rule is unless it says otherwise'),
      ...sent,
      groupId: z.string(),
      ...groupIgnored,
    }),
    z.strictObject({ kind: z.literal('appRole'), ...sent, appRole }),
    z.strictObject({
      kind: z.literal('attribute'),
      ...sent,
      attribute: z
        .string()
        .describe(
          'An attribute of people that holds one text and is shown, such as `userType`, `department`, `urn:…:User:costCode`',
        ),
      value,
      caseExact: ignored('read from the schema'),
    }),
  ])
  .meta({ id: 'RuleSent' })
type RuleSent = z.infer<typeof ruleSent>

const NO_GROUP = 'is not the id of a group here. Provision the group first, or choose another from the list of groups'

/** What a rule may name. */
interface Known {
  readonly groups: Groups
  /** Of people, with the attributes of the tenant. */
  readonly type: ResourceType
}

/**
 * The rules as they are stored: names and externalIds read from the groups, attributes as the schema has them. A rule whose group is
 * gone may stay as it was. What is wrong is told to `refuse`.
 */
export function checkedRules(
  rules: readonly RuleSent[],
  { groups, type }: Known,
  current: Policy,
  refuse: (field: WrongField) => void,
): Rule[] {
  return rules.map((rule, index): Rule => {
    const { id = randomUUID(), role } = rule
    if (rule.kind === 'appRole') return { kind: rule.kind, id, role, appRole: rule.appRole }
    if (rule.kind === 'attribute') {
      const named = ruleAttribute(type, rule.attribute)
      if (typeof named === 'string') refuse({ path: `/rules/${index}/attribute`, detail: named })
      const attribute = typeof named === 'string' ? { attribute: rule.attribute, caseExact: false } : named
      return { kind: rule.kind, id, role, ...attribute, value: rule.value }
    }
    const names = namesOf(groups, groupRules(current), rule.groupId)
    if (names === undefined) refuse({ path: `/rules/${index}/groupId`, detail: NO_GROUP })
    return { kind: 'group', id, role, groupId: rule.groupId, ...(names ?? { groupName: '' }) }
  })
}

/** The ids of all groups that rules name. */
export const groupIdsOf = ({ rules }: { readonly rules: readonly (RuleSent | Rule)[] }) =>
  rules.flatMap((rule) => ('groupId' in rule ? [rule.groupId] : []))

/** A rule for an answer. One trip more for one whose group is gone. */
export async function showRule(
  directory: DirectoryContext,
  rule: Rule,
  { groups, labels }: { readonly groups: Groups; readonly labels: RoleLabels },
): Promise<z.infer<typeof ruleShown>> {
  const { id, role, ...rest } = rule
  const facts = { id, ...labelled(labels, role) }
  return rest.kind === 'group'
    ? { kind: rest.kind, ...facts, ...(await showBound(directory, groups, rest)) }
    : { ...rest, ...facts }
}
