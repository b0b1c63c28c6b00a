import { localRootKeys, type ReadRootKeys } from '../credentials/keys/root-keys'
import { localStore } from '../credentials/tokens/local-store'
import type { TokenStore } from '../credentials/tokens/token-store'
import { vaultRootKeys } from '../credentials/vault/vault-root-key'
import { vaultStore } from '../credentials/vault/vault-store'
import type { Config } from '../config'
import { connectTables, type Tables } from '../storage/connect'
import { createTenant } from '../tenants/lifecycle'
import { listTenants, readTenant, type TenantStorage } from '../tenants/registry'
import { tenantTable, type Tenant } from '../tenants/tenant'
import type { TenantSource } from '../tenants/tenant-cache'

/** Where things are kept, by what the settings say: Azure's tables and vault, or what a local run has in their place. */

export function tablesOf({ tables, managedIdentityClientId: clientId }: Config): Tables {
  if (tables.kind === 'connectionString') return connectTables({ connectionString: tables.connectionString })
  return connectTables({ url: tables.url, ...(clientId !== undefined && { clientId }) })
}

export function tokenStore(config: Config, storage: TenantStorage): TokenStore {
  if (config.tokens.kind === 'local') {
    return localStore({
      tokens: config.tokens.tokens,
      open: ({ slug, generation }) => storage.open(tenantTable(slug, generation)),
    })
  }
  const { managedIdentityClientId: clientId } = config
  return vaultStore({ vaultUrl: config.tokens.url, ...(clientId !== undefined && { clientId }) })
}

/** Read on the first need. Locally it derives from what opens everything there anyway. */
export function rootKeyReader({ tokens, tables, managedIdentityClientId: clientId }: Config): ReadRootKeys {
  if (tokens.kind === 'keyVault') return vaultRootKeys({ vaultUrl: tokens.url, ...(clientId !== undefined && { clientId }) })
  return localRootKeys(tables.kind === 'connectionString' ? tables.connectionString : JSON.stringify([...tokens.tokens]))
}

/** The tenants that there are. Locally one is also made when its token is in the settings; in the cloud an operator makes it. */
export const tenantSource = ({ tokens }: Config, storage: TenantStorage): TenantSource => ({
  read: async (slug): Promise<Tenant | undefined> => {
    const found = await readTenant(storage, slug)
    if (found !== undefined || tokens.kind !== 'local' || !tokens.tokens.has(slug)) return found
    await createTenant(storage, { slug, name: slug, time: new Date().toISOString() })
    return readTenant(storage, slug)
  },
  list: async () => {
    const listed = await listTenants(storage)
    return tokens.kind === 'local' ? [...listed, ...tokens.tokens.keys()] : listed
  },
})
