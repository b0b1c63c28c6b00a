import {
  parseAttributePath,
  parseNestedPath,
  printPath,
  refusePath,
  shownWord,
  type AttributePath,
  type Refuse,
} from '../schema/attribute-path'
import { invalidFilter, invalidPath } from '../errors'
import { position, tokenAt, type Token } from './lexer'
import { literalFor, OPERATORS, type Literal, type Operator } from './literal'
import { subAttributeNamed, type Attribute, type ResourceType } from '../schema/schema'

/** A filter of RFC 7644 section 3.4.2.2. Inside a valuePath, paths are relative to one entry of its attribute. */
export type Filter =
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'compare'; readonly path: AttributePath; readonly operator: Operator; readonly value: Literal }
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter }

/** A term is an attribute expression; depth counts open parentheses and brackets. Tokens are what parsing one filter costs. */
export const FILTER_LIMITS = { maxCharacters: 4096, maxTerms: 64, maxDepth: 16, maxTokens: 1024 } as const

interface Parser {
  readonly text: string
  token: Token
  tokens: number
  terms: number
  depth: number
}

/** What a name means: an attribute of the resource, or between brackets a sub-attribute of the entry. */
interface Scope {
  readonly resolve: (name: string, refuse: Refuse) => AttributePath
  readonly inBrackets: boolean
}

/**
 * Parses a filter. A complex attribute that is compared stands for its `value`: `manager eq "77c0"`.
 * @throws ScimError invalidFilter with the position of what is wrong, or beyond FILTER_LIMITS
 */
export function parseFilter(text: string, type: ResourceType): Filter {
  if (text.length > FILTER_LIMITS.maxCharacters) {
    throw invalidFilter(`A filter may have at most ${FILTER_LIMITS.maxCharacters} characters, this one has ${text.length}.`)
  }
  if (text.trim() === '') throw invalidFilter('The filter is empty.')
  const parser = parserAt(text, 0)
  const scope: Scope = { resolve: (name, refuse) => parseAttributePath(name, type, refuse), inBrackets: false }
  const filter = orExpression(parser, scope)
  if (parser.token.kind !== 'end') throw unexpected(parser, '"and", "or" or the end of the filter')
  return filter
}

/**
 * Parses the filter of a PATCH path from the character behind its "["; end is the offset behind its "]".
 * @throws ScimError invalidFilter when the filter is malformed, invalidPath when brackets cannot follow the path or never close
 */
export function parseBracketFilter(text: string, offset: number, path: AttributePath): { filter: Filter; end: number } {
  const scope = entryScope(path, refusePath)
  const parser = parserAt(text, offset)
  const filter = orExpression(parser, scope)
  if (parser.token.kind === 'end') throw invalidPath(`The "[" at ${position(offset - 1)} is never closed.`)
  if (parser.token.kind !== ']') throw unexpected(parser, '"and", "or" or "]"')
  return { filter, end: parser.token.end }
}

// FILTER = logExp / …, logExp = FILTER SP ("and" / "or") SP FILTER; "or" binds least, equals associate to the left
function orExpression(parser: Parser, scope: Scope): Filter {
  let left = andExpression(parser, scope)
  while (takeWord(parser, 'or')) left = { kind: 'or', left, right: andExpression(parser, scope) }
  return left
}

// The "and" half of logExp: binds tighter than "or"
function andExpression(parser: Parser, scope: Scope): Filter {
  let left = factor(parser, scope)
  while (takeWord(parser, 'and')) left = { kind: 'and', left, right: factor(parser, scope) }
  return left
}

// attrExp / valuePath / *1"not" "(" FILTER ")"; in brackets: attrExp / *1"not" "(" valFilter ")"
function factor(parser: Parser, scope: Scope): Filter {
  const negated = takeWord(parser, 'not')
  if (parser.token.kind === '(') {
    const operand = enclosed(parser, scope, ')')
    return negated ? { kind: 'not', operand } : operand
  }
  if (negated) throw unexpected(parser, '"(" after "not"')
  const path = attributePath(parser, scope)
  if (parser.token.kind === '[') return valuePath(parser, scope, path)
  return attributeExpression(parser, path)
}

// "(" FILTER ")" / "[" valFilter "]"
function enclosed(parser: Parser, scope: Scope, close: ')' | ']'): Filter {
  parser.depth++
  if (parser.depth > FILTER_LIMITS.maxDepth) {
    throw invalidFilter(`The filter is nested deeper than ${FILTER_LIMITS.maxDepth} levels at ${position(parser.token.start)}.`)
  }
  advance(parser)
  const filter = orExpression(parser, scope)
  if (parser.token.kind !== close) throw unexpected(parser, `"and", "or" or "${close}"`)
  advance(parser)
  parser.depth--
  return filter
}

// valuePath = attrPath "[" valFilter "]"
// Entra ID also sends attrPath "[" valFilter "]" subAttr SP compareOp SP compValue: the same entry must satisfy both.
function valuePath(parser: Parser, scope: Scope, path: AttributePath): Filter {
  const opening = position(parser.token.start)
  if (scope.inBrackets) throw invalidFilter(`Brackets cannot stand inside brackets, at ${opening}.`)
  const inner = entryScope(path, (clause) => invalidFilter(`${clause}, at ${opening}.`))
  const filter = enclosed(parser, inner, ']')
  const { token } = parser
  if (token.kind !== 'word' || !token.text.startsWith('.')) return { kind: 'valuePath', path, filter }
  parser.token = { ...token, text: token.text.slice(1), start: token.start + 1 }
  const right = attributeExpression(parser, attributePath(parser, inner))
  return { kind: 'valuePath', path, filter: { kind: 'and', left: filter, right } }
}

