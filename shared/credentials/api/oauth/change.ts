import type { OpenedTenant, Registry } from '../../../api/operation'
import { noSuchTenant } from '../../../api/actor'
import type { Audit, AuditFact } from '../../../audit/record'
import type { DirectorySignIn } from '../../../tenants/directory-sign-in'
import { changeOne } from '../../../tenants/registry'
import type { Tenant } from '../../../tenants/tenant'
import { isLiveSecret } from '../../oauth/client'
import type { Uses } from './view'

interface Change {
  readonly next: DirectorySignIn
  readonly fact: AuditFact
}

/**
 * Changes by what the directory signs in, with the audit's record of it, and lets this instance know at once; the others follow within
 * 30 s. `change` is called again after a lost race: undefined leaves everything as it is.
 * @throws Problem 404, and what `change` throws
 */
export async function changeSignIn(
  { storage, tenants }: Pick<Registry, 'storage' | 'tenants'>,
  { tenant, audit }: Pick<OpenedTenant, 'tenant'> & { readonly audit: Audit },
  change: (current: DirectorySignIn) => Change | undefined,
): Promise<Tenant> {
  const saved = await changeOne(storage, tenant, 'directorySignIn', (current) => {
    const changed = change(current)
    return changed && { value: changed.next, beside: [audit(changed.fact)] }
  })
  if (saved === undefined) throw noSuchTenant()
  tenants.put(saved)
  return saved
}

/** Whether something opens the tenant beside what `without` leaves out. An identity that never came may be mistyped, and counts for nothing. */
export function isOtherWayLeft(
  { bearer, secrets, trusts }: DirectorySignIn,
  { isBearerLive, lastUsed, nowMs }: Pick<Uses, 'isBearerLive' | 'lastUsed' | 'nowMs'>,
  without: { readonly bearer?: true; readonly id?: string },
): boolean {
  const isOther = ({ id }: { readonly id: string }) => id !== without.id
  if (without.bearer !== true && bearer && isBearerLive) return true
  return (
    trusts.some((trust) => isOther(trust) && lastUsed.has(trust.id)) ||
    secrets.some((secret) => isOther(secret) && isLiveSecret(secret, nowMs))
  )
}
