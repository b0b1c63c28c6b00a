import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { bearerToken } from '../credentials/tokens/bearer'
import type { DirectoryContext } from '../directory/context'
import type { Gate } from '../directory/query/gate'
import type { OrderIndexes } from '../directory/query/list'
import { shownRole } from '../roles/labels'
import { ScimError } from '../scim/errors'
import type { LearntAttribute } from '../scim/schema/learnt'
import { groupType, userType } from '../scim/schema/schemas'
import type { WorkLimits } from '../scim/work'
import { createMeter, type Meter } from '../storage/meter'
import { StorageUnavailable } from '../storage/unavailable'
import type { RecorderFor } from '../monitoring/capture/recorder'
import type { AnsweredRequest } from '../monitoring/capture/captured-request'
import type { RequestStats } from '../usage/request-stats'
import type { Tenant } from '../tenants/tenant'
import { answerCaptured, type OnBody } from './captured'
import { describeError, errorReply, isFailureStatus, type ErrorFacts } from '../http/error-reply'
import {
  pathParts,
  readBody,
  type Exchange,
  type Handle,
  type ListedRoles,
  type OpenExchange,
  type OpenHandle,
  type Reply,
} from '../http/exchange'
import { isProbe, refusalToRecord } from './recorded-requests'
import type { RateLimit } from '../http/rate-limit'
import { extraRequests } from '../http/request-cost'
import { SECURITY_HEADERS } from '../http/guard/security-headers'

/** A request that its token let in. */
export interface Authenticated {
  readonly tenant: Tenant
  /** The version of the token. */
  readonly tokenId: string
}

/** What the pipeline needs of the rest of the service. */
export interface Edge {
  /** Origin of the addresses in answers; undefined: the request's own. */
  readonly publicUrl: string | undefined
  /** The tenant that the slug names and the token opens, or undefined: unknown tenants and wrong tokens look alike. */
  readonly authenticate: (slug: string, authorization: string | null) => Promise<Authenticated | undefined>
  /** Records in the background, for the tenant's admin, why authenticate let nobody in. Nothing of a tenant that is unknown. */
  readonly rejected: (slug: string, authorization: string | null, operation: string) => void
  /** What is counted of requests that were let in; costs them no trip. */
  readonly stats: Pick<RequestStats, 'recordRequest' | 'recordRefusal'>
  /** Captures requests and answers while an administrator wants to see them; costs nothing otherwise. */
  readonly capture: RecorderFor
  readonly open: (tenant: Tenant, meter: Meter) => DirectoryContext
  readonly orderIndexes: (tenant: Tenant) => OrderIndexes
  readonly learn: (tenant: Tenant, attributes: readonly LearntAttribute[]) => Promise<Tenant>
  readonly limit: RateLimit
  /** Lets few pages of resources be read at once. */
  readonly pages: Gate
  /** The tenant was written to: what follows from it begins in the background. */
  readonly wake: (slug: string) => void
}

export type Endpoint = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

/**
 * The way of every SCIM request: tenant from the path, token, rate limit, handler. The only place that makes answers out
 * of errors, and the only line of log. `request.params` is never read: with streaming on, a body can write into it.
 */
export function endpoint(edge: () => Edge, handle: Handle): Endpoint {
  return pipeline(edge, async (arrival) => {
    const authorization = arrival.request.headers.get('authorization')
    const authenticated = await arrival.edge.authenticate(arrival.slug, authorization)
    if (authenticated !== undefined) return answerAuthenticated(arrival, authenticated, handle)
    arrival.edge.rejected(arrival.slug, authorization, arrival.operation)
    throw unauthorized(bearerToken(authorization) !== undefined)
  })
}

async function answerAuthenticated(arrival: Arrival, authenticated: Authenticated, handle: Handle): Promise<Reply> {
  const { edge, meter } = arrival
  const { tenant } = authenticated
  const capture = edge.capture(tenant)
  if (capture === undefined) return answerRecorded(arrival, authenticated, handle)
  const captured = { ...arrival, capture: (request: AnsweredRequest) => capture(request, edge.open(tenant, meter).table) }
  return answerCaptured(captured, (onBody) => answerRecorded({ ...arrival, onBody }, authenticated, handle))
}

async function answerRecorded(arrival: Arrival, { tenant, tokenId }: Authenticated, handle: Handle): Promise<Reply> {
  const { edge, request, operation } = arrival
  const { limit, stats } = edge
  const isWrite = !isQuery(arrival)
  try {
    const waitSeconds = limit.take(tenant.slug)
    if (waitSeconds !== undefined) throw tooManyRequests(waitSeconds)
    const reply = await answerCounted(arrival, tenant, handle)
    wakeFollower(arrival, tenant, reply.status)
    stats.recordRequest(tenant.table, { tokenId, isWrite, isProbe: isProbe({ method: request.method, url: arrival.url }, reply) })
    return reply
  } catch (error) {
    if (error instanceof StorageUnavailable && error.throttled) limit.slowDown(tenant.slug)
    wakeFollower(arrival, tenant, errorReply(error).status)
    const refusal = refusalToRecord(request.method, error)
    const isFailure = refusal !== undefined || errorReply(error).status >= 500
    stats.recordRequest(tenant.table, { tokenId, isWrite, isProbe: false, isFailure })
    if (refusal !== undefined) stats.recordRefusal(tenant.table, { ...refusal, operation })
    throw error
  }
}

