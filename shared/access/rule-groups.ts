import * as z from 'zod'
import type { DirectoryContext } from '../directory/context'
import { readDocument, type Document } from '../directory/documents/document'
import { isId } from '../directory/identifiers'
import { visitRowsAt } from '../directory/query/near'
import type { GroupRule, Policy } from '../roles/rules'
import { foldCase } from '../scim/fold'
import { encodeValue, groupKey } from '../storage/keys'
import { prefixRange } from '../storage/table'
import { textOf } from './person-view'

const MAX_TEXT_LENGTH = 256

/** How a rule or route shows its group. */
export const groupShown = {
  groupId: z.string(),
  groupName: z.string().describe('As the group is called now; the last name of a group that is gone'),
  groupExternalId: z.string().optional(),
  broken: z.boolean().describe('The group is gone, so nothing comes of it'),
  suggestion: z
    .object({ groupId: z.string(), displayName: z.string() })
    .meta({ id: 'GroupSuggestion' })
    .optional()
    .describe('For a group that is gone: one of the same name. Whether it is the same group, a person has to know'),
}

const ignored = z.unknown().optional().describe('Ignored: read from the group. Here so that what was read can be sent back')

/** What is shown of a group may be sent back. */
export const groupIgnored = { groupName: ignored, groupExternalId: ignored, broken: ignored, suggestion: ignored }

/** What a rule or route holds of its group. */
type Bound = Pick<GroupRule, 'groupId' | 'groupName' | 'groupExternalId'>

/** The names of the group as it is now; of one that is gone those that are held. Undefined: there was never such a group here. */
export function namesOf(groups: Groups, held: readonly Bound[], groupId: string): Omit<Bound, 'groupId'> | undefined {
  const group = groups.get(groupId)
  if (group !== undefined) return namesFor(group)
  const bound = held.find((one) => one.groupId === groupId)
  if (bound === undefined) return undefined
  const { groupName, groupExternalId } = bound
  return { groupName, ...(groupExternalId !== undefined && { groupExternalId }) }
}

/** The group of a rule or route, for an answer. One trip more for a group that is gone. */
export async function showBound(directory: DirectoryContext, groups: Groups, { groupId, groupName, groupExternalId }: Bound) {
  const group = groups.get(groupId)
  if (group !== undefined) return { groupId, ...namesFor(group), broken: false }
  const suggested = await onlyGroupNamed(directory, groupName)
  const external = groupExternalId === undefined ? {} : { groupExternalId }
  const suggestion = suggested === undefined ? {} : { suggestion: { groupId: suggested, displayName: groupName } }
  return { groupId, groupName, ...external, broken: true, ...suggestion }
}

export type Groups = ReadonlyMap<string, Document>

/** The groups that there are of these ids. */
export async function readGroups({ table }: DirectoryContext, ids: Iterable<string>): Promise<Groups> {
  const groups = new Map<string, Document>()
  await visitRowsAt(table, [...new Set(ids)].filter(isId).map(groupKey), (row) => {
    const document = readDocument(row)
    if (document !== undefined) groups.set(document.id, document)
  })
  return groups
}

/** What a rule keeps of its group: the name for people to read, the externalId to know the group again when it is created anew. */
export function namesFor({ attributes }: Document): Pick<GroupRule, 'groupName' | 'groupExternalId'> {
  const externalId = textOf(attributes, 'externalId') ?? ''
  const isKept = externalId !== '' && externalId === plainText(externalId)
  return { groupName: plainText(textOf(attributes, 'displayName') ?? ''), ...(isKept && { groupExternalId: externalId }) }
}

/** As much of a name as a rule may keep, without what it may not. */
export const plainText = (text: string) => text.slice(0, MAX_TEXT_LENGTH).replaceAll(/[\p{Cc}\p{Surrogate}]/gu, ' ')

/** The policy with the names that its groups have now; a group that is gone keeps the last. */
export function withGroupNames(policy: Policy, groups: Groups): Policy {
  const rules = policy.rules.map((rule) => {
    const group = rule.kind === 'group' ? groups.get(rule.groupId) : undefined
    return group === undefined ? rule : { ...rule, groupName: namesFor(group).groupName }
  })
  return { ...policy, rules }
}

/** The only group that has the name now. Undefined also when there are several: names can be forged, so people choose. */
async function onlyGroupNamed(context: DirectoryContext, displayName: string): Promise<string | undefined> {
  if (displayName === '') return undefined
  const folded = foldCase(displayName)
  const rows = await context.table.all(prefixRange(`x!gn!${encodeValue(folded)}`), { limit: 2, select: ['id'] })
  const [id] = rows.map(({ values }) => String(values['id']))
  if (id === undefined || rows.length > 1) return undefined
  const group = (await readGroups(context, [id])).get(id)
  return group !== undefined && foldCase(textOf(group.attributes, 'displayName') ?? '') === folded ? id : undefined
}
