import type { Json } from '../scim/json'
import { cleanBody, cleanPath, withoutTokens } from './without-secrets'

/** A request that was let in, and its answer. */
export interface SeenRequest {
  /** The function that answered. */
  readonly operation: string
  readonly method: string
  readonly url: URL
  readonly headers: { get(name: string): string | null }
  /** The token that let it in. */
  readonly token: string
  /** Undefined: there was none, or nobody read it. */
  readonly body: Uint8Array | undefined
  readonly status: number
  readonly answer: Json | undefined
  readonly ms: number
}

/** What is kept of it. */
export interface KeptRequest {
  /** ISO 8601. */
  readonly time: string
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** As it was sent; absent when there was none. */
  readonly body?: string
  /** What is missing of the body, in words. */
  readonly bodyNote?: string
  readonly status: number
  readonly answer?: string
  readonly answerNote?: string
  readonly ms: number
}

/** Never one that may hold a secret. */
const HEADERS = [
  ...['accept', 'content-length', 'content-type', 'if-match', 'if-none-match', 'transfer-encoding', 'user-agent'],
] as const

/** A row takes 1 MiB, two bytes for each UTF-16 unit. */
const MAX_BODY_UNITS = 350_000
const MAX_ANSWER_UNITS = 100_000
const MAX_PATH_UNITS = 8_000
const MAX_HEADER_UNITS = 500

export function keptRequest(seen: SeenRequest, time: string): KeptRequest {
  const { operation, method, url, token, status, ms } = seen
  const body = seen.body === undefined || seen.body.byteLength === 0 ? undefined : new TextDecoder().decode(seen.body)
  const answer = seen.answer === undefined ? undefined : JSON.stringify(seen.answer)
  const [sent, answered] = [partOf(body, token, MAX_BODY_UNITS), partOf(answer, token, MAX_ANSWER_UNITS)]
  return {
    time,
    operation,
    method,
    path: cut(cleanPath(url, token), MAX_PATH_UNITS),
    headers: headersOf(seen),
    ...(sent.text !== undefined && { body: sent.text }),
    ...(sent.note !== undefined && { bodyNote: sent.note }),
    status,
    ...(answered.text !== undefined && { answer: answered.text }),
    ...(answered.note !== undefined && { answerNote: answered.note }),
    ms,
  }
}

function headersOf({ headers, token }: SeenRequest): Record<string, string> {
  const sent = HEADERS.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name, cut(withoutTokens(value, token), MAX_HEADER_UNITS)] as const]
  })
  return Object.fromEntries(sent)
}

function partOf(text: string | undefined, token: string, maxUnits: number): { text?: string; note?: string } {
  if (text === undefined) return {}
  const clean = cleanBody(text, token)
  if (clean === undefined) return { note: 'Not kept: it mentions a password and is no JSON.' }
  if (clean.length <= maxUnits) return { text: clean }
  return { text: cut(clean, maxUnits), note: `Cut: ${clean.length} characters, ${maxUnits} are kept.` }
}

/** Never inside of a surrogate pair. */
const cut = (text: string, units: number) => text.slice(0, units).replace(/[\uD800-\uDBFF]$/, '')
