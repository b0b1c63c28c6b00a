import * as z from 'zod'
import { HEALTH_STATES } from '../health/judge'
import { readHealth } from '../health/watch'
import { tenantOperation, type Operation } from '../../api/operation'
import { isoTime, time } from '../../api/page'
import type { RequestStats } from '../../usage/request-stats'
import type { TokenStore } from '../../credentials/tokens/token-store'

interface Needs {
  /** Written before what was noted of a tenant's requests is shown. */
  readonly stats: Pick<RequestStats, 'settle'>
  readonly tokens: Pick<TokenStore, 'list'>
}

const healthFacts = z.object({
  state: z
    .enum(HEALTH_STATES)
    .describe('late: two cycles did not come; silent: nothing for six hours; failing: requests are refused or fail'),
  reason: z.string().describe('In words, and what to do about it'),
  since: time.optional(),
  nextExpected: time.optional().describe('When Entra ID is due at the latest: it comes every 20 to 40 minutes'),
  likelyQuarantine: z.boolean().describe('Whether Entra ID has reason to have slowed down to about once a day'),
  lastRequest: time.optional().describe('Let in by its token, to the minute; absent: none yet'),
  lastProbe: time.optional().describe('Of Test Connection, which Entra ID also sends before each cycle'),
  lastGood: time.optional().describe('The last request that did not fail'),
  lastDenied: time.optional().describe('The last request without a token that opens the tenant, whoever sent it'),
  cycleBegan: time.optional().describe('Of the last cycle: its requests come after a pause of ten minutes'),
  lastHour: z.object({
    requests: z.int(),
    operations: z.int().describe('Writes, and reads that failed'),
    failures: z.int(),
    failureShare: z.number().min(0).max(1).describe('Failures among the operations'),
  }),
  tokenEnds: time.optional().describe('Of the token in use. Absent: it does not end, or nobody knows'),
})

const read = ({ stats, tokens }: Needs) =>
  tenantOperation(
    {
      id: 'readHealth',
      method: 'GET',
      path: '/tenants/{tenant}/health',
      summary: 'Whether provisioning from Entra ID works, judged from its requests',
      access: 'tenantReader',
      answers: { 200: { description: 'The health', schema: healthFacts } },
    },
    async ({ tenant, directory: { table, now } }) => {
      await stats.settle(tenant.table)
      const { health, facts } = await readHealth(tokens, tenant, { table, nowMs: now().getTime() })
      const { requests, operations, failures } = facts.lastHour
      return {
        status: 200,
        body: {
          ...health,
          since: isoTime(health.since),
          nextExpected: isoTime(health.nextExpected),
          lastRequest: isoTime(facts.lastRequest),
          lastProbe: isoTime(facts.lastProbe),
          lastGood: isoTime(facts.lastGood),
          lastDenied: isoTime(facts.lastDenied),
          cycleBegan: isoTime(facts.cycleBegan),
          lastHour: { requests, operations, failures, failureShare: operations === 0 ? 0 : failures / operations },
          tokenEnds: isoTime(facts.tokens?.endsAt),
        },
      }
    },
  )

export const healthOperations = (needs: Needs): readonly Operation[] => [read(needs)]
