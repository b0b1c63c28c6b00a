import * as z from 'zod'
import { tenantOperation, type Operation } from '../../api/operation'
import { invalid, type WrongField } from '../../api/problem'
import { saveChange, version } from '../../api/save-settings'
import type { RoleLabels } from '../../roles/labels'
import { isReserved, MAX_ROLES, roleName, type Policy } from '../../roles/rules'
import { foldCase } from '../../scim/fold'
import { policyShown, showPolicy } from './roles'

const labelsSent = z
  .array(
    z.strictObject({
      role: z.string().max(100).describe('Name of one of the roles'),
      label: roleName.or(z.literal('')).nullable().describe('null or empty: none'),
    }),
  )
  .max(MAX_ROLES)

/** An operation of its own: people keep their roles, so nobody is asked whose would change, and inherited roles stay inherited. */
const save = tenantOperation(
  {
    id: 'saveRoleLabels',
    method: 'PUT',
    path: '/tenants/{tenant}/roles/labels',
    summary:
      'Says what the tenant calls its roles, all labels as a whole. The product goes on with the names, and hears nothing of it',
    access: 'tenantAdmin',
    audit: 'roleLabels.saved',
    body: z.strictObject({ version, labels: labelsSent }),
    answers: { 200: { description: 'Saved', schema: policyShown } },
  },
  async ({ registry, directory, tenant, audit, body: { version: expected, labels } }) => {
    const roleLabels = checkedLabels(tenant.settings.policy, labels)
    const quiet = { tenant, audit, wake: () => undefined } // no consumer has to know
    const saved = await saveChange(registry, quiet, { change: { roleLabels }, expected })
    return { status: 200, body: await showPolicy(directory, saved.settings) }
  },
)

/**
 * The labels that there are. None is the name of another role: people would grant one and mean the other.
 * @throws Problem 400 that names every wrong field
 */
function checkedLabels({ roles }: Policy, sent: z.infer<typeof labelsSent>): RoleLabels {
  const given = sent.map(({ role, label }) => ({ role, label: label ?? '' }))
  const wrong = given.flatMap(({ role, label }, index): WrongField[] => {
    if (!roles.includes(role)) return [{ path: `/labels/${index}/role`, detail: 'is not one of the roles' }]
    const before = given.slice(0, index)
    if (before.some((one) => one.role === role)) return [{ path: `/labels/${index}/role`, detail: 'has a label above already' }]
    const names = [...roles.filter((name) => name !== role), ...before.map((one) => one.label)]
    const isTaken = label !== '' && names.some((name) => foldCase(name) === foldCase(label))
    const detail = isReserved(label)
      ? 'is reserved'
      : isTaken
        ? 'is what another role is called (letter case does not count)'
        : ''
    return detail === '' ? [] : [{ path: `/labels/${index}/label`, detail }]
  })
  if (wrong.length > 0) throw invalid(wrong)
  return given.filter(({ role, label }) => label !== '' && label !== role)
}

export const roleLabelOperations: readonly Operation[] = [save]
