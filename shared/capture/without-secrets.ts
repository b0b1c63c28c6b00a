import { isObject, setOwn, type Json, type JsonObject } from '../scim/json'

const REMOVED = '(removed)'
const MAX_DEPTH = 100

/** Tokens and setup links as this service makes them, and whatever stands behind the word Bearer. */
const TOKEN_LIKE = /\b(?:rc|rcs|rcl|rk|whsec)_[\w.~+/=-]{16,}|(?<=\bbearer(?:\s+|%20|\+))[^\s"'&]{8,}/gi

/** The text without the token, as it is, inside of JSON or in a URL, and without anything that looks like one. */
export function withoutTokens(text: string, token: string): string {
  const forms = [token, JSON.stringify(token).slice(1, -1), encodeURIComponent(token)].filter((form) => form !== '')
  return [...new Set(forms)].reduce((cleaned, form) => cleaned.replaceAll(form, REMOVED), text).replaceAll(TOKEN_LIKE, REMOVED)
}

/**
 * A body without tokens and passwords. It stays as it was sent unless something in it may be a password; then the JSON is
 * written anew. Undefined: it mentions a password and is no JSON, so nobody can tell where.
 */
export function cleanBody(text: string, token: string): string | undefined {
  if (!/password|\\u/i.test(text)) return withoutTokens(text, token) // an escape may spell either
  const json = parsed(text)
  return json === undefined ? undefined : withoutTokens(JSON.stringify(withoutPasswords(json, 0)), token)
}

/** The path with its query, which goes whole when it mentions a password. */
export function cleanPath({ pathname, search }: Pick<URL, 'pathname' | 'search'>, token: string): string {
  return withoutTokens(pathname + (/password/i.test(decoded(search)) ? `?${REMOVED}` : search), token)
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
  return isObject(value) ? withoutPasswordsIn(value, depth, isFilter) : value
}

function withoutPasswordsIn(value: JsonObject, depth: number, isFilter: boolean): JsonObject {
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
