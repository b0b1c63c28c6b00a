import * as z from 'zod'
import { AUDIT_DAYS, RETENTION_DAYS } from '../tenants/settings-change'
import type { Tenant } from '../tenants/tenant'
import { tenantOperation, type Operation } from '../api/operation'
import { saveChange, version } from '../api/save-settings'

const { min, max } = RETENTION_DAYS
const path = '/tenants/{tenant}/settings/retention'
const retention = z
  .strictObject({
    version,
    retentionDays: z.int().min(min).max(max).describe('How long the records of the change feed are kept'),
    auditDays: z
      .int()
      .min(AUDIT_DAYS.min)
      .max(AUDIT_DAYS.max)
      .describe('How long it is kept who changed what in the administration'),
  })
  .meta({ id: 'Retention' })
const retentionSent = retention.extend({ auditDays: retention.shape.auditDays.optional() })

const shown = ({ settings }: Tenant) => ({
  version: settings.version,
  retentionDays: settings.retentionDays,
  auditDays: settings.auditDays,
})

const read = tenantOperation(
  {
    id: 'readRetention',
    method: 'GET',
    path,
    summary: 'How long changes and the records of the audit are kept',
    access: 'tenantReader',
    answers: { 200: { description: 'The days', schema: retention } },
  },
  ({ tenant }) => Promise.resolve({ status: 200, body: shown(tenant) }),
)

const save = tenantOperation(
  {
    id: 'saveRetention',
    method: 'PUT',
    path,
    summary:
      'Saves how long changes, and the records of the audit, are kept; older ones go within hours, and nothing brings them back',
    access: 'operatorAdmin',
    audit: 'settings.saved',
    body: retentionSent,
    answers: { 200: { description: 'Saved', schema: retention } },
  },
  async ({ registry, tenant, wake, audit, body: { version: expected, retentionDays, auditDays } }) => {
    const change = { retentionDays, ...(auditDays !== undefined && { auditDays }) }
    const saved = await saveChange(registry, { tenant, wake, audit }, { change, expected })
    return { status: 200, body: shown(saved) }
  },
)

export const retentionOperations: readonly Operation[] = [read, save]
