import { isObject, type Json, type JsonObject } from '../json'
import type { PatchOperation } from '../patch/operation'
import { attributeNamed, extensionNamed, withExtensionAttribute, type Attribute, type ResourceType, type Schema } from './schema'
import { newWork, spendName, type Work } from '../work'

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

const MAX_URN_CHARACTERS = 200
const URN = /^urn:[a-z0-9][a-z0-9-]{0,31}(?::[\w.-]+)+$/i
const NAME = /^[a-z][\w-]{0,63}$/i
/** What the RFCs define, a person's extension in a group included: a misspelt name there is unknown, not new. */
const DEFINED = /^urn:ietf:params:scim:(?:api:|schemas:core:|schemas:extension:enterprise:2\.0:User(?::|$))/i

/** Whether an extension may have that URN: it is well-formed and no RFC defines it. */
export function isExtensionUrn(urn: string): boolean {
  return urn.length <= MAX_URN_CHARACTERS && URN.test(urn) && !DEFINED.test(urn)
}

/** Whether an attribute may have that name (RFC 7643 section 2.1); at most 64 characters. */
export function isAttributeName(name: string): boolean {
  return NAME.test(name)
}

/** The type with the learnt attributes in its extensions, but for those whose names mean something else by now. */
export function withLearnt(type: ResourceType, learnt: readonly LearntAttribute[]): ResourceType {
  return learnt
    .filter((one) => one.type === type.name && !namesAttribute(type, one.urn))
    .reduce((grown, { urn, name }) => withExtensionAttribute(grown, learntExtension(urn), learntAttribute(name)), type)
}

/** Whether the URN is that of an attribute, as in `urn:…:User:manager`, and so cannot be an extension's as well. */
function namesAttribute(type: ResourceType, urn: string): boolean {
  const colon = urn.lastIndexOf(':')
  const extension = extensionNamed(type, urn.slice(0, colon))
  return extension !== undefined && attributeNamed(extension.attributes, urn.slice(colon + 1)) !== undefined
}

const learntExtension = (urn: string) => ({
  id: urn,
  name: urn.split(':').at(-1) ?? urn,
  description: 'Attributes that the directory sent without declaring them.',
})

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

/** Whose schemas are asked, and the limits of the request that is read. */
interface Reading {
  readonly type: ResourceType
  readonly work: Work
}

/**
 * What of a POST or PUT body the type does not know yet and could learn, at most MAX_LEARNT_NAMES.
 * @throws ScimError tooMany for too many names
 */
export function unknownOfBody(type: ResourceType, body: JsonObject, work: Work = newWork()): LearntAttribute[] {
  return distinct(type, unknownOfObject({ type, work }, body))
}

/**
 * What of a PATCH the type does not know yet and could learn, at most MAX_LEARNT_NAMES.
 * @throws ScimError tooMany for too many names
 */
export function unknownOfPatch(
  type: ResourceType,
  operations: readonly PatchOperation[],
  work: Work = newWork(),
): LearntAttribute[] {
  const reading = { type, work }
  const unknown = operations
    .filter((operation) => operation.op !== 'remove')
    .flatMap(({ path, value }) => {
      if (path !== undefined) return unknownOfKey(reading, path, value)
      return isObject(value) ? unknownOfObject(reading, value) : []
    })
  return distinct(type, unknown)
}

/** Each name once, and no more than the type has room for: what follows costs storage and time. In strict mode none. */
function distinct(type: ResourceType, unknown: readonly LearntAttribute[]): LearntAttribute[] {
  if (unknown.length === 0 || type.strict) return []
  const known = type.extensions.flatMap(({ attributes }) => attributes.filter((attribute) => attribute.learnt)).length
  const byName = new Map(unknown.map((attribute) => [`${attribute.urn}:${attribute.name}`.toLowerCase(), attribute]))
  return [...byName.values()].slice(0, Math.max(0, MAX_LEARNT_NAMES - known))
}

function unknownOfObject(reading: Reading, object: JsonObject): LearntAttribute[] {
  return Object.entries(object).flatMap(([key, value]) => unknownOfKey(reading, key, value))
}

/** A URN with an object of scalars, or `URN:attribute` with a scalar. */
function unknownOfKey({ type, work }: Reading, key: string, value: Json | undefined): LearntAttribute[] {
  spendName(work, key)
  if (!/^urn:/i.test(key)) return []
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, part]) => {
      spendName(work, name)
      return unknownNamed(type, { urn: key, name }, part)
    })
  }
  const colon = key.lastIndexOf(':')
  return unknownNamed(type, { urn: key.slice(0, colon), name: key.slice(colon + 1) }, value)
}

function unknownNamed(type: ResourceType, given: { urn: string; name: string }, value: Json | undefined): LearntAttribute[] {
  if (!isLearnable(value) || !NAME.test(given.name)) return []
  const extension = extensionNamed(type, given.urn) ?? newExtension(type, given.urn)
  if (extension === undefined || attributeNamed(extension.attributes, given.name) !== undefined) return []
  return [{ type: type.name, urn: extension.id, name: given.name }]
}

/** Text, a number or a boolean; what is unassigned teaches nothing. */
function isLearnable(value: Json | undefined): boolean {
  return (
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'string' && value !== '')
  )
}

/** The extension that the URN would begin; undefined when it names none, or an attribute of a known one as in `urn:…:User:manager`. */
function newExtension(type: ResourceType, urn: string): Schema | undefined {
  if (!isExtensionUrn(urn)) return undefined
  const isAttribute = extensionNamed(type, urn.slice(0, urn.lastIndexOf(':'))) !== undefined
  return isAttribute ? undefined : { ...learntExtension(urn), attributes: [] }
}
