import type { DeclaredAttribute } from '../scim/schema/declared'
import { invalidValue } from '../scim/errors'
import type { LearntAttribute } from '../scim/schema/learnt'
import { attributeNamed, extensionNamed } from '../scim/schema/schema'
import { declaredAttributes } from './declared-attributes'
import { chosenMatching, type MatchingChoice } from './matching'
import { typesOf, type ChosenSettings, type MatchingSetting, type TenantSettings, type TenantTypes } from './tenant'

/** What people change: each given setting as a whole. Some are changed one by one, by changeOne. */
export type SettingsChange = Partial<Omit<ChosenSettings, 'matching' | ChangedAlone>> & {
  readonly matching?: readonly MatchingChoice[]
}

/** Settings that people do not save together with others: the version stays. */
export type ChangedAlone = 'capture' | 'directorySignIn'

/** What is to be stored for a change. */
type CheckedChange = Partial<ChosenSettings> & { readonly learnt?: readonly LearntAttribute[] }

/**
 * Checks a change against the rules and against the settings that stay. What was learnt and is declared now is forgotten as learnt.
 * @throws ScimError invalidValue that names what cannot be set
 */
export function checkedChange(current: TenantSettings, change: SettingsChange): CheckedChange {
  const { declared: sent, matching: named, ...others } = change
  const declared = sent && spelled(readDeclared(sent), current.types)
  const matching = declared || named ? matchingAfter(current, declared, named) : undefined
  const learnt = declared && current.learnt.filter((one) => !declared.some((other) => isSame(one, other)))
  return {
    ...others,
    ...(others.retentionDays !== undefined && { retentionDays: checkedDays('retentionDays', others.retentionDays) }),
    ...(others.auditDays !== undefined && { auditDays: checkedDays('auditDays', others.auditDays) }),
    ...(declared !== undefined && { declared }),
    ...(named !== undefined && matching !== undefined && { matching }),
    ...(learnt !== undefined && learnt.length < current.learnt.length && { learnt }),
  }
}

/** Other settings are not held up by a path that names nothing any more, since the super tenant may undeclare an attribute. */
function matchingAfter(
  { inherited, learnt, ...current }: TenantSettings,
  declared: readonly DeclaredAttribute[] = current.declared,
  matching: readonly MatchingChoice[] = current.matching,
): MatchingSetting[] {
  const types = typesOf({ declared, strict: false, inherited }, learnt)
  return chosenMatching(types, current.matching, { matching, now: new Date().toISOString() })
}

/** Webhooks are tried for three days, and a product may be down over a weekend. */
export const RETENTION_DAYS = { min: 7, max: 3650 }
/** What was done shortly before somebody looks is always there. */
export const AUDIT_DAYS = { min: 90, max: 3650 }

function checkedDays(name: 'retentionDays' | 'auditDays', days: number): number {
  const { min, max } = name === 'auditDays' ? AUDIT_DAYS : RETENTION_DAYS
  if (Number.isInteger(days) && days >= min && days <= max) return days
  throw invalidValue(`${name} must be a whole number from ${min} to ${max}.`)
}

/** As the tenant's schemas spell them already: resources hold values under these very names. */
function spelled(declared: readonly DeclaredAttribute[], types: TenantTypes): DeclaredAttribute[] {
  return declared.map((one) => {
    const extension = extensionNamed(types[one.type], one.urn)
    const held = extension && attributeNamed(extension.attributes, one.name)
    return { ...one, urn: extension?.id ?? one.urn, name: held?.name ?? one.name }
  })
}

function readDeclared(declared: readonly DeclaredAttribute[]): DeclaredAttribute[] {
  const result = declaredAttributes.safeParse(declared)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalidValue(
    `declared${(issue?.path ?? []).map((part) => `.${String(part)}`).join('')} ${issue?.message ?? 'is not valid'}.`,
  )
}

type Named = Pick<LearntAttribute, 'type' | 'urn' | 'name'>

function isSame(one: Named, other: Named): boolean {
  const name = ({ type, urn, name: own }: Named) => `${type} ${urn}:${own}`.toLowerCase()
  return name(one) === name(other)
}
