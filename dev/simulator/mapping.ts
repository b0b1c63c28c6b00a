import { isObject, objects, own, text } from './json'
import type { Json, JsonObject } from './json'

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
/** A mapping row that an administrator adds: nobody declared this URN to the server. */
export const CONTOSO_URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'

export type ResourceKind = 'User' | 'Group'
/** What Entra holds for a mapping row. */
export type Value = string | boolean
/** Target path to value, for the rows that have one. */
export type Values = ReadonlyMap<string, Value>

/** The right side of a mapping row: the path as PATCH writes it, and where in a resource it lies. */
export type Target =
  | { readonly kind: 'plain'; readonly path: string; readonly name: string }
  /** Inside a complex attribute, or inside an extension when parent is a URN. */
  | { readonly kind: 'nested'; readonly path: string; readonly parent: string; readonly name: string }
  /** In the entry of a multi-valued attribute that the filter selects. */
  | {
      readonly kind: 'entry'
      readonly path: string
      readonly attribute: string
      readonly key: 'type' | 'primary'
      readonly keyValue: Value
      readonly name: string
    }

const plain = (name: string): Target => ({ kind: 'plain', path: name, name })
const inName = (name: string): Target => ({ kind: 'nested', path: `name.${name}`, parent: 'name', name })
const extension = (urn: string, name: string): Target => ({ kind: 'nested', path: `${urn}:${name}`, parent: urn, name })
const typed = (attribute: string, type: string, name = 'value'): Target => ({
  kind: 'entry',
  path: `${attribute}[type eq "${type}"].${name}`,
  attribute,
  key: 'type',
  keyValue: type,
  name,
})

export const MAIL = 'emails[type eq "work"].value'
export const OTHER_MAIL = 'emails[type eq "other"].value'
export const PHONE = 'phoneNumbers[type eq "work"].value'
export const MOBILE = 'phoneNumbers[type eq "mobile"].value'
export const FAX = 'phoneNumbers[type eq "fax"].value'
export const ROLE = 'roles[primary eq "True"].value'
export const DEPARTMENT = `${ENTERPRISE_URN}:department`
export const EMPLOYEE_NUMBER = `${ENTERPRISE_URN}:employeeNumber`
export const BADGE_COLOR = `${CONTOSO_URN}:badgeColor`

/** The default mapping of a custom application (entra 3.1), a role row (2.7) and a custom extension row (3.3). */
const USER_TARGETS: readonly Target[] = [
  ...['userName', 'active', 'displayName', 'title', 'preferredLanguage', 'externalId'].map(plain),
  ...['givenName', 'familyName', 'formatted'].map(inName),
  ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map((sub) => typed('addresses', 'work', sub)),
  ...['work', 'other'].map((type) => typed('emails', type)),
  ...['work', 'mobile', 'fax'].map((type) => typed('phoneNumbers', type)),
  { kind: 'entry', path: ROLE, attribute: 'roles', key: 'primary', keyValue: true, name: 'value' },
  ...['employeeNumber', 'department'].map((name) => extension(ENTERPRISE_URN, name)),
  extension(CONTOSO_URN, 'badgeColor'),
]

/** The default mapping of groups (entra 3.2). */
const GROUP_TARGETS: readonly Target[] = [plain('displayName'), plain('externalId')]

const targets = (kind: ResourceKind) => (kind === 'User' ? USER_TARGETS : GROUP_TARGETS)

/** The target paths of all rows. */
export const pathsOf = (kind: ResourceKind): string[] => targets(kind).map(({ path }) => path)

/** The mapping row with that target path. */
export function target(path: string): Target {
  const found = USER_TARGETS.find((row) => row.path === path)
  if (found === undefined) throw new Error(`No mapping row has the target ${path}`)
  return found
}

/** Whether the entry is the one that the target's filter selects; `"True"` counts as true. */
function selects(row: Target & { kind: 'entry' }, entry: JsonObject): boolean {
  const value = own(entry, row.key)
  return value === row.keyValue || (row.keyValue === true && text(value)?.toLowerCase() === 'true')
}

/** What a resource holds at a target. More than one value means that two entries have the same type. */
function valuesAt(resource: JsonObject, row: Target): Json[] {
  const found = (value: Json | undefined) => (value === undefined || value === null ? [] : [value])
  if (row.kind === 'plain') return found(own(resource, row.name))
  if (row.kind === 'nested') return found(own(own(resource, row.parent), row.name))
  return objects(own(resource, row.attribute))
    .filter((entry) => selects(row, entry))
    .flatMap((entry) => found(own(entry, row.name)))
}

export type Difference = 'value-changed' | 'value-not-absent' | 'boolean-as-text' | 'duplicate-type'

function difference(held: Value | undefined, found: readonly Json[]): Difference | undefined {
  if (found.length > 1) return 'duplicate-type'
  const value = found[0]
  if (held === undefined) return value === undefined ? undefined : 'value-not-absent'
  if (value === held) return undefined
  const sameText = typeof held === 'boolean' && text(value)?.toLowerCase() === String(held)
  return sameText ? 'boolean-as-text' : 'value-changed'
}

/** Where a resource differs from what Entra holds, by mapping row; text is compared exactly (entra 0.16). */
export function differences(kind: ResourceKind, held: Values, resource: JsonObject): { path: string; id: Difference }[] {
  return targets(kind).flatMap((row) => {
    const id = difference(held.get(row.path), valuesAt(resource, row))
    return id === undefined ? [] : [{ path: row.path, id }]
  })
}

/** What a resource holds under the mapping, as Entra takes it over when it matches an existing one. */
export function flatten(kind: ResourceKind, resource: JsonObject): Map<string, Value> {
  const flat = new Map<string, Value>()
  for (const row of targets(kind)) {
    const value = valuesAt(resource, row)[0]
    if (typeof value === 'string' || typeof value === 'boolean') flat.set(row.path, value)
  }
  return flat
}

/** The child object of that name, made when it is absent. */
function child(parent: JsonObject, name: string): JsonObject {
  const present = own(parent, name)
  if (isObject(present)) return present
  const made: JsonObject = {}
  parent[name] = made
  return made
}

function entry(body: JsonObject, row: Target & { kind: 'entry' }): JsonObject {
  const present = objects(body[row.attribute]).find((candidate) => selects(row, candidate))
  if (present !== undefined) return present
  const primary = row.attribute !== 'addresses' && row.keyValue !== 'other'
  const made: JsonObject = row.key === 'type' ? { primary: primary && row.keyValue === 'work', type: String(row.keyValue) } : {}
  if (row.key === 'primary') made['primary'] = row.keyValue
  body[row.attribute] = [...objects(body[row.attribute]), made]
  return made
}

/** The attributes of a POST body that hold these values. */
export function toAttributes(kind: ResourceKind, values: Values): JsonObject {
  const body: JsonObject = {}
  for (const row of targets(kind)) {
    const value = values.get(row.path)
    if (value === undefined) continue
    if (row.kind === 'plain') body[row.name] = value
    else if (row.kind === 'nested') child(body, row.parent)[row.name] = value
    else entry(body, row)[row.name] = value
  }
  return body
}
