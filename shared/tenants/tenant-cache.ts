import { LRUCache } from 'lru-cache'
import type { Tenant } from './tenant'
import { unknownSlugs } from './unknown-slugs'

export interface TenantCache {
  /** The tenant as it was at most 30 s ago, or undefined. @throws what reading threw, when nothing recent is known */
  find(slug: string): Promise<Tenant | undefined>
  /** Puts in what this instance just changed; nothing that is known already, or was read before a later change. */
  put(tenant: Tenant): void
  /** The tenant was deleted here: the next request asks whether it is there. */
  forget(slug: string): void
}

/** Where tenants are read. */
export interface TenantSource {
  readonly read: (slug: string) => Promise<Tenant | undefined>
  /** The slugs of all that there are. */
  readonly list: () => Promise<readonly string[]>
}

interface Held {
  /** Undefined: it is not there, or has just changed in a way that asks for a read. */
  readonly tenant: Tenant | undefined
  readonly readAt: number
  reading: Promise<Tenant | undefined> | undefined
}

const REFRESH_AFTER_MS = 10_000
const MAX_AGE_MS = 30_000
const MAX_TENANTS = 1000
const MAX_ABSENT = 1000

/**
 * Keeps tenants with their settings: read again in the background after 10 s of use, never used beyond 30 s, so that a
 * revoked token or a changed setting reaches every instance within 30 s. Absent ones are kept as long, in a place of their own:
 * a stranger who tries slugs pushes no tenant out. What such a stranger costs is bounded by unknownSlugs().
 */
export function tenantCache({ read, list }: TenantSource, now: () => number = Date.now): TenantCache {
  const held = new LRUCache<string, Held>({ max: MAX_TENANTS })
  const absent = new LRUCache<string, Held>({ max: MAX_ABSENT })
  const isWorthReading = unknownSlugs(list, now)
  const unread = (): Held => ({ tenant: undefined, readAt: Number.NEGATIVE_INFINITY, reading: undefined })
  const known = (slug: string) => held.get(slug) ?? absent.get(slug)
  const keep = (slug: string, entry: Held) => {
    const [to, from] = entry.tenant === undefined ? [absent, held] : [held, absent]
    to.set(slug, entry)
    from.delete(slug)
  }

  function refresh(slug: string): Promise<Tenant | undefined> {
    const entry = known(slug) ?? unread()
    if (entry.reading !== undefined) return entry.reading
    const startedAt = now()
    const reading = read(slug).then(
      (tenant) => {
        const current = known(slug) ?? entry
        if (current !== entry) return current.tenant ?? tenant // put() was here, or it was forgotten
        keep(slug, { tenant, readAt: startedAt, reading: undefined })
        return tenant
      },
      (error: unknown) => {
        entry.reading = undefined
        throw error
      },
    )
    entry.reading = reading
    keep(slug, entry)
    return reading
  }

  /** One that is not there as far as this instance knows. */
  const refreshUnknown = async (slug: string) => ((await isWorthReading(slug)) ? refresh(slug) : undefined)

  return {
    async find(slug) {
      const entry = known(slug)
      const isPresent = held.get(slug) !== undefined
      const again = isPresent ? refresh : refreshUnknown
      const age = entry === undefined ? Number.POSITIVE_INFINITY : now() - entry.readAt
      if (entry === undefined || age > MAX_AGE_MS) return entry?.reading ?? again(slug)
      if (age > REFRESH_AFTER_MS) again(slug).catch(() => undefined) // beyond 30 s the failure reaches the request
      return entry.tenant
    },
    put(tenant) {
      const before = held.get(tenant.slug)?.tenant
      if (before !== undefined && isNoNewer(tenant, before)) return // and makes nothing that is known any younger
      keep(tenant.slug, { tenant, readAt: now(), reading: undefined })
    },
    forget(slug) {
      absent.delete(slug)
      held.set(slug, unread()) // among those that are there: it may be new, and the next request asks in any case
    },
  }
}

/** Settings go from one state to the next, and neither number ever steps back. */
function isNoNewer({ generation, settings: one }: Tenant, { generation: knownGeneration, settings: known }: Tenant): boolean {
  if (generation !== knownGeneration) return false
  return one.version < known.version || one.tokenEpoch < known.tokenEpoch || one.row.etag === known.row.etag
}
