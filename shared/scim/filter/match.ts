import { printPath, type AttributePath } from '../schema/attribute-path'
import type { Filter } from './filter'
import type { Literal, Operator } from './literal'
import { booleanWord, instantMs, jsonNumber } from './literal'
import { foldCase, foldingUnits } from '../fold'
import { isObject, own, type Json, type JsonObject } from '../json'
import type { Attribute } from '../schema/schema'

type Comparison = Extract<Filter, { kind: 'compare' }>
type Comparable = string | number | boolean
type Spend = (units: number) => void

/** Whether a resource satisfies the filter that it was made from. */
export type Matcher = (resource: JsonObject) => boolean

/**
 * The filter as a question to ask of many resources (RFC 7644 section 3.4.2.2). Names are spelled as in the schemas, attributes of
 * an extension stand under its URN. Of a multi-valued attribute any value may match. An absent attribute satisfies `ne`
 * and `eq null`; an attribute that no schema knows satisfies nothing. Each literal is folded once, and of each resource each
 * value once, however many terms name it.
 * @param spend is told what is compared, in units of foldingUnits, before it is: what it throws ends the comparison
 */
export function matcher(filter: Filter, spend: Spend): Matcher {
  if (filter.kind === 'compare') return oneComparison(filter, spend)
  const scope = newScope(spend)
  const test = compiled(filter, scope)
  return (resource) => test(viewOf(scope, resource))
}

/** The same for entries of a multi-valued attribute, of the filter of a value path. A scalar counts as an entry with that `value`. */
export function entryMatcher(filter: Filter, spend: Spend): (entry: Json) => boolean {
  const isMatch = matcher(filter, spend)
  return (entry) => isMatch(entryObject(entry))
}

/** Whether this one resource satisfies the filter. */
export const matches = (filter: Filter, resource: JsonObject): boolean => matcher(filter, () => undefined)(resource)

const entryObject = (entry: Json): JsonObject => (isObject(entry) ? entry : { value: entry })

/** What the terms of a filter ask of one resource, or of one entry: each path once. */
interface Scope {
  readonly spend: Spend
  readonly paths: Map<string, number>
  /** For the filters of value paths: the scope of their entries. */
  readonly entries: Map<string, Scope>
}

const newScope = (spend: Spend): Scope => ({ spend, paths: new Map(), entries: new Map() })

/** A resource, or an entry, with what the terms have asked of it so far: a place for each path of the scope. */
interface View {
  readonly holder: JsonObject
  readonly compared: (Compared | undefined)[]
  entries: Map<Scope, readonly View[]> | undefined
}

/** The values at one path as they are compared. */
interface Compared {
  readonly values: readonly (Comparable | undefined)[]
  /** What one more term pays for comparing them all. */
  readonly units: number
  /** Of all texts together. */
  readonly characters: number
  /** Texts, for `eq`, once a second term asks. */
  texts: ReadonlySet<string> | undefined
  asked: number
}

const viewOf = (scope: Scope, holder: JsonObject): View => ({
  holder,
  compared: new Array<Compared | undefined>(scope.paths.size),
  entries: undefined,
})

type Test = (view: View) => boolean

function compiled(filter: Filter, scope: Scope): Test {
  switch (filter.kind) {
    case 'present':
      return ({ holder }) => {
        const values = valuesAt(filter.path, holder)
        scope.spend(values.length)
        return values.some(isPresent)
      }
    case 'compare':
      return compiledComparison(filter, scope)
    case 'and': {
      const [left, right] = [compiled(filter.left, scope), compiled(filter.right, scope)]
      return (view) => left(view) && right(view)
    }
    case 'or': {
      const [left, right] = [compiled(filter.left, scope), compiled(filter.right, scope)]
      return (view) => left(view) || right(view)
    }
    case 'not': {
      const operand = compiled(filter.operand, scope)
      return (view) => !operand(view)
    }
    case 'valuePath':
      return compiledValuePath(filter, scope)
  }
}

function compiledValuePath({ path, filter }: Extract<Filter, { kind: 'valuePath' }>, scope: Scope): Test {
  const key = printPath(path)
  const inner = scope.entries.get(key) ?? newScope(scope.spend)
  scope.entries.set(key, inner)
  const test = compiled(filter, inner)
  return (view) => {
    const known = (view.entries ??= new Map<Scope, readonly View[]>())
    const views = known.get(inner) ?? valuesAt(path, view.holder).map((entry) => viewOf(inner, entryObject(entry)))
    known.set(inner, views)
    scope.spend(views.length)
    return views.some(test)
  }
}

