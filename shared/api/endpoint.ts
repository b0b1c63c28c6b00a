import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { describeError, isFailureStatus, refusalOf, type ErrorFacts } from '../http/error-reply'
import { pathParts } from '../http/exchange'
import { SECURITY_HEADERS } from '../http/guard/security-headers'
import { auditor, listAuditor, type Audit } from '../audit/record'
import { createMeter, type Meter } from '../storage/meter'
import type { DirectoryContext } from '../directory/context'
import { readTenant, withSettingsOfNow } from '../tenants/registry'
import type { Tenant } from '../tenants/tenant'
import { authorize, byOf, noSuchTenant, type Actor } from './actor'
import type { ApiReply, OpenedTenant, Operation, Registry } from './operation'
import { Problem, type ProblemKind } from './problem'
import { matchOperation, readBodyOf, readParameters, type Match } from './request'

export type ApiEndpoint = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

/** Knows who asks. @throws Problem 401, 403, 429, or 503 when it cannot be told now */
export type Authenticate = (registry: Registry, authorization: string | null, slug: string | undefined) => Promise<Actor>

/** What an API is made of. */
export interface Api {
  readonly operations: () => Promise<readonly Operation[]>
  readonly authenticate: Authenticate
  readonly registry: (meter: Meter) => Registry
  readonly open: (tenant: Tenant, meter: Meter) => DirectoryContext
  /** The tenant was written to: what follows from it begins in the background. */
  readonly wake: (slug: string) => void
  /** Origin of the addresses in answers; undefined: the request's own. */
  readonly publicUrl: string | undefined
}

/**
 * The way of every request to the management API and to the product's: operation, sign-in, what the actor may, the parts of the
 * request, the handler. The only place here that makes answers out of errors (RFC 9457), and the only line of log.
 */
export function apiEndpoint(present: () => Api): ApiEndpoint {
  return async (request, context) => {
    const started = performance.now()
    const meter = createMeter()
    let reply: ApiReply
    let failure: ErrorFacts | undefined
    let match: Match | undefined
    const seen: Seen = {}
    try {
      const url = new URL(request.url)
      const api = present()
      match = matchOperation(await api.operations(), request.method, pathParts(url))
      const correlationId = context.invocationId
      reply = await answer(match, { api, registry: api.registry(meter), request, url, meter, correlationId, seen })
    } catch (error) {
      reply = problemReply(error)
      if (isFailureStatus(reply.status)) failure = describeError(error)
    }
    const ms = Math.round(performance.now() - started)
    const { trips, calls } = meter
    const facts = {
      operation: context.functionName,
      invocation: context.invocationId,
      manage: match?.operation.id,
      method: request.method,
      status: reply.status,
    }
    const line = JSON.stringify({ ...facts, ...whoIn(seen), ms, trips, calls, ...failure })
    if (failure === undefined) context.log(line)
    else context.error(line)
    return responseOf(reply)
  }
}

/** What the log line tells of who signed in, and of the tenant that was opened. */
interface Seen {
  actor?: Actor | undefined
  tenant?: string
}

/** Ids, never names. A tenant that there is not stands in no line, since its name is whatever somebody sent; a link has one of its own. */
function whoIn({ actor, tenant = actor?.kind === 'link' ? actor.tenant : undefined }: Seen) {
  return {
    ...(actor !== undefined && { actor: actor.kind, actorId: actor.id }),
    ...(tenant !== undefined && { tenant }),
  }
}

interface Arrival {
  readonly api: Api
  readonly registry: Registry
  readonly request: HttpRequest
  readonly url: URL
  readonly meter: Meter
  readonly correlationId: string
  readonly seen: Seen
}

async function answer(match: Match, arrival: Arrival): Promise<ApiReply> {
  const { api, registry, request, url, meter, correlationId, seen } = arrival
  const { headers } = request
  const { access } = match.operation
  const slug = match.parts['tenant']
  const actor = access === 'open' ? undefined : await api.authenticate(registry, headers.get('authorization'), slug)
  seen.actor = actor
  if (access !== 'open' && actor !== undefined) authorize(actor, access, slug)
  const { path, query } = readParameters(match, url)
  const body = await readBodyOf(match.operation, request)
  const origin = api.publicUrl ?? url.origin
  const checked = { path, query, body } as { path: never; query: never; body: never } // by the operation's own schemas
  const asked = { match, arrival, actor }
  const records = { audit: recording(auditor, asked), listAudit: recording(listAuditor, asked) }
  const handed = { registry, actor, headers, meter, origin, correlationId, ...records, ...checked }
  return match.operation.handle(handed, async () => {
    const opened = await openTenant(arrival, actor, slug ?? '')
    seen.tenant = opened.tenant.slug
    return opened
  })
}

