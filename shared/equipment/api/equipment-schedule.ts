import * as z from 'zod'
import type { Tenant } from '../../tenants/tenant'
import { tenantOperation, type Operation } from '../../api/operation'
import { saveChange, version } from '../../api/save-settings'

const path = '/tenants/{tenant}/settings/equipment-report'
const schedule = z
  .strictObject({
    version,
    everyDays: z.int().min(1).max(31).nullable().describe('null: no report'),
    hourUtc: z.int().min(0).max(23).describe('Hour of the day in UTC from which it is made'),
  })
  .meta({ id: 'EquipmentSchedule' })

const shown = ({ settings: { version: saved, equipmentReport } }: Tenant) => ({ version: saved, ...equipmentReport })

const read = tenantOperation(
  {
    id: 'readEquipmentSchedule',
    method: 'GET',
    path,
    summary: 'When the feed tells of disabled people who have equipment',
    access: 'tenantReader',
    answers: { 200: { description: 'The schedule', schema: schedule } },
  },
  ({ tenant }) => Promise.resolve({ status: 200, body: shown(tenant) }),
)

const save = tenantOperation(
  {
    id: 'saveEquipmentSchedule',
    method: 'PUT',
    path,
    summary:
      'Saves when the feed tells of disabled people who have equipment: a record equipment.report, unless there is nobody to tell of',
    access: 'tenantAdmin',
    audit: 'settings.saved',
    body: schedule,
    answers: { 200: { description: 'Saved', schema: schedule } },
  },
  async ({ registry, tenant, wake, audit, body: { version: expected, ...equipmentReport } }) => {
    const saved = await saveChange(registry, { tenant, wake, audit }, { change: { equipmentReport }, expected })
    return { status: 200, body: shown(saved) }
  },
)

export const equipmentScheduleOperations: readonly Operation[] = [read, save]
