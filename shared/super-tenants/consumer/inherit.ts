import { isDeepStrictEqual } from 'node:util'
import type { Policy } from '../../roles/rules'
import { changeSettings, type TenantStorage } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { translatedPolicy } from '../copies/desired'
import { groupCopies } from '../copies/reconcile'
import type { Target } from '../copies/target'

/** Saves a policy with the record on which the consumer `roles` sweeps; undefined from `policy` saves nothing. */
export type SavePolicy = (
  slug: string,
  save: { readonly policy: (current: Tenant['settings']) => Policy | undefined; readonly by: string },
) => Promise<Tenant | 'stale' | undefined>

/**
 * Lets the target know the name of its super tenant and the attributes that copies bring along. No trip when it does.
 * Returns the target as it is then.
 */
export async function pushAttributes(
  storage: TenantStorage,
  source: { readonly slug: string; readonly name: string; readonly settings: Tenant['settings'] },
  target: Tenant,
): Promise<Tenant> {
  const { declared, learnt } = source.settings
  const inherited = { declared, learnt }
  const superTenant = { slug: source.slug, name: source.name }
  const holds = ({ inherited: held, superTenant: owner }: Tenant['settings']) =>
    owner?.slug !== source.slug || (isDeepStrictEqual(held, inherited) && owner.name === source.name)
  if (holds(target.settings)) return target
  const saved = await changeSettings(storage, target.slug, (current) => (holds(current) ? undefined : { inherited, superTenant }))
  return saved === undefined || saved === 'stale' ? target : saved
}

/**
 * Gives a target that inherits its roles those of the super tenant, for the groups that are routed there. No trip when it has them
 * as far as this turn knows: the consumer alone changes what is inherited. One that begins to inherit asks for another turn.
 */
export async function pushPolicy(savePolicy: SavePolicy, source: Tenant, target: Target): Promise<void> {
  if (target.isEnding) return
  const wanted = translatedPolicy(source.settings.policy, groupCopies(target), target.tenant.settings.types.User)
  const { inheritsRoles: inherits, policy: held } = target.roles
  if (!inherits || isDeepStrictEqual(held, wanted)) return
  const saved = await savePolicy(target.slug, {
    policy: ({ inheritsRoles, policy }) => {
      if (!inheritsRoles || isDeepStrictEqual(policy, wanted)) return undefined
      target.isWritten = true
      return wanted
    },
    by: `${source.slug} (super tenant)`,
  })
  if (saved !== undefined && saved !== 'stale') target.roles = saved.settings
}
