import { invalidPath, type ScimError } from '../errors'
import { attributeNamed, extensionNamed, subAttributeNamed, type Attribute, type ResourceType, type Schema } from './schema'
import { COMMON_ATTRIBUTES, CORE_URNS } from './schemas'

/** A reference to an attribute, resolved against the schemas of a resource type (RFC 7644 section 3.10). */
export type AttributePath =
  /** `userName`, `name.givenName`, `urn:…:User:manager.value`; urn is set when an extension holds the attribute. */
  | { readonly kind: 'attribute'; readonly urn?: string; readonly attribute: Attribute; readonly sub?: Attribute }
  /** An extension's URN alone: the extension object as a whole. */
  | { readonly kind: 'extension'; readonly urn: string }
  /** No schema knows it. name is its first name as written; urn is what stood before it, when something did. */
  | { readonly kind: 'unknown'; readonly urn?: string; readonly name: string; readonly sub?: string }

/** Longest attribute path or PATCH path that is read. */
export const MAX_PATH_CHARACTERS = 4096

/** Makes the error for a malformed path from a clause without full stop: where the path stands decides the scimType. */
export type Refuse = (clause: string) => ScimError
export const refusePath: Refuse = (clause) => invalidPath(`${clause}.`)

interface Names {
  readonly name: string
  readonly sub?: string
}

/** Attributes of one schema; urn is set when it is an extension. */
interface Holder {
  readonly urn?: string
  readonly attributes: readonly Attribute[]
}

/**
 * Resolves an attribute path, names and URNs without case. The URN of the core schema alone gives kind 'extension' with
 * that URN. A name without URN that the core schema lacks is looked for in the extensions: Entra ID sends
 * `manager eq "77c0"` and the PATCH path `manager`.
 * @throws ScimError made by refuse when the text is no attribute path (RFC 7644 section 3.10)
 */
export function parseAttributePath(text: string, type: ResourceType, refuse: Refuse = refusePath): AttributePath {
  if (text.length > MAX_PATH_CHARACTERS) {
    throw refuse(`An attribute path may have at most ${MAX_PATH_CHARACTERS} characters, this one has ${text.length}`)
  }
  const bare = schemaOf(type, text)
  if (bare !== undefined) return { kind: 'extension', urn: bare.id }
  const colon = text.lastIndexOf(':') // no attribute name holds one; the URN holds several, and dots
  const core = [{ attributes: type.schema.attributes }, { attributes: COMMON_ATTRIBUTES }]
  if (colon < 0) {
    const names = splitNames(text, refuse)
    const extensions = type.extensions.map(({ id, attributes }) => ({ urn: id, attributes }))
    return resolve(names, [...core, ...extensions]) ?? { kind: 'unknown', ...names }
  }
  const qualified = splitQualified(type, text)
  const names = splitNames(qualified?.name ?? text.slice(colon + 1), refuse)
  if (qualified === undefined) return { kind: 'unknown', urn: unregistered(text.slice(0, colon), refuse), ...names }
  const { schema } = qualified
  const holders = schema === type.schema ? core : [{ urn: schema.id, attributes: schema.attributes }]
  return resolve(names, holders) ?? { kind: 'unknown', urn: schema.id, ...names }
}

/**
 * The schema of the type whose URN the text begins with, and the attribute behind it. Administrators write a dot where the colon
 * belongs: `urn:…:User.department`. Undefined when no schema of the type is named so.
 */
export function splitQualified(type: ResourceType, text: string): { schema: Schema; name: string } | undefined {
  const dot = text.lastIndexOf('.')
  for (const at of [text.lastIndexOf(':'), text.lastIndexOf('.', dot - 1), dot]) {
    const schema = at > 0 ? schemaOf(type, text.slice(0, at)) : undefined
    if (schema !== undefined) return { schema, name: text.slice(at + 1) }
  }
  return undefined
}

/**
 * The URN of the schema that a path begins with, whose attributes are not to be dropped unsaid: one of the type, or of RFC 7643.
 * Undefined when the path names none.
 */
