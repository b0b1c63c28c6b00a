import type { ReadableStreamDefaultReader } from 'node:stream/web'
import type { HttpRequest } from '@azure/functions'
import type { DirectoryContext } from '../directory/context'
import type { OrderIndexes } from '../directory/query/list'
import { invalidSyntax, ScimError } from '../scim/errors'
import { isObject, type Json, type JsonObject } from '../scim/json'
import type { LearntAttribute } from '../scim/schema/learnt'
import type { DirectorySignIn } from '../tenants/directory-sign-in'
import type { RoleEndpoint } from '../tenants/tenant'
import { letOthersRun } from '../storage/slices'
import { oddShape } from './json-shape'
import { LIMITS } from './messages'

/** What a request says without a token: enough for discovery, which then knows nothing of a tenant. */
export interface OpenExchange {
  readonly method: string
  readonly url: URL
  /** Decoded parts of the path behind the tenant: `['Users', '2819c2…']`. */
  readonly path: readonly string[]
  readonly headers: { get(name: string): string | null }
  /** Address of the tenant's endpoint, such as `https://host/scim/contoso`. */
  readonly base: string
  readonly types: DirectoryContext['types']
  /** By what the tenant's directory signs in; undefined for who did not. */
  readonly signIn?: DirectorySignIn
  /** The access roles, where the tenant lists them. */
  readonly listed?: ListedRoles
}

/** The access roles as the directory may see them. */
export interface ListedRoles {
  readonly endpoint: RoleEndpoint
  /** The id is the role's name, which the product knows. */
  readonly roles: readonly { readonly id: string; readonly displayName: string }[]
}

/** A request that was let in, with the directory it may see. */
export interface Exchange extends OpenExchange {
  readonly directory: DirectoryContext
  readonly orderIndexes: OrderIndexes
  /** The body, read and parsed on first use. @throws ScimError 400, 411, 413, 415 */
  readonly body: () => Promise<JsonObject>
  /** Counts further requests of the tenant's limit: a bulk request is as many as it holds. */
  readonly spend: (requests: number) => void
  /**
   * Does what reads and answers a page of so many resources, at most, when this instance has room for it; Infinity when
   * memberships make any number large. @throws ScimError 503
   */
  readonly holdPage: <T>(resources: number, work: () => Promise<T>) => Promise<T>
  /** The directory with attributes that the tenant's schemas did not have yet. */
  readonly learn: (attributes: readonly LearntAttribute[]) => Promise<DirectoryContext>
}

/** What a handler answers with; the endpoint turns it into an HTTP response. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

export type Handle = (exchange: Exchange) => Promise<Reply>
export type OpenHandle = (exchange: OpenExchange) => Promise<Reply>

/** The parts of the path, decoded where that is possible, without the empty ones that a slash too many makes. */
export function pathParts(url: URL): readonly string[] {
  return url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // it is the name of nothing here, and refused as such
  }
}

const JSON_TYPES = new Set(['application/scim+json', 'application/json'])

/**
 * The body as a JSON object. Without streaming the host hands over no body that came chunked, so an empty one is refused
 * with words that say so (azure-functions-nodejs-worker issue 524). `onBytes` is told what came, whether it is JSON or not,
 * unless its shape is refused: whoever is told may parse it.
 */
export async function readBody(
  request: Pick<HttpRequest, 'headers' | 'body'>,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<JsonObject> {
  refuseOtherType(request.headers.get('content-type'))
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > LIMITS.maxBodyBytes) throw tooLarge()
  const bytes =
    request.body === null ? new Uint8Array() : await readBytes(request.body, { maxBytes: LIMITS.maxBodyBytes, tooLarge })
  if (bytes.byteLength === 0 && request.headers.has('transfer-encoding')) {
    throw new ScimError(
      411,
      undefined,
      "Send the body with a Content-Length header; in .NET call LoadIntoBufferAsync on the content first, which PostAsJsonAsync does not. If the client cannot, Rollcall's operator may set HTTP_STREAM to true.",
    )
  }
  refuseOddShape(bytes)
  onBytes?.(bytes)
  return bytes.byteLength > LONG_BODY_BYTES ? parseLong(bytes) : parseObject(bytes)
}

function refuseOtherType(contentType: string | null): void {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type !== '' && !JSON_TYPES.has(type)) {
    throw new ScimError(415, undefined, 'Send the body as application/scim+json or application/json.')
  }
}

async function parseLong(bytes: Uint8Array): Promise<JsonObject> {
  await letOthersRun()
  const body = parseObject(bytes)
  await letOthersRun()
  return body
}

/** To look at the shape of one, to parse it and to read it take milliseconds each. */
const LONG_BODY_BYTES = 64 * 1024

/** A group of 10,000 members, each with value, type, display and $ref, has 40,000. */
const MAX_NAMES = 50_000

function refuseOddShape(bytes: Uint8Array): void {
  const clause = oddShape(bytes, MAX_NAMES)
  if (clause !== undefined)
    throw invalidSyntax(`The body ${clause}. Send less in one request, and leave out what no schema knows.`)
}

/** With streaming the body comes as it is sent: one that is too large is refused, with `tooLarge`, before it is whole. */
export async function readBytes(
  body: NonNullable<HttpRequest['body']>,
  limit: { readonly maxBytes: number; readonly tooLarge: () => Error },
): Promise<Uint8Array> {
  const reader = body.getReader() as Reader
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for (;;) {
    const { value } = await reader.read()
    if (value === undefined) return Buffer.concat(chunks)
    sizeBytes += value.byteLength
    if (sizeBytes > limit.maxBytes) {
      void drain(reader)
      throw limit.tooLarge()
    }
    chunks.push(value)
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

/** Takes the rest off the wire and drops it: a client whose connection breaks while it sends never sees the answer. */
async function drain(reader: Reader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // the client has stopped sending
  }
}

const tooLarge = () => new ScimError(413, undefined, `The body may have at most ${LIMITS.maxBodyBytes} bytes. Split the request.`)

function parseObject(bytes: Uint8Array): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw invalidSyntax('The body is not valid JSON in UTF-8.')
  }
  if (!isObject(value)) throw invalidSyntax('The body must be a JSON object.')
  return value
}
