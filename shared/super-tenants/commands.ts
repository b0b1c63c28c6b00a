import { newWriteId } from '../directory/identifiers'
import { commandKey } from '../storage/keys'
import type { Action } from '../storage/table'
import { readTenant, type TenantStorage } from '../tenants/registry'

/** The name of the consumer that writes copies. */
export const ROUTES = 'routes'

/**
 * Asks a super tenant's consumer for a run, in which every target has its attributes and roles, and for a look at one person or
 * group of the super tenant if an id is given. For the transaction of a save in the super tenant.
 */
export const command = (now: Date, id = ''): Action => ({
  type: 'create',
  key: commandKey(ROUTES, newWriteId(now.getTime())),
  values: { id },
})

/** The same on behalf of a target. False when there is no such super tenant any more. */
export async function askForCopies(
  { storage, now }: { readonly storage: TenantStorage; readonly now: () => Date },
  source: string | undefined,
  id?: string,
): Promise<boolean> {
  const tenant = source === undefined ? undefined : await readTenant(storage, source)
  if (tenant === undefined) return false
  await storage.open(tenant.table).commit([command(now(), id)])
  return true
}