export function schemaNamed(type: ResourceType, text: string): string | undefined {
  const named = text.toLowerCase()
  const urns = [type.schema, ...type.extensions].map(({ id }) => id)
  return [...urns, ...CORE_URNS].find((urn) => named.startsWith(urn.toLowerCase()) && /^[:.]?$/.test(named.charAt(urn.length)))
}

/**
 * Resolves a name between or behind the brackets of a value path: a sub-attribute of the attribute before them.
 * @throws ScimError made by refuse when the text is no attribute name
 */
export function parseNestedPath(text: string, subAttributes: readonly Attribute[], refuse: Refuse): AttributePath {
  checkName(text, refuse)
  const attribute = attributeNamed(subAttributes, text)
  return attribute === undefined ? { kind: 'unknown', name: text } : { kind: 'attribute', attribute }
}

/** The path as a client may write it, names spelled as the schema does. */
export function printPath(path: AttributePath): string {
  if (path.kind === 'extension') return path.urn
  const name = path.kind === 'attribute' ? path.attribute.name : path.name
  const sub = path.kind === 'attribute' ? path.sub?.name : path.sub
  return (path.urn === undefined ? '' : `${path.urn}:`) + name + (sub === undefined ? '' : `.${sub}`)
}

function schemaOf(type: ResourceType, urn: string): Schema | undefined {
  return urn.toLowerCase() === type.schema.id.toLowerCase() ? type.schema : extensionNamed(type, urn)
}

/** A URN that no schema of the type has (RFC 8141 section 2). */
function unregistered(urn: string, refuse: Refuse): string {
  if (/^urn:[a-z0-9-]{1,32}:[\w.:~%$&'*+,;=@!/-]+$/i.test(urn)) return urn
  throw refuse(`${shownWord(urn)} before ":" is not a schema URN`)
}

function resolve(names: Names, holders: readonly Holder[]): AttributePath | undefined {
  for (const { urn, attributes } of holders) {
    const attribute = attributeNamed(attributes, names.name)
    if (attribute === undefined) continue
    const found = { kind: 'attribute', attribute, ...(urn === undefined ? {} : { urn }) } as const
    if (names.sub === undefined) return found
    if (isEntryItself(attribute, names.sub)) return found
    const sub = subAttributeNamed(attribute, names.sub)
    return sub === undefined ? undefined : { ...found, sub }
  }
  return undefined
}

/** A value of a simple attribute with several is an entry with a `value` alone (RFC 7643 section 2.4): `tags.value` are the tags. */
export const isEntryItself = ({ type, multiValued }: Attribute, sub: string) =>
  multiValued && type !== 'complex' && sub.toLowerCase() === 'value'

/** ATTRNAME *1subAttr, subAttr = "." ATTRNAME (RFC 7644 section 3.10, figure 1 of section 3.4.2.2) */
function splitNames(text: string, refuse: Refuse): Names {
  const [name = '', sub, ...more] = text.split('.', 3)
  checkName(name, refuse)
  if (sub === undefined) return { name }
  checkName(sub, refuse)
  if (more.length > 0) throw refuse(`${shownWord(text)} has more than one ".": a sub-attribute has none of its own`)
  return { name, sub }
}

/** ATTRNAME = ALPHA *(nameChar), nameChar = "-" / "_" / DIGIT / ALPHA; `$ref` is the one name outside that rule. */
function checkName(name: string, refuse: Refuse): void {
  if (name === '') throw refuse('An attribute name is missing')
  if (/^(?:[a-z][\w-]*|\$ref)$/i.test(name)) return
  throw refuse(`${shownWord(name)} is not an attribute name (a letter, then letters, digits, "-" or "_")`)
}

/** A word for an error message. What does not look like a name is not repeated: it may be a person's data. */
export function shownWord(word: string): string {
  return /^[\w.:$-]{1,80}$/.test(word) ? `"${word}"` : 'This text'
}
