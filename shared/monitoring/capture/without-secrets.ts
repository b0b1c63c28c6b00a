import { isObject, setOwn, type Json, type JsonObject } from '../../scim/json'
import { MAX_UNSEEN_LENGTH, secretSpans } from './secret-spans'

const REMOVED = '(removed)'
const MAX_DEPTH = 100

/** The text without the token, as it is, inside of JSON or in a URL, and without anything that looks like one. Linear. */
export function withoutTokens(text: string, token: string): string {
  const cleaned = formsOf(token).reduce((rest, form) => rest.replaceAll(form, REMOVED), text)
  const pieces: string[] = []
  let reached = 0
  for (const { from, to } of secretSpans(cleaned)) {
    if (from >= reached) pieces.push(cleaned.slice(reached, from), REMOVED)
    reached = Math.max(reached, to)
  }
  return pieces.join('') + cleaned.slice(reached)
}

/**
 * The beginning of the text without tokens. What is behind it is cut off before anything is looked for, so that a long text costs
 * no more than what is kept of it. A secret that this cut goes through may be seen no more for what it is; it stands at the end,
 * which is dropped.
 * @param maxUnits at most so many UTF-16 units are kept, and never half of a surrogate pair
 */
export function beginningWithoutTokens(text: string, token: string, maxUnits: number): Beginning {
  const room = longestUnseen(token)
  const isCut = text.length > maxUnits + room
  const cleaned = withoutTokens(isCut ? text.slice(0, maxUnits + room) : text, token)
  const units = Math.min(maxUnits, isCut ? Math.max(0, cleaned.length - room) : cleaned.length)
  return { text: cut(cleaned, units), isCut: units < cleaned.length }
}

export interface Beginning {
  readonly text: string
  /** Whether anything is missing behind it. */
  readonly isCut: boolean
}

/** A part of the token may hold what looks like another one; taking out 8 characters for 9 makes it longer by an eighth. */
const longestUnseen = (token: string) =>
  Math.ceil(Math.max(MAX_UNSEEN_LENGTH, ...formsOf(token).map((form) => form.length)) * 1.25) + REMOVED.length

const formsOf = (token: string) =>
  [...new Set([token, JSON.stringify(token).slice(1, -1), encodeURIComponent(token)])].filter((form) => form !== '')

/** Never inside of a surrogate pair. */
const cut = (text: string, units: number) => text.slice(0, units).replace(/[\uD800-\uDBFF]$/, '')

/**
 * A body without passwords. It stays as it was sent unless something in it may be one; then the JSON is written anew. Undefined:
 * it mentions a password and is no JSON, so nobody can tell where. Reads it whole: a part is no JSON, and a body is 1 MiB at most.
 */
export function withoutPasswordsIn(text: string): string | undefined {
  if (!/password|\\u/i.test(text)) return text // an escape may spell it, or a token
  const json = parsed(text)
  return json === undefined ? undefined : JSON.stringify(withoutPasswords(json, 0))
}

/** An answer as JSON, without passwords. */
export function answerWithoutPasswords(answer: Json): string {
  const text = JSON.stringify(answer)
  return isPassword(text) ? JSON.stringify(withoutPasswords(answer, 0)) : text
}

/** The path with its query, which goes whole when it mentions a password; no longer than `maxUnits`. */
export function cleanPath({ pathname, search }: Pick<URL, 'pathname' | 'search'>, token: string, maxUnits: number): string {
  return beginningWithoutTokens(pathname + (isPassword(decoded(search)) ? `?${REMOVED}` : search), token, maxUnits).text
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/**
 * At any depth: values of `password` under whatever schema, those that a PATCH sends to such a path, and filters that compare one.
 * Names are folded, as SCIM takes them.
 * @param isFilter whether texts are filters, that of a search for one
 */
function withoutPasswords(value: Json, depth: number, isFilter = false): Json {
  if (depth > MAX_DEPTH) return REMOVED
  if (typeof value === 'string') return isFilter && isPassword(value) ? REMOVED : value
  if (Array.isArray(value)) return value.map((entry) => withoutPasswords(entry, depth + 1, isFilter))
  return isObject(value) ? objectWithoutPasswords(value, depth, isFilter) : value
}

function objectWithoutPasswords(value: JsonObject, depth: number, isFilter: boolean): JsonObject {
  const isTarget = Object.entries(value).some(([name, held]) => isPath(name) && typeof held === 'string' && isPassword(held))
  const cleaned: JsonObject = {}
  for (const [name, held] of Object.entries(value)) {
    const isSecret = isPassword(name) || (isTarget && name.toLowerCase() === 'value')
    const holdsFilter = isFilter || name.toLowerCase() === 'filter' || (isPath(name) && hasFilter(held))
    setOwn(cleaned, name, isSecret ? REMOVED : withoutPasswords(held, depth + 1, holdsFilter))
  }
  return cleaned
}

const isPassword = (name: string) => /password/i.test(name)
const isPath = (name: string) => name.toLowerCase() === 'path'
/** A path may choose by a filter in brackets, or, in a bulk request, by a query. */
const hasFilter = (path: Json) => typeof path === 'string' && /[[?]/.test(path)
