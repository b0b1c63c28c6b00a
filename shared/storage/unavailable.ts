import { RestError } from '@azure/data-tables'
import { isObject } from '../scim/json'

/** Bound of one call with its repeats: the client has no time limit of its own. */
export const DEFAULT_TIMEOUT_MS = 8000

const DEFAULT_RETRY_AFTER_SECONDS = 2

/**
 * Table storage is busy, broken, silent or out of reach: the request is answered 503 with Retry-After. A write that ends
 * so may or may not have been committed. The cause names what happened and leaves out request and answer, which hold
 * personal data.
 */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  readonly retryAfterSeconds: number
  /** The service asked for less traffic: 429, 503 ServerBusy or 500 OperationTimedOut. */
  readonly throttled: boolean

  constructor(what: string, facts: { retryAfterSeconds?: number | undefined; throttled?: boolean; cause?: object } = {}) {
    super(`Table storage is unavailable: ${what}`, { cause: facts.cause })
    this.retryAfterSeconds = facts.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS
    this.throttled = facts.throttled ?? false
  }
}

/** The identity may not use the tables, or could not sign in: for the operator to mend, never the client's fault. */
export class StorageForbidden extends Error {
  override readonly name = 'StorageForbidden'

  constructor(what: string) {
    super(
      `Table storage refuses this identity (${what}): it needs the role "Storage Table Data Contributor", and roles take minutes.`,
    )
  }
}

/** What @azure/identity throws when it gets no token. */
const SIGN_IN = /^(AggregateAuthentication|Authentication|AuthenticationRequired|CredentialUnavailable)Error$/

/**
 * Makes one call and gives it up after timeoutMs.
 * @throws StorageUnavailable for 408, 429, 5xx, a broken connection or no answer in time; StorageForbidden for 401, 403 or
 * a failed sign-in; anything else as it was thrown
 */
export async function bounded<T>(timeoutMs: number, call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    return await call(signal)
  } catch (error) {
    if (error instanceof StorageUnavailable) throw error
    if (signal.aborted) throw new StorageUnavailable(`no answer in ${timeoutMs} ms`)
    if (error instanceof Error && SIGN_IN.test(error.name)) throw new StorageForbidden('it could not sign in') // its text names accounts
    if (error instanceof RestError && (error.statusCode === 401 || error.statusCode === 403)) {
      throw new StorageForbidden(`${error.statusCode} ${errorCode(error) ?? ''}`.trim())
    }
    throw (error instanceof RestError && unavailable(error)) || error
  }
}

/** The service's own code of an error: a single operation carries it in its details, a transaction in the error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined
  const odataError = isObject(error.details) ? error.details['odataError'] : undefined
  const code = isObject(odataError) ? odataError['code'] : undefined
  return typeof code === 'string' ? code : error.code
}

/** Retry-After in seconds (RFC 9110 section 10.2.3: seconds or a date), undefined when absent or not understood. */
export function retryAfterSeconds(headers: { get(name: string): string | undefined }): number | undefined {
  const text = headers.get('retry-after') ?? ''
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

const throttlingCodes = new Set(['ServerBusy', 'OperationTimedOut'])

function unavailable(error: RestError): StorageUnavailable | undefined {
  const { statusCode } = error
  const code = errorCode(error)
  // Without a status no answer came; PARSE_ERROR is an answer cut short.
  const isBroken = statusCode === undefined || error.code === RestError.PARSE_ERROR
  if (!isBroken && statusCode < 500 && statusCode !== 408 && statusCode !== 429) return undefined
  return new StorageUnavailable([statusCode, code].filter((fact) => fact !== undefined).join(' ') || 'connection failed', {
    retryAfterSeconds: error.response && retryAfterSeconds(error.response.headers),
    throttled: statusCode === 429 || throttlingCodes.has(code ?? ''),
    cause: { name: error.name, code, statusCode, requestId: error.response?.headers.get('x-ms-request-id') },
  })
}
