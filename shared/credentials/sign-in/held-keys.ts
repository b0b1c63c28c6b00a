import { LRUCache } from 'lru-cache'
import { rateLimit } from '../../http/rate-limit'
import type { Registry } from '../../api/operation'
import type { Table } from '../../storage/table'
import { withoutTable } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { listProductKeys, type ProductKey } from './key-rows'
import { matchProductKey } from './product-key'

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

/** The product's keys as this instance remembers them. */
export interface HeldKeys {
  /** The live key that the text is, of this tenant or of all; undefined when it is none of them. */
  readonly find: (registry: Registry, text: string, tenant: Tenant | undefined) => Promise<ProductKey | undefined>
  /** A key of the tenant, or of all tenants, was made or revoked: the next request reads them again. */
  readonly forget: (tenant: Tenant | undefined) => void
}

export function heldKeys(): HeldKeys {
  const held = new LRUCache<string, Held>({ max: MAX_TENANTS })
  const rereads = rateLimit(READS_PER_SECOND, READ_BURST)
  const nameOf = (tenant: Tenant | undefined) => tenant?.table ?? EVERYWHERE

  function keysIn(name: string, open: () => Table, now: number): Promise<readonly ProductKey[]> {
    const known = held.get(name)
    if (known !== undefined && now - known.readAt < MAX_AGE_MS) return known.keys
    const fresh = { keys: withoutTable(() => listProductKeys(open()), []), readAt: now }
    held.set(name, fresh)
    fresh.keys.catch(() => {
      held.delete(name) // the next request asks again
    })
    return fresh.keys
  }

  async function findHeld({ storage, now }: Registry, text: string, tenant: Tenant | undefined) {
    const at = now().getTime()
    const keys = await Promise.all([
      keysIn(EVERYWHERE, () => storage.list(), at),
      tenant === undefined ? [] : keysIn(tenant.table, () => storage.open(tenant.table), at),
    ])
    return matchProductKey(text, keys.flat(), at)
  }

  return {
    find: async (registry, text, tenant) => {
      const known = await findHeld(registry, text, tenant)
      if (known !== undefined || rereads.take(nameOf(tenant)) !== undefined) return known
      for (const name of [nameOf(tenant), EVERYWHERE]) held.delete(name)
      return findHeld(registry, text, tenant)
    },
    forget: (tenant) => {
      held.delete(nameOf(tenant))
    },
  }
}