/** One comparison remembers nothing for others: by far the most filters, asked of entry after entry by a PATCH. */
function oneComparison(filter: Comparison, spend: Spend): Matcher {
  const scope = newScope(spend)
  const test = compiledComparison(filter, scope)
  const { path, operator, value } = filter
  const inGeneral: Matcher = (resource) => test(viewOf(scope, resource))
  if (path.kind !== 'attribute' || path.urn !== undefined || path.sub !== undefined || value === null) return inGeneral
  const { attribute } = path
  const wanted = literalsFor(attribute, value)
  return (resource) => {
    const stored = own(resource, attribute.name)
    if (typeof stored === 'object' || stored === undefined) return inGeneral(resource)
    spend(typeof stored === 'string' ? foldingUnits(stored) + searchUnits(operator, stored.length, wanted) : 1)
    const compared = comparable(attribute, stored)
    return holds(operator, compared, literalLike(wanted, compared))
  }
}

function compiledComparison({ path, operator, value }: Comparison, scope: Scope): Test {
  if (path.kind !== 'attribute') return () => false
  const attribute = path.sub ?? path.attribute
  const key = printPath(path)
  const place = scope.paths.get(key) ?? scope.paths.size
  scope.paths.set(key, place)
  const wanted = value === null ? undefined : literalsFor(attribute, value)
  return (view) => {
    const stored = (view.compared[place] ??= comparedAt(path, attribute, view.holder))
    if (stored.values.length === 0) return value === null ? operator === 'eq' : operator === 'ne'
    if (wanted === undefined) return operator === 'ne'
    return anyHolds(operator, stored, { wanted, spend: scope.spend })
  }
}

function comparedAt(path: AttributePath, attribute: Attribute, holder: JsonObject): Compared {
  const stored = valuesAt(path, holder)
  const units = stored.reduce<number>((sum, item) => sum + (typeof item === 'string' ? foldingUnits(item) : 1), 0)
  const characters = stored.reduce<number>((sum, item) => sum + (typeof item === 'string' ? item.length : 0), 0)
  return { values: stored.map((item) => comparable(attribute, item)), units, characters, texts: undefined, asked: 0 }
}

/** Looking for a text in others costs their product at worst: of `co` alone, since the other operators look in one place. */
function searchUnits(operator: Operator, characters: number, { string }: Literals): number {
  return operator === 'co' && typeof string === 'string' ? Math.floor((characters * string.length) / 128) : 0
}

/** From the second term on, `eq` with text asks a set: 64 terms on 1,000 values are not 64,000 comparisons. */
function anyHolds(operator: Operator, stored: Compared, { wanted, spend }: { wanted: Literals; spend: Spend }): boolean {
  const { values, units } = stored
  stored.asked += 1
  if (operator === 'eq' && stored.asked > 1 && typeof wanted.string === 'string' && values.length > 1 && !wanted.varies) {
    spend(stored.texts === undefined ? units : 1)
    stored.texts ??= new Set(values.filter((value) => typeof value === 'string'))
    return stored.texts.has(wanted.string)
  }
  spend(units + searchUnits(operator, stored.characters, wanted))
  return values.some((value) => holds(operator, value, literalLike(wanted, value)))
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
  const found: Json[] = []
  for (const value of values) {
    const inner = isObject(value) ? own(value, sub.name) : sub.name === 'value' ? value : undefined
    if (Array.isArray(inner)) found.push(...listOf(inner))
    else if (inner !== undefined && inner !== null) found.push(inner)
  }
  return found
}

/** Absent, null and an empty array are the same: unassigned (RFC 7643 section 2.5). */
function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value.filter((item) => item !== null)
  return value === undefined || value === null ? [] : [value]
}

function isPresent(value: Json): boolean {
  if (value === null || value === '') return false
  if (Array.isArray(value)) return value.some(isPresent)
  return isObject(value) ? Object.values(value).some(isPresent) : true
}

/** A literal as it is compared with a stored text, number or boolean. */
interface Literals {
  readonly string: Comparable | undefined
  readonly number: Comparable | undefined
  readonly boolean: Comparable | undefined
  /** Whether the three may differ. */
  readonly varies: boolean
}

/** A learnt attribute has no declared type: the literal takes the type of the stored value where it can. */
function literalsFor(attribute: Attribute, literal: NonNullable<Literal>): Literals {
  const folded = comparable(attribute, literal)
  if (!attribute.learnt) return { string: folded, number: folded, boolean: folded, varies: false }
  const text = typeof literal === 'string' ? literal : undefined
  return {
    string: comparable(attribute, String(literal)),
    number: (text === undefined ? undefined : jsonNumber(text)) ?? folded,
    boolean: (text === undefined ? undefined : booleanWord(text)) ?? folded,
    varies: true,
  }
}

function literalLike({ string, number, boolean }: Literals, stored: Comparable | undefined): Comparable | undefined {
  if (typeof stored === 'string') return string
  return typeof stored === 'boolean' ? boolean : number
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
