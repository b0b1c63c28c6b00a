import type { DirectoryContext } from '../directory/context'
import { readDocument, type Document } from '../directory/document'
import { isId } from '../directory/identifiers'
import type { Policy, Rule } from '../roles/rules'
import { foldCase } from '../scim/fold'
import { encodeValue, groupKey } from '../storage/keys'
import { inParallel } from '../storage/parallel'
import { prefixRange } from '../storage/table'
import { textOf } from './person-view'

const PARALLEL_READS = 64
/** What a rule keeps of its group's names (policySchema). */
const MAX_TEXT_LENGTH = 256

export type Groups = ReadonlyMap<string, Document>

/** The groups that there are of these ids. */
export async function readGroups({ table }: DirectoryContext, ids: Iterable<string>): Promise<Groups> {
  const rows = await inParallel([...new Set(ids)].filter(isId), PARALLEL_READS, (id) => table.get(groupKey(id)))
  const documents = rows.map((row) => row && readDocument(row)).filter((document) => document !== undefined)
  return new Map(documents.map((document) => [document.id, document]))
}

/** What a rule keeps of its group: the name for people to read, the externalId to know the group again when it is created anew. */
export function namesFor({ attributes }: Document): Pick<Rule, 'groupName' | 'groupExternalId'> {
  const externalId = textOf(attributes, 'externalId') ?? ''
  const isKept = externalId !== '' && externalId === plainText(externalId)
  return { groupName: plainText(textOf(attributes, 'displayName') ?? ''), ...(isKept && { groupExternalId: externalId }) }
}

/** As much of a name as a rule may keep, without what it may not. */
export const plainText = (text: string) => text.slice(0, MAX_TEXT_LENGTH).replaceAll(/[\p{Cc}\p{Surrogate}]/gu, ' ')

/** The policy with the names that its groups have now; a group that is gone keeps the last. */
export function withGroupNames(policy: Policy, groups: Groups): Policy {
  const rules = policy.rules.map((rule) => {
    const group = groups.get(rule.groupId)
    return group === undefined ? rule : { ...rule, groupName: namesFor(group).groupName }
  })
  return { ...policy, rules }
}

/** The only group that has the name now. Undefined also when there are several: names can be forged, so people choose. */
export async function onlyGroupNamed(context: DirectoryContext, displayName: string): Promise<string | undefined> {
  if (displayName === '') return undefined
  const folded = foldCase(displayName)
  const rows = await context.table.all(prefixRange(`x!gn!${encodeValue(folded)}`), { limit: 2, select: ['id'] })
  const [id] = rows.map(({ values }) => String(values['id']))
  if (id === undefined || rows.length > 1) return undefined
  const group = (await readGroups(context, [id])).get(id)
  return group !== undefined && foldCase(textOf(group.attributes, 'displayName') ?? '') === folded ? id : undefined
}