// attrPath = [URI ":"] ATTRNAME *1subAttr
function attributePath(parser: Parser, scope: Scope): AttributePath {
  const { token } = parser
  if (token.kind !== 'word') throw unexpected(parser, 'an attribute name')
  parser.terms++
  if (parser.terms > FILTER_LIMITS.maxTerms) {
    throw invalidFilter(`A filter may have at most ${FILTER_LIMITS.maxTerms} terms; one more begins at ${position(token.start)}.`)
  }
  const path = scope.resolve(token.text, (clause) => invalidFilter(`${clause}, at ${position(token.start)}.`))
  refuseHidden(path, `at ${position(token.start)}`)
  advance(parser)
  return path
}

// attrExp = (attrPath SP "pr") / (attrPath SP compareOp SP compValue)
function attributeExpression(parser: Parser, path: AttributePath): Filter {
  const { token } = parser
  const word = token.kind === 'word' ? token.text.toLowerCase() : undefined
  if (takeWord(parser, 'pr')) return { kind: 'present', path }
  const operator = OPERATORS.find((name) => name === word)
  if (operator === undefined) throw operatorWanted(parser)
  if (path.kind === 'extension') {
    throw invalidFilter(`A schema URN has no value to compare; name one of its attributes before ${position(token.start)}.`)
  }
  advance(parser)
  const value = parser.token
  if (value.kind !== 'word' && value.kind !== 'string') throw unexpected(parser, `a value after "${operator}"`)
  const compared = comparedPath(path)
  refuseHidden(compared, `before ${position(value.start)}`)
  const attribute = compared.kind === 'attribute' ? (compared.sub ?? compared.attribute) : undefined
  const literal = literalFor(value, operator, attribute)
  advance(parser)
  return { kind: 'compare', path: compared, operator, value: literal }
}

/** A filter must not tell what an answer would not show (RFC 7643 section 7, "never"). */
function refuseHidden(path: AttributePath, where: string): void {
  if (path.kind !== 'attribute' || (path.sub ?? path.attribute).returned !== 'never') return
  throw invalidFilter(`${printPath(path)} ${where} cannot be filtered on: it is never returned.`)
}

function operatorWanted(parser: Parser) {
  const { token } = parser
  const known = `one of ${OPERATORS.join(', ')}, pr`
  if (token.kind !== 'word') return unexpected(parser, known)
  return invalidFilter(`${shownWord(token.text)} at ${position(token.start)} is not an operator; use ${known}.`)
}

/** Comparing a complex attribute compares its `value` sub-attribute (RFC 7643 section 2.4). */
function comparedPath(path: AttributePath): AttributePath {
  if (path.kind !== 'attribute' || path.sub !== undefined) return path
  const sub = subAttributeNamed(path.attribute, 'value')
  return sub === undefined ? path : { ...path, sub }
}

/** The names that may stand between the brackets behind a path. An entry that is a scalar has the one name `value`. */
function entryScope(path: AttributePath, refuse: Refuse): Scope {
  const scope = (subAttributes: readonly Attribute[]): Scope => ({
    resolve: (name, refuseName) => parseNestedPath(name, subAttributes, refuseName),
    inBrackets: true,
  })
  if (path.kind === 'unknown') return scope([])
  if (path.kind === 'attribute' && path.sub === undefined) {
    const { attribute } = path
    if (attribute.subAttributes !== undefined) return scope(attribute.subAttributes)
    if (attribute.multiValued) return scope([{ ...attribute, name: 'value', multiValued: false }])
  }
  throw refuse(`Brackets must follow a complex or multi-valued attribute, which ${printPath(path)} is not`)
}

function parserAt(text: string, offset: number): Parser {
  return { text, token: tokenAt(text, offset), tokens: 1, terms: 0, depth: 0 }
}

function advance(parser: Parser): void {
  parser.tokens++
  if (parser.tokens > FILTER_LIMITS.maxTokens) {
    throw invalidFilter(
      `A filter may have at most ${FILTER_LIMITS.maxTokens} words, values and parentheses; one more begins behind ${position(parser.token.start)}.`,
    )
  }
  parser.token = tokenAt(parser.text, parser.token.end)
}

function takeWord(parser: Parser, word: string): boolean {
  if (parser.token.kind !== 'word' || parser.token.text.toLowerCase() !== word) return false
  advance(parser)
  return true
}

function unexpected(parser: Parser, expected: string) {
  const ends = parser.token.kind === 'end' ? ', where the text ends' : ''
  return invalidFilter(`Expected ${expected} at ${position(parser.token.start)}${ends}.`)
}

/** The filter in prefix notation, such as `(and (eq userName "a") (not (pr title)))`; a "?" marks names no schema knows. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'present':
      return `(pr ${printName(filter.path)})`
    case 'compare':
      return `(${filter.operator} ${printName(filter.path)} ${JSON.stringify(filter.value)})`
    case 'and':
    case 'or':
      return `(${filter.kind} ${printFilter(filter.left)} ${printFilter(filter.right)})`
    case 'not':
      return `(not ${printFilter(filter.operand)})`
    case 'valuePath':
      return `(valuePath ${printName(filter.path)} ${printFilter(filter.filter)})`
  }
}

function printName(path: AttributePath): string {
  return (path.kind === 'unknown' ? '?' : '') + printPath(path)
}

/** How many attribute expressions the filter has: what matching it once costs. */
export function countTerms(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return countTerms(filter.left) + countTerms(filter.right)
    case 'not':
      return countTerms(filter.operand)
    case 'valuePath':
      return countTerms(filter.filter)
    case 'present':
    case 'compare':
      return 1
  }
}
