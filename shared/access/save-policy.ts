import { newWriteId } from '../directory/identifiers'
import { outboxFact } from '../directory/documents/record'
import type { Policy } from '../roles/rules'
import { changeSettings, type TenantStorage } from '../tenants/registry'
import type { Tenant, TenantSettings } from '../tenants/tenant'
import type { TenantCache } from '../tenants/tenant-cache'
import { recorded, type Audit } from '../audit/record'

interface PolicyNeeds {
  readonly storage: TenantStorage
  readonly tenants: Pick<TenantCache, 'put'>
  readonly now: () => Date
}

/**
 * Saves roles and rules together with the record rules.saved, on which the consumer of roles sweeps, and lets this instance
 * know at once. The caller wakes the consumers.
 */
export async function savePolicy(
  { storage, tenants, now }: PolicyNeeds,
  of: Tenant | string,
  save: {
    /** Undefined: it holds already, and nothing is saved. */
    readonly policy: (current: TenantSettings) => Policy | undefined
    readonly expectedVersion?: number
    readonly by: string
    /** What the audit keeps of it; absent where the service carries on what somebody saved elsewhere. */
    readonly audit?: Audit
    /** Whether the policy is the super tenant's from now on, or the tenant's own. */
    readonly inheritsRoles?: boolean
  },
): Promise<Tenant | 'stale' | undefined> {
  const { policy, expectedVersion, by, audit, inheritsRoles } = save
  const change = (current: TenantSettings) => {
    const changed = policy(current)
    if (changed === undefined) return undefined
    const inherits = inheritsRoles === undefined ? {} : { inheritsRoles }
    const records = recorded(audit, {
      before: { ...current.policy, inheritsRoles: current.inheritsRoles },
      after: { ...changed, inheritsRoles: inheritsRoles ?? current.inheritsRoles },
    })
    return { ...inherits, policy: changed, beside: (version: number) => [recordOf(changed, version), ...records] }
  }
  const recordOf = ({ roles, defaultRole, rules }: Policy, version: number) => {
    const time = now().toISOString()
    const body = { version, by, roles, defaultRole, rules: rules.length }
    return outboxFact({ writeId: newWriteId(Date.parse(time)), type: 'rules.saved', id: 'rules', time, body })
  }
  const saved = await changeSettings(storage, of, change, expectedVersion)
  if (saved !== undefined && saved !== 'stale') tenants.put(saved)
  return saved
}