/** What the request cost beside itself is taken on credit, whether it succeeded or not: the tenant waits afterwards. */
async function answerCounted(arrival: Arrival, tenant: Tenant, handle: Handle): Promise<Reply> {
  const { edge, meter } = arrival
  const exchange = exchangeOf(arrival, tenant)
  try {
    return await handle(exchange)
  } finally {
    const { spent } = exchange.directory.work
    const extra = extraRequests(meter.calls, spent)
    edge.limit.spend(tenant.slug, extra)
    if (extra > 0) arrival.bill.spent = { cost: 1 + extra, ...spent }
  }
}

/** After every write that may have stored something: one that ends 5xx may have committed a part, or all of it. */
function wakeFollower(arrival: Arrival, { slug }: Tenant, status: number): void {
  if (isQuery(arrival) || (status >= 300 && status < 500)) return
  arrival.edge.wake(slug)
}

const isQuery = ({ request, path }: Arrival) => request.method === 'GET' || path.at(-1)?.toLowerCase() === '.search'

/** Discovery is readable without a token (RFC 7644 section 4); it then shows the core schemas and nothing of a tenant. */
export function openEndpoint(edge: () => Edge, handle: OpenHandle): Endpoint {
  const guarded = endpoint(edge, handle)
  const open = pipeline(edge, (arrival) => handle({ ...facts(arrival), types: { User: userType, Group: groupType } }))
  return (request, context) => (request.headers.has('authorization') ? guarded : open)(request, context)
}

/** A client that gets its tokens fetches another one when it is told that this one is not valid (RFC 6750 section 3.1). */
const unauthorized = (hasToken: boolean) =>
  new ScimError(
    401,
    undefined,
    'The Tenant URL and the token do not fit, or the token has expired. Enter in Entra what Connect in the console of Rollcall shows.',
    { 'WWW-Authenticate': `Bearer realm="Rollcall"${hasToken ? ', error="invalid_token"' : ''}` },
  )

const tooManyRequests = (seconds: number) =>
  new ScimError(429, undefined, `Too many requests for this tenant. Wait ${seconds} s.`, { 'Retry-After': String(seconds) })

/** Anything else in its place may be a token or a name that went astray, and has no business in a log. */
const TENANT_LIKE = /^[a-z0-9-]{1,40}$/

interface Arrival {
  readonly edge: Edge
  /** Name of the function. */
  readonly operation: string
  readonly request: HttpRequest
  readonly url: URL
  readonly slug: string
  readonly path: readonly string[]
  readonly meter: Meter
  readonly onBody?: OnBody
  /** For the log. */
  readonly bill: Bill
}

/** What a request counted for that was more than one: requests of the tenant's limit, and the work that they are made of. */
interface Bill {
  spent?: WorkLimits & { readonly cost: number }
}

function pipeline(edge: () => Edge, answer: (arrival: Arrival) => Promise<Reply>): Endpoint {
  return async (request, context) => {
    const started = performance.now()
    const meter = createMeter()
    const bill: Bill = {}
    const url = new URL(request.url)
    const [, slug = '', ...path] = pathParts(url)
    const tenant = slug.toLowerCase()
    let reply: Reply
    let failure: ErrorFacts | undefined
    try {
      reply = await answer({ edge: edge(), operation: context.functionName, request, url, slug: tenant, path, meter, bill })
    } catch (error) {
      reply = errorReply(error)
      if (isFailureStatus(reply.status)) failure = describeError(error)
    }
    const ms = Math.round(performance.now() - started)
    const line = {
      operation: context.functionName,
      method: request.method,
      tenant: TENANT_LIKE.test(tenant) ? tenant : undefined,
      status: reply.status,
      ms,
      trips: meter.trips,
      calls: meter.calls,
      ...bill.spent,
      ...failure,
    }
    if (failure === undefined) context.log(JSON.stringify(line))
    else context.error(JSON.stringify(line))
    return responseOf(reply)
  }
}

function facts(arrival: Arrival): Omit<OpenExchange, 'types'> {
  const { edge, request, url, slug, path } = arrival
  return {
    method: request.method,
    url,
    path,
    headers: request.headers,
    base: `${edge.publicUrl ?? url.origin}/scim/${encodeURIComponent(slug)}`,
  }
}

/** A page of fewer resources, without memberships, is no larger than a page may be: 200 KiB each. */
const SMALL_PAGE = 10

function listedRoles({ settings: { policy, roleLabels, roleEndpoint } }: Tenant): ListedRoles | undefined {
  if (roleEndpoint === 'none') return undefined
  return { endpoint: roleEndpoint, roles: policy.roles.map((id) => ({ id, displayName: shownRole(roleLabels)(id) })) }
}

function exchangeOf(arrival: Arrival, tenant: Tenant): Exchange {
  const { edge, request, meter } = arrival
  const directory = edge.open(tenant, meter)
  const listed = listedRoles(tenant)
  return {
    ...facts(arrival),
    types: tenant.settings.types,
    signIn: tenant.settings.directorySignIn,
    ...(listed !== undefined && { listed }),
    directory,
    orderIndexes: edge.orderIndexes(tenant),
    body: () => readBody(request, arrival.onBody),
    spend: (requests) => {
      edge.limit.spend(tenant.slug, requests)
    },
    holdPage: (resources, work) => (resources <= SMALL_PAGE ? work() : edge.pages(tenant.slug, work)),
    learn: async (attributes) => ({ ...edge.open(await edge.learn(tenant, attributes), meter), work: directory.work }),
  }
}

function responseOf(reply: Reply): HttpResponseInit {
  const headers = { ...SECURITY_HEADERS, 'Cache-Control': 'no-store', ...reply.headers }
  if (reply.body === undefined) return { status: reply.status, headers }
  return {
    status: reply.status,
    headers: { 'Content-Type': 'application/scim+json; charset=utf-8', ...headers },
    body: JSON.stringify(reply.body),
  }
}
