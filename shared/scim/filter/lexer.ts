import { invalidFilter } from '../errors'

/** A piece of a filter. start and end are offsets into the text; end is the first character behind it. */
export type Token = WordToken | StringToken | MarkToken
/** A path, an operator, a keyword or a literal without quotes: the parser knows which by where it stands. */
export interface WordToken {
  readonly kind: 'word'
  readonly text: string
  readonly start: number
  readonly end: number
}
export interface StringToken {
  readonly kind: 'string'
  readonly value: string
  readonly start: number
  readonly end: number
}
interface MarkToken {
  readonly kind: '(' | ')' | '[' | ']' | 'end'
  readonly start: number
  readonly end: number
}

const SPACES = ' \t\r\n'
const WORD_ENDS = `${SPACES}()[]"`

/**
 * The token at the offset or behind the spaces there.
 * @throws ScimError invalidFilter when a string is not a JSON string or never ends
 */
export function tokenAt(text: string, offset: number): Token {
  let start = offset
  while (start < text.length && SPACES.includes(text.charAt(start))) start++
  const first = text.charAt(start)
  switch (first) {
    case '':
      return { kind: 'end', start, end: start }
    case '(':
    case ')':
    case '[':
    case ']':
      return { kind: first, start, end: start + 1 }
    case '"':
      return stringToken(text, start)
    default:
      return wordToken(text, start)
  }
}

function wordToken(text: string, start: number): WordToken {
  let end = start
  while (end < text.length && !WORD_ENDS.includes(text.charAt(end))) end++
  return { kind: 'word', text: text.slice(start, end), start, end }
}

/** string = quotation-mark *char quotation-mark (RFC 7159 section 7). JSON.parse decides on escapes and control characters. */
function stringToken(text: string, start: number): StringToken {
  let close = start + 1
  while (close < text.length && text.charAt(close) !== '"') close += text.charAt(close) === '\\' ? 2 : 1
  if (close >= text.length) throw invalidFilter(`The text that begins at ${position(start)} has no closing quote.`)
  const end = close + 1
  const value = jsonString(text.slice(start, end))
  if (value === undefined) {
    throw invalidFilter(`The text at ${position(start)} is not a JSON string: see its backslashes and control characters.`)
  }
  return { kind: 'string', value, start, end }
}

function jsonString(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined // the SyntaxError would repeat the text, which may be a person's data
  }
}

/** A place in the text for an error message, counted from 1. */
export function position(offset: number): string {
  return `position ${offset + 1}`
}
