import * as z from 'zod'
import { RETENTION_DAYS } from '../tenants/settings-change'
import type { Tenant } from '../tenants/tenant'
import { tenantOperation, type Operation } from '../api/operation'
import { saveChange, version } from '../api/save-settings'

const { min, max } = RETENTION_DAYS
const path = '/tenants/{tenant}/settings/retention'
const retention = z.strictObject({
  version,
  retentionDays: z.int().min(min).max(max).describe('How long the records of the change feed are kept'),
})

const shown = ({ settings }: Tenant) => ({ version: settings.version, retentionDays: settings.retentionDays })

const read = tenantOperation(
  {
    id: 'readRetention',
    method: 'GET',
    path,
    summary: 'How long changes are kept',
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
    summary: 'Saves how long changes are kept; older ones go within hours, and nothing brings them back',
    access: 'operatorAdmin',
    body: retention,
    answers: { 200: { description: 'Saved', schema: retention } },
  },
  async ({ registry, tenant, wake, body: { version: expected, retentionDays } }) => {
    const saved = await saveChange(registry, { tenant, wake }, { change: { retentionDays }, expected })
    return { status: 200, body: shown(saved) }
  },
)

export const retentionOperations: readonly Operation[] = [read, save]
