import { splitQualified } from './attribute-path'
import { isObject, type Json, type JsonObject } from '../json'
import type { PatchOperation } from '../patch/operation'
import { attributeNamed, extensionNamed, withExtensionAttribute, type Attribute, type ResourceType, type Schema } from './schema'
import { bareValue } from './value'
import { MAX_ENTRIES } from '../patch/entries'
import { newWork, spendName, type Work } from '../work'

/**
 * An attribute that nobody declared, seen under an extension URN: a mapping row added in Entra ID works at once, for
 * `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User:<attribute>` as for one more attribute of a known extension.
 */
export interface LearntAttribute {
  readonly type: 'User' | 'Group'
  readonly urn: string
  readonly name: string
  /** It came as a list once, and has been one since. */
  readonly multiValued?: true | undefined
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
    .reduce((grown, one) => withExtensionAttribute(grown, learntExtension(one.urn), learntAttribute(one)), type)
}

/**
 * What is learnt after these came as well: new names while there is room, and several values where there was one. The very same
 * list when they bring nothing.
 */
export function learntWith(held: readonly LearntAttribute[], more: readonly LearntAttribute[]): readonly LearntAttribute[] {
  const byName = new Map(held.map((one) => [nameOf(one), one]))
  let brings = false
  for (const one of more) {
    const known = byName.get(nameOf(one))
    const isNew = known === undefined ? byName.size < MAX_LEARNT_NAMES : one.multiValued === true && !known.multiValued
    if (isNew) byName.set(nameOf(one), { ...one, ...known, ...(one.multiValued && { multiValued: true }) })
    brings ||= isNew
  }
  return brings ? [...byName.values()] : held
}

const nameOf = ({ type, urn, name }: LearntAttribute) => `${type} ${urn}:${name}`.toLowerCase()

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

function learntAttribute({ name, multiValued }: LearntAttribute): Attribute {
  return {
    name,
    type: 'string',
    multiValued: multiValued === true,
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
 * What of a PATCH the type does not know yet and could learn, at most MAX_LEARNT_NAMES. A removal teaches no name; its list says
 * of a known one that it has several values.
 * @throws ScimError tooMany for too many names
 */
export function unknownOfPatch(
  type: ResourceType,
  operations: readonly PatchOperation[],
  work: Work = newWork(),
): LearntAttribute[] {
  const reading = { type, work }
  const unknown = operations.flatMap(({ op, path, value }) => {
    if (path === undefined) {
      const object = listedOnly(value)
      return op !== 'remove' && isObject(object) ? unknownOfObject(reading, object) : []
    }
    const found = unknownOfKey(reading, path, value)
    return op === 'remove' ? found.filter((one) => isKnown(type, one)) : found
  })
  return distinct(type, unknown)
}

/** Each name once, and no more than the type has room for: what follows costs storage and time. In strict mode none. */
function distinct(type: ResourceType, unknown: readonly LearntAttribute[]): LearntAttribute[] {
  if (unknown.length === 0 || type.strict) return []
  const known = type.extensions.flatMap(({ attributes }) => attributes.filter((attribute) => attribute.learnt)).length
  const byName = new Map<string, LearntAttribute>()
  for (const one of unknown) {
    if (!byName.get(nameOf(one))?.multiValued) byName.set(nameOf(one), one)
  }
  const each = [...byName.values()]
  const fresh = each.filter((one) => !isKnown(type, one)).slice(0, Math.max(0, MAX_LEARNT_NAMES - known))
  return [...each.filter((one) => isKnown(type, one)), ...fresh]
}

const isKnown = (type: ResourceType, { urn, name }: LearntAttribute) =>
  attributeNamed(extensionNamed(type, urn)?.attributes ?? [], name) !== undefined

function unknownOfObject(reading: Reading, object: JsonObject): LearntAttribute[] {
  return Object.entries(object).flatMap(([key, value]) => unknownOfKey(reading, key, value))
}

/** A URN with an object of attributes, or `URN:attribute` with its value. */
function unknownOfKey({ type, work }: Reading, key: string, value: Json | undefined): LearntAttribute[] {
  spendName(work, key)
  if (!/^urn:/i.test(key)) return []
  const colon = key.lastIndexOf(':')
  const known = splitQualified(type, key)
  const given = { urn: known?.schema.id ?? key.slice(0, colon), name: known?.name ?? key.slice(colon + 1) }
  const isSchema = extensionNamed(type, key) !== undefined
  const object = isSchema ? listedOnly(value) : value
  if ((!isSchema && known !== undefined) || !isObject(object)) return unknownNamed(type, given, value)
  return Object.entries(object).flatMap(([name, part]) => {
    spendName(work, name)
    return unknownNamed(type, { urn: key, name }, part)
  })
}

/** What a list of one stands for; a longer one is refused when it is read. */
const listedOnly = (value: Json | undefined) => (Array.isArray(value) && value.length === 1 ? value[0] : value)

function unknownNamed(type: ResourceType, given: { urn: string; name: string }, value: Json | undefined): LearntAttribute[] {
  if (value === undefined || !isLearnable(value) || !NAME.test(given.name)) return []
  const extension = extensionNamed(type, given.urn) ?? newExtension(type, given.urn)
  if (extension === undefined) return []
  const held = attributeNamed(extension.attributes, given.name)
  const multiValued = Array.isArray(value)
  const isNews = held === undefined || (multiValued && isLearntSingle(held))
  return isNews
    ? [{ type: type.name, urn: extension.id, name: held?.name ?? given.name, ...(multiValued && { multiValued }) }]
    : []
}

const isLearntSingle = ({ learnt, multiValued }: Attribute) => learnt === true && !multiValued

/** Text, a number or a boolean, or a list with one; what is unassigned teaches nothing. A list that is too long is refused when it is read. */
function isLearnable(value: Json): boolean {
  if (Array.isArray(value)) return value.length > MAX_ENTRIES || value.some(isLearnable)
  const bare = bareValue(value)
  return (
    typeof bare === 'boolean' || (typeof bare === 'number' && Number.isFinite(bare)) || (typeof bare === 'string' && bare !== '')
  )
}

/** The extension that the URN would begin; undefined when it names none, or an attribute of a known one as in `urn:…:User:manager`. */
function newExtension(type: ResourceType, urn: string): Schema | undefined {
  if (!isExtensionUrn(urn)) return undefined
  const isAttribute = extensionNamed(type, urn.slice(0, urn.lastIndexOf(':'))) !== undefined
  return isAttribute ? undefined : { ...learntExtension(urn), attributes: [] }
}
