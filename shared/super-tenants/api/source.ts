import * as z from 'zod'
import { readEntry } from '../../tenants/registry'
import { tenantName } from '../../access/person-view'
import { tenantOperation, type Operation } from '../../api/operation'

const read = tenantOperation(
  {
    id: 'readSource',
    method: 'GET',
    path: '/tenants/{tenant}/source',
    summary: 'Which super tenant routes people here',
    access: 'tenantReader',
    answers: {
      200: {
        description: 'The super tenant; null when there is none',
        schema: z.object({
          superTenant: tenantName.nullable(),
          inheritsRoles: z.boolean().describe('Roles and rules are those of the super tenant, until somebody here saves some'),
        }),
      },
    },
  },
  async ({ registry, tenant: { settings } }) => {
    const { superTenant, inheritsRoles } = settings
    const name = superTenant && ((await readEntry(registry.storage, superTenant.slug))?.name ?? superTenant.name)
    return { status: 200, body: { superTenant: superTenant && { slug: superTenant.slug, name }, inheritsRoles } }
  },
)

export const sourceOperations: readonly Operation[] = [read]
