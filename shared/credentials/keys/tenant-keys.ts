import { hkdfSync } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { KeyPurpose, TenantKey, TenantKeys } from '../../directory/keys'
import type { TokenOwner } from '../tokens/token-digest'
import type { RootKey, RootKeys } from './root-keys'

const KEY_BYTES = 32

/** The keys of a tenant under the root key. */
export function tenantKeys(root: RootKeys, owner: TokenOwner): TenantKeys {
  const keyOf = (purpose: KeyPurpose, key: RootKey) => derived(key, purpose, owner)
  return {
    newest: async (purpose) => keyOf(purpose, await root.making()),
    find: async (purpose, isIt) => {
      const known = await root.known()
      const found = firstOf(known, (key) => isIt(keyOf(purpose, key)))
      if (found !== undefined) return found
      const others = (await root.anew()).filter(({ version }) => !known.some((one) => one.version === version))
      return firstOf(others, (key) => isIt(keyOf(purpose, key)))
    },
  }
}

function firstOf<T>(keys: readonly RootKey[], isIt: (key: RootKey) => T | undefined): T | undefined {
  for (const key of keys) {
    const found = isIt(key)
    if (found !== undefined) return found
  }
  return undefined
}

/** A key of each tenant that is busy; making one takes a tenth of a millisecond, and access tokens want one with each request. */
const MAX_KEPT = 3_000
/** By the very version as it was read: what the vault gives anew is derived anew. */
const kept = new WeakMap<RootKey, LRUCache<string, TenantKey>>()

function derived(root: RootKey, purpose: KeyPurpose, { slug, generation }: TokenOwner): TenantKey {
  const keys = kept.get(root) ?? new LRUCache<string, TenantKey>({ max: MAX_KEPT })
  kept.set(root, keys)
  const info = `rollcall ${purpose}\n${slug}\n${generation}`
  const key = keys.get(info) ?? derive(root, info)
  keys.set(info, key)
  return key
}

/** HKDF (RFC 5869) without a salt, since a root key is random. No part of `info` can hold a line end, so no two are alike. */
function derive({ version, bytes }: RootKey, info: string): TenantKey {
  return { version, bytes: new Uint8Array(hkdfSync('sha256', bytes, '', info, KEY_BYTES)) }
}
