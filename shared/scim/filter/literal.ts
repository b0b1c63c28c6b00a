import { invalidFilter } from '../errors'
import { position, type StringToken, type WordToken } from './lexer'
import type { Attribute } from '../schema/schema'

export const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
export type Operator = (typeof OPERATORS)[number]
export type Literal = string | number | boolean | null

const EQUALITY: readonly Operator[] = ['eq', 'ne']
const ORDER: readonly Operator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']
const TEXT: readonly Operator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'co', 'sw', 'ew']

const OPERATORS_OF: Record<Attribute['type'], readonly Operator[]> = {
  string: TEXT,
  reference: TEXT,
  integer: ORDER,
  decimal: ORDER,
  dateTime: ORDER,
  boolean: EQUALITY,
  binary: EQUALITY,
  complex: [],
}

/** What a value must be, in words; absent for types whose literals are text. */
const WANTED: Partial<Record<Attribute['type'], string>> = {
  boolean: 'true or false',
  integer: 'a number',
  decimal: 'a number',
  dateTime: 'a date and time such as "2026-11-22T08:00:00Z"',
}

/**
 * The literal as it is compared with the attribute: `"True"` is a boolean for a boolean attribute, since Entra ID sends
 * `primary eq "True"`. An unknown or learnt attribute takes any literal.
 * @throws ScimError invalidFilter when operator, literal and type do not go together (RFC 7644 section 3.4.2.2)
 */
export function literalFor(token: WordToken | StringToken, operator: Operator, attribute: Attribute | undefined): Literal {
  if (attribute !== undefined) checkOperator(token, operator, attribute)
  const literal = untypedLiteral(token, operator)
  if (literal === null) return nullLiteral(token, operator)
  if (attribute === undefined || attribute.learnt) return literal
  const typed = literalOfType(attribute.type, literal)
  if (typed !== undefined) return typed
  if (WANTED[attribute.type] === undefined) return bareWord(token, operator)
  throw invalidFilter(
    `${attribute.name} is of type ${attribute.type}: the value at ${position(token.start)} must be ${WANTED[attribute.type]}.`,
  )
}

function checkOperator(token: WordToken | StringToken, operator: Operator, attribute: Attribute): void {
  if (attribute.type === 'complex') throw subAttributeWanted(token, attribute)
  if (attribute.learnt || OPERATORS_OF[attribute.type].includes(operator)) return
  throw invalidFilter(
    `${attribute.name} is of type ${attribute.type}, which "${operator}" before ${position(token.start)} cannot compare; use one of: ${OPERATORS_OF[attribute.type].join(', ')}.`,
  )
}

/** compValue = false / null / true / number / string */
function untypedLiteral(token: WordToken | StringToken, operator: Operator): Literal {
  if (token.kind === 'string') return token.value
  if (token.text.toLowerCase() === 'null') return null
  return booleanWord(token.text) ?? jsonNumber(token.text) ?? bareWord(token, operator)
}

/**
 * Samples of Microsoft's documentation write `externalId eq jyoung`: text without quotes is taken for `eq` alone. In other
 * quotes it is refused, since with them as part of the text it would silently match nothing.
 */
function bareWord(token: WordToken | StringToken, operator: Operator): string {
  if (token.kind === 'word' && operator === 'eq' && !/^['`\u2018-\u201f]/.test(token.text)) return token.text
  throw invalidFilter(`The value at ${position(token.start)} must be text in double quotes.`)
}

function nullLiteral(token: WordToken | StringToken, operator: Operator): null {
  if (EQUALITY.includes(operator)) return null
  throw invalidFilter(`"${operator}" cannot compare with null at ${position(token.start)}; use "eq", "ne" or "pr".`)
}

function literalOfType(type: Attribute['type'], literal: NonNullable<Literal>): Literal | undefined {
  switch (type) {
    case 'boolean':
      return booleanWord(String(literal))
    case 'integer':
    case 'decimal':
      return jsonNumber(String(literal))
    case 'dateTime':
      return typeof literal === 'string' && !Number.isNaN(instantMs(literal)) ? literal : undefined
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return typeof literal === 'string' ? literal : undefined
  }
}

function subAttributeWanted(token: WordToken | StringToken, attribute: Attribute) {
  const example = attribute.subAttributes?.[0]?.name ?? 'value'
  return invalidFilter(
    `${attribute.name}, compared before ${position(token.start)}, is complex: name one of its sub-attributes, such as ${attribute.name}.${example}.`,
  )
}

/** true and false in any case; Entra ID writes "True" and "False". */
export function booleanWord(text: string): boolean | undefined {
  const word = text.toLowerCase()
  if (word === 'true') return true
  return word === 'false' ? false : undefined
}

/** The number that JSON text stands for, undefined when it is none or too large. */
export function jsonNumber(text: string): number | undefined {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** Milliseconds since 1970 of a dateTime (RFC 7643 section 2.3.5), NaN when it is none. Without a zone it counts as UTC. */
export function instantMs(text: string): number {
  const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  if (form === null) return NaN
  return Date.parse(text.includes('T') && form[1] === undefined ? `${text}Z` : text)
}
