import type { Operator, ReadSignIn, SignInRefusal } from './admin-sign-in'
import { bearerToken } from '../tokens/bearer'
import { claimedTenant, looksLikeSession, readSession, type readLink, type SetupAccess } from './setup-link'
import { linkKeyOf, liveLink, type SetupLink } from './link-rows'
import { withoutTable } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import type { Actor } from '../../api/actor'
import { Problem, readOnly, tooManyRequests } from '../../api/problem'
import type { RateLimit } from '../../http/rate-limit'
import type { Authenticate } from '../../api/endpoint'
import type { Registry } from '../../api/operation'
import type { TenantCache } from '../../tenants/tenant-cache'

/** Tokens of Entra ID have some KB; the host takes headers of 16 KB in all. */
const MAX_TOKEN_LENGTH = 16_384

/** What a setup link, or a session that came of one, opens. */
export interface Opened {
  readonly tenant: Tenant
  readonly access: SetupAccess
  readonly link: SetupLink
}

interface SignInNeeds {
  readonly find: TenantCache['find']
  /** Reads the access token of an operator; undefined where no sign-in is set up. */
  readonly readSignIn: ReadSignIn | undefined
  /** Requests of a tenant's setup links together: their holders share the vault and the tables with everybody. */
  readonly linkLimit: Pick<RateLimit, 'take'>
}

/** Who asks the management API: an operator by Entra ID, or the holder of a setup link by the session that came of it. */
export const managementSignIn =
  ({ find, readSignIn, linkLimit }: SignInNeeds): Authenticate =>
  async (registry, authorization) => {
    const token = bearerToken(authorization, MAX_TOKEN_LENGTH)
    if (token === undefined) throw unsigned(readSignIn)
    if (looksLikeSession(token)) return paced(linkLimit, linkActor(await openBy(registry, find, { token, read: readSession })))
    if (token.startsWith('rcl_')) {
      throw unauthorized('This is the setup link itself. Send it to POST /api/manage/session and use the session that it gives.')
    }
    if (readSignIn === undefined) throw unsigned(readSignIn)
    const signedIn = await readSignIn(authorization)
    if (signedIn.kind === 'refused') throw refused(signedIn.reason)
    return operatorActor(signedIn)
  }

function paced(limit: SignInNeeds['linkLimit'], actor: Extract<Actor, { kind: 'link' }>): Actor {
  const waitSeconds = limit.take(actor.tenant)
  if (waitSeconds !== undefined) throw tooManyRequests('Too many requests.', waitSeconds)
  return actor
}

/**
 * What the text opens: a link by readLink, a session by readSession. Both end with the link, and with the tenant. Only what the
 * tenant's key has signed makes the table be asked.
 */
export async function openBy(
  { storage, now }: Registry,
  find: TenantCache['find'],
  { token, read }: { readonly token: string; readonly read: typeof readLink | typeof readSession },
): Promise<Opened | undefined> {
  const claimed = claimedTenant(token)
  const tenant = claimed && (await find(claimed.slug))
  if (tenant === undefined || tenant.generation !== claimed?.generation) return undefined
  const nowMs = now().getTime()
  const access = read(linkKeyOf(tenant), token, { now: nowMs, isLive: () => true })
  if (access === undefined) return undefined
  const link = await withoutTable(() => liveLink(storage.open(tenant.table), access.linkId, nowMs), undefined)
  return link && { tenant, access, link }
}

export function linkActor(opened: Opened | undefined): Extract<Actor, { kind: 'link' }> {
  if (opened === undefined) throw sessionEnded()
  const { access, link } = opened
  const { slug: tenant, linkId, role, expiresAt } = access
  return { kind: 'link', role, name: `${link.label} (setup link)`, tenant, linkId, expiresAt }
}

export const sessionEnded = () =>
  unauthorized('This session has ended, or its link was revoked. Open the setup link again, or ask for a new one.')

const operatorActor = ({ role, name, subject }: Operator): Actor => ({ kind: 'operator', role, name: name ?? subject })

/** RFC 6750 section 3: a request without a token is told no error code. */
export const unauthorized = (detail: string, challenge = 'Bearer realm="Rollcall", error="invalid_token"') =>
  new Problem(401, 'sign-in', detail, { headers: { 'WWW-Authenticate': challenge } })

function unsigned(readSignIn: ReadSignIn | undefined): Problem {
  const detail =
    readSignIn === undefined
      ? 'Sign in by a setup link. Operators cannot sign in here before SIGN_IN_TENANT_ID and SIGN_IN_CLIENT_ID are set.'
      : 'Sign in with Entra ID or by a setup link, and send the token as Authorization: Bearer.'
  return unauthorized(detail, 'Bearer realm="Rollcall"')
}

const REASONS: Readonly<Partial<Record<SignInRefusal, string>>> = {
  expired: 'Your sign-in has expired. Sign in again.',
  notYetValid: 'The token is not valid yet. Check the clock of the machine that uses it.',
  wrongAudience: 'The token is for another application. Ask Entra ID for one of the scope api://<SIGN_IN_CLIENT_ID>/.default.',
  wrongTenant: 'The token is of another Entra ID tenant than the one whose people operate this service.',
  wrongIssuer: 'The token is of another issuer than SIGN_IN_TENANT_ID names, or of version 1.0.',
  notAnAccessToken: 'This is not an access token of version 2.0. An id token does not sign you in here.',
}

function refused(reason: SignInRefusal): Problem {
  if (reason === 'noRole') {
    return readOnly('You have none of the app roles Rollcall.Admin and Rollcall.Reader. Ask who manages the app registration.')
  }
  if (reason === 'unavailable') {
    const headers = { 'Retry-After': '10' }
    return new Problem(503, 'unavailable', 'Entra ID does not give its signing keys now. Repeat the request.', { headers })
  }
  return unauthorized(REASONS[reason] ?? 'The token is not one of this service. Sign in again.')
}
