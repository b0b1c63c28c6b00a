import { nameCause } from '../../roles/say-reason'
import { own, isObject, type JsonObject } from '../../scim/json'
import type { NameOf } from './field-changes'
import type { Wording } from './wording'

/**
 * What `role` of a record tells, such as `role Loanee → Manager by rule Sales North`. The group has its name of now, else the
 * one that it had then.
 */
export function sayRole(role: JsonObject, { nameOf, shownRole }: Wording): string {
  const [before, after] = ['before', 'after'].map((side) => {
    const name = textIn(role, side)
    return name === undefined ? undefined : shownRole(name)
  })
  const reason = own(role, 'reason')
  const why = isObject(reason) ? whyOf(reason, nameOf) : ''
  const change = before === undefined ? (after ?? 'changed') : `${before} → ${after ?? 'none'}`
  return `role ${change}${why === '' ? '' : ` ${why}`}`
}

function whyOf(reason: JsonObject, nameOf: NameOf): string {
  const kind = textIn(reason, 'kind') ?? ''
  if (kind === 'locked') return `by the lock of ${textIn(reason, 'by') ?? 'an administrator'}`
  if (kind !== 'rule') return WHY.get(kind) ?? ''
  return `by rule ${sayRule(reason, nameOf)}`
}

function sayRule(reason: JsonObject, nameOf: NameOf): string {
  const [appRole, attribute] = [textIn(reason, 'appRole'), textIn(reason, 'attribute')]
  if (appRole !== undefined) return nameCause({ ruleKind: 'appRole', appRole })
  if (attribute !== undefined) return nameCause({ ruleKind: 'attribute', attribute, value: textIn(reason, 'value') ?? '' })
  const groupId = textIn(reason, 'groupId') ?? ''
  return nameOf(groupId) ?? textIn(reason, 'groupName') ?? groupId
}

const WHY: ReadonlyMap<string, string> = new Map([
  ['inactive', 'because the directory disabled them'],
  ['deleted', 'because the directory deleted them'],
  ['staged', 'until released, as all newcomers'],
  ['default', 'by default, as no rule matches'],
])

function textIn(object: JsonObject, name: string): string | undefined {
  const value = own(object, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}
