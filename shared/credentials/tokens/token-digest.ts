import { createHash, timingSafeEqual } from 'node:crypto'

/** Whose tokens: the tenant's slug and the generation that tells it from an earlier tenant of the same name. */
export interface TokenOwner {
  readonly slug: string
  readonly generation: number
}

/** One version of a tenant's secret token; the text itself is never kept. */
export interface TokenVersion {
  /** The version in the vault, or `local`. Revocation names it. */
  readonly id: string
  /** SHA-256 of the token. */
  readonly digest: Uint8Array
  /** Milliseconds since the epoch; from then on the token is refused. */
  readonly expiresAt?: number
  /** Milliseconds since the epoch; before that the token is refused. */
  readonly notBefore?: number
  /** Ended where it is kept. */
  readonly disabled?: true
}

/** The tokens of a tenant as they were when read. */
export interface TenantTokens {
  /** Those that may open the tenant. One may expire, or be revoked by the tenant's settings, after it was read. */
  readonly live: readonly TokenVersion[]
  /** Some that open nothing any more, kept to say why a request that brings one is refused. */
  readonly dead: readonly TokenVersion[]
}

/** Reads the tokens of a tenant from where they are kept; none for a tenant that has no token there. */
export type ReadTokens = (owner: TokenOwner) => Promise<TenantTokens>

export function tokenDigest(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

const DIGEST_PREFIX = 'sha256:'

/** What is kept in place of a token: nobody who reads it learns the token. */
export const digestToKeep = (token: string) => DIGEST_PREFIX + digestToHex(tokenDigest(token))

/**
 * The digest of a token as it is kept, by digestToKeep or as its plain text, which people set by hand; or undefined for an empty
 * value, which is no token.
 * @throws Error when the value is a Key Vault reference that the platform did not resolve: its text is public, so it would be a
 * password anyone can guess
 */
export function storedTokenDigest(value: string, where: string): Uint8Array | undefined {
  if (value.startsWith('@Microsoft.KeyVault(')) {
    throw new Error(`${where} holds a Key Vault reference that was not resolved, not a token.`)
  }
  if (value === '') return undefined
  const kept = value.startsWith(DIGEST_PREFIX) ? digestFromHex(value.slice(DIGEST_PREFIX.length)) : undefined
  return kept ?? tokenDigest(value)
}

const HEX_DIGEST = /^[0-9a-f]{64}$/

export const digestToHex = (digest: Uint8Array) => Buffer.from(digest).toString('hex')

/** The digest that digestToHex wrote, or undefined for any other text. */
export function digestFromHex(text: string | undefined): Uint8Array | undefined {
  return text !== undefined && HEX_DIGEST.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** The digest of no text that anybody knows: what is unknown is compared with it, which takes as long as with any other. */
const NOBODYS = Buffer.alloc(32)

/** Whether the text is the one that was kept as this digest in hex; undefined, or no digest, is that of none. In constant time. */
export const isOfDigest = (text: string, digest: string | undefined) =>
  timingSafeEqual(tokenDigest(text), digestFromHex(digest) ?? NOBODYS)

/** Below this, four characters would give away too much of a token that somebody made up. */
const MIN_LENGTH_TO_SHOW = 24

/** The characters by which people tell one token from another, or undefined for a short token. */
export function lastFourOf(token: string): string | undefined {
  return token.length >= MIN_LENGTH_TO_SHOW ? token.slice(-4) : undefined
}
