import * as z from 'zod'
import { activityOperations } from './activity'
import { attributesOperations } from './attributes'
import { captureOperations } from './capture'
import { connectionOperations } from './connection'
import { equipmentOperations } from './equipment'
import { equipmentScheduleOperations } from './equipment-schedule'
import { coverageOperations } from './coverage'
import { erasureOperations } from './erasure'
import { exportOperations } from './export'
import { groupOperations } from './groups'
import { healthOperations } from './health'
import { linkOperations } from './links'
import { openApiDocument } from './openapi'
import { operation, type Operation } from './operation'
import { peopleOperations } from './people'
import { productIdsOperations } from './product-ids'
import { productKeyOperations } from './product-keys'
import { refusalOperations } from './refusals'
import { retentionOperations } from './retention'
import { roleOperations } from './roles'
import { sessionOperations } from './session'
import { settingsOperations } from './settings'
import { tenantOperations } from './tenants'
import { tokenOperations } from './tokens'
import { webhookOperations } from './webhooks'

let document: object | undefined

const readOpenApi = operation(
  {
    id: 'readOpenApi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    access: 'open',
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
  },
  () => {
    document ??= openApiDocument(operations) // takes some milliseconds, which a cold start is spared
    return Promise.resolve({ status: 200, headers: { 'Cache-Control': 'public, max-age=300' }, body: document })
  },
)

/** Every operation of the management API. */
export const operations: readonly Operation[] = [
  readOpenApi,
  ...sessionOperations,
  ...tenantOperations,
  ...linkOperations,
  ...tokenOperations,
  ...connectionOperations,
  ...refusalOperations,
  ...activityOperations,
  ...captureOperations,
  ...healthOperations,
  ...coverageOperations,
  ...settingsOperations,
  ...retentionOperations,
  ...attributesOperations,
  ...roleOperations,
  ...peopleOperations,
  ...groupOperations,
  ...productIdsOperations,
  ...productKeyOperations,
  ...webhookOperations,
  ...equipmentOperations,
  ...equipmentScheduleOperations,
  ...erasureOperations,
  ...exportOperations,
]
