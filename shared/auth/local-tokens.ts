import { storedTokenDigest } from './token-digest'
import type { ReadTokens, TokenVersion } from './token-digest'

/**
 * Tokens by slug, as `local.settings.json` gives them, for runs on a developer's machine; every generation of a tenant has
 * the same.
 * @throws Error at once when a value is a Key Vault reference that was not resolved
 */
export function localTokens(tokens: ReadonlyMap<string, string>): ReadTokens {
  const versions = new Map<string, readonly TokenVersion[]>()
  for (const [slug, token] of tokens) {
    const digest = storedTokenDigest(token, `The local token of ${slug}`)
    if (digest !== undefined) versions.set(slug, [{ id: 'local', digest }])
  }
  return (owner) => Promise.resolve(versions.get(owner.slug) ?? [])
}
