import * as z from 'zod'
import { cyclesOf, PAUSE_MS, type Happening } from '../activity/cycles'
import { readDays } from '../activity/days'
import { readNumbers, storedAt } from '../activity/feed-range'
import { kindOf } from '../activity/record-words'
import { KINDS } from '../activity/wording'
import { numberOutbox } from '../../feed/sequencer'
import { readHead } from '../../feed/read-feed'
import type { Row, Table } from '../../storage/table'
import { readRefusals } from '../../usage/refusal-rows'
import { activityOf, STATS, type RequestStats } from '../../usage/request-stats'
import { tenantOperation, type Operation } from '../../api/operation'
import { isoTime, time } from '../../api/page'

interface Needs {
  /** Written before what was noted of a tenant's requests is shown. */
  readonly stats: Pick<RequestStats, 'settle'>
}

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const MAX_RECORDS = 10_000

const days = ({ stats }: Needs) =>
  tenantOperation(
    {
      id: 'listActivityDays',
      method: 'GET',
      path: '/tenants/{tenant}/activity/days',
      summary: 'How much changed on each of the last days, and how many requests were refused',
      access: 'tenantReader',
      query: z.object({ days: z.coerce.number().int().min(1).max(90).default(30).describe('In UTC, today among them') }),
      answers: {
        200: {
          description: 'The days, oldest first',
          schema: z.object({
            items: z.array(
              z.object({
                day: z.iso.date(),
                changes: z.int().describe('Records of the feed. 0 also for days whose records are kept no more'),
                refusals: z.int().optional().describe('Absent: kept for a week alone'),
              }),
            ),
            first: time.optional().describe('Of the oldest record that is kept'),
            last: time.optional().describe('Of the newest record'),
          }),
        },
      },
    },
    async ({ directory: { table, now }, tenant, query }) => {
      const nowMs = now().getTime()
      await Promise.all([stats.settle(tenant.table), numberOutbox(table)])
      const [head, refusals] = await Promise.all([readHead(table), readRefusals(table, nowMs - WEEK_MS)])
      const found = await readDays(table, { head, days: query.days, nowMs })
      const refusedOn = (beginMs: number) =>
        refusals.reduce((sum, { minute, count }) => (minute >= beginMs && minute < beginMs + DAY_MS ? sum + count : sum), 0)
      const items = found.days.map(({ beginMs, changes }) => ({
        day: new Date(beginMs).toISOString().slice(0, 10),
        changes,
        ...(beginMs + DAY_MS > nowMs - WEEK_MS && { refusals: refusedOn(beginMs) }),
      }))
      return { status: 200, body: { items, first: isoTime(found.first), last: isoTime(found.last) } }
    },
  )

const cycles = ({ stats }: Needs) =>
  tenantOperation(
    {
      id: 'listCycles',
      method: 'GET',
      path: '/tenants/{tenant}/activity/cycles',
      summary: 'The last provisioning cycles: when they began and ended, what they changed, what was refused',
      access: 'tenantReader',
      query: z.object({ limit: z.coerce.number().int().min(1).max(50).default(10) }),
      answers: {
        200: {
          description:
            'Cycles, newest first, out of the last 10,000 records, a week of refusals and two hours of counted requests: a cycle in which nothing changed is known for two hours',
          schema: z.object({
            items: z.array(
              z.object({
                begin: time,
                end: time.describe('Of what is known of it'),
                changes: z.partialRecord(z.enum(KINDS), z.int()).describe('Records by kind'),
                refused: z.int().describe('Refused requests, those without a valid token apart'),
                requests: z.int().optional().describe('Absent: counted no more'),
                cut: z.boolean().describe('True: it began before the records that were read'),
              }),
            ),
          }),
        },
      },
    },
    async ({ directory: { table, now }, tenant, query: { limit } }) => {
      await Promise.all([stats.settle(tenant.table), numberOutbox(table)])
      const { happenings, readFrom } = await readHappenings(table, now().getTime())
      const items = cyclesOf(happenings)
        .slice(0, limit)
        .map((cycle) => ({
          ...cycle,
          begin: isoTime(cycle.begin),
          end: isoTime(cycle.end),
          cut: readFrom !== undefined && cycle.begin < readFrom + PAUSE_MS,
        }))
      return { status: 200, body: { items } }
    },
  )

/** readFrom: when the oldest record that was read was stored, while there are older ones. */
async function readHappenings(table: Table, nowMs: number): Promise<{ happenings: Happening[]; readFrom: number | undefined }> {
  const head = await readHead(table)
  const from = Math.max(1, head - MAX_RECORDS + 1)
  const [rows, refusals, seen] = await Promise.all([
    readNumbers(table, { from, to: head }, ['type', 'at', 'time']),
    readRefusals(table, nowMs - WEEK_MS),
    table.all(STATS),
  ])
  const [first] = rows
  const happenings: Happening[] = [
    ...rows.map(recordHappening),
    ...refusals.flatMap(({ minute: at, count, status }): Happening[] => (status === 401 ? [] : [{ at, what: 'refusal', count }])),
    ...activityOf(seen).counts.map(({ until: at, requests: count }): Happening => ({ at, what: 'requests', count })),
  ]
  return { happenings, readFrom: from > 1 && first !== undefined ? storedAt(first) : undefined }
}

function recordHappening(row: Row): Happening {
  const type = String(row.values['type'])
  return { at: storedAt(row), what: 'record', kind: kindOf(type), isSent: /^(user|group)\./.test(type) }
}

export const activityOverviewOperations = (needs: Needs): readonly Operation[] => [days(needs), cycles(needs)]
