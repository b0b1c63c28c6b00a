import * as z from 'zod'
import type { AuditAction } from '../audit/catalogue'
import type { Audit } from '../audit/record'
import type { DirectoryContext } from '../directory/context'
import type { Meter } from '../storage/meter'
import type { TenantStorage } from '../tenants/registry'
import type { Tenant } from '../tenants/tenant'
import type { TenantCache } from '../tenants/tenant-cache'
import type { Access, Actor } from './actor'

/** All tenants, for one request: its meter counts each call of their tables. */
export interface Registry {
  readonly storage: TenantStorage
  /** What this instance remembers: a change that is saved is put in, so that its next request knows it. */
  readonly tenants: Pick<TenantCache, 'find' | 'put' | 'forget'>
  readonly now: () => Date
}

/** A request that was let in, its parts checked. */
export interface ApiRequest<Path, Query, Body> {
  readonly registry: Registry
  /** Undefined for an open operation alone. */
  readonly actor: Actor | undefined
  readonly path: Path
  readonly query: Query
  readonly body: Body
  /** For conditional requests. */
  readonly headers: { get(name: string): string | null }
  readonly meter: Meter
  /** Origin of the addresses in answers. */
  readonly origin: string
  /** Of the log line and of the audit's records. */
  readonly correlationId: string
  /** Makes the audit's record for a transaction in a tenant's table. */
  readonly audit: Audit
  /** The same in the table of tenants. */
  readonly listAudit: Audit
}

/** What an operation below `/tenants/{tenant}` has beside. */
export interface OpenedTenant {
  readonly actor: Actor
  /** As it is stored now, not as an instance remembers it: a product that was told of a role reads the person next. */
  readonly tenant: Tenant
  readonly directory: DirectoryContext
  /** Wakes the consumers of the tenant's feed, or instead those of another tenant: the change left a record. */
  readonly wake: (other?: string) => void
}

export interface ApiReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Becomes JSON. */
  readonly body?: unknown
  /** Sent piece by piece instead of a body; `headers` name the media type. */
  readonly text?: AsyncIterable<string>
}

/** An answer as the OpenAPI document describes it. */
export interface Answer {
  readonly description: string
  readonly schema?: z.ZodType
  /** `application/json` unless given. */
  readonly mediaType?: string
}

/** What the service and the OpenAPI document know of an operation. */
export interface Operation {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Behind `/api/manage`, such as `/tenants/{tenant}/tokens/{token}`. */
  readonly path: string
  readonly summary: string
  readonly access: Access
  /** What the audit records of it; null: nothing, since it changes nothing that somebody could ask about later. */
  readonly audit: AuditAction | null
  /** Of the parts in braces, `{tenant}` apart. */
  readonly parameters: z.ZodObject
  readonly query: z.ZodObject
  /** Undefined: the operation takes no body. */
  readonly body: z.ZodType | undefined
  /** Takes `text/csv` as well, and makes of it what `body` checks. @throws Problem */
  readonly readCsv: ((text: string) => Promise<unknown>) | undefined
  readonly maxBodyBytes: number
  /** Of a body that is a list: a longer one is refused before any entry is looked at. */
  readonly maxItems: number | undefined
  readonly answers: Readonly<Record<number, Answer>>
  readonly handle: (request: ApiRequest<never, never, never>, open: () => Promise<OpenedTenant>) => Promise<ApiReply>
}

/** Who only reads leaves no record unless it says so; every other operation has to say. */
type Audited =
  | { readonly method: 'GET'; readonly audit?: AuditAction }
  | { readonly method: Exclude<Operation['method'], 'GET'>; readonly audit: AuditAction | null }

type Given<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> = Audited & {
  readonly id: string
  readonly path: string
  readonly summary: string
  readonly access: Access
  readonly parameters?: P
  readonly query?: Q
  readonly body?: B
  readonly readCsv?: (text: string) => Promise<unknown>
  /** 1 MiB unless given. */
  readonly maxBodyBytes?: number
  readonly maxItems?: number
  readonly answers: Readonly<Record<number, Answer>>
}

const DEFAULT_MAX_BODY_BYTES = 1024 * 1024

type None = z.ZodObject<Record<string, never>>
type Request<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = ApiRequest<z.infer<P>, z.infer<Q>, z.infer<B>>

/** An operation that needs no tenant. */
export function operation<P extends z.ZodObject = None, Q extends z.ZodObject = None, B extends z.ZodType = z.ZodUndefined>(
  given: Given<P, Q, B>,
  handle: (request: Request<P, Q, B>) => Promise<ApiReply>,
): Operation {
  const {
    parameters = z.object({}),
    query = z.object({}),
    body,
    readCsv,
    maxItems,
    maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
    audit = null,
    ...rest
  } = given
  return { ...rest, audit, parameters, query, body, readCsv, maxItems, maxBodyBytes, handle }
}

/** An operation on a tenant: its path begins with `/tenants/{tenant}`, and it works on that tenant alone. */
export function tenantOperation<P extends z.ZodObject = None, Q extends z.ZodObject = None, B extends z.ZodType = z.ZodUndefined>(
  given: Given<P, Q, B>,
  handle: (request: Omit<Request<P, Q, B>, 'actor'> & OpenedTenant) => Promise<ApiReply>,
): Operation {
  const described = operation(given, () => Promise.reject(new Error('A tenant is needed.')))
  return { ...described, handle: async (request, open) => handle({ ...request, ...(await open()) }) }
}
