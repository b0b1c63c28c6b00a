import { recentMap } from '../recent-map'
import type { Tenant } from './tenant'

export interface TenantCache {
  /** The tenant as it was at most 30 s ago, or undefined. @throws what reading threw, when nothing recent is known */
  find(slug: string): Promise<Tenant | undefined>
  /** Puts in what this instance just changed; nothing that is known already, or was read before a later change. */
  put(tenant: Tenant): void
  /** The tenant was deleted here: the next request asks whether it is there. */
  forget(slug: string): void
}

interface Held {
  tenant: Tenant | undefined
  readAt: number
  reading: Promise<Tenant | undefined> | undefined
}

const REFRESH_AFTER_MS = 10_000
const MAX_AGE_MS = 30_000
const MAX_TENANTS = 1000

/**
 * Keeps tenants with their settings: read again in the background after 10 s of use, never used beyond 30 s, so that a
 * revoked token or a changed setting reaches every instance within 30 s. Absent ones are kept as well: a stranger who
 * tries slugs costs a read each.
 */
export function tenantCache(read: (slug: string) => Promise<Tenant | undefined>, now: () => number = Date.now): TenantCache {
  const held = recentMap<string, Held>(MAX_TENANTS)

  function refresh(slug: string): Promise<Tenant | undefined> {
    const entry = held.get(slug) ?? { tenant: undefined, readAt: Number.NEGATIVE_INFINITY, reading: undefined }
    if (entry.reading !== undefined) return entry.reading
    const startedAt = now()
    const reading = read(slug).then(
      (tenant) => {
        if (held.get(slug) !== entry) return held.get(slug)?.tenant ?? tenant // put() was here, or it was forgotten
        held.set(slug, { tenant, readAt: startedAt, reading: undefined })
        return tenant
      },
      (error: unknown) => {
        entry.reading = undefined
        throw error
      },
    )
    entry.reading = reading
    held.set(slug, entry)
    return reading
  }

  return {
    async find(slug) {
      const entry = held.get(slug)
      const age = entry === undefined ? Number.POSITIVE_INFINITY : now() - entry.readAt
      if (entry === undefined || age > MAX_AGE_MS) return refresh(slug)
      if (age > REFRESH_AFTER_MS) refresh(slug).catch(() => undefined) // beyond 30 s the failure reaches the request
      return entry.tenant
    },
    put(tenant) {
      const known = held.get(tenant.slug)?.tenant
      if (known !== undefined && isNoNewer(tenant, known)) return // and makes nothing that is known any younger
      held.set(tenant.slug, { tenant, readAt: now(), reading: undefined })
    },
    forget(slug) {
      held.set(slug, { tenant: undefined, readAt: Number.NEGATIVE_INFINITY, reading: undefined })
    },
  }
}

/** Settings go from one state to the next, and neither number ever steps back. */
function isNoNewer({ generation, settings: one }: Tenant, { generation: knownGeneration, settings: known }: Tenant): boolean {
  if (generation !== knownGeneration) return false
  return one.version < known.version || one.tokenEpoch < known.tokenEpoch || (one.etag !== '*' && one.etag === known.etag)
}
