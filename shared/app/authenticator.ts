import { bearerToken, matchToken, whyRefused, type TokenRefusal } from '../credentials/tokens/bearer'
import type { TokenCache } from '../credentials/tokens/token-cache'
import { looksLikeAccessToken, readAccessToken } from '../credentials/oauth/access-token'
import { lastFourOf } from '../credentials/tokens/token-digest'
import { isLiveGrant } from '../credentials/oauth/client'
import { isTenantSlug } from '../config'
import type { TenantKeys } from '../directory/keys'
import type { Edge } from '../scim-api/endpoint'
import type { RequestStats } from '../usage/request-stats'
import type { Tenant } from '../tenants/tenant'
import type { TenantCache } from '../tenants/tenant-cache'

interface AuthenticatorParts {
  readonly tenants: Pick<TenantCache, 'find'>
  readonly tokens: TokenCache
  readonly keysOf: (tenant: Tenant) => Pick<TenantKeys, 'find'>
  readonly stats: Pick<RequestStats, 'recordRefusal'>
}

/** bearerOff: the tenant's directory signs in by OAuth only. Those with `access` are of access tokens. */
type Reason = TokenRefusal['reason'] | 'bearerOff' | 'access.unknown' | 'access.ended' | 'access.expired'
type Refusal = Pick<TokenRefusal, 'lastFour'> & { readonly reason: Reason }
type Let = { readonly tokenId: string } | { readonly refusal: Refusal }

/**
 * Whom a token lets in to a tenant's SCIM endpoints, and the record of who was not: a Secret Token, unless the tenant has switched those
 * off, or an access token of its OAuth client, as long as the secret or trust is there that it was given by.
 */
export function authenticator({ tenants, tokens, keysOf, stats }: AuthenticatorParts): Pick<Edge, 'authenticate' | 'rejected'> {
  const find = (slug: string) => (isTenantSlug(slug) ? tenants.find(slug) : Promise.resolve(undefined))

  async function bySecretToken(tenant: Tenant, authorization: string | null, token: string | undefined): Promise<Let> {
    const { settings } = tenant
    const versions = await tokens.versions(tenant, settings.tokenEpoch)
    const rules = { now: Date.now(), revoked: settings.revokedTokens }
    const version = token === undefined ? undefined : matchToken(token, versions.live, rules)
    if (token === undefined || version === undefined) {
      return { refusal: whyRefused(authorization, versions, rules) ?? { reason: 'unknown' } }
    }
    if (settings.directorySignIn.bearer) return { tokenId: version.id }
    return { refusal: { reason: 'bearerOff', lastFour: lastFourOf(token) } }
  }

  async function byAccessToken(tenant: Tenant, token: string): Promise<Let> {
    const read = await readAccessToken(keysOf(tenant), token)
    if (read === undefined) return { refusal: { reason: 'access.unknown' } }
    const now = Date.now()
    if (!isLiveGrant(tenant.settings.directorySignIn, read.grantId, now)) return { refusal: { reason: 'access.ended' } }
    return now < read.expiresAt * 1000 ? { tokenId: read.grantId } : { refusal: { reason: 'access.expired' } }
  }

  async function judged(tenant: Tenant, authorization: string | null): Promise<Let> {
    const token = bearerToken(authorization)
    return token !== undefined && looksLikeAccessToken(token)
      ? byAccessToken(tenant, token)
      : bySecretToken(tenant, authorization, token)
  }

  async function record(slug: string, authorization: string | null, operation: string): Promise<void> {
    const tenant = await find(slug)
    if (tenant === undefined) return
    const found = await judged(tenant, authorization)
    if ('refusal' in found) stats.recordRefusal(tenant.table, { status: 401, ...found.refusal, operation })
  }

  return {
    async authenticate(slug, authorization) {
      // Who brings no token costs nothing.
      const tenant = bearerToken(authorization) === undefined ? undefined : await find(slug)
      const found = tenant && (await judged(tenant, authorization))
      return tenant && found && 'tokenId' in found ? { tenant, tokenId: found.tokenId } : undefined
    },
    rejected(slug, authorization, operation) {
      record(slug, authorization, operation).catch(() => undefined) // an outage is told by the requests that bring a token
    },
  }
}
