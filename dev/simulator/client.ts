import { setTimeout as wait } from 'node:timers/promises'
import { LostAnswer, openConnections } from './exchange'
import type { Connections, Incoming, Outgoing } from './exchange'
import { holdsNull, own, parseJson, text } from './json'
import type { Json, JsonObject } from './json'
import type { TokenSource } from '../sign-in/token-source'
import type { Ledger } from './ledger'
import { vary } from './variation'

const MAX_REPEATS = 10
/** Waited when a 429 or 503 does not say how long. */
const UNTOLD_WAIT_SECONDS = 1
const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error'

export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** After the Tenant URL, such as `/Users/5a1e`. */
  readonly path: string
  /** Names and values, not yet encoded. */
  readonly query?: readonly (readonly [string, string])[]
  readonly body?: JsonObject
  /** In place of those that are sent otherwise, by names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Incoming['headers']
  /** Undefined when there was none or when it was no JSON. */
  readonly body: Json | undefined
}

export interface Client {
  /**
   * The answer, or undefined when none came; that is then already in the ledger, unless an idle connection was closed.
   * @throws TokenRefused when no token is given
   */
  send(request: ScimRequest): Promise<Answer | undefined>
  /** The same without patience: 429 and 503 are answers like any other. */
  sendOnce(request: ScimRequest): Promise<Answer | undefined>
  close(): void
}

export interface ClientOptions {
  /** The Tenant URL as an administrator types it: perhaps with a slash at its end and a query string. */
  readonly tenantUrl: string
  readonly tokens: TokenSource
  readonly seed: number
  readonly parallel: number
  readonly timeoutMs: number
}

/** A text in quotes is somebody's, unless it selects an entry of a list, as in `emails[type eq "work"]`. */
const withoutValues = (filter: string) =>
  filter.replaceAll(/"(?:[^"\\]|\\.)*"(\])?/g, (quoted, bracket?: string) => (bracket === undefined ? '"…"' : quoted))

/** Method and address for people to read, without the values of a filter: they are names of persons. */
export function shown({ method, path, query = [] }: ScimRequest): string {
  const parameters = query.map(([name, value]) => `${name}=${withoutValues(value)}`)
  return `${method} ${path}${parameters.length > 0 ? '?' : ''}${parameters.join('&')}`
}

/** The kind of request, under which its time is counted. */
function kindOf({ method, path, query = [] }: ScimRequest): string {
  const [, collection = '', id] = path.split('/')
  if (method !== 'GET' || id !== undefined) return `${method} ${collection}${id === undefined ? '' : '/{id}'}`
  const filtered = query.some(([name]) => name === 'filter')
  return `GET ${collection}${filtered ? '?filter' : ''}`
}

/** Spaces come as `%20` or `+`, `@` plain or encoded (entra 2.1). */
function encode(value: string, shape: number): string {
  const encoded = encodeURIComponent(value)
  const spaced = shape % 2 === 0 ? encoded : encoded.replaceAll('%20', '+')
  return shape < 2 ? spaced : spaced.replaceAll('%40', '@')
}

function addressOf(tenantUrl: string, seed: number, { path, query = [] }: ScimRequest): URL {
  const url = new URL(tenantUrl)
  const pairs = query.map(([name, value]) => `${name}=${encode(value, vary(seed, value, 4))}`)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  url.search = [url.search.slice(1), ...pairs].filter((part) => part !== '').join('&')
  return url
}

function outgoing(options: ClientOptions, request: ScimRequest, token: string): Outgoing {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  return {
    method: request.method,
    url: addressOf(options.tenantUrl, options.seed, request),
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/scim+json',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/scim+json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) }),
      ...request.headers,
    },
    body,
  }
}

function isErrorMessage(body: Json | undefined, status: number): boolean {
  const schemas = own(body, 'schemas')
  return Array.isArray(schemas) && schemas.includes(ERROR_URN) && own(body, 'status') === String(status)
}

/** What holds for every answer, whatever was asked. */
function judgeForm(answer: Answer, source: string, example: string, ledger: Ledger): void {
  if (source !== '') {
    const mediaType = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
    if (mediaType !== 'application/scim+json') ledger.object('content-type', example)
    // A refusal is counted as a failure by whoever expected otherwise.
    if (answer.body === undefined) ledger[answer.status < 400 ? 'fail' : 'object']('unparseable-body', example)
    else if (holdsNull(answer.body)) ledger.object('explicit-null', example)
  } else if (answer.status === 200 || answer.status === 201) ledger.fail('missing-body', example)
  if (answer.status >= 400 && !isErrorMessage(answer.body, answer.status)) ledger.object('error-malformed', example)
}

/** Seconds to wait, when the server says so as it must. */
function retryAfterSeconds({ headers }: Answer): number | undefined {
  const value = text(headers['retry-after'])
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
}

interface Line {
  readonly connections: Connections
  readonly options: ClientOptions
  readonly ledger: Ledger
}

/** One exchange, judged by its form. An idle connection that closed is taken up anew, except for POST (entra 1.9). */
async function once(line: Line, request: ScimRequest, token: string, fresh = false): Promise<Answer | undefined> {
  const { connections, options, ledger } = line
  const start = performance.now()
  try {
    const incoming = await connections.exchange(outgoing(options, request, token), options.timeoutMs)
    const answer = { status: incoming.status, headers: incoming.headers, body: parseJson(incoming.text) }
    judgeForm(answer, incoming.text, `${shown(request)} -> ${answer.status}`, ledger)
    return answer
  } catch (error) {
    if (!(error instanceof LostAnswer)) throw error
    if (!error.idleClosed || fresh) ledger.fail(error.reason, `${shown(request)} -> no answer`)
    else if (request.method !== 'POST') return await once(line, request, token, true)
    return undefined
  } finally {
    ledger.request(kindOf(request), performance.now() - start)
  }
}

/** With the token of the moment; a 401 to one that can be replaced is tried once more with another. */
async function signedIn(line: Line, request: ScimRequest): Promise<Answer | undefined> {
  const { tokens } = line.options
  const token = await tokens.token()
  const answer = await once(line, request, token)
  if (answer?.status !== 401 || !tokens.refused(token)) return answer
  const next = await tokens.token()
  const again = await once(line, request, next)
  if (again?.status === 401) tokens.refused(next)
  return again
}

/** 429 and 503 are waited for and repeated, a bounded number of times. */
async function patiently(line: Line, request: ScimRequest): Promise<Answer | undefined> {
  for (let repeats = 0; ; repeats++) {
    const answer = await signedIn(line, request)
    if (answer === undefined || (answer.status !== 429 && answer.status !== 503)) return answer
    const example = `${shown(request)} -> ${answer.status}`
    const seconds = retryAfterSeconds(answer)
    if (seconds === undefined) line.ledger.object('throttle-without-retry-after', example)
    if (repeats === MAX_REPEATS) {
      line.ledger.fail('throttled-too-long', example)
      return undefined
    }
    line.ledger.throttled()
    await wait((seconds ?? UNTOLD_WAIT_SECONDS) * 1000)
  }
}

export function openClient(options: ClientOptions, ledger: Ledger): Client {
  const connections = openConnections(new URL(options.tenantUrl).protocol, options.parallel)
  const line = { connections, options, ledger }
  return {
    send: (request) => patiently(line, request),
    sendOnce: (request) => signedIn(line, request),
    close: () => {
      connections.close()
    },
  }
}
