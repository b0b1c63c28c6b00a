import type { JWTPayload } from 'jose' with { 'resolution-mode': 'import' }
import { bearerToken } from '../tokens/bearer'
import { issuerKeys, IssuerUnavailable, type IssuerKeysOptions } from './issuer-keys'
import { jwtRefusal, type JwtRefusal } from './jwt-refusal'

export interface AdminSignInOptions extends IssuerKeysOptions {
  /** The Entra ID tenant whose people may sign in. */
  readonly tenantId: string
  /** The app registration that tokens are made for. */
  readonly clientId: string
}

/** Somebody of the vendor's staff, signed in with Entra ID. */
export interface Operator {
  readonly kind: 'operator'
  readonly role: 'admin' | 'reader'
  /** The person's object id in Entra ID. */
  readonly subject: string
  /** The person's name where the token has one; never for logs. */
  readonly name?: string
}

/** For logs and for the choice of status: `noRole` is 403, `unavailable` 503, every other one 401. */
export type SignInRefusal =
  | JwtRefusal
  | 'missing'
  | 'wrongIssuer'
  | 'wrongAudience'
  | 'wrongTenant'
  | 'notYetValid'
  | 'notAnAccessToken'
  | 'noRole'
  | 'unavailable'

export interface SignInRefused {
  readonly kind: 'refused'
  readonly reason: SignInRefusal
}

/** Reads an Authorization header. */
export type ReadSignIn = (authorization: string | null) => Promise<Operator | SignInRefused>

/** Entra ID's tokens have a few KB, with 200 groups about 10; the host takes headers of 16 KB in all. */
const MAX_TOKEN_LENGTH = 16_384
const CLOCK_SKEW_SECONDS = 60
const MAX_NAME_LENGTH = 200

/** The app roles of the app registration. */
const ROLES = [
  ['Rollcall.Admin', 'admin'],
  ['Rollcall.Reader', 'reader'],
] as const

/**
 * Signs operators in by access tokens of Entra ID (v2.0): issuer, audience, tenant and algorithm RS256 are pinned. jose is
 * loaded with the first token.
 * @throws RangeError for an issuer that is neither https nor http on this machine
 */
export function adminSignIn(options: AdminSignInOptions): ReadSignIn {
  const { issuer, now = Date.now } = options
  const keys = issuerKeys(options)
  // Entra ID writes ids in lower case, settings may not.
  const tenantId = options.tenantId.toLowerCase()
  const clientId = options.clientId.toLowerCase()

  return async (authorization) => {
    if (authorization === null || authorization === '') return refused('missing')
    const token = bearerToken(authorization, MAX_TOKEN_LENGTH)
    if (token === undefined) return refused('malformed')
    const { jwtVerify } = await import('jose')
    try {
      const { payload } = await jwtVerify(token, keys.resolve, {
        algorithms: ['RS256'],
        issuer,
        audience: [clientId, `api://${clientId}`],
        requiredClaims: ['exp', 'nbf', 'oid', 'tid'],
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(now()),
      })
      return operatorOf(payload, tenantId)
    } catch (error) {
      return refused(refusalOf(error))
    }
  }
}

const refused = (reason: SignInRefusal): SignInRefused => ({ kind: 'refused', reason })

function operatorOf(payload: JWTPayload, tenantId: string): Operator | SignInRefused {
  const claim = (name: string): unknown => (Object.hasOwn(payload, name) ? payload[name] : undefined)
  if (claim('tid') !== tenantId) return refused('wrongTenant')
  // An id token has the same audience and roles where the console's registration is the API's; only access tokens name their client.
  if (claim('ver') !== '2.0' || typeof claim('azp') !== 'string') return refused('notAnAccessToken')
  const subject = claim('oid')
  if (typeof subject !== 'string' || subject === '') return refused('malformed')
  const roles = claim('roles')
  const role = ROLES.find(([value]) => Array.isArray(roles) && roles.includes(value))?.[1]
  if (role === undefined) return refused('noRole')
  const name = claim('name')
  return { kind: 'operator', role, subject, ...(typeof name === 'string' && { name: name.slice(0, MAX_NAME_LENGTH) }) }
}

const REASONS_BY_CLAIM = { iss: 'wrongIssuer', aud: 'wrongAudience', nbf: 'notYetValid' } as const

/** @throws the error when it is neither of jose's nor of the issuer's */
const refusalOf = (error: unknown): SignInRefusal =>
  error instanceof IssuerUnavailable ? 'unavailable' : jwtRefusal(error, REASONS_BY_CLAIM)
