import { own, parseJson, text } from '../simulator/json'
import type { Json, JsonObject } from '../simulator/json'
import type { SmokeOptions } from './options'

export interface Answer {
  readonly status: number
  /** Undefined when there was none or when it was no JSON. */
  readonly body: Json | undefined
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface ScimRequest {
  readonly method: Method
  /** After the Tenant URL, such as `/Users/5a1e`. */
  readonly path: string
  readonly filter?: string
  readonly body?: JsonObject
  /** In place of the one that was given. */
  readonly token?: string
}

/** An answer, or its absence, that a step does not accept. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected'
  readonly wanted: string
  readonly came: string

  constructor(request: ScimRequest, wanted: string, came: string) {
    super(`${request.method} ${request.path}: wanted ${wanted}, came ${came}`)
    this.wanted = wanted
    this.came = came
  }
}

const MAX_DETAIL_CHARACTERS = 300

/** The status and what the server says of it. */
function said({ status, body }: Answer): string {
  const detail = text(own(body, 'detail'))
  return detail === undefined ? `${status}` : `${status} with the detail "${detail.slice(0, MAX_DETAIL_CHARACTERS)}"`
}

function addressOf(tenantUrl: string, { path, filter }: ScimRequest): URL {
  const url = new URL(tenantUrl)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  const parameter = filter === undefined ? '' : `filter=${encodeURIComponent(filter)}`
  url.search = [url.search.slice(1), parameter].filter((part) => part !== '').join('&')
  return url
}

/** What a server repeats of its request must not reach a screen or a log. */
const withoutToken = (source: string, token: string) =>
  source.replaceAll(JSON.stringify(token).slice(1, -1), '[token]').replaceAll(token, '[token]')

/** fetch itself says no more than "fetch failed"; the reason is the code of its cause. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } }
  if (name === 'TimeoutError') return 'no answer in time'
  return `no answer (${cause?.code ?? name ?? 'unknown reason'})`
}

/**
 * One request. A redirect is an answer like any other: the token goes nowhere else.
 * @throws Unexpected when no answer came, with the wanted status in it; the signal's reason when it stopped the request
 */
export async function send(
  { url, token, timeoutMs }: SmokeOptions,
  request: ScimRequest,
  wanted: readonly number[],
  signal?: AbortSignal,
): Promise<Answer> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  const late = AbortSignal.timeout(timeoutMs)
  let answer: Answer
  try {
    const response = await fetch(addressOf(url, request), {
      method: request.method,
      headers: {
        authorization: `Bearer ${request.token ?? token}`,
        accept: 'application/scim+json',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      },
      redirect: 'manual',
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      ...(body === undefined ? {} : { body }),
    })
    answer = { status: response.status, body: parseJson(withoutToken(await response.text(), token)) }
  } catch (error) {
    signal?.throwIfAborted()
    throw new Unexpected(request, wanted.join(' or '), reasonOf(error))
  }
  if (!wanted.includes(answer.status)) throw new Unexpected(request, wanted.join(' or '), said(answer))
  return answer
}
