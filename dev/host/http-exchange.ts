import type { IncomingMessage, ServerResponse } from 'node:http'
import { HttpRequest, HttpResponse } from '@azure/functions'
import type { HttpResponseInit } from '@azure/functions'
import type { Match } from './route-matcher'

/** The host's own limit, maxRequestBodySize. */
const maxBodyBytes = 100 * 1024 * 1024

/** Of the request line with its line end, as Kestrel counts it; a longer one never reaches the host. */
const maxRequestLineBytes = 8192

/** Whether the first line of the request is longer than the server under the host takes. */
export function isLineTooLong({ method = '', url = '', httpVersion }: IncomingMessage): boolean {
  return `${method} ${url} HTTP/${httpVersion}\r\n`.length > maxRequestLineBytes // Node reads the bytes as Latin-1
}

/**
 * The URL that was asked for; undefined when the request target or the Host header makes none. Azure's front end finds the app by the
 * Host header, so that one with more than a name and a port never comes through.
 */
export function requestUrl(incoming: IncomingMessage): URL | undefined {
  const host = incoming.headers.host ?? 'localhost'
  if (!/^[^@/?#\\]+$/.test(host)) return undefined
  const text = `http://${host}${incoming.url ?? ''}`
  return incoming.url?.startsWith('/') && URL.canParse(text) ? new URL(text) : undefined
}

/**
 * The body as the function will see it. Over the host's default channel a body without Content-Length never reaches it.
 * Undefined when it is larger than the host takes.
 */
async function bodyOf(incoming: IncomingMessage, httpStream: boolean): Promise<Buffer | undefined> {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  if (Number(length ?? 0) > maxBodyBytes) return undefined
  if (length === undefined && encoding === undefined) return Buffer.alloc(0)
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  const arrives = httpStream || length !== undefined
  return arrives ? Buffer.concat(chunks) : Buffer.alloc(0)
}

/** As the host joins values of one name: x=1 and x=2 become 1,2. The URL keeps both. */
function joinedQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]))
}

/** The request in the library's form; undefined when the body is too large. */
export async function toHttpRequest(
  incoming: IncomingMessage,
  url: URL,
  params: Match['params'],
  httpStream: boolean,
): Promise<HttpRequest | undefined> {
  const bytes = await bodyOf(incoming, httpStream)
  if (bytes === undefined) return undefined
  const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(',')] as const)
  return new HttpRequest({
    method: incoming.method ?? 'GET',
    url: url.href,
    headers: Object.fromEntries(headers),
    query: joinedQuery(url.searchParams),
    params: { ...params },
    ...(bytes.length > 0 ? { body: { bytes } } : {}),
  })
}

/** An answer's description of which the library would make just this: nearly all of them. */
interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

function isPlain(result: HttpResponseInit | HttpResponse | undefined): result is PlainAnswer {
  if (result === undefined || result instanceof HttpResponse || 'jsonBody' in result) return false
  const { status, headers, body } = result
  const hasHeaders = headers !== undefined && Object.getPrototypeOf(headers) === Object.prototype
  const isTyped = body === undefined || (typeof body === 'string' && hasHeaders && 'Content-Type' in headers)
  return hasHeaders && isTyped && typeof status === 'number' && status >= 200 && ![204, 205, 304].includes(status)
}

/** Writes what the handler returned, which may be an answer's description or the library's HttpResponse. */
export async function sendResponse(outgoing: ServerResponse, result: HttpResponseInit | HttpResponse | undefined): Promise<void> {
  if (isPlain(result)) {
    outgoing.statusCode = result.status
    for (const [name, value] of Object.entries(result.headers)) outgoing.setHeader(name.toLowerCase(), value)
    outgoing.end(result.body === '' ? undefined : result.body)
    return
  }
  const response = new HttpResponse(result)
  const body = Buffer.from(await response.arrayBuffer())
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  outgoing.end(body.length > 0 ? body : undefined)
}

/** An answer of the host itself: a status and nothing else. */
export function sendStatus(outgoing: ServerResponse, status: number): void {
  outgoing.statusCode = status
  outgoing.end()
}
