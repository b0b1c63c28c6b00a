import * as z from 'zod'
import { changeSettings } from '../tenants/registry'
import type { SettingsChange } from '../tenants/settings-change'
import type { Tenant, TenantSettings } from '../tenants/tenant'
import { noSuchTenant } from './actor'
import type { OpenedTenant, Registry } from './operation'
import { stale } from './problem'
import type { Audit } from '../audit/record'

export const version = z.int().min(1).describe('As read: a save under an older version is refused with 412')

/**
 * Saves under the version that was read, with the audit's record of it, and lets this instance know at once.
 * @throws Problem 404, 412; ScimError invalidValue
 */
export async function saveChange(
  { storage, tenants }: Pick<Registry, 'storage' | 'tenants'>,
  { tenant, wake, audit }: Pick<OpenedTenant, 'tenant' | 'wake'> & { readonly audit: Audit },
  { change, expected }: { readonly change: SettingsChange; readonly expected: number },
): Promise<Tenant> {
  const record = (current: TenantSettings) => [audit({ label: Object.keys(change).join(', '), ...factsOf(current, change) })]
  const saved = await changeSettings(storage, tenant, (current) => ({ ...change, beside: () => record(current) }), expected)
  if (saved === 'stale') throw stale()
  if (saved === undefined) throw noSuchTenant()
  tenants.put(saved)
  wake() // new matching attributes want their index
  return saved
}

/** Those that the change names, as people choose them; of the branding each by itself, since a logo is too large for a record. */
function factsOf(current: TenantSettings, { branding, ...change }: SettingsChange) {
  const held = { ...current, matching: current.matching.map(({ type, path }) => ({ type, path })) }
  const before = Object.entries(held).filter(([name]) => Object.hasOwn(change, name))
  const own = branding === undefined ? {} : current.branding
  return { before: { ...Object.fromEntries(before), ...own }, after: { ...change, ...branding } }
}
