import { localRootKeys, rootKeys } from '../../shared/credentials/keys/root-keys'
import { tenantKeys } from '../../shared/credentials/keys/tenant-keys'

/** Keys of a tenant that has no service around it, under a root key of version `local`. */
export const testKeys = tenantKeys(rootKeys(localRootKeys('tests')), { slug: 'none', generation: 1 })
