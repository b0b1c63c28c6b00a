import { bearerToken } from '../tokens/bearer'
import { looksLikeProductKey } from './product-key'
import { isTenantSlug } from '../../config'
import type { RateLimit } from '../../http/rate-limit'
import { Problem, tooManyRequests } from '../../api/problem'
import type { Authenticate } from '../../api/endpoint'
import type { TenantCache } from '../../tenants/tenant-cache'
import type { HeldKeys } from './held-keys'

interface SignInNeeds {
  readonly find: TenantCache['find']
  readonly keys: Pick<HeldKeys, 'find'>
  /** Requests of the product, for each tenant. */
  readonly limit: Pick<RateLimit, 'take'>
}

/**
 * Who asks by a key of the product, and the tenant as this instance remembers it. A tenant's key meets every other tenant as
 * a wrong key does: with 401, whether that tenant exists or not.
 */
export const productSignIn =
  ({ find, keys, limit }: SignInNeeds): Authenticate =>
  async (registry, authorization, slug = '') => {
    const text = bearerToken(authorization)
    if (text === undefined || !looksLikeProductKey(text)) throw unknownKey()
    const key = await keys.find(registry, text, isTenantSlug(slug) ? await find(slug) : undefined)
    if (key === undefined) throw unknownKey()
    const waitSeconds = limit.take(`product ${slug}`)
    if (waitSeconds !== undefined) throw tooManyRequests('Too many requests for this tenant.', waitSeconds)
    return { kind: 'product', role: 'reader', id: key.id, name: `${key.label} (product)`, scopes: key.scopes }
  }

const unknownKey = () =>
  new Problem(401, 'sign-in', 'The key and the tenant do not fit, or the key has expired or was revoked.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="Rollcall"' },
  })
