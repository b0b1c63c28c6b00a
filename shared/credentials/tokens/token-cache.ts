import { LRUCache } from 'lru-cache'
import { StorageUnavailable } from '../../storage/unavailable'
import { VaultUnavailable } from '../../http/outage'
import type { ReadTokens, TenantTokens, TokenOwner } from './token-digest'

export interface TokenCacheOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Tokens of this age are read again in the background when used; 10 s unless given. */
  readonly refreshAfterMs?: number
  /** Tokens of this age are not used before they were read again; 30 s unless given. */
  readonly maxAgeMs?: number
  /** The tenant used longest ago is forgotten beyond this number; 1,000 unless given. */
  readonly maxTenants?: number
  /** Told of each failed read once, also where the last known tokens or the background hid it from callers. */
  readonly onFailure?: (error: unknown) => void
}

export interface TokenCache {
  /**
   * The tenant's tokens, at most maxAgeMs old. A higher epoch than the one they were read for forces a new read.
   * @throws what the read threw, when there are no tokens to go on with
   */
  versions(owner: TokenOwner, epoch: number): Promise<TenantTokens>
}

interface Known {
  readonly versions: TenantTokens
  readonly epoch: number
  /** When the last read began that gave these or found the vault out of reach. */
  readonly checkedAt: number
}

interface Entry {
  known: Known | undefined
  reading: { readonly epoch: number; readonly versions: Promise<TenantTokens> } | undefined
  reads: number
}

/**
 * Keeps tokens of tenants. Callers share one read at a time for each tenant. A failed read is not kept, and takes the last
 * known tokens with it, unless the vault (or, in local runs, the table) was out of reach: then they stay and are asked for
 * again refreshAfterMs later, so an outage slows nobody down. Dead tokens stay as long as the live ones beside them.
 */
export function tokenCache(read: ReadTokens, options: TokenCacheOptions = {}): TokenCache {
  const { now = Date.now, refreshAfterMs = 10_000, maxAgeMs = 30_000, maxTenants = 1_000, onFailure } = options
  const entries = new LRUCache<string, Entry>({ max: maxTenants })

  function entryOf(owner: TokenOwner): Entry {
    const key = `${owner.slug}/${owner.generation}`
    const entry = entries.get(key) ?? { known: undefined, reading: undefined, reads: 0 }
    entries.set(key, entry)
    return entry
  }

  async function readInto(entry: Entry, owner: TokenOwner, epoch: number): Promise<TenantTokens> {
    const checkedAt = now()
    const order = (entry.reads += 1)
    // A read for a higher epoch overtakes: the older one answers its callers and leaves nothing behind.
    const isLatest = () => entry.reads === order
    try {
      const versions = await read(owner)
      if (isLatest()) entry.known = { versions, epoch, checkedAt }
      return versions
    } catch (error) {
      onFailure?.(error)
      const survivor = isOutage(error) ? entry.known : undefined
      if (isLatest()) entry.known = survivor && { versions: survivor.versions, epoch, checkedAt }
      if (survivor === undefined) throw error
      return survivor.versions
    } finally {
      if (isLatest()) entry.reading = undefined
    }
  }

  function sharedRead(entry: Entry, owner: TokenOwner, wantedEpoch: number): Promise<TenantTokens> {
    if (entry.reading !== undefined && entry.reading.epoch >= wantedEpoch) return entry.reading.versions
    // An instance may see the epochs of two requests in the wrong order; what is known never steps back.
    const epoch = Math.max(wantedEpoch, entry.known?.epoch ?? wantedEpoch)
    const versions = readInto(entry, owner, epoch)
    entry.reading = { epoch, versions }
    return versions
  }

  return {
    versions(owner, epoch) {
      const entry = entryOf(owner)
      const { known } = entry
      // The distance, so that tokens age also when the clock was set back.
      const ageMs = known === undefined ? Infinity : Math.abs(now() - known.checkedAt)
      if (known === undefined || epoch > known.epoch || ageMs >= maxAgeMs) return sharedRead(entry, owner, epoch)
      // onFailure has told of a failure; the next caller finds its consequences in the entry.
      if (ageMs >= refreshAfterMs) sharedRead(entry, owner, epoch).catch(() => undefined)
      return Promise.resolve(known.versions)
    },
  }
}

const isOutage = (error: unknown) => error instanceof VaultUnavailable || error instanceof StorageUnavailable
