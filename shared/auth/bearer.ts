import { randomBytes, timingSafeEqual } from 'node:crypto'
import { tokenDigest } from './token-digest'
import type { TokenVersion } from './token-digest'

/** Entra ID keeps a connection's credentials in about 1 KB, so longer tokens would work in tests and fail there. */
const MAX_TOKEN_LENGTH = 256

// Visible ASCII is wider than RFC 6750's b64token: a token that an admin made up may hold any of it.
const BEARER = /^bearer +([\x21-\x7e]+)$/i

/**
 * The token of an Authorization header, or undefined when it holds none of at most 256 characters. The scheme's case does
 * not count (RFC 9110 section 11.1, RFC 6750 section 2.1).
 */
export function bearerToken(header: string | null): string | undefined {
  const token = header === null ? undefined : BEARER.exec(header)?.[1]
  return token === undefined || token.length > MAX_TOKEN_LENGTH ? undefined : token
}

/**
 * The version that the token is, or undefined when it is none, expired, not yet valid or revoked. Digests are compared in
 * constant time and with every version, so the time taken tells nothing about which came close.
 */
export function matchToken(
  token: string,
  versions: readonly TokenVersion[],
  options: { readonly now: number; readonly revoked: ReadonlySet<string> },
): TokenVersion | undefined {
  const digest = tokenDigest(token)
  let match: TokenVersion | undefined
  for (const version of versions) {
    const same = timingSafeEqual(digest, version.digest)
    if (same && isUsable(version, options.now) && !options.revoked.has(version.id)) match ??= version
  }
  return match
}

function isUsable(version: TokenVersion, now: number): boolean {
  return (version.notBefore ?? -Infinity) <= now && now < (version.expiresAt ?? Infinity)
}

/** A new opaque token: 256 random bits, safe in a URL and a header. The prefix lets secret scanners recognise a leaked one. */
export function newToken(): string {
  return `rc_${randomBytes(32).toString('base64url')}`
}
