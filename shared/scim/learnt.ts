import { isObject, type Json, type JsonObject } from './json'
import type { PatchOperation } from './patch'
import { attributeNamed, extensionNamed, type Attribute, type ResourceType, type Schema } from './schema'

/**
 * An attribute that nobody declared, seen under an extension URN: a mapping row added in Entra ID works at once, for
 * `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User:<attribute>` as for one more attribute of a known extension.
 */
export interface LearntAttribute {
  readonly type: 'User' | 'Group'
  readonly urn: string
  readonly name: string
}

/** A tenant learns no more names than this; further ones are ignored as unknown attributes are. */
export const MAX_LEARNT_NAMES = 50

const URN = /^urn:[a-z0-9][a-z0-9._:-]{0,190}$/i
const NAME = /^[a-z][a-z0-9_-]{0,63}$/i

/** The type with the learnt attributes in its extensions. */
export function withLearnt(type: ResourceType, learnt: readonly LearntAttribute[]): ResourceType {
  const extensions = [...type.extensions]
  for (const { urn, name } of learnt.filter((one) => one.type === type.name)) {
    const at = extensions.findIndex((extension) => extension.id.toLowerCase() === urn.toLowerCase())
    const extension = extensions[at] ?? emptyExtension(urn)
    if (attributeNamed(extension.attributes, name) !== undefined) continue
    extensions.splice(at < 0 ? extensions.length : at, 1, {
      ...extension,
      attributes: [...extension.attributes, learntAttribute(name)],
    })
  }
  return extensions.length === type.extensions.length && learnt.length === 0 ? type : { ...type, extensions }
}

function emptyExtension(urn: string): Schema {
  return {
    id: urn,
    name: urn.split(':').at(-1) ?? urn,
    description: 'Attributes that the directory sent without declaring them.',
    attributes: [],
  }
}

function learntAttribute(name: string): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description: 'Learnt from a request.',
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    learnt: true,
  }
}

/** What of a POST or PUT body the type does not know yet and could learn. */
export function unknownOfBody(type: ResourceType, body: JsonObject): LearntAttribute[] {
  return Object.entries(body).flatMap(([key, value]) => unknownOfKey(type, key, value))
}

/** What of a PATCH the type does not know yet and could learn. */
export function unknownOfPatch(type: ResourceType, operations: readonly PatchOperation[]): LearntAttribute[] {
  return operations
    .filter((operation) => operation.op !== 'remove')
    .flatMap(({ path, value }) => {
      if (path !== undefined) return unknownOfKey(type, path, value)
      return isObject(value) ? unknownOfBody(type, value) : []
    })
}

/** A URN with an object of scalars, or `URN:attribute` with a scalar. */
function unknownOfKey(type: ResourceType, key: string, value: Json | undefined): LearntAttribute[] {
  if (!key.toLowerCase().startsWith('urn:') || key.toLowerCase() === type.schema.id.toLowerCase()) return []
  if (isObject(value)) return Object.entries(value).flatMap(([name, part]) => unknownNamed(type, { urn: key, name }, part))
  const colon = key.lastIndexOf(':')
  return unknownNamed(type, { urn: key.slice(0, colon), name: key.slice(colon + 1) }, value)
}

function unknownNamed(type: ResourceType, given: { urn: string; name: string }, value: Json | undefined): LearntAttribute[] {
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (!scalar || !URN.test(given.urn) || !NAME.test(given.name)) return []
  if (given.urn.toLowerCase() === type.schema.id.toLowerCase()) return []
  const extension = extensionNamed(type, given.urn)
  if (extension !== undefined && attributeNamed(extension.attributes, given.name) !== undefined) return []
  // A complex attribute of an extension with an object as value: `urn:…:User:manager`.
  const colon = given.urn.lastIndexOf(':')
  const parent = extensionNamed(type, given.urn.slice(0, colon))
  if (parent !== undefined && attributeNamed(parent.attributes, given.urn.slice(colon + 1)) !== undefined) return []
  return [{ type: type.name, urn: extension?.id ?? given.urn, name: given.name }]
}
