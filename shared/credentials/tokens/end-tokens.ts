import type { TokenOwner } from './token-digest'
import { TokenRefused, type TokenStore } from './token-store'

/**
 * Ends every token of a tenant that was deleted; repeating it does no harm. A vault with purge protection keeps the names
 * of deleted secrets for months, so versions are disabled rather than deleted.
 */
export async function endTokens(store: TokenStore, owner: TokenOwner): Promise<void> {
  for (const { id, enabled } of await store.list(owner)) {
    if (enabled) await store.disable(owner, id).catch(unlessRefused)
  }
}

/** A token of local.settings.json stands there on, and opens nothing without its tenant. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof TokenRefused)) throw error
}
