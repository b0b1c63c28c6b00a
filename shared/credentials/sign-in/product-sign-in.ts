import { LRUCache } from 'lru-cache'
import { bearerToken } from '../tokens/bearer'
import { looksLikeProductKey, matchProductKey } from './product-key'
import { isTenantSlug } from '../../config'
import { rateLimit, type RateLimit } from '../../http/rate-limit'
import { Problem, tooManyRequests } from '../../api/problem'
import type { Authenticate } from '../../api/endpoint'
import type { Registry } from '../../api/operation'
import type { TenantCache } from '../../tenants/tenant-cache'
import type { Table } from '../../storage/table'
import { listProductKeys, type ProductKey } from './key-rows'
import { withoutTable } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'

/** A revoked key must open nothing after 30 s, on any instance. */
const MAX_AGE_MS = 20_000
const MAX_TENANTS = 1000
/** A key that nobody knows may have been made a moment ago, so it has the keys read again; strangers cannot have that often. */
const READS_PER_SECOND = 1
const READ_BURST = 20
/** The name under which the keys for all tenants are remembered; no table has it. */
const EVERYWHERE = ''

interface Held {
  readonly keys: Promise<readonly ProductKey[]>
  readonly readAt: number
}

/**
 * Who asks by a key of the product, and the tenant as this instance remembers it. A tenant's key meets every other tenant as
 * a wrong key does: with 401, whether that tenant exists or not.
 */
export function productSignIn(findTenant: TenantCache['find'], limit: Pick<RateLimit, 'take'>): Authenticate {
  const held = new LRUCache<string, Held>({ max: MAX_TENANTS })
  const rereads = rateLimit(READS_PER_SECOND, READ_BURST)

  function keysIn(name: string, open: () => Table, now: number): Promise<readonly ProductKey[]> {
    const known = held.get(name)
    if (known !== undefined && now - known.readAt < MAX_AGE_MS) return known.keys
    const fresh = { keys: withoutTable(() => listProductKeys(open()), []), readAt: now }
    held.set(name, fresh)
    fresh.keys.catch(() => {
      forget(name) // the next request asks again
    })
    return fresh.keys
  }

  function forget(name: string): void {
    held.set(name, { keys: Promise.resolve([]), readAt: Number.NEGATIVE_INFINITY })
  }

  async function find({ storage, now }: Registry, text: string, tenant: Tenant | undefined): Promise<ProductKey | undefined> {
    const at = now().getTime()
    const keys = await Promise.all([
      keysIn(EVERYWHERE, () => storage.list(), at),
      tenant === undefined ? [] : keysIn(tenant.table, () => storage.open(tenant.table), at),
    ])
    return matchProductKey(text, keys.flat(), at)
  }

  async function findAnew(registry: Registry, text: string, tenant: Tenant | undefined): Promise<ProductKey | undefined> {
    const name = tenant?.table ?? EVERYWHERE
    if (rereads.take(name) !== undefined) return undefined
    for (const one of [name, EVERYWHERE]) forget(one)
    return find(registry, text, tenant)
  }

  return async (registry, authorization, slug = '') => {
    const text = bearerToken(authorization)
    if (text === undefined || !looksLikeProductKey(text)) throw unknownKey()
    const tenant = isTenantSlug(slug) ? await findTenant(slug) : undefined
    const key = (await find(registry, text, tenant)) ?? (await findAnew(registry, text, tenant))
    if (key === undefined) throw unknownKey()
    const waitSeconds = limit.take(`product ${slug}`)
    if (waitSeconds !== undefined) throw tooManyRequests('Too many requests for this tenant.', waitSeconds)
    return { kind: 'product', role: 'reader', name: `${key.label} (product)`, scopes: key.scopes }
  }
}

const unknownKey = () =>
  new Problem(401, 'sign-in', 'The key and the tenant do not fit, or the key has expired or was revoked.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="Rollcall"' },
  })
