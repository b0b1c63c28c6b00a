import { isObject, own, type Json, type JsonObject } from '../../scim/json'
import { ENTERPRISE_URN } from '../../scim/schema/schemas'

/** One value of a person or group that changed, as text. Without both: it changed, and its values are not shown. */
export interface FieldChange {
  /** As a mapping row in Entra names its target, such as `emails[type eq "work"].value`. */
  readonly attribute: string
  /** In an administrator's words, such as work e-mail. */
  readonly label: string
  readonly before?: string
  readonly after?: string
}

/** The name of whoever has the id, or undefined. */
export type NameOf = (id: string) => string | undefined

export const MANAGER = `${ENTERPRISE_URN}:manager`
const MAX_FIELDS = 100
const MAX_VALUE_LENGTH = 200

const LABELS: ReadonlyMap<string, string> = new Map([
  ['userName', 'user name'],
  ['displayName', 'display name'],
  ['externalId', 'external id'],
  ['nickName', 'nickname'],
  ['profileUrl', 'profile address'],
  ['preferredLanguage', 'language'],
  ['timezone', 'time zone'],
  ['name.formatted', 'full name'],
  ['name.givenName', 'given name'],
  ['name.familyName', 'family name'],
  ['name.middleName', 'middle name'],
  ['name.honorificPrefix', 'title before the name'],
  ['name.honorificSuffix', 'title behind the name'],
])

/** What one entry of a list is called. */
const ENTRIES: ReadonlyMap<string, string> = new Map([
  ['emails', 'e-mail'],
  ['phoneNumbers', 'phone'],
  ['addresses', 'address'],
  ['ims', 'messenger'],
  ['photos', 'photo'],
  ['roles', 'directory role'],
  ['entitlements', 'entitlement'],
  ['x509Certificates', 'certificate'],
])

/** An attribute's name in words: `urn:…:User:costCenter` is cost center. */
export function labelOf(attribute: string): string {
  return LABELS.get(attribute) ?? ENTRIES.get(attribute) ?? inWords(attribute.slice(attribute.lastIndexOf(':') + 1))
}

const inWords = (name: string) =>
  name.replaceAll(/([\p{Ll}\d])(\p{Lu})(?=\p{Ll})/gu, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`)

/** What changed, value by value, out of `changes` of a record. A manager is told by the name of now. */
export function fieldChanges(changes: JsonObject, nameOf: NameOf): FieldChange[] {
  const fields = Object.entries(changes).flatMap(([attribute, change]) =>
    isObject(change) ? changedFields(attribute, change, nameOf) : [],
  )
  return fields.slice(0, MAX_FIELDS)
}

function changedFields(attribute: string, change: JsonObject, nameOf: NameOf): FieldChange[] {
  const [before, after] = ['before', 'after'].map((side) => own(change, side))
  if (attribute === MANAGER) {
    return [fieldOf({ attribute, label: 'manager' }, managerName(before, nameOf), managerName(after, nameOf))]
  }
  const [old, fresh] = [valuesOf(attribute, before), valuesOf(attribute, after)]
  const fields = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name), fresh.get(name)]
    if (was?.text === is?.text) return []
    return [fieldOf({ attribute: name, label: (is ?? was)?.label ?? labelOf(name) }, was?.text, is?.text)]
  })
  // A sensitive attribute has no values here; of marks, such as which address is the primary one, none are told.
  return fields.length > 0 ? fields : [{ attribute, label: labelOf(attribute) }]
}

function fieldOf(
  named: Pick<FieldChange, 'attribute' | 'label'>,
  before: string | undefined,
  after: string | undefined,
): FieldChange {
  return {
    ...named,
    ...(before !== undefined && { before: bounded(before) }),
    ...(after !== undefined && { after: bounded(after) }),
  }
}

function managerName(value: Json | undefined, nameOf: NameOf): string | undefined {
  if (value === undefined || value === null) return undefined
  const id = isObject(value) ? own(value, 'value') : value
  const known = typeof id === 'string' ? nameOf(id) : undefined
  const sent = isObject(value) ? own(value, 'displayName') : undefined
  return known ?? (typeof sent === 'string' && sent !== '' ? sent : 'somebody who is not here')
}

interface Value {
  readonly label: string
  readonly text: string
}

/** Each simple value below an attribute by the name that a mapping row would give it. */
function valuesOf(attribute: string, value: Json | undefined): Map<string, Value> {
  const values = new Map<string, Value>()
  const put = (name: string, label: string, one: Json | undefined) => {
    if (one === undefined || one === null || one === '') return
    const held = values.get(name)
    values.set(name, { label, text: held === undefined ? textOf(one) : `${held.text}, ${textOf(one)}` })
  }
  for (const entry of Array.isArray(value) ? value : [value]) {
    if (!isObject(entry)) put(attribute, labelOf(attribute), entry)
    else for (const part of partsOf(entry)) put(...nameOfPart(attribute, entry, part), own(entry, part))
  }
  return values
}

/** Marks of an entry, which are no values of their own. */
const MARKS: ReadonlySet<string> = new Set(['type', 'primary', '$ref'])

const partsOf = (entry: JsonObject) => Object.keys(entry).filter((part) => !MARKS.has(part))

function nameOfPart(attribute: string, entry: JsonObject, part: string): [name: string, label: string] {
  const type = own(entry, 'type')
  const isTyped = typeof type === 'string' && type !== ''
  const name = `${attribute}${isTyped ? `[type eq ${JSON.stringify(type)}]` : ''}.${part}`
  const known = LABELS.get(name)
  if (known !== undefined) return [name, known]
  const whole = `${isTyped ? `${type} ` : ''}${labelOf(attribute)}`
  return [name, part === 'value' ? whole : `${whole} ${inWords(part)}`]
}

const textOf = (value: Json) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

export const bounded = (text: string, length = MAX_VALUE_LENGTH) =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`

const MAX_SAID_LENGTH = 80

/** Such as `department Logistics → Sales`. */
export function sayField({ attribute, label, before, after }: FieldChange): string {
  if (attribute === 'active' && after === 'false') return 'disabled'
  if (attribute === 'active' && after === 'true') return before === undefined ? 'enabled' : 'enabled again'
  const [was, is] = [before, after].map((value) => value && bounded(value, MAX_SAID_LENGTH))
  if (was !== undefined && is !== undefined) return `${label} ${was} → ${is}`
  if (is !== undefined) return `${label} set to ${is}`
  return was === undefined ? `${label} changed` : `${label} ${was} removed`
}
