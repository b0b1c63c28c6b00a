import * as z from 'zod'
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
import { openApiDocument } from '../api/openapi'
import { operation, type Operation } from '../api/operation'
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

/** Every operation of the management API, and beside them the one that describes them all. */
export function managementOperations(needs: Needs): readonly Operation[] {
  const operations: readonly Operation[] = [
    readOpenApi(() => operations),
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
  ]
  return operations
}

function readOpenApi(operations: () => readonly Operation[]): Operation {
  let document: object | undefined // takes some milliseconds, which a cold start is spared
  return operation(
    {
      id: 'readOpenApi',
      method: 'GET',
      path: '/openapi.json',
      summary: 'This document',
      access: 'open',
      answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    },
    () => {
      document ??= openApiDocument(operations())
      return Promise.resolve({ status: 200, headers: { 'Cache-Control': 'public, max-age=300' }, body: document })
    },
  )
}
