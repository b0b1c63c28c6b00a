import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { describeError, isFailureStatus, refusalOf, type ErrorFacts } from '../http/error-reply'
import { pathParts } from '../http/exchange'
import { createMeter, type Meter } from '../storage/meter'
import { readTenant } from '../tenants/registry'
import type { Tenant } from '../tenants/tenant'
import { actorOf } from '../credentials/sign-in/sign-in'
import { authorize, noSuchTenant, type Actor } from './actor'
import type { ManageReply, OpenedTenant, Operation } from './operation'
import { Problem, type ProblemKind } from './problem'
import { matchOperation, readBodyOf, readParameters, type Match } from './request'
import type { ManageServices } from '../app/manage-services'

export type ManageEndpoint = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

/** How an API knows who asks, and where it reads tenants. */
export interface Door {
  readonly actorOf: (services: ManageServices, authorization: string | null, slug: string | undefined) => Promise<Actor>
  readonly findTenant: (services: ManageServices, slug: string) => Promise<Tenant | undefined>
}

const managementDoor: Door = { actorOf, findTenant: ({ storage }, slug) => readTenant(storage, slug) }

/**
 * The way of every request to the management API, and by another door to the product's: operation, sign-in, what the actor may, the parts of the request, the
 * handler. The only place here that makes answers out of errors (RFC 9457), and the only line of log.
 */
export function manageEndpoint(
  services: () => ManageServices,
  operations: () => Promise<readonly Operation[]>,
  door: Door = managementDoor,
): ManageEndpoint {
  return async (request, context) => {
    const started = performance.now()
    const meter = createMeter()
    let reply: ManageReply
    let failure: ErrorFacts | undefined
    let match: Match | undefined
    try {
      const url = new URL(request.url)
      match = matchOperation(await operations(), request.method, pathParts(url).slice(2))
      reply = await answer(match, { services: services(), door, request, url, meter })
    } catch (error) {
      reply = problemReply(error)
      if (isFailureStatus(reply.status)) failure = describeError(error)
    }
    const ms = Math.round(performance.now() - started)
    const { trips, calls } = meter
    const facts = { operation: context.functionName, manage: match?.operation.id, method: request.method, status: reply.status }
    const line = JSON.stringify({ ...facts, ms, trips, calls, ...failure })
    if (failure === undefined) context.log(line)
    else context.error(line)
    return responseOf(reply)
  }
}

interface Arrival {
  readonly services: ManageServices
  readonly door: Door
  readonly request: HttpRequest
  readonly url: URL
  readonly meter: Meter
}

async function answer(match: Match, arrival: Arrival): Promise<ManageReply> {
  const { services, door, request, url, meter } = arrival
  const { headers } = request
  const { access } = match.operation
  const slug = match.parts['tenant']
  const actor = access === 'open' ? undefined : await door.actorOf(services, headers.get('authorization'), slug)
  if (access !== 'open' && actor !== undefined) authorize(actor, access, slug)
  if (actor?.kind === 'link') checkPace(services, actor.tenant)
  const { path, query } = readParameters(match, url)
  const body = await readBodyOf(match.operation, request)
  const origin = services.publicUrl ?? url.origin
  const checked = { path, query, body } as { path: never; query: never; body: never } // by the operation's own schemas
  return match.operation.handle({ services, actor, headers, meter, origin, ...checked }, () =>
    openTenant(arrival, actor, slug ?? ''),
  )
}

/** Holders of links share the vault and the tables with everybody: none of them may take it all. */
function checkPace({ linkLimit }: ManageServices, tenant: string): void {
  const waitSeconds = linkLimit.take(tenant)
  if (waitSeconds === undefined) return
  throw new Problem(429, 'too-many-requests', `Too many requests. Wait ${waitSeconds} s.`, {
    headers: { 'Retry-After': String(waitSeconds) },
  })
}

async function openTenant({ services, door, meter }: Arrival, actor: Actor | undefined, slug: string): Promise<OpenedTenant> {
  const wake = (other = slug) => {
    services.wake(other)
  }
  const tenant = await door.findTenant(services, slug)
  if (tenant === undefined || actor === undefined) throw noSuchTenant()
  return { actor, tenant, directory: services.open(tenant, meter), wake }
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
function problemReply(error: unknown): ManageReply {
  const problem = error instanceof Problem ? error : problemOf(error)
  const { status, kind, message, errors, headers } = problem
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
    body: {
      type: `urn:rollcall:problem:${kind}`,
      title: TITLES[kind],
      status,
      detail: message,
      ...(errors.length > 0 && { errors }),
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
const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' }

function responseOf({ status, headers, body, text }: ManageReply): HttpResponseInit {
  if (text !== undefined) return { status, headers: { ...HEADERS, ...headers }, body: encoded(text) }
  if (body === undefined) return { status, headers: { ...HEADERS, ...headers } }
  const json = { 'Content-Type': 'application/json; charset=utf-8' }
  return { status, headers: { ...HEADERS, ...json, ...headers }, body: JSON.stringify(body) }
}

/** Without empty pieces: behind one, the Response of Node 20 asks for no more and never ends. */
async function* encoded(text: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const piece of text) if (piece !== '') yield Buffer.from(piece)
}
