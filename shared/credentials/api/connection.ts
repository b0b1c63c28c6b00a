import * as z from 'zod'
import { readLastSeen, type RequestStats } from '../../usage/request-stats'
import { tenantOperation, type Operation } from '../../api/operation'
import { isoTime, time } from '../../api/page'
import { secretFacts, trustFacts } from '../oauth/client'
import type { TokenStore } from '../tokens/token-store'

interface Needs {
  /** Written before what was noted of a tenant's requests is shown. */
  readonly stats: Pick<RequestStats, 'settle'>
  readonly tokens: Pick<TokenStore, 'list'>
}

const connectionFacts = z.object({
  tenantUrl: z.url().describe('Goes into Entra ID'),
  lastRequest: time.optional().describe('Of a SCIM request with a valid token, to the minute; absent: none yet'),
  lastProbe: time.optional().describe('Of Test Connection, which Entra ID also sends before each cycle'),
  lastUsedToken: z
    .object({
      kind: z.enum(['token', 'clientSecret', 'trust']).describe('A Secret Token, or what gave the access token'),
      id: z.string(),
      label: z.string().optional(),
      lastFour: z.string().optional(),
      lastUsed: time,
    })
    .optional(),
})

const read = ({ stats, tokens }: Needs) =>
  tenantOperation(
    {
      id: 'readConnection',
      method: 'GET',
      path: '/tenants/{tenant}/connection',
      summary: 'Whether Entra ID has reached the tenant, and when last',
      access: 'tenantReader',
      answers: { 200: { description: 'The connection', schema: connectionFacts } },
    },
    async ({ tenant, directory, origin }) => {
      const { table } = directory
      await stats.settle(tenant.table)
      const { request, probe } = await readLastSeen(table, [])
      const facts = { tenantUrl: `${origin}/scim/${tenant.slug}`, lastRequest: isoTime(request), lastProbe: isoTime(probe) }
      if (request === undefined) return { status: 200, body: facts } // a page that waits for the first asks often; the vault need not know
      const { directorySignIn } = tenant.settings
      const held = [
        ...(await tokens.list(tenant)).map((one) => ({ ...one, kind: 'token' as const })),
        ...secretFacts(directorySignIn).map((one) => ({ ...one, kind: 'clientSecret' as const })),
        ...trustFacts(directorySignIn).map((one) => ({ ...one, kind: 'trust' as const })),
      ]
      const seen = await readLastSeen(
        table,
        held.map(({ id }) => id),
      )
      const [latest] = [...seen.tokens].sort(([, a], [, b]) => b - a)
      const token = held.find(({ id }) => id === latest?.[0])
      if (token === undefined) return { status: 200, body: facts }
      const { kind, id, label, lastFour } = token
      return { status: 200, body: { ...facts, lastUsedToken: { kind, id, label, lastFour, lastUsed: isoTime(latest?.[1]) } } }
    },
  )

export const connectionOperations = (needs: Needs): readonly Operation[] => [read(needs)]
