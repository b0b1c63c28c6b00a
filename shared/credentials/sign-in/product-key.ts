import { randomBytes, timingSafeEqual } from 'node:crypto'
import { digestFromHex, digestToHex, tokenDigest } from '../tokens/token-digest'

/** What is kept of a key of the product; the key itself is shown once. */
export interface KeyFacts {
  readonly id: string
  /** SHA-256 of the whole key, in hex. */
  readonly digest: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined
  readonly revokedAt: number | undefined
}

const KEY = /^rk_([0-9a-f]{32})_[\w-]{43}$/

/** A new key, `rk_<id>_<secret>`: the id finds it again, and the secret has 256 random bits. */
export function newProductKey(): { readonly id: string; readonly digest: string; readonly value: string } {
  const id = randomBytes(16).toString('hex')
  const value = `rk_${id}_${randomBytes(32).toString('base64url')}`
  return { id, value, digest: digestToHex(tokenDigest(value)) }
}

export const looksLikeProductKey = (text: string) => KEY.test(text)

/** Of an unknown id: no key has this digest, and comparing with it takes as long as with any other. */
const NOBODYS = Buffer.alloc(32)

/** The key that the text is, or undefined when it is none of them, expired or revoked. Digests are compared in constant time. */
export function matchProductKey<K extends KeyFacts>(text: string, keys: readonly K[], now: number): K | undefined {
  const id = KEY.exec(text)?.[1]
  const found = keys.find((key) => key.id === id)
  const isSame = timingSafeEqual(tokenDigest(text), digestFromHex(found?.digest) ?? NOBODYS)
  return found !== undefined && isSame && isLiveKey(found, now) ? found : undefined
}

export const isLiveKey = ({ expiresAt, revokedAt }: KeyFacts, now: number) =>
  revokedAt === undefined && (expiresAt === undefined || now < expiresAt)
