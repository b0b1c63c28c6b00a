import type { Operator, ReadSignIn, SignInRefusal } from './admin-sign-in'
import { bearerToken } from '../tokens/bearer'
import { openSession, type OpenSession } from './link-sessions'
import { claimedTenant, looksLikeSession } from './setup-link'
import type { Table } from '../../storage/table'
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
    if (looksLikeSession(token)) return paced(linkLimit, await sessionActor(registry, find, token))
    if (token.startsWith('rcl_')) {
      throw unauthorized('This is the setup link itself. Send it to POST /api/manage/session and use the session that it gives.')
    }
    if (readSignIn === undefined) throw unsigned(readSignIn)
    const signedIn = await readSignIn(authorization)
    if (signedIn.kind === 'refused') throw refused(signedIn.reason)
    return operatorActor(signedIn)
  }

function paced(limit: SignInNeeds['linkLimit'], actor: LinkActor): Actor {
  const waitSeconds = limit.take(actor.tenant)
  if (waitSeconds !== undefined) throw tooManyRequests('Too many requests.', waitSeconds)
  return actor
}

/**
 * The tenant of which the text says it opens it, with its table; undefined when there is none of that name and generation. Nothing
 * is proved by that: a text of the right shape costs a read of the tenant's table, whoever sends it.
 */
export async function claimed(
  { storage }: Registry,
  find: TenantCache['find'],
  text: string,
): Promise<{ readonly tenant: Tenant; readonly table: Table } | undefined> {
  const owner = claimedTenant(text)
  const tenant = owner && (await find(owner.slug))
  if (tenant === undefined || tenant.generation !== owner?.generation) return undefined
  return { tenant, table: storage.open(tenant.table) }
}

type LinkActor = Extract<Actor, { kind: 'link' }>

async function sessionActor(registry: Registry, find: TenantCache['find'], token: string): Promise<LinkActor> {
  const place = await claimed(registry, find, token)
  const now = registry.now().getTime()
  const opened = place && (await withoutTable(() => openSession(place.table, token, now), undefined))
  if (place === undefined || opened === undefined) throw sessionEnded()
  return linkActor(place.tenant, opened)
}

/** Who came by the link that opened the tenant. */
export function linkActor({ slug: tenant }: Tenant, { link, sessionId, expiresAt }: OpenSession): LinkActor {
  const { id, role, label } = link
  return { kind: 'link', role, name: `${label} (setup link)`, tenant, id, sessionId, expiresAt }
}

export const sessionEnded = () =>
  unauthorized('This session has ended, or its link was revoked. Open the setup link again, or ask for a new one.')

const operatorActor = ({ role, name, subject }: Operator): Actor => ({
  kind: 'operator',
  role,
  id: subject,
  name: name ?? subject,
})

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
