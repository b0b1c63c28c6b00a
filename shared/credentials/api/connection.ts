import * as z from 'zod'
import { readLastSeen } from '../../usage/request-stats'
import { tenantOperation, type Operation } from '../../api/operation'
import { isoTime, time } from '../../api/page'

const connectionFacts = z.object({
  tenantUrl: z.url().describe('Goes into Entra ID'),
  lastRequest: time.optional().describe('Of a SCIM request with a valid token, to the minute; absent: none yet'),
  lastProbe: time.optional().describe('Of Test Connection, which Entra ID also sends before each cycle'),
  lastUsedToken: z
    .object({ id: z.string(), label: z.string().optional(), lastFour: z.string().optional(), lastUsed: time })
    .optional(),
})

const read = tenantOperation(
  {
    id: 'readConnection',
    method: 'GET',
    path: '/tenants/{tenant}/connection',
    summary: 'Whether Entra ID has reached the tenant, and when last',
    access: 'tenantReader',
    answers: { 200: { description: 'The connection', schema: connectionFacts } },
  },
  async ({ services, tenant, origin }) => {
    const table = services.storage.open(tenant.table)
    await services.notes.settle(tenant.table)
    const { request, probe } = await readLastSeen(table, [])
    const facts = { tenantUrl: `${origin}/scim/${tenant.slug}`, lastRequest: isoTime(request), lastProbe: isoTime(probe) }
    if (request === undefined) return { status: 200, body: facts } // a page that waits for the first asks often; the vault need not know
    const tokens = await services.tokens.list(tenant)
    const seen = await readLastSeen(
      table,
      tokens.map(({ id }) => id),
    )
    const [latest] = [...seen.tokens].sort(([, a], [, b]) => b - a)
    const token = tokens.find(({ id }) => id === latest?.[0])
    if (token === undefined) return { status: 200, body: facts }
    const { id, label, lastFour } = token
    return { status: 200, body: { ...facts, lastUsedToken: { id, label, lastFour, lastUsed: isoTime(latest?.[1]) } } }
  },
)

export const connectionOperations: readonly Operation[] = [read]
