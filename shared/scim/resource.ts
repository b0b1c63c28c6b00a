import { applyAssignment } from './patch/assign'
import { invalidSyntax, invalidValue } from './errors'
import { isObject, own, setOwn, type Json, type JsonObject } from './json'
import { entriesOf } from './patch/entries'
import { splitMembers } from './patch/member-changes'
import { refuseEntriesWithoutValue } from './patch/new-entries'
import { objectAssignments } from './patch/object-assignments'
import type { ResourceType, Schema } from './schema/schema'
import { GROUP_URN, USER_URN } from './schema/schemas'
import { checkStrictBody } from './schema/strict'
import { refuseImmutable } from './schema/value'
import { newWork, type Work } from './work'

/**
 * What a POST or PUT body asks for: attributes in the schema's spelling, without id, meta and schemas, and the ids of
 * members. Read-only attributes are ignored (RFC 7644 section 3.3), and so is what no schema knows. `active` absent means
 * what is held, and for a new person true: no PUT brings somebody back without saying so (entra-scim 2.3). An immutable
 * attribute that is absent keeps what is held.
 * @throws ScimError invalidValue when a value has the wrong type or a required attribute is missing; mutability when an
 * immutable one differs from what is held; invalidSyntax when `schemas` names another resource type only, in strict mode also for what no
 * schema knows; tooMany beyond the limits of work
 */
export function readResource(
  type: ResourceType,
  body: JsonObject,
  held: JsonObject = {},
  work: Work = newWork(),
): { attributes: JsonObject; memberIds: string[] } {
  if (type.strict) checkStrictBody(type, body)
  else refuseOtherType(type, body)
  const attributes: JsonObject = {}
  const { members, rest } = splitMembers(objectAssignments({ type, op: 'body', work }, body))
  for (const assignment of rest) applyAssignment({ type, attributes, work }, assignment)
  for (const attribute of type.schema.attributes) {
    if (attribute.required && own(attributes, attribute.name) === undefined) {
      throw invalidValue(`${attribute.name} is required. Map an Entra attribute that is never empty to it.`)
    }
  }
  refuseEntriesWithoutValue(type, held, attributes)
  if (type.name === 'User' && own(attributes, 'active') === undefined) setOwn(attributes, 'active', own(held, 'active') ?? true)
  for (const extension of type.extensions) keepImmutable(extension, attributes, held)
  return {
    attributes: withoutEmptyExtensions(type, attributes),
    memberIds: members.flatMap((change) => ('ids' in change ? change.ids : [])),
  }
}

const CORE_URNS = [USER_URN, GROUP_URN].map((urn) => urn.toLowerCase())

/** A body that says it is a person is no group, and the other way round. Entra ID's groups name a schema of its own beside theirs. */
function refuseOtherType(type: ResourceType, body: JsonObject): void {
  const listed = Object.entries(body).flatMap(([key, value]) => (key.toLowerCase() === 'schemas' ? entriesOf(value) : []))
  const cores = listed.map((urn) => (typeof urn === 'string' ? urn.toLowerCase() : '')).filter((urn) => CORE_URNS.includes(urn))
  if (cores.length === 0 || cores.includes(type.schema.id.toLowerCase())) return
  throw invalidSyntax(`schemas says that this is no ${type.name.toLowerCase()}: name "${type.schema.id}", or send it elsewhere.`)
}

/** No core attribute is immutable but in members, which a group does not hold in itself. */
function keepImmutable(extension: Schema, attributes: JsonObject, held: JsonObject): void {
  const before = own(held, extension.id)
  if (!isObject(before)) return
  for (const attribute of extension.attributes.filter(({ mutability }) => mutability === 'immutable')) {
    const value = own(before, attribute.name)
    const after = own(attributes, extension.id)
    const next = isObject(after) ? own(after, attribute.name) : undefined
    if (next !== undefined) refuseImmutable(attribute, value, next)
    else if (value !== undefined) setOwn(attributes, extension.id, withOwn(after, attribute.name, value))
  }
}

function withOwn(holder: Json | undefined, name: string, value: Json): JsonObject {
  const result = isObject(holder) ? { ...holder } : {}
  setOwn(result, name, value)
  return result
}

/** An emptied extension object is dropped with its URN (entra-scim 6.9). */
export function withoutEmptyExtensions(type: ResourceType, attributes: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(attributes)) {
    const empty = isObject(value) && Object.keys(value).length === 0
    if (!(empty && type.extensions.some((extension) => extension.id === name))) setOwn(result, name, value)
  }
  return result
}

/** The URNs of the schemas that the attributes use (RFC 7643 section 3). */
export function schemasOf(type: ResourceType, attributes: JsonObject): string[] {
  const used = type.extensions.filter((extension) => own(attributes, extension.id) !== undefined)
  return [type.schema.id, ...used.map((extension) => extension.id)]
}
