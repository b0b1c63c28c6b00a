import type { Assignment } from './assign'
import { invalidValue, ScimError } from './errors'
import { isObject, type Json, type JsonObject } from './json'
import { parsePatchPath, type PatchPath } from './patch-path'
import { extensionNamed, type ResourceType, type Schema } from './schema'
import { enterpriseUserSchema } from './schemas'
import { isUnassigned } from './value'

/**
 * The assignments of an object's keys: a POST or PUT body, or the value of a PATCH without path. Each key is a path of its
 * own (entra-scim 2.5). Read-only attributes and names that no schema knows come to nothing.
 * @throws ScimError invalidValue when a schema's URN has no object; invalidPath or invalidFilter for a malformed key with brackets
 */
export function objectAssignments(type: ResourceType, op: 'add' | 'replace', value: JsonObject): Assignment[] {
  return Object.entries(value).flatMap(([key, part]) => {
    const schema = key.toLowerCase() === type.schema.id.toLowerCase() ? type.schema : extensionNamed(type, key)
    return schema === undefined ? keyAssignments(type, op, { key, part }) : schemaAssignments(type, op, { schema, part })
  })
}

function keyAssignments(type: ResourceType, op: 'add' | 'replace', given: { key: string; part: Json }): Assignment[] {
  const target = keyTarget(type, given.key)
  return target === undefined ? [] : [{ op, target, value: given.part }]
}

/** The target of a key; undefined when the key names nothing writable, which a client may well repeat from an answer. */
function keyTarget(type: ResourceType, key: string): PatchPath | undefined {
  const target = parseKey(type, key)
  if (target?.path.kind !== 'attribute') return target
  const { attribute, sub } = target.path
  // Entra ID's `manager` without URN reaches the enterprise extension; what a tenant declared or learnt takes no bare name.
  if (target.path.urn !== undefined && !isQualified(key) && !enterpriseUserSchema.attributes.includes(attribute)) return undefined
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly' ? undefined : target
}

const isQualified = (key: string) => key.split('[', 1).join('').includes(':')

/** A key that is no attribute path at all, such as `@odata.type` or `__proto__`, is unknown like any other name. */
function parseKey(type: ResourceType, key: string): PatchPath | undefined {
  try {
    return parsePatchPath(key, type)
  } catch (error) {
    if (error instanceof ScimError && error.scimType === 'invalidPath' && !key.includes('[')) return undefined
    throw error
  }
}

/** A schema's URN with the object of its attributes; an extension is cleared as an attribute is. */
function schemaAssignments(type: ResourceType, op: 'add' | 'replace', given: { schema: Schema; part: Json }): Assignment[] {
  const { schema, part } = given
  if (isObject(part)) {
    return Object.entries(part).flatMap(([name, inner]) => keyAssignments(type, op, { key: `${schema.id}:${name}`, part: inner }))
  }
  if (!isUnassigned(part)) throw invalidValue(`"${schema.id}" names a schema: send an object with its attributes as value.`)
  if (op === 'add' || schema === type.schema) return []
  return [{ op: 'remove', target: { path: { kind: 'extension', urn: schema.id } }, value: undefined }]
}
