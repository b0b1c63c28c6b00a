import { createHash, randomBytes } from 'node:crypto'
import type { ClientSecret, DirectorySignIn } from '../../tenants/directory-sign-in'
import { digestToHex, isOfDigest, tokenDigest, type TokenOwner } from '../tokens/token-digest'
import type { TokenFacts } from '../tokens/token-store'

/** Those that have not expired; each more is one comparison for every request that asks for a token. */
export const MAX_LIVE_SECRETS = 5
/** Each is an identity in Entra ID; a customer has one, or two while moving. */
export const MAX_TRUSTS = 5

/** The id of the tenant's OAuth client: a GUID, which is what people paste beside a secret, and no secret itself. */
export function clientIdOf({ slug, generation }: TokenOwner): string {
  const hex = createHash('sha256').update(`rollcall oauth client\n${slug}\n${generation}`).digest('hex')
  // A name-based UUID that says of itself that its maker chose its form (RFC 9562 section 5.8).
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}

export const newGrantId = () => randomBytes(16).toString('hex')

/** A new client secret: 256 random bits, of characters that no client escapes in a header or a form (RFC 3986 section 2.3). */
export function newClientSecret(): { readonly value: string; readonly digest: string; readonly lastFour: string } {
  const value = `rs_${randomBytes(32).toString('base64url')}`
  return { value, digest: digestToHex(tokenDigest(value)), lastFour: value.slice(-4) }
}

/** The secret that the text is, expired or not. Compared in constant time, and with all of them. */
export function secretOf({ secrets }: Pick<DirectorySignIn, 'secrets'>, text: string): ClientSecret | undefined {
  let found: ClientSecret | undefined
  for (const secret of secrets) if (isOfDigest(text, secret.digest)) found ??= secret
  return found
}

export const isLiveSecret = ({ expires }: Pick<ClientSecret, 'expires'>, nowMs: number) => nowMs < Date.parse(expires)

/** What gave an access token: a secret or a trust of the tenant, as long as it is there and has not expired. */
export function isLiveGrant({ secrets, trusts }: DirectorySignIn, id: string, nowMs: number): boolean {
  return trusts.some((trust) => trust.id === id) || secrets.some((secret) => secret.id === id && isLiveSecret(secret, nowMs))
}

/** Secrets as the watch over expiring tokens and the judgement of a tenant's health read tokens. */
export const secretFacts = ({ secrets }: Pick<DirectorySignIn, 'secrets'>): TokenFacts[] =>
  secrets.map(({ id, label, lastFour, created, expires }) => ({
    ...NOT_IN_VAULT,
    id,
    label,
    lastFour,
    createdAt: Date.parse(created),
    expiresAt: Date.parse(expires),
  }))

/** The same of trusts, which do not expire. */
export const trustFacts = ({ trusts }: Pick<DirectorySignIn, 'trusts'>): TokenFacts[] =>
  trusts.map(({ id, label, created }) => ({
    ...NOT_IN_VAULT,
    id,
    label,
    lastFour: undefined,
    createdAt: Date.parse(created),
    expiresAt: undefined,
  }))

const NOT_IN_VAULT = { notBefore: undefined, enabled: true, replaces: undefined, digest: undefined } as const
