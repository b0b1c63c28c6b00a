import * as z from 'zod'
import { readRefusals } from '../../usage/refusal-rows'
import type { RequestStats } from '../../usage/request-stats'
import { tenantOperation, type Operation } from '../../api/operation'
import { isoTime, pageBehind, pageOf, pageQuery, time } from '../../api/page'
import { explain, refusalKey } from './refusal-words'

interface Needs {
  /** Written before what was noted of a tenant's requests is shown. */
  readonly stats: Pick<RequestStats, 'settle'>
}

const DAY_MS = 86_400_000

const refusalFacts = z.object({
  minute: time.describe('Its begin'),
  last: time.describe('When the last one of them came'),
  count: z.int(),
  status: z.int().describe('401 for a token that does not open the tenant'),
  reason: z.string().describe('Such as expired, or the scimType or status of the answer'),
  lastFour: z.string().optional().describe('Of a token that was recognised'),
  operation: z.string().describe('The function that refused'),
  text: z.string().describe('What happened, and what to do about it'),
})

const list = ({ stats }: Needs) =>
  tenantOperation(
    {
      id: 'listRefusals',
      method: 'GET',
      path: '/tenants/{tenant}/refusals',
      summary: 'SCIM requests that were refused, counted by minute and reason, newest first; kept for a week',
      access: 'tenantReader',
      query: pageQuery.extend({ since: z.iso.datetime({ offset: true }).optional().describe('A day ago unless given') }),
      answers: { 200: { description: 'A page of refusals', schema: pageOf(refusalFacts) } },
    },
    async ({ tenant, directory, query }) => {
      await stats.settle(tenant.table)
      const since = query.since === undefined ? directory.now().getTime() - DAY_MS : Date.parse(query.since)
      const refusals = await readRefusals(directory.table, since)
      const page = pageBehind(refusals, query, refusalKey)
      const items = page.items.map((refusal) => ({
        ...refusal,
        minute: isoTime(refusal.minute),
        last: isoTime(refusal.last),
        text: explain(refusal),
      }))
      return { status: 200, body: { ...page, items } }
    },
  )

export const refusalOperations = (needs: Needs): readonly Operation[] => [list(needs)]
