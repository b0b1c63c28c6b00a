import { bearerToken, matchToken, whyRefused } from '../credentials/tokens/bearer'
import type { TokenCache } from '../credentials/tokens/token-cache'
import { isTenantSlug } from '../config'
import type { Edge } from '../scim-api/endpoint'
import type { RequestStats } from '../usage/request-stats'
import type { Tenant } from '../tenants/tenant'
import type { TenantCache } from '../tenants/tenant-cache'

interface AuthenticatorParts {
  readonly tenants: Pick<TenantCache, 'find'>
  readonly tokens: TokenCache
  readonly stats: Pick<RequestStats, 'recordRefusal'>
}

/** Whom a bearer token lets in to a tenant's SCIM endpoints, and the record of who was not. */
export function authenticator({ tenants, tokens, stats }: AuthenticatorParts): Pick<Edge, 'authenticate' | 'rejected'> {
  const rulesOf = ({ settings }: Tenant) => ({ now: Date.now(), revoked: settings.revokedTokens })

  async function known(slug: string) {
    const tenant = isTenantSlug(slug) ? await tenants.find(slug) : undefined
    return tenant && { tenant, versions: await tokens.versions(tenant, tenant.settings.tokenEpoch) }
  }

  async function record(slug: string, authorization: string | null, operation: string): Promise<void> {
    const found = await known(slug)
    if (found === undefined) return
    const refusal = whyRefused(authorization, found.versions, rulesOf(found.tenant))
    if (refusal !== undefined) stats.recordRefusal(found.tenant.table, { status: 401, ...refusal, operation })
  }

  return {
    async authenticate(slug, authorization) {
      const token = bearerToken(authorization)
      const found = token === undefined ? undefined : await known(slug)
      if (token === undefined || found === undefined) return undefined
      const version = matchToken(token, found.versions.live, rulesOf(found.tenant))
      return version && { tenant: found.tenant, tokenId: version.id }
    },
    rejected(slug, authorization, operation) {
      record(slug, authorization, operation).catch(() => undefined) // an outage is told by the requests that bring a token
    },
  }
}
