/** What is read of a text; a string is one. A test counts how often. */
export interface Characters {
  readonly length: number
  charCodeAt(index: number): number
}

/** From the first character to the one behind the last. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Of tokens and setup links as this service makes them. */
const TOKEN_PREFIXES = ['rc_', 'rcs_', 'rcl_', 'rk_', 'whsec_']
const MIN_TOKEN_LENGTH = 16
const BEARER = 'bearer'
/** Between the word and its token: white space, or one of these as a URL writes it. */
const SEPARATORS = ['%20', '+']
const MIN_BEARER_LENGTH = 8

/** A secret that a cut has left too short to be seen as one is shorter than this. */
export const MAX_UNSEEN_LENGTH = 'whsec_'.length + MIN_TOKEN_LENGTH

/**
 * Where something stands that looks like a token of this service, and whatever stands behind the word Bearer. In order; spans
 * may overlap. Linear: a run of characters that was read to its end is not read again by a word inside of it.
 */
export function secretSpans(text: Characters): Span[] {
  const spans: Span[] = []
  let tokenEnd = 0
  let valueEnd = 0
  let wasWord = false
  for (let at = 0; at < text.length; at += 1) {
    const isWord = isWordCode(text.charCodeAt(at))
    if (isWord && !wasWord) {
      const token = at < tokenEnd ? undefined : tokenAt(text, at)
      if (token !== undefined) spans.push(token)
      tokenEnd = token?.to ?? tokenEnd
      const from = bearerEnd(text, at)
      const value = from === undefined || from < valueEnd ? undefined : runFrom(text, from, isValueCode)
      if (value !== undefined && value.to - value.from >= MIN_BEARER_LENGTH) {
        spans.push(value)
        valueEnd = value.to
      }
    }
    wasWord = isWord
  }
  return spans.sort((a, b) => a.from - b.from)
}

function tokenAt(text: Characters, at: number): Span | undefined {
  const prefix = TOKEN_PREFIXES.find((one) => startsWith(text, at, one))
  if (prefix === undefined) return undefined
  const { from, to } = runFrom(text, at + prefix.length, isTokenCode)
  return to - from >= MIN_TOKEN_LENGTH ? { from: at, to } : undefined
}

/** Where the token begins that the word Bearer at this place announces. */
function bearerEnd(text: Characters, at: number): number | undefined {
  if (!startsWith(text, at, BEARER)) return undefined
  const behind = at + BEARER.length
  const spaces = runFrom(text, behind, isSpaceCode)
  if (spaces.to > behind) return spaces.to
  const separator = SEPARATORS.find((one) => startsWith(text, behind, one))
  return separator === undefined ? undefined : behind + separator.length
}

function runFrom(text: Characters, from: number, belongs: (code: number) => boolean): Span {
  let to = from
  while (to < text.length && belongs(text.charCodeAt(to))) to += 1
  return { from, to }
}

/** @param word in small letters; the text may have large ones */
function startsWith(text: Characters, at: number, word: string): boolean {
  if (at + word.length > text.length) return false
  for (let i = 0; i < word.length; i += 1) {
    const code = text.charCodeAt(at + i)
    const isLarge = code >= 65 && code <= 90
    if ((isLarge ? code + 32 : code) !== word.charCodeAt(i)) return false
  }
  return true
}

const setOf = (characters: string) => new Set(Array.from(characters, (one) => one.charCodeAt(0)))
const WORD = setOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
const BESIDE_WORD = setOf('.~+/=-')
const QUOTES = setOf('"\'&')
const isWordCode = (code: number) => WORD.has(code)
const isTokenCode = (code: number) => WORD.has(code) || BESIDE_WORD.has(code)
/** Most characters are neither; trim() knows all that Unicode has. */
const isSpaceCode = (code: number) => (code <= 32 || code >= 0xa0 ? String.fromCharCode(code).trim() === '' : false)
const isValueCode = (code: number) => !isSpaceCode(code) && !QUOTES.has(code)
