import type { Assignment } from './assign'
import { isObject, type JsonObject } from './json'
import { parsePatchPath, type PatchPath } from './patch-path'
import { extensionNamed, type ResourceType } from './schema'

/** The assignments of an object's keys: a POST or PUT body, or the value of a PATCH without path. */
export function objectAssignments(type: ResourceType, op: 'add' | 'replace', value: JsonObject): Assignment[] {
  return Object.entries(value).flatMap(([key, part]) => {
    const lower = key.toLowerCase()
    if (lower === 'schemas' || lower === 'meta' || lower === 'id') return [] // Okta repeats the id; the rest is ours to say
    if (lower === type.schema.id.toLowerCase()) return isObject(part) ? objectAssignments(type, op, part) : []
    if (lower.startsWith('urn:') && isObject(part)) return extensionAssignments(type, op, { urn: key, value: part })
    const target = keyTarget(type, key)
    return target === undefined ? [] : [{ op, target, value: part }]
  })
}

/** The target of a key; undefined when the key names nothing writable, which a client may well repeat from an answer. */
function keyTarget(type: ResourceType, key: string): PatchPath | undefined {
  if (!/^[a-z]/i.test(key)) return undefined // __proto__ and the like
  const target = parsePatchPath(key, type)
  if (target.path.kind !== 'attribute') return target
  const { attribute, sub } = target.path
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly' ? undefined : target
}

function extensionAssignments(
  type: ResourceType,
  op: 'add' | 'replace',
  extension: { urn: string; value: JsonObject },
): Assignment[] {
  const urn = extensionNamed(type, extension.urn)?.id
  // A URN alone may also be a complex attribute of an extension: `urn:…:User:manager` with an object as value.
  if (urn === undefined) return attributeOfUrn(type, op, extension)
  return Object.entries(extension.value).flatMap(([name, part]) => {
    const target = /^[a-z]/i.test(name) ? keyTarget(type, `${urn}:${name}`) : undefined
    return target === undefined ? [] : [{ op, target, value: part }]
  })
}

function attributeOfUrn(type: ResourceType, op: 'add' | 'replace', extension: { urn: string; value: JsonObject }): Assignment[] {
  const target = keyTarget(type, extension.urn)
  return target?.path.kind === 'attribute' ? [{ op, target, value: extension.value }] : []
}
