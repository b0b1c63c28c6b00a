import { createHmac, timingSafeEqual } from 'node:crypto'
import type { TenantKeys } from '../../directory/keys'

/** What an access token says: by which secret or trust it was given, and until when it counts. */
export interface AccessToken {
  /** Of the client's secret or the trust. */
  readonly grantId: string
  /** Whole seconds since the epoch. */
  readonly expiresAt: number
}

const ACCESS_TOKEN = /^(ra_([0-9a-f]{32})_([0-9]{10}))_([\w-]{43})$/

/**
 * An access token, `ra_<grant>_<expiry>_<HMAC-SHA-256>`: it says nothing that is secret, and nobody makes one without the tenant's
 * key, so that it is checked without a storage trip and opens one tenant alone. Opaque to clients (RFC 6749 section 1.4).
 * @throws VaultUnavailable or VaultForbidden when the root key is not known and cannot be had
 */
export async function writeAccessToken(keys: Pick<TenantKeys, 'newest'>, { grantId, expiresAt }: AccessToken): Promise<string> {
  const { bytes } = await keys.newest('accessTokens')
  const text = `ra_${grantId}_${expiresAt}`
  return `${text}_${macOf(bytes, text).toString('base64url')}`
}

/** Whether the text has the form of an access token. No token of Rollcall's own making has it beside. */
export const looksLikeAccessToken = (text: string) => ACCESS_TOKEN.test(text)

/**
 * What the token says, expired or not; undefined when it was not made for this tenant. Compares in constant time.
 * @throws VaultUnavailable or VaultForbidden when that cannot be said without the vault
 */
export async function readAccessToken(keys: Pick<TenantKeys, 'find'>, token: string): Promise<AccessToken | undefined> {
  const [, text = '', grantId = '', seconds, mac = ''] = ACCESS_TOKEN.exec(token) ?? []
  if (grantId === '') return undefined
  const given = Buffer.from(mac, 'base64url')
  // 43 characters spell two bits more than 256: of the four that say the same, the one that was given out.
  if (given.toString('base64url') !== mac) return undefined
  return keys.find('accessTokens', ({ bytes }) =>
    timingSafeEqual(macOf(bytes, text), given) ? { grantId, expiresAt: Number(seconds) } : undefined,
  )
}

const macOf = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
