import type { Answer } from '../../api/client'
import type { Choice } from '../../ui/combobox'

type SavedRule = Answer<'readRoles'>['rules'][number]
type Saved<K extends SavedRule['kind']> = Extract<SavedRule, { readonly kind: K }>

/** Whom a rule gives its role. */
export type Subject =
  | {
      readonly kind: 'group'
      readonly groupId: string
      readonly groupName: string
      readonly groupExternalId?: string | undefined
      readonly isBroken: boolean
      readonly suggestion?: Saved<'group'>['suggestion']
    }
  | { readonly kind: 'appRole'; readonly appRole: string }
  | { readonly kind: 'attribute'; readonly attribute: string; readonly value: string }

export function subjectOf(rule: SavedRule): Subject {
  if (rule.kind === 'appRole') return { kind: 'appRole', appRole: rule.appRole }
  if (rule.kind === 'attribute') return { kind: 'attribute', attribute: rule.attribute, value: rule.value }
  const { groupId, groupName, groupExternalId, broken, suggestion } = rule
  return groupSubject({ id: groupId, name: groupName }, { groupExternalId, isBroken: broken, suggestion })
}

/** A group as a subject; one that was just chosen is there. */
export const groupSubject = (
  { id, name }: Choice,
  known: Partial<Extract<Subject, { kind: 'group' }>> = {},
): Extract<Subject, { kind: 'group' }> => ({
  kind: 'group',
  groupId: id,
  groupName: name,
  groupExternalId: known.groupExternalId,
  isBroken: known.isBroken ?? false,
  suggestion: known.suggestion,
})

/** As the API takes it. */
export function subjectBody(subject: Subject) {
  return subject.kind === 'group' ? { kind: subject.kind, groupId: subject.groupId } : subject
}

/** The same for two rules of which the lower one never decides. */
export const subjectKey = (subject: Subject) =>
  JSON.stringify(Object.values(subjectBody(subject)).map((part) => part.normalize('NFC').toLowerCase()))

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Attributes of the standard that many people share a value of, as people call them. */
export const STANDARD_ATTRIBUTES = [
  { value: `${ENTERPRISE}:department`, text: 'Department' },
  { value: 'userType', text: 'User type' },
  { value: 'title', text: 'Job title' },
  { value: `${ENTERPRISE}:organization`, text: 'Organization' },
  { value: `${ENTERPRISE}:division`, text: 'Division' },
  { value: `${ENTERPRISE}:costCenter`, text: 'Cost center' },
] as const

export const attributeName = (path: string) =>
  STANDARD_ATTRIBUTES.find(({ value }) => value === path)?.text ?? path.slice(path.lastIndexOf(':') + 1)

/** The words before the name of a subject, and the name: Members of Finance. */
export function subjectWords(subject: Subject): readonly [lead: string, name: string] {
  if (subject.kind === 'appRole') return ['App role', subject.appRole]
  if (subject.kind === 'attribute') return [`${attributeName(subject.attribute)} is`, subject.value]
  return ['Members of', subject.groupName === '' ? subject.groupId : subject.groupName]
}

/** The subject as a name in a sentence: Finance, app role Auditor, Department Sales. */
export function subjectName(subject: Subject): string {
  const [, name] = subjectWords(subject)
  if (subject.kind === 'appRole') return `app role ${name}`
  return subject.kind === 'attribute' ? `${attributeName(subject.attribute)} ${name}` : name
}
