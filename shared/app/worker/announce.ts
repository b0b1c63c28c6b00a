import type { DirectoryContext } from '../../directory/context'
import { announceHolders } from '../../equipment/announce-holders'
import { makeScheduledReport } from '../../equipment/scheduled-report'
import { announceRoles, type RoleProgress } from '../../access/announce-roles'
import { plainText } from '../../access/rule-groups'
import { savePolicy } from '../../access/save-policy'
import type { Policy } from '../../roles/rules'
import { readTenant } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { MAX_READING_MS, type FollowerParts } from './parts'

/** Roles, then who left with equipment, which the announced roles say. */
export async function announceAll(parts: FollowerParts, tenant: Tenant, context: DirectoryContext): Promise<RoleProgress> {
  const roles = await announce(parts, tenant, context)
  if (roles.recorded > 0 || roles.state === 'more') return roles
  const { recorded, state } = await announceHolders(context, MAX_READING_MS)
  if (recorded === 0 && (await makeScheduledReport(context, tenant.settings.equipmentReport))) return { recorded: 1, state }
  return { recorded, state: roles.state === 'done' ? state : roles.state }
}

/** Once more with the settings of now when those that this instance remembers are older than what was announced by. */
async function announce(parts: FollowerParts, tenant: Tenant, context: DirectoryContext): Promise<RoleProgress> {
  const progress = await announceRoles(context, rulesOf(parts, tenant), MAX_READING_MS)
  if (progress.state !== 'stale') return progress
  const fresh = await readTenant(parts.storage, tenant.slug)
  if (fresh === undefined) return progress
  parts.tenants.put(fresh)
  return announceRoles(context, rulesOf(parts, fresh), MAX_READING_MS)
}

function rulesOf({ storage, tenants }: FollowerParts, { slug, settings }: Tenant) {
  return {
    policy: settings.policy,
    version: settings.version,
    rebind: async (ruleId: string, group: { id: string; name: string }) => {
      const followGroup = (policy: Policy): Policy => ({
        ...policy,
        rules: policy.rules.map((rule) =>
          rule.kind === 'group' && rule.id === ruleId ? { ...rule, groupId: group.id, groupName: plainText(group.name) } : rule,
        ),
      })
      await savePolicy({ storage, tenants, now: () => new Date() }, slug, {
        policy: (current) => followGroup(current.policy),
        by: 'Rollcall',
      })
    },
  }
}
