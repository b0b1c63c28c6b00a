import * as z from 'zod'
import { policyShown, showPolicy } from '../../access/api/roles'
import { tenantOperation, type Operation } from '../../api/operation'
import { conflict } from '../../api/problem'
import { saveChange, version } from '../../api/save-settings'
import { askForCopies } from '../commands'

const inheritance = tenantOperation(
  {
    id: 'inheritRoles',
    method: 'PUT',
    path: '/tenants/{tenant}/roles/inheritance',
    summary: 'Goes back to the roles and rules of the super tenant, which come within seconds; or keeps those of now as its own',
    access: 'tenantAdmin',
    audit: 'roleInheritance.saved',
    body: z.strictObject({ version, inherits: z.boolean() }),
    answers: { 200: { description: 'Saved', schema: policyShown } },
  },
  async ({ registry, directory, tenant, body: { version: expected, inherits }, wake, audit }) => {
    const source = tenant.settings.superTenant
    if (inherits && source === null) throw conflict('No super tenant routes people here, so there are no roles to inherit.')
    const quiet = { tenant, audit, wake: () => undefined }
    const saved = await saveChange(registry, quiet, { change: { inheritsRoles: inherits }, expected })
    if (inherits) await askForCopies(registry, source?.slug)
    wake(source?.slug)
    return { status: 200, body: await showPolicy(directory, saved.settings) }
  },
)

export const inheritanceOperations: readonly Operation[] = [inheritance]
