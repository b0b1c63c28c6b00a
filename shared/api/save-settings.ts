import * as z from 'zod'
import { changeSettings } from '../tenants/registry'
import type { SettingsChange } from '../tenants/settings-change'
import type { Tenant } from '../tenants/tenant'
import { noSuchTenant } from './actor'
import type { OpenedTenant, Registry } from './operation'
import { stale } from './problem'

export const version = z.int().min(1).describe('As read: a save under an older version is refused with 412')

/**
 * Saves under the version that was read, and lets this instance know at once.
 * @throws Problem 404, 412; ScimError invalidValue
 */
export async function saveChange(
  { storage, tenants }: Pick<Registry, 'storage' | 'tenants'>,
  { tenant, wake }: { readonly tenant: OpenedTenant['tenant']; readonly wake: () => void },
  { change, expected }: { readonly change: SettingsChange; readonly expected: number },
): Promise<Tenant> {
  const saved = await changeSettings(storage, tenant, () => change, expected)
  if (saved === 'stale') throw stale()
  if (saved === undefined) throw noSuchTenant()
  tenants.put(saved)
  wake() // new matching attributes want their index
  return saved
}