interface Asked {
  readonly match: Match
  readonly arrival: Arrival
  readonly actor: Actor | undefined
}

/** Records what the operation says it does, in the name of whoever asked for it. */
function recording(make: typeof auditor, { match: { operation }, arrival, actor }: Asked): Audit {
  return (fact) => {
    const { audit: action } = operation
    if (action === null || actor === undefined) throw new Error('The operation does not say what it records, or of whom.')
    const { correlationId, registry } = arrival
    return make({ action, by: byOf(actor), correlationId, now: registry.now })(fact)
  }
}

async function openTenant({ api, registry, meter }: Arrival, actor: Actor | undefined, slug: string): Promise<OpenedTenant> {
  const wake = (other = slug) => {
    api.wake(other)
  }
  const tenant = actor && (await tenantNow(registry, actor, slug))
  if (tenant === undefined || actor === undefined) throw noSuchTenant()
  return { actor, tenant, directory: api.open(tenant, meter), wake }
}

/** Who came by a link or a key was let in by the tenant as it is remembered: only its settings are read anew. */
async function tenantNow({ storage, tenants }: Registry, actor: Actor, slug: string): Promise<Tenant | undefined> {
  if (actor.kind === 'operator') return readTenant(storage, slug)
  const known = await tenants.find(slug)
  return known && withSettingsOfNow(storage, known)
}

const KINDS: Readonly<Record<number, ProblemKind>> = {
  401: 'sign-in',
  403: 'read-only',
  404: 'not-found',
  409: 'conflict',
  412: 'stale',
  413: 'too-large',
  429: 'too-many-requests',
  500: 'failed',
  503: 'unavailable',
}

/** What the directory refuses reads the same here as over SCIM; an outage is 503, anything else a 500 that tells nothing. */
function problemReply(error: unknown): ApiReply {
  const problem = error instanceof Problem ? error : problemOf(error)
  const { status, kind, message, errors, headers, confirmation } = problem
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
    body: {
      type: `urn:rollcall:problem:${kind}`,
      title: TITLES[kind],
      status,
      detail: message,
      ...(errors.length > 0 && { errors }),
      ...confirmation,
    },
  }
}

function problemOf(error: unknown): Problem {
  const { status, message, headers } = refusalOf(error)
  return new Problem(status, KINDS[status] ?? 'invalid-request', message, { headers })
}

const TITLES: Readonly<Record<ProblemKind, string>> = {
  'invalid-request': 'The request is not valid',
  'sign-in': 'Sign in first',
  'read-only': 'You may not do this',
  'not-found': 'Not found',
  'method-not-allowed': 'This address does not take the method',
  conflict: 'It conflicts with what is there',
  'needs-confirmation': 'Confirm this',
  stale: 'Somebody else saved meanwhile',
  'snapshot-needed': 'The changes are kept no more; take a snapshot again',
  'too-large': 'Too large',
  'media-type': 'Wrong media type',
  'too-many-requests': 'Too many requests',
  unavailable: 'Cannot be answered now',
  failed: 'The service failed',
}

/** Nothing here belongs into a cache or a frame. */
const HEADERS = { ...SECURITY_HEADERS, 'Cache-Control': 'no-store' }

function responseOf({ status, headers, body, text }: ApiReply): HttpResponseInit {
  if (text !== undefined) return { status, headers: { ...HEADERS, ...headers }, body: encoded(text) }
  if (body === undefined) return { status, headers: { ...HEADERS, ...headers } }
  const json = { 'Content-Type': 'application/json; charset=utf-8' }
  return { status, headers: { ...HEADERS, ...json, ...headers }, body: JSON.stringify(body) }
}

/** Without empty pieces: behind one, the Response of Node 20 asks for no more and never ends. */
async function* encoded(text: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const piece of text) if (piece !== '') yield Buffer.from(piece)
}
