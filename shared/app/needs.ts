import type { RootKeys } from '../credentials/keys/root-keys'
import type { TokenStore } from '../credentials/tokens/token-store'
import type { Config } from '../config'
import type { Need } from '../http/ready'
import { listTenants, type TenantStorage } from '../tenants/registry'
import { checkRounds } from './worker/rounds'

interface Outside {
  readonly storage: TenantStorage
  readonly tokens: TokenStore
  readonly root: RootKeys
}

/** What the service needs from outside, for GET /ready. Local tokens lie in the tables, so they need nothing of their own. */
export function needsOf({ tokens: { kind } }: Config, { storage, tokens, root }: Outside): readonly Need[] {
  return [
    { name: 'tables', check: () => listTenants(storage) },
    // Nobody's: no token shows that the vault answers.
    { name: 'tokens', check: () => (kind === 'local' ? Promise.resolve() : tokens.read({ slug: 'ready', generation: 0 })) },
    // Most requests need none; webhooks wait for it, and so do lists by cursor.
    { name: 'root key', onlyDelays: true, check: () => root.known() },
    { name: 'timer', onlyDelays: true, check: () => checkRounds(storage.list(), new Date()) },
  ]
}
