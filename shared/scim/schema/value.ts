import { entriesOf, refuseManyEntries, settled } from '../patch/entries'
import { invalidValue, mutability, ScimError } from '../errors'
import { instantMs } from '../filter/literal'
import { equalJson, isObject, own, setOwn, type Json, type JsonObject } from '../json'
import { subAttributeNamed, type Attribute } from './schema'

/** Absent, null, "" and [] are one state, unassigned (RFC 7643 section 2.5; Entra ID clears with "" or null). */
export function isUnassigned(value: Json | undefined): value is undefined | null | '' | [] {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Whether a client's value of that attribute is kept: `$ref` is made when answering, a password is accepted and dropped. */
export function isStored(attribute: Attribute): boolean {
  return attribute.mutability !== 'readOnly' && attribute.returned !== 'never' && attribute.name !== '$ref'
}

/**
 * Refuses to change or clear an immutable attribute that has a value (RFC 7643 section 2.2). A held value of a type that the
 * attribute no longer has counts as none: it came before the attribute was declared.
 * @throws ScimError mutability
 */
export function refuseImmutable(attribute: Attribute, held: Json | undefined, next: Json | undefined): void {
  if (attribute.mutability !== 'immutable' || held === undefined) return
  const value = valueOfType(attribute, held)
  if (value === undefined || equalJson(value, next)) return
  throw mutability(`${attribute.name} is immutable: it has a value, which can neither change nor be cleared.`)
}

function valueOfType(attribute: Attribute, held: Json): Json | undefined {
  try {
    return readValue(attribute, held)
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

/**
 * The value of an attribute as it is stored, or undefined when it is unassigned. Text is kept exactly as sent, else Entra
 * ID sends it again each cycle. Members of a complex value that no schema knows are dropped.
 * @throws ScimError invalidValue when the type is wrong, naming the attribute
 */
export function readValue(attribute: Attribute, value: Json | undefined, where = attribute.name): Json | undefined {
  if (isUnassigned(value)) return undefined
  if (!attribute.multiValued) return readSingle(attribute, onlyElement(value, where), where)
  return readList(value, (element) => readEntry(attribute, element, where))
}

/** The entries that a removal lists: those without a value as well, which mean what they say. */
export function readListed(attribute: Attribute, value: Json | undefined): Json | undefined {
  return isUnassigned(value) ? undefined : readList(value, (element) => readSingle(attribute, element))
}

function readList(value: Json, read: (element: Json) => Json | undefined): Json | undefined {
  refuseManyEntries(entriesOf(value)) // before each is read
  const entries = settled(
    entriesOf(value)
      .map(read)
      .filter((entry) => entry !== undefined),
  )
  return entries.length > 0 ? entries : undefined
}

/**
 * Whether an entry has more than labels: a `value`, or in an attribute without one any other sub-attribute than `type` and `primary`.
 * What labels alone say is of no value that is there.
 */
export function hasValue(attribute: Attribute, entry: Json): boolean {
  if (!isObject(entry)) return true
  const labels = subAttributeNamed(attribute, 'value') === undefined ? ['type', 'primary'] : ['type', 'primary', 'display']
  return Object.keys(entry).some((name) => !labels.includes(name))
}

/** An entry of a list: one without a value counts as none, unless its `display` says that something was meant. */
function readEntry(attribute: Attribute, element: Json, where: string): Json | undefined {
  const entry = readSingle(attribute, element, where)
  if (entry === undefined || hasValue(attribute, entry)) return entry
  const isCleared = bareValue(element) !== element
  if (isObject(entry) && own(entry, 'display') !== undefined && !isCleared)
    throw invalidValue(`${where} takes no entry without a value.`)
  return undefined
}

/** One value, or one entry of a multi-valued attribute; undefined when it is unassigned. */
export function readSingle(attribute: Attribute, value: Json | undefined, where = attribute.name): Json | undefined {
  if (isUnassigned(value)) return undefined
  if (attribute.type === 'complex') return readComplex(attribute, value, where)
  const bare = bareValue(value)
  return isUnassigned(bare) ? undefined : readScalar(attribute, bare, where)
}

/**
 * What an object means where a simple value belongs: its `value`. Entra ID sends each value of an attribute that is mapped as
 * multi-valued in one, `[{"value":"1"}]`, with `$ref` beside it when it is mapped as a reference (entra-scim 2.4). Anything else
 * is given back as it is.
 */
export function bareValue(value: Json): Json {
  if (!isObject(value)) return value
  const name = Object.keys(value).find((key) => key.toLowerCase() === 'value')
  return name === undefined ? value : (own(value, name) ?? null)
}

/**
 * What a list means where one value belongs: the one that it holds, if any. Entra ID sends the manager as a list of one object, and
 * other values so, too, when a mapping says that they are references (entra-scim 2.6).
 * @throws ScimError invalidValue when it holds several
 */
export function onlyElement(value: Json | undefined, where: string): Json | undefined {
  if (!Array.isArray(value)) return value
  if (value.length > 1) throw invalidValue(`${where} takes one value, but ${value.length} were sent.`)
  return value[0]
}

function readComplex(attribute: Attribute, value: Json, where: string): JsonObject | undefined {
  const result: JsonObject = {}
  for (const [name, part] of Object.entries(complexForm(attribute, value, where))) {
    const sub = storedSub(attribute, name)
    const read = sub && readValue(sub, part, `${where}.${sub.name}`)
    if (sub !== undefined && read !== undefined) setOwn(result, sub.name, read)
  }
  return Object.keys(result).length > 0 ? result : undefined
}

/** The sub-attribute that a client's name stands for, when it is kept. Samples of Entra ID's app roles write displayName for display (entra-scim 2.7). */
export function storedSub(attribute: Attribute, name: string): Attribute | undefined {
  const alias = name.toLowerCase() === 'displayname' ? subAttributeNamed(attribute, 'display') : undefined
  const sub = subAttributeNamed(attribute, name) ?? alias
  return sub !== undefined && isStored(sub) ? sub : undefined
}

/** A bare text stands for the `value` sub-attribute: Entra ID sends `"manager": "77c0"` (entra-scim 2.6). */
export function complexForm(attribute: Attribute, value: Json, where = attribute.name): JsonObject {
  if (isObject(value)) return value
  if (typeof value === 'string' && subAttributeNamed(attribute, 'value') !== undefined) return { value }
  throw invalidValue(`${where} must be an object, but ${kindOf(value)} was sent.`)
}

function readScalar(attribute: Attribute, value: Json, where: string): Json {
  if (attribute.learnt) return readLearnt(value, where)
  switch (attribute.type) {
    case 'boolean':
      return readBoolean(value, where)
    case 'integer':
    case 'decimal':
      return readNumber(attribute.type, value, where)
    case 'string':
    case 'reference':
      return readText(value, where)
    case 'dateTime':
      return readDateTime(value, where)
    case 'binary':
      return readBinary(value, where)
    case 'complex':
      throw new Error(`${where} is complex, not a scalar.`)
  }
}

function readLearnt(value: Json, where: string): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value // JSON text such as 1e999 is read as infinite
  throw invalidValue(`${where} must be text, a number or a boolean, but ${kindOf(value)} was sent.`)
}

function readText(value: Json, where: string): string {
  if (typeof value !== 'string') throw invalidValue(`${where} must be text, but ${kindOf(value)} was sent.`)
  return value
}

/** Entra ID sends "True" and "False" as text (entra-scim 0.4). */
function readBoolean(value: Json, where: string): boolean {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : undefined
  if (word === 'true') return true
  if (word === 'false') return false
  throw invalidValue(`${where} must be true or false, but ${kindOf(value)} was sent.`)
}

function readNumber(type: 'integer' | 'decimal', value: Json, where: string): number {
  const number = typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : value
  const fits = type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number)
  if (typeof number !== 'number' || !fits)
    throw invalidValue(`${where} must be ${type === 'integer' ? 'a whole' : 'a'} number, but ${kindOf(value)} was sent.`)
  return number
}

function readDateTime(value: Json, where: string): string {
  const text = readText(value, where)
  if (!text.includes('T') || Number.isNaN(instantMs(text))) {
    throw invalidValue(`${where} must be a date and time such as 2026-11-22T08:00:00Z.`)
  }
  return text
}

function readBinary(value: Json, where: string): string {
  const text = readText(value, where)
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw invalidValue(`${where} must be base64 text.`)
  return text
}

function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number too large'
  return typeof value === 'string' ? 'other text' : `a ${typeof value}`
}
