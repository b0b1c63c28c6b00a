import { activityOperations } from '../monitoring/api/activity'
import { auditOperations } from '../monitoring/api/audit'
import { attributesOperations } from '../administration/attributes'
import { captureOperations } from '../monitoring/api/capture'
import { connectionOperations } from '../credentials/api/connection'
import { equipmentOperations } from '../equipment/api/equipment'
import { equipmentScheduleOperations } from '../equipment/api/equipment-schedule'
import { conflictOperations } from '../super-tenants/api/conflicts'
import { coverageOperations } from '../monitoring/api/coverage'
import { erasureOperations } from '../people/api/erasure'
import { exportOperations } from '../administration/export'
import { groupOperations } from '../people/api/groups'
import { healthOperations } from '../monitoring/api/health'
import { linkOperations } from '../credentials/api/links'
import { withOpenApi, type ApiFacts } from '../api/openapi'
import type { Operation } from '../api/operation'
import { peopleOperations } from '../people/api/people'
import { productIdsOperations } from '../people/api/product-ids'
import { productKeyOperations } from '../credentials/api/product-keys'
import { refusalOperations } from '../monitoring/api/refusals'
import { retentionOperations } from '../administration/retention'
import { roleCatalogueOperations } from '../administration/role-catalogue'
import { roleLabelOperations } from '../access/api/role-labels'
import { roleOperations } from '../access/api/roles'
import { routeOperations } from '../super-tenants/api/routes'
import { sessionOperations } from '../credentials/api/session'
import { settingsOperations } from '../administration/settings'
import { signInOperations } from '../credentials/api/oauth/sign-in'
import { sourceOperations } from '../super-tenants/api/source'
import { tenantConnectionOperations } from '../super-tenants/api/tenant-connections'
import { tenantOperations } from '../administration/tenants'
import { tokenOperations } from '../credentials/api/tokens'
import { webhookOperations } from '../webhooks/api/webhooks'
import { inheritanceOperations } from '../super-tenants/api/inheritance'

type Needs = Parameters<typeof sessionOperations>[0] &
  Parameters<typeof signInOperations>[0] &
  Parameters<typeof tokenOperations>[0] &
  Parameters<typeof productKeyOperations>[0] &
  Parameters<typeof webhookOperations>[0] &
  Parameters<typeof erasureOperations>[0]

const facts: ApiFacts = {
  title: 'Rollcall management API',
  description: 'Tenants, their tokens, roles, people and settings. Refusals are problem details (RFC 9457).',
  path: '/api/manage',
  bearer: 'An access token of Entra ID with the app role Rollcall.Admin or Rollcall.Reader, or a session from a setup link.',
}

/** Every operation of the management API, and beside them the one that describes them all. */
export const managementOperations = (needs: Needs): readonly Operation[] =>
  withOpenApi(facts, [
    ...sessionOperations(needs),
    ...tenantOperations,
    ...linkOperations,
    ...tokenOperations(needs),
    ...signInOperations(needs),
    ...connectionOperations(needs),
    ...refusalOperations(needs),
    ...activityOperations(needs),
    ...auditOperations,
    ...captureOperations,
    ...healthOperations(needs),
    ...coverageOperations,
    ...settingsOperations,
    ...retentionOperations,
    ...attributesOperations,
    ...roleOperations,
    ...roleLabelOperations,
    ...roleCatalogueOperations,
    ...inheritanceOperations,
    ...tenantConnectionOperations,
    ...routeOperations,
    ...sourceOperations,
    ...conflictOperations,
    ...peopleOperations,
    ...groupOperations,
    ...productIdsOperations,
    ...productKeyOperations(needs),
    ...webhookOperations(needs),
    ...equipmentOperations,
    ...equipmentScheduleOperations,
    ...erasureOperations(needs),
    ...exportOperations,
  ])
