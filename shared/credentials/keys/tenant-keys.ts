import { hkdfSync } from 'node:crypto'
import type { KeyPurpose, TenantKey, TenantKeys } from '../../directory/keys'
import type { TokenOwner } from '../tokens/token-digest'
import type { RootKey, RootKeys } from './root-keys'

const KEY_BYTES = 32

/** The keys of a tenant under the root key. */
export function tenantKeys(root: RootKeys, owner: TokenOwner): TenantKeys {
  const derive = (purpose: KeyPurpose, key: RootKey) => derived(key, purpose, owner)
  return {
    newest: async (purpose) => derive(purpose, await root.making()),
    find: async (purpose, isIt) => {
      const known = await root.known()
      const found = firstOf(known, (key) => isIt(derive(purpose, key)))
      if (found !== undefined) return found
      const others = (await root.anew()).filter(({ version }) => !known.some((one) => one.version === version))
      return firstOf(others, (key) => isIt(derive(purpose, key)))
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

/** HKDF (RFC 5869) without a salt, since a root key is random. No part of `info` can hold a line end, so no two are alike. */
function derived({ version, bytes }: RootKey, purpose: KeyPurpose, { slug, generation }: TokenOwner): TenantKey {
  const info = `rollcall ${purpose}\n${slug}\n${generation}`
  return { version, bytes: new Uint8Array(hkdfSync('sha256', bytes, '', info, KEY_BYTES)) }
}
