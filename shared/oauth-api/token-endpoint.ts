import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { isTenantSlug } from '../config'
import { writeAccessToken } from '../credentials/oauth/access-token'
import { checkAssertion, type AssertionRefusal, type SeenAssertion } from '../credentials/oauth/assertion'
import { clientIdOf, isLiveSecret, secretOf } from '../credentials/oauth/client'
import type { IssuerKeys } from '../credentials/sign-in/issuer-keys'
import type { TenantKeys } from '../directory/keys'
import { describeError, isFailureStatus, type ErrorFacts } from '../http/error-reply'
import { pathParts, readBytes } from '../http/exchange'
import { clientAddress, limitedTogether } from '../http/guard/allowed-addresses'
import type { RateLimit } from '../http/rate-limit'
import type { Tenant } from '../tenants/tenant'
import type { TenantCache } from '../tenants/tenant-cache'
import type { RequestStats } from '../usage/request-stats'
import { invalidClient, invalidRequest, notNow, OAuthError } from './oauth-error'
import { refusalReply, replyOf, type OAuthReply } from './oauth-reply'
import { readTokenRequest, type Proof, type TokenRequest } from './token-request'

/** What the token endpoint needs of the rest of the service. */
export interface TokenIssuer {
  readonly find: TenantCache['find']
  readonly keysOf: (tenant: Tenant) => Pick<TenantKeys, 'newest'>
  readonly issuerKeys: (issuer: string) => IssuerKeys
  readonly stats: Pick<RequestStats, 'recordUse' | 'recordRefusal'>
  /** Of refusals for each tenant and address, and of tokens for each secret or identity: a stranger uses up nobody else's. */
  readonly limit: Pick<RateLimit, 'take'>
  /** Keeps in the background what a refused assertion said. Must not throw. */
  readonly keepRefused: (tenant: Tenant, refused: { readonly reason: AssertionRefusal; readonly seen: SeenAssertion }) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

type Endpoint = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

/** An assertion has 16 KB at most. */
const MAX_BODY_BYTES = 32 * 1024

/**
 * `POST /oauth/{tenant}/token`: gives a directory an access token for SCIM, by client credentials (RFC 6749 section 4.4) with a secret or
 * with an assertion of Entra ID (RFC 7523). When warm it costs no storage trip. A failure of ours is 503, never `invalid_client`:
 * wrong credentials put Entra ID's job in quarantine at once.
 */
export function tokenEndpoint(issuer: () => TokenIssuer): Endpoint {
  return async (request, context) => {
    const started = performance.now()
    const slug = (pathParts(new URL(request.url))[1] ?? '').toLowerCase()
    let reply: OAuthReply
    let failure: ErrorFacts | undefined
    try {
      reply = replyOf(200, await answer(issuer(), { request, slug, operation: context.functionName }))
    } catch (error) {
      reply = refusalReply(error)
      if (isFailureStatus(reply.status)) failure = describeError(error)
    }
    const tenant = isTenantSlug(slug) ? slug : undefined
    const ms = Math.round(performance.now() - started)
    const { method } = request
    const line = JSON.stringify({ operation: context.functionName, method, tenant, status: reply.status, ms, ...failure })
    if (failure === undefined) context.log(line)
    else context.error(line)
    return reply
  }
}

interface Arrival {
  readonly request: HttpRequest
  readonly slug: string
  readonly operation: string
}

async function answer(issuer: TokenIssuer, { request, slug, operation }: Arrival) {
  if (request.method !== 'POST') throw new OAuthError(405, 'invalid_request', 'Send a POST.', { Allow: 'POST' })
  const wanted = readTokenRequest(await formOf(request), request.headers.get('authorization'))
  const tenant = isTenantSlug(slug) ? await issuer.find(slug) : undefined
  const address = limitedTogether(clientAddress(request.headers) ?? '')
  if (tenant === undefined) throw refusal(issuer, address)
  const granted = await grantFor(issuer, tenant, wanted)
  if ('reason' in granted) {
    issuer.stats.recordRefusal(tenant.table, { status: 401, ...granted, operation })
    throw refusal(issuer, `${slug} ${address}`)
  }
  const waitSeconds = issuer.limit.take(granted.grantId)
  if (waitSeconds !== undefined) throw tooMany(waitSeconds)
  issuer.stats.recordUse(tenant.table, granted.grantId)
  const { accessTokenMinutes } = tenant.settings.directorySignIn
  const nowSeconds = Math.floor(issuer.now() / 1000)
  const expiresAt = Math.min(nowSeconds + accessTokenMinutes * 60, granted.endsAt)
  const token = await writeAccessToken(issuer.keysOf(tenant), { grantId: granted.grantId, expiresAt })
  return { access_token: token, token_type: 'Bearer', expires_in: expiresAt - nowSeconds, scope: 'scim' }
}

function refusal({ limit }: TokenIssuer, of: string): OAuthError {
  const waitSeconds = limit.take(`refused ${of}`)
  return waitSeconds === undefined ? invalidClient() : tooMany(waitSeconds)
}

const tooMany = (seconds: number) => notNow(429, `Too many requests for a token. Wait ${seconds} s.`, seconds)

async function formOf({ headers, body }: HttpRequest): Promise<string> {
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('Send the request as application/x-www-form-urlencoded.')
  }
  const tooLarge = () => invalidRequest(`The request has more than ${MAX_BODY_BYTES} bytes.`)
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const bytes = body === null ? new Uint8Array() : await readBytes(body, { maxBytes: MAX_BODY_BYTES, tooLarge })
  if (bytes.byteLength === 0 && headers.has('transfer-encoding')) {
    throw new OAuthError(411, 'invalid_request', 'Send the body with a Content-Length header.')
  }
  return Buffer.from(bytes).toString()
}

interface Granted {
  readonly grantId: string
  /** Seconds since the epoch: the access token ends by then. */
  readonly endsAt: number
}

/** Why nothing is granted, for the tenant's admin. */
interface Denied {
  readonly reason: string
  readonly lastFour?: string
}

async function grantFor(issuer: TokenIssuer, tenant: Tenant, { clientId, proof }: TokenRequest): Promise<Granted | Denied> {
  if (clientId !== undefined && clientId.toLowerCase() !== clientIdOf(tenant)) return { reason: 'client.unknown' }
  return proof.kind === 'secret' ? bySecret(tenant, proof, issuer.now()) : byAssertion(issuer, tenant, proof)
}

type ProofOf<K extends Proof['kind']> = Extract<Proof, { kind: K }>

function bySecret(tenant: Tenant, proof: ProofOf<'secret'>, nowMs: number): Granted | Denied {
  const secret = secretOf(tenant.settings.directorySignIn, proof.secret)
  if (secret === undefined) return { reason: 'client.wrongSecret' }
  const { id, lastFour, expires } = secret
  if (!isLiveSecret(secret, nowMs)) return { reason: 'client.expiredSecret', lastFour }
  return { grantId: id, endsAt: Math.floor(Date.parse(expires) / 1000) }
}

async function byAssertion(issuer: TokenIssuer, tenant: Tenant, proof: ProofOf<'assertion'>): Promise<Granted | Denied> {
  const { trusts } = tenant.settings.directorySignIn
  const checked = await checkAssertion(proof.assertion, trusts, { keysOf: issuer.issuerKeys, nowMs: issuer.now() })
  if (checked.kind === 'accepted') return { grantId: checked.trust.id, endsAt: checked.expiresAt }
  issuer.keepRefused(tenant, checked)
  return { reason: `assertion.${checked.reason}` }
}
