import * as z from 'zod'
import { readFeed, seqOf } from '../feed/read-feed'
import { tellRecord } from '../feed/tell-record'
import { tenantOperation, type Operation } from '../api/operation'
import { time } from '../api/page'
import { invalid, Problem } from '../api/problem'

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const change = z.object({ before: z.unknown().optional(), after: z.unknown().optional() })

const record = z
  .object({
    seq: z.int().describe('Dense: the next record has the next number'),
    type: z.string().describe('Such as user.created, user.updated, group.updated, role.changed, person.erased'),
    id: z.string().describe('Of the person or group'),
    productId: z.string().optional().describe('Of the person, as it was then'),
    time,
    correlation: z.string().describe('The write it came of'),
    revision: z.int().optional().describe('Of the attributes after the write; absent when they stayed as they were'),
    changes: z
      .record(z.string(), change)
      .optional()
      .describe("By attribute, an extension's as `urn:attribute`. An attribute declared as sensitive is named without values"),
    changed: z
      .array(z.string())
      .optional()
      .describe('Names of attributes alone: the values were too large for a record, or the person was erased'),
    members: z.object({ added: z.array(z.string()).optional(), removed: z.array(z.string()).optional() }).optional(),
    role: z
      .object({ before: z.string().optional(), after: z.string(), reason: z.record(z.string(), z.unknown()) })
      .optional()
      .describe('Of role.changed; `before` is absent for the first role'),
    facts: z.record(z.string(), z.unknown()).optional().describe('What a record of another type tells'),
    erased: z.literal(true).optional().describe('The person was erased, and the values with it'),
  })
  .meta({ id: 'ChangeRecord' })

const read = tenantOperation(
  {
    id: 'readChanges',
    method: 'GET',
    path: '/tenants/{tenant}/changes',
    summary: 'What has changed behind a number, in the order in which it was stored, each record once',
    access: 'changes:read',
    query: z.strictObject({
      after: whole(0, 999_999_999_999)
        .default(0)
        .describe('`next` of the answer before, or `seq` of a snapshot; 0 begins with the oldest record that is kept'),
      limit: whole(1, 1000).default(100).describe('Records at most; large ones make fewer'),
      wait: whole(0, 25)
        .default(0)
        .describe('Seconds to wait for a record when there is none. While many wait already, the answer comes at once'),
    }),
    answers: {
      200: {
        description: 'Records; empty when there is nothing new',
        schema: z.object({
          items: z.array(record),
          next: z.int().describe('`after` of the next request'),
          head: z.int().describe('The last number that was given'),
        }),
      },
    },
  },
  async ({ directory, tenant, query: { after, limit, wait } }) => {
    const page = await readFeed(directory, { after, limit, waitMs: wait * 1000, tenant: tenant.slug })
    if (page === 'ahead') {
      throw invalid([{ path: '?after', detail: 'is ahead of the feed. Take a snapshot again: this number is not from here' }])
    }
    if (page === 'expired') {
      const { retentionDays } = tenant.settings
      const detail = `Changes behind ${after} are kept no more: this tenant keeps them for ${retentionDays} days. Read all people again, then the changes behind the seq of the first page.`
      throw new Problem(410, 'snapshot-needed', detail)
    }
    const last = page.records.at(-1)
    const next = last === undefined ? page.head : seqOf(last)
    const items = page.records.map((row) => tellRecord(directory.types, row))
    return { status: 200, body: { items, next, head: page.head } }
  },
)

export const productChangeOperations: readonly Operation[] = [read]
