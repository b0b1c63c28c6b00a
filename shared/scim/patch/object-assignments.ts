import type { Assignment } from './assign'
import { printPath } from '../schema/attribute-path'
import { invalidSyntax, invalidValue, ScimError } from '../errors'
import { isObject, type Json, type JsonObject } from '../json'
import { refuseLostValue } from './lost-value'
import { parsePatchPath, type PatchPath } from './path'
import { extensionNamed, type ResourceType, type Schema } from '../schema/schema'
import { enterpriseUserSchema } from '../schema/schemas'
import { isUnassigned, onlyElement } from '../schema/value'
import { spendName, type Work } from '../work'

/** Whose keys are read, what they do, and the limits of the request that they came in. */
interface Reading {
  readonly type: ResourceType
  /** `body`: of a POST or PUT, in which attributes stand under the URN of their schema. */
  readonly op: 'add' | 'replace' | 'body'
  readonly work: Work
}

/** A key of the body, or one under the URN of a schema, with that URN before it. */
interface Key {
  readonly key: string
  readonly part: Json
}

/**
 * The assignments of an object's keys: a POST or PUT body, or the value of a PATCH without path. Each key is a path of its
 * own (entra-scim 2.5). Read-only attributes and names that no schema knows come to nothing, unless they name a schema. Of keys that mean the same
 * attribute (in another letter case, with and without URN) the last one counts, as JSON has it for the same key twice.
 * @throws ScimError invalidValue when a schema's URN has no object; invalidSyntax for a name that the schema before it lacks;
 * invalidPath or invalidFilter for a malformed key with brackets;
 * tooMany for too many keys
 */
export function objectAssignments(reading: Reading, value: JsonObject): Assignment[] {
  const { type } = reading
  const byTarget = new Map<string, Assignment>()
  for (const [key, part] of Object.entries(value)) {
    const schema = key.toLowerCase() === type.schema.id.toLowerCase() ? type.schema : extensionNamed(type, key)
    const given = schema === undefined ? keyAssignments(reading, { key, part }) : schemaAssignments(reading, { schema, part })
    for (const [target, assignment] of given) {
      byTarget.delete(target) // the last one counts, and where it stands
      byTarget.set(target, assignment)
    }
  }
  return [...byTarget.values()]
}

/** Assignments with a text that is the same for the same target. */
type Targeted = readonly (readonly [string, Assignment])[]

function keyAssignments({ type, op, work }: Reading, { key, part }: Key): Targeted {
  spendName(work, key)
  const target = parseKey(type, key)
  if (target === undefined || target.path.kind === 'unknown') {
    refuseLostValue(type, { text: key, value: part }, invalidSyntax)
    return []
  }
  if (!isTaken(target, key, op)) return []
  return [[targetText(target, key), { op: op === 'body' ? 'add' : op, target, value: part }]]
}

/** The path as the schema spells it, and what the key says in brackets as it is. */
function targetText({ path, sub }: PatchPath, key: string): string {
  const [open, close] = [key.indexOf('['), key.lastIndexOf(']')]
  const filter = open < 0 ? '' : key.slice(open, close + 1)
  return `${printPath(path)}${filter}${sub === undefined ? '' : `.${sub.name}`}`
}

/** Whether the key names what is written. What is read-only a client may well repeat from an answer. */
function isTaken({ path }: PatchPath, key: string, op: Reading['op']): boolean {
  if (path.kind !== 'attribute') return true
  const { attribute, sub } = path
  // Entra ID's `manager` without URN reaches the enterprise extension; what a tenant declared or learnt takes no bare name of a body.
  const isExtensions = path.urn !== undefined && !enterpriseUserSchema.attributes.includes(attribute)
  if (op === 'body' && isExtensions && !isQualified(key)) return false
  return attribute.mutability !== 'readOnly' && sub?.mutability !== 'readOnly'
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
function schemaAssignments(reading: Reading, { schema, part: given }: { schema: Schema; part: Json }): Targeted {
  const { type, op } = reading
  const part = onlyElement(given, schema.id) ?? null
  if (isObject(part)) {
    return Object.entries(part).flatMap(([name, inner]) => keyAssignments(reading, { key: `${schema.id}:${name}`, part: inner }))
  }
  if (!isUnassigned(part)) throw invalidValue(`"${schema.id}" names a schema: send an object with its attributes as value.`)
  if (op !== 'replace' || schema === type.schema) return []
  const target: PatchPath = { path: { kind: 'extension', urn: schema.id } }
  return [[schema.id, { op: 'remove', target, value: undefined }]]
}
