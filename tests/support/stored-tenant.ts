import type { DirectorySignIn } from '../../shared/tenants/directory-sign-in'
import { changeOne, readTenant } from '../../shared/tenants/registry'
import type { TestTenant } from './service'
import { tenantStorage } from './tenant-settings'

/** What time would do to a tenant, done to its rows. */
export const tenantOfStored = ({ slug }: TestTenant) => ({
  changeSignIn: async (change: (held: DirectorySignIn) => DirectorySignIn): Promise<void> => {
    const storage = tenantStorage()
    const tenant = await readTenant(storage, slug)
    if (tenant === undefined) throw new Error('There is no such tenant.')
    await changeOne(storage, tenant, 'directorySignIn', (held) => ({ value: change(held), beside: [] }))
  },
})
