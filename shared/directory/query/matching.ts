import { createHash } from 'node:crypto'
import { printPath, type AttributePath } from '../../scim/schema/attribute-path'
import type { Literal } from '../../scim/filter/literal'
import { jsonNumber } from '../../scim/filter/literal'
import { foldCase } from '../../scim/fold'
import { isObject, own, type Json, type JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { encodeValue, matchingKey } from '../../storage/keys'
import type { Values } from '../../storage/table'

/** An attribute by which a tenant's client looks for resources, so that `eq` on it costs no scan. */
export interface MatchingAttribute {
  readonly type: 'User' | 'Group'
  /** As printPath writes it: `urn:…:User:employeeNumber`, `phoneNumbers.value`. */
  readonly path: string
  /** When the tenant named it, ISO 8601: one that is named anew is indexed anew. */
  readonly since: string
  /** Every document has its rows, so that filters may rely on them. */
  readonly ready: boolean
}

/**
 * Rows of one resource. A transaction takes 100 operations, and a change of all values is two for each; a resource with
 * more values has, for each attribute with several, one row that says to look at the document.
 */
const MAX_VALUES = 20
/** Stands where a value stands. encodeValue writes hex digits or `h` behind `=`, so no value is written like it. */
const LOOK = '=look'
/** Lie outside the document, or are made when it is answered. */
const NOT_IN_DOCUMENT: ReadonlySet<string> = new Set(['schemas', 'id', 'meta', 'members', 'groups'])

/** A short name that stays the same as long as the attribute is named, and cannot be `un`, `gn`, `ext`, `em`, `mgr` or `pid`. */
const codeOf = (type: 'User' | 'Group', path: string) =>
  `a${createHash('sha256').update(`${type} ${path}`).digest('hex').slice(0, 12)}`

const codeOfEntry = (entry: string) => entry.split('!', 1)[0] ?? ''

/**
 * What a document's row says of its matching attributes, in order: `<code>!<value>` for each index row that it has,
 * `<code>` alone for an attribute without a value. Values are folded whatever the schema says of case, since a schema may
 * change and the document is compared after each lookup.
 */
export function matchingEntries(
  type: ResourceType,
  attributes: JsonObject,
  matching: readonly MatchingAttribute[],
): readonly string[] {
  const indexed = matching
    .filter((attribute) => attribute.type === type.name)
    .map(({ path }) => ({ code: codeOf(type.name, path), values: valuesAt(path, attributes) }))
  const count = indexed.reduce((sum, { values }) => sum + values.length, 0)
  const entries = indexed.flatMap(({ code, values }) => {
    if (values.length === 0) return [code]
    if (values.length > 1 && count > MAX_VALUES) return [`${code}!${LOOK}`]
    return values.map((value) => `${code}!${value}`)
  })
  return [...new Set(entries)].sort()
}

/**
 * The entries after a change of the attributes. What the row is indexed by and this writer has not heard of, since its
 * settings are up to 30 s old, is left to be looked at: no reader that relies on the index misses the document.
 */
export function entriesAfter(
  type: ResourceType,
  attributes: JsonObject,
  { matching, held }: { matching: readonly MatchingAttribute[]; held: readonly string[] },
): readonly string[] {
  const entries = matchingEntries(type, attributes, matching)
  const known = new Set(entries.map(codeOfEntry))
  const foreign = new Set(held.map(codeOfEntry).filter((code) => !known.has(code)))
  return [...entries, ...[...foreign].map((code) => `${code}!${LOOK}`)].sort()
}

/** Keys of the index rows of these entries. */
export const entryKeys = (entries: readonly string[], id: string) =>
  entries.filter((entry) => entry.includes('!')).map((entry) => matchingKey(entry, id))

/** The document row's property `x`. The row says itself what was indexed: no writer has to know what another's settings were. */
export const entryValues = (entries: readonly string[]): Values => (entries.length > 0 ? { x: entries.join(' ') } : {})

export function readEntries({ x }: Values): readonly string[] {
  return typeof x === 'string' && x !== '' ? x.split(' ') : []
}

/** Prefixes of the index rows of all resources where the attribute can equal the literal; undefined without such an index. */
export function matchingPrefixes(
  type: ResourceType,
  path: AttributePath & { kind: 'attribute' },
  literal: NonNullable<Literal>,
  matching: readonly MatchingAttribute[],
): readonly string[] | undefined {
  if (path.urn === undefined && NOT_IN_DOCUMENT.has(path.attribute.name)) return undefined
  if ((path.sub ?? path.attribute).type === 'dateTime') return undefined // equal instants may be written differently
  const printed = printPath(path)
  const attribute = matching.find(
    (one) => one.ready && one.type === type.name && (one.path === printed || `${one.path}.value` === printed),
  )
  if (attribute === undefined) return undefined
  const code = codeOf(type.name, attribute.path)
  return [...literalForms(literal).map(encodeValue), LOOK].map((value) => `x!${code}!${value}`)
}

/** A learnt attribute compares text with numbers by what the stored value is, so either form may be the stored one. */
function literalForms(literal: NonNullable<Literal>): string[] {
  const text = String(literal)
  const number = jsonNumber(text)
  return [...new Set([foldCase(text), ...(number === undefined ? [] : [String(number)])])]
}

/** The distinct values at a printed path, encoded. Schemas are not asked: they may change while rows stay. */
function valuesAt(path: string, attributes: JsonObject): string[] {
  const colon = path.lastIndexOf(':')
  const holder = colon < 0 ? attributes : own(attributes, path.slice(0, colon))
  if (!isObject(holder)) return []
  const [name = '', sub = 'value'] = path.slice(colon + 1).split('.')
  const values = listOf(own(holder, name)).flatMap((item) => listOf(isObject(item) ? own(item, sub) : item))
  return [...new Set(values.map(formOf).filter((form) => form !== undefined))].map(encodeValue)
}

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

function formOf(value: Json): string | undefined {
  if (typeof value === 'string') return foldCase(value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
