import type { AttributePath } from './attribute-path'
import type { Filter, Literal, Operator } from './filter'
import { booleanWord, instantMs, jsonNumber } from './filter-literal'
import { foldCase } from './fold'
import { isObject, own, type Json, type JsonObject } from './json'
import type { Attribute } from './schema'

type Comparison = Extract<Filter, { kind: 'compare' }>
type Comparable = string | number | boolean

/**
 * Whether the resource satisfies the filter (RFC 7644 section 3.4.2.2). Names are spelled as in the schemas, attributes of
 * an extension stand under its URN. Of a multi-valued attribute any value may match. An absent attribute satisfies `ne`
 * and `eq null`; an attribute that no schema knows satisfies nothing.
 */
export function matches(filter: Filter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case 'present':
      return valuesAt(filter.path, resource).some(isPresent)
    case 'compare':
      return compares(filter, resource)
    case 'and':
      return matches(filter.left, resource) && matches(filter.right, resource)
    case 'or':
      return matches(filter.left, resource) || matches(filter.right, resource)
    case 'not':
      return !matches(filter.operand, resource)
    case 'valuePath':
      return valuesAt(filter.path, resource).some((entry) => entryMatches(filter.filter, entry))
  }
}

/** Whether one entry satisfies the filter of a value path. A scalar counts as an entry with that `value`. */
export function entryMatches(filter: Filter, entry: Json): boolean {
  return matches(filter, isObject(entry) ? entry : { value: entry })
}

/** The assigned values at the path: none when it is unassigned, several when attribute or sub-attribute has several. */
function valuesAt(path: AttributePath, resource: JsonObject): Json[] {
  if (path.kind === 'unknown') return []
  if (path.kind === 'extension') return listOf(own(resource, path.urn))
  const holder = path.urn === undefined ? resource : own(resource, path.urn)
  if (!isObject(holder)) return []
  const values = listOf(own(holder, path.attribute.name))
  const { sub } = path
  if (sub === undefined) return values
  return values.flatMap((value) => listOf(isObject(value) ? own(value, sub.name) : sub.name === 'value' ? value : undefined))
}

/** Absent, null and an empty array are the same: unassigned (RFC 7643 section 2.5). */
function listOf(value: Json | undefined): Json[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined && item !== null)
}

function isPresent(value: Json): boolean {
  if (value === null || value === '') return false
  if (Array.isArray(value)) return value.some(isPresent)
  return isObject(value) ? Object.values(value).some(isPresent) : true
}

function compares({ path, operator, value }: Comparison, resource: JsonObject): boolean {
  if (path.kind !== 'attribute') return false
  const attribute = path.sub ?? path.attribute
  const stored = valuesAt(path, resource)
  if (stored.length === 0) return value === null ? operator === 'eq' : operator === 'ne'
  if (value === null) return operator === 'ne'
  return stored.some((item) =>
    holds(operator, comparable(attribute, item), comparable(attribute, literalLike(attribute, item, value))),
  )
}

/** A learnt attribute has no declared type: the literal takes the type of the stored value where it can. */
function literalLike(attribute: Attribute, stored: Json, literal: NonNullable<Literal>): NonNullable<Literal> {
  if (!attribute.learnt) return literal
  if (typeof stored === 'string') return String(literal)
  if (typeof literal !== 'string') return literal
  const converted = typeof stored === 'boolean' ? booleanWord(literal) : jsonNumber(literal)
  return converted ?? literal
}

/** The form in which values are compared: an instant in milliseconds, a number, a boolean, or text with the case its schema wants. */
function comparable(attribute: Attribute, value: Json): Comparable | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string') return undefined
  if (attribute.type === 'dateTime') return instantMs(value)
  return attribute.caseExact || attribute.type === 'binary' ? value : foldCase(value)
}

function holds(operator: Operator, stored: Comparable | undefined, wanted: Comparable | undefined): boolean {
  if (operator === 'eq') return stored === wanted
  if (operator === 'ne') return stored !== wanted
  if (typeof stored === 'string' && typeof wanted === 'string') return textHolds(operator, stored, wanted)
  return typeof stored === 'number' && typeof wanted === 'number' && orderHolds(operator, stored, wanted)
}

function textHolds(operator: Operator, stored: string, wanted: string): boolean {
  if (operator === 'co') return stored.includes(wanted)
  if (operator === 'sw') return stored.startsWith(wanted)
  if (operator === 'ew') return stored.endsWith(wanted)
  return orderHolds(operator, stored, wanted)
}

function orderHolds<T extends string | number>(operator: Operator, stored: T, wanted: T): boolean {
  if (operator === 'gt') return stored > wanted
  if (operator === 'ge') return stored >= wanted
  if (operator === 'lt') return stored < wanted
  return operator === 'le' && stored <= wanted
}
