import type { Json } from '../../scim/json'
import { answerWithoutPasswords, beginningWithoutTokens, cleanPath, withoutPasswordsIn } from './without-secrets'

/** A request that was let in, and its answer. */
export interface AnsweredRequest {
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

/** What is captured of it. */
export interface CapturedRequest {
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

export function capturedRequest(request: AnsweredRequest, time: string): CapturedRequest {
  const { operation, method, url, token, status, ms } = request
  const sent = request.body === undefined || request.body.byteLength === 0 ? {} : bodyOf(request.body, token)
  const answered =
    request.answer === undefined ? {} : beginningOf(answerWithoutPasswords(request.answer), token, MAX_ANSWER_UNITS)
  return {
    time,
    operation,
    method,
    path: cleanPath(url, token, MAX_PATH_UNITS),
    headers: headersOf(request),
    ...(sent.text !== undefined && { body: sent.text }),
    ...(sent.note !== undefined && { bodyNote: sent.note }),
    status,
    ...(answered.text !== undefined && { answer: answered.text }),
    ...(answered.note !== undefined && { answerNote: answered.note }),
    ms,
  }
}

function headersOf({ headers, token }: AnsweredRequest): Record<string, string> {
  const sent = HEADERS.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name, beginningWithoutTokens(value, token, MAX_HEADER_UNITS).text] as const]
  })
  return Object.fromEntries(sent)
}

interface Part {
  readonly text?: string
  readonly note?: string
}

function bodyOf(bytes: Uint8Array, token: string): Part {
  const text = withoutPasswordsIn(new TextDecoder().decode(bytes))
  if (text === undefined) return { note: 'Not kept: it mentions a password and is no JSON.' }
  return beginningOf(text, token, MAX_BODY_UNITS)
}

function beginningOf(text: string, token: string, maxUnits: number): Part {
  const kept = beginningWithoutTokens(text, token, maxUnits)
  if (!kept.isCut) return { text: kept.text }
  return { text: kept.text, note: `Cut: ${text.length} characters, ${kept.text.length} are kept.` }
}
