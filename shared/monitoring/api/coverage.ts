import * as z from 'zod'
import { readCounts } from '../../directory/query/order-index'
import { missingAttributes, readCoverage } from '../health/coverage'
import { tenantOperation, type Operation } from '../../api/operation'

const coverageFacts = z.object({
  people: z.int().describe('Everybody in the directory, disabled people too'),
  read: z.int().describe('How many of them were read'),
  complete: z.boolean().describe('False: only 10,000 people were read, as a sample'),
  active: z.int().describe('Active people among those who were read: shares are of these'),
  attributes: z
    .array(
      z.object({
        attribute: z.string().describe('Named as the target of a mapping row'),
        people: z.int(),
        share: z.number().min(0).max(1),
      }),
    )
    .describe('The most frequent first; at most 1,000'),
  cut: z.boolean().describe('True: more attributes came than are listed'),
  missing: z
    .array(
      z.object({
        attribute: z.string(),
        source: z.string().describe('Source attribute of the mapping row to add in Entra'),
        target: z.string().describe('Target attribute of that row'),
        text: z.string().describe('What is missing, and what to do about it'),
      }),
    )
    .describe('Attributes that are expected, or that rules look at, and that no active person has'),
})

const read = tenantOperation(
  {
    id: 'readCoverage',
    method: 'GET',
    path: '/tenants/{tenant}/coverage',
    summary: 'Which attributes have values, for what share of active people, and which never come',
    access: 'tenantReader',
    answers: { 200: { description: 'The coverage', schema: coverageFacts } },
  },
  async ({ directory, tenant }) => {
    const [{ totals }, coverage] = await Promise.all([readCounts(directory.table), readCoverage(directory)])
    const { read, complete, active, counts, isCut } = coverage
    const attributes = [...counts]
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .map(([attribute, people]) => ({ attribute, people, share: Math.round((people / active) * 1000) / 1000 }))
    const missing = missingAttributes(coverage, tenant.settings.policy)
    return { status: 200, body: { people: totals.User, read, complete, active, attributes, cut: isCut, missing } }
  },
)

export const coverageOperations: readonly Operation[] = [read]
