import { createHash } from 'node:crypto'

/** Whose tokens: the tenant's slug and the generation that tells it from an earlier tenant of the same name. */
export interface TokenOwner {
  readonly slug: string
  readonly generation: number
}

/** One live version of a tenant's secret token; the text itself is never kept. */
export interface TokenVersion {
  /** The version in the vault, or `local`. Revocation names it. */
  readonly id: string
  /** SHA-256 of the token. */
  readonly digest: Uint8Array
  /** Milliseconds since the epoch; from then on the token is refused. */
  readonly expiresAt?: number
  /** Milliseconds since the epoch; before that the token is refused. */
  readonly notBefore?: number
}

/** Reads the live tokens of a tenant from where they are kept; none for a tenant that has no token there. */
export type ReadTokens = (owner: TokenOwner) => Promise<readonly TokenVersion[]>

export function tokenDigest(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

/**
 * The digest of a token as it is kept, or undefined for an empty value, which is no token.
 * @throws Error when the value is a Key Vault reference that the platform did not resolve: its text is public, so it would be a
 * password anyone can guess
 */
export function storedTokenDigest(value: string, where: string): Uint8Array | undefined {
  if (value.startsWith('@Microsoft.KeyVault(')) {
    throw new Error(`${where} holds a Key Vault reference that was not resolved, not a token.`)
  }
  return value === '' ? undefined : tokenDigest(value)
}
