import type { DirectoryContext } from '../directory/context'
import { newWriteId } from '../directory/identifiers'
import { outboxFact } from '../directory/documents/record'
import { EQUIPMENT_REPORT_KEY } from '../storage/keys'
import type { Action } from '../storage/table'
import type { EquipmentReport } from '../tenants/tenant'
import { disabledHolders, type DisabledHolder } from './disabled-holders'

const DAY_MS = 86_400_000
const MAX_HOLDERS_TOLD = 50
const MAX_TAGS_TOLD = 20

/** Whether the report is due: so many days after the day of the last one, or never made yet, once the hour has come. */
export function isReportDue({ everyDays, hourUtc }: EquipmentReport, lastDay: string | undefined, now: Date): boolean {
  if (everyDays === null || now.getUTCHours() < hourUtc) return false
  if (lastDay === undefined) return true
  return Date.parse(dayOf(now)) - Date.parse(lastDay) >= everyDays * DAY_MS
}

/**
 * Leaves the record equipment.report when it is due and anybody is to be reported. True when there is one. At most once a day,
 * however many workers call it. No trip without a schedule or before its hour, one when it is not due.
 */
export async function makeScheduledReport(context: DirectoryContext, schedule: EquipmentReport): Promise<boolean> {
  const { table, now } = context
  if (!isReportDue(schedule, undefined, now())) return false
  const row = await table.get(EQUIPMENT_REPORT_KEY)
  const lastDay = row?.values['day']
  if (!isReportDue(schedule, typeof lastDay === 'string' ? lastDay : undefined, now())) return false
  const found: DisabledHolder[] = []
  for await (const { holders } of disabledHolders(context, '')) found.push(...holders)
  const values = { day: dayOf(now()) }
  const key = EQUIPMENT_REPORT_KEY
  const noted: Action = row === undefined ? { type: 'create', key, values } : { type: 'replace', key, values, etag: row.etag }
  const { ok } = await table.commit(found.length === 0 ? [noted] : [noted, reportRecord(context, found)])
  return ok && found.length > 0
}

/** Without names: they are erased from records of the person alone. */
function reportRecord({ now }: DirectoryContext, found: readonly DisabledHolder[]): Action {
  const time = now().toISOString()
  const body = {
    people: found.length,
    items: found.reduce((sum, { items }) => sum + items.length, 0),
    holders: found.slice(0, MAX_HOLDERS_TOLD).map(({ id, state, disabledSince, items }) => ({
      id,
      state,
      disabledSince,
      count: items.length,
      assetTags: items.slice(0, MAX_TAGS_TOLD).map(({ assetTag }) => assetTag),
    })),
  }
  return outboxFact({ writeId: newWriteId(Date.parse(time)), type: 'equipment.report', id: 'equipment', time, body })
}

const dayOf = (time: Date) => time.toISOString().slice(0, 10)
