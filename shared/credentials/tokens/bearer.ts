import { randomBytes, timingSafeEqual } from 'node:crypto'
import { lastFourOf, tokenDigest, type TenantTokens, type TokenVersion } from './token-digest'

/** Entra ID keeps a connection's credentials in about 1 KB, so longer tokens would work in tests and fail there. */
const MAX_TOKEN_LENGTH = 256

// Visible ASCII is wider than RFC 6750's b64token: a token that an admin made up may hold any of it.
const BEARER = /^bearer +([\x21-\x7e]+)$/i

/**
 * The token of an Authorization header, or undefined when it holds none of at most maxLength characters (256 unless given).
 * The scheme's case does not count (RFC 9110 section 11.1, RFC 6750 section 2.1).
 */
export function bearerToken(header: string | null, maxLength = MAX_TOKEN_LENGTH): string | undefined {
  const token = header === null ? undefined : BEARER.exec(header)?.[1]
  return token === undefined || token.length > maxLength ? undefined : token
}

export interface TokenOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Ids that the tenant's settings revoke. */
  readonly revoked: ReadonlySet<string>
}

/**
 * The version that the token is, or undefined when it is none, expired, not yet valid or revoked. Digests are compared in
 * constant time and with every version, so the time taken tells nothing about which came close.
 */
export function matchToken(token: string, versions: readonly TokenVersion[], options: TokenOptions): TokenVersion | undefined {
  const digest = tokenDigest(token)
  let match: TokenVersion | undefined
  for (const version of versions) {
    const same = timingSafeEqual(digest, version.digest)
    if (same && stateOf(version, options) === 'usable') match ??= version
  }
  return match
}

type TokenState = 'usable' | 'revoked' | 'expired' | 'notYetValid'

function stateOf(version: TokenVersion, { now, revoked }: TokenOptions): TokenState {
  if (version.disabled === true || revoked.has(version.id)) return 'revoked'
  if (now >= (version.expiresAt ?? Infinity)) return 'expired'
  return now < (version.notBefore ?? -Infinity) ? 'notYetValid' : 'usable'
}

/** Why a request was refused, for the tenant's admin; the client is told none of it. */
export interface TokenRefusal {
  readonly reason: 'missing' | 'malformed' | 'unknown' | Exclude<TokenState, 'usable'>
  /** Of a recognised token that is long enough. */
  readonly lastFour?: string | undefined
}

/**
 * Why the token of an Authorization header does not open the tenant, or undefined when it does. Compares as matchToken does.
 * A dead token that nothing ended but newer ones counts as revoked.
 */
export function whyRefused(authorization: string | null, known: TenantTokens, options: TokenOptions): TokenRefusal | undefined {
  if (authorization === null || authorization === '') return { reason: 'missing' }
  const token = bearerToken(authorization)
  if (token === undefined) return { reason: 'malformed' }
  const digest = tokenDigest(token)
  const isPresented = (version: TokenVersion) => timingSafeEqual(digest, version.digest)
  const live = known.live.filter(isPresented).map((version) => stateOf(version, options))
  const dead = known.dead.filter(isPresented).map((version) => stateOf(version, options))
  if (live.includes('usable')) return undefined
  const [state] = [...live, ...dead]
  if (state === undefined) return { reason: 'unknown' }
  const lastFour = lastFourOf(token)
  return { reason: state === 'usable' ? 'revoked' : state, ...(lastFour !== undefined && { lastFour }) }
}

/** A new opaque token: 256 random bits, safe in a URL and a header. The prefix lets secret scanners recognise a leaked one. */
export function newToken(): string {
  return `rc_${randomBytes(32).toString('base64url')}`
}
