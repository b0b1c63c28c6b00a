import * as z from 'zod'
import { endSession, startSession, type OpenSession } from '../sign-in/link-sessions'
import { claimedTenant } from '../sign-in/setup-link'
import { type ProductScope, authorize, byOf, type Access, type Actor } from '../../api/actor'
import { readEntry, withoutTable } from '../../tenants/registry'
import { operation, type Operation, type Registry } from '../../api/operation'
import { isoTime, time } from '../../api/page'
import { conflict, Problem, tooManyRequests } from '../../api/problem'
import { claimed, linkActor, unauthorized } from '../sign-in/management-sign-in'
import type { RateLimit } from '../../http/rate-limit'
import type { TenantCache } from '../../tenants/tenant-cache'
import { auditor } from '../../audit/record'
import type { Tenant } from '../../tenants/tenant'

interface Needs {
  readonly find: TenantCache['find']
  /** How often anybody may fail with setup links, by tenant. Each failure of the right shape costs a read of the tenant's table. */
  readonly limit: Pick<RateLimit, 'take'>
}

type Right = Exclude<Access, 'open' | ProductScope>
const rights: readonly [Right, ...Right[]] = ['tenantReader', 'tenantAdmin', 'operatorReader', 'operatorAdmin']

/** A key of the product signs nobody in. */
type Person = Exclude<Actor, { kind: 'product' }>

const sessionFacts = z.object({
  kind: z.enum(['operator', 'link']),
  role: z.enum(['admin', 'reader']),
  name: z.string().describe('Changes are recorded under it'),
  may: z.array(z.enum(rights)).describe('The kinds of operations that are open'),
  tenant: z
    .object({ slug: z.string(), name: z.string(), tenantUrl: z.url() })
    .optional()
    .describe('The one that a setup link opens; an operator may use all'),
  expires: time.optional().describe('Of a session from a setup link'),
})

async function factsOf({ storage }: Registry, actor: Person, origin: string): Promise<z.infer<typeof sessionFacts>> {
  const { kind, role, name } = actor
  const facts = { kind, role, name, may: rights.filter((right) => isAllowed(actor, right)) }
  if (actor.kind === 'operator') return facts
  const entry = await readEntry(storage, actor.tenant)
  const tenant = { slug: actor.tenant, name: entry?.name ?? actor.tenant, tenantUrl: `${origin}/scim/${actor.tenant}` }
  return { ...facts, tenant, expires: isoTime(actor.expiresAt) }
}

function isAllowed(actor: Actor, right: (typeof rights)[number]): boolean {
  try {
    authorize(actor, right, undefined)
    return true
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

const start = ({ find, limit }: Needs) =>
  operation(
    {
      id: 'startSession',
      method: 'POST',
      path: '/session',
      summary: 'Gives the holder of a setup link a session, for 8 hours and never beyond the end of the link',
      access: 'open',
      audit: 'session.started',
      body: z.strictObject({ link: z.string().max(300).describe('What stands behind `#link=` in the address') }),
      answers: {
        201: {
          description: 'The session',
          schema: sessionFacts.extend({ token: z.string().describe('Send it as Authorization: Bearer') }),
        },
      },
    },
    async ({ registry, body, origin, correlationId }) => {
      const slug = claimedTenant(body.link)?.slug
      if (slug === undefined) throw badLink()
      const place = await claimed(registry, find, body.link)
      const now = registry.now().getTime()
      const record = (tenant: Tenant, opened: OpenSession) => {
        const doing = {
          action: 'session.started',
          by: byOf(linkActor(tenant, opened)),
          correlationId,
          now: registry.now,
        } as const
        return auditor(doing)({ subject: opened.sessionId, label: opened.link.label, after: { role: opened.link.role } })
      }
      const startIn = ({ tenant, table }: NonNullable<typeof place>) =>
        startSession(table, body.link, now, (opened) => record(tenant, opened))
      const started = place && (await withoutTable(() => startIn(place), undefined))
      if (place === undefined || started === undefined) throw refusedLink(limit, slug)
      const { token } = started
      const actor = linkActor(place.tenant, started)
      return { status: 201, body: { token, ...(await factsOf(registry, actor, origin)) } }
    },
  )

/** One and the same for every reason: which tenants and links there are is nobody's business. */
const badLink = () =>
  unauthorized('This setup link does not work: it has expired, was revoked or is incomplete. Ask who sent it for a new one.')

/** Only who fails has to wait: a stranger knows the slug, and must not keep the holder of a link out by trying. */
function refusedLink(limit: Needs['limit'], slug: string): Problem {
  const waitSeconds = limit.take(slug)
  return waitSeconds === undefined ? badLink() : tooManyRequests('Too many tries.', waitSeconds)
}

const read = operation(
  {
    id: 'readSession',
    method: 'GET',
    path: '/session',
    summary: 'Who is signed in, and what that allows',
    access: 'tenantReader',
    answers: { 200: { description: 'The session', schema: sessionFacts } },
  },
  async ({ registry, actor, origin }) => {
    if (actor === undefined || actor.kind === 'product') throw new Error('Nobody is let in here without a sign-in.')
    return { status: 200, body: await factsOf(registry, actor, origin) }
  },
)

const end = ({ find }: Needs) =>
  operation(
    {
      id: 'endSession',
      method: 'DELETE',
      path: '/session',
      summary: 'Ends the session that the request came with, at once and on every instance; the setup link lives on',
      access: 'tenantReader',
      audit: 'session.ended',
      answers: { 204: { description: 'Ended' } },
    },
    async ({ registry, actor, audit }) => {
      if (actor?.kind !== 'link') {
        throw conflict('You came by Entra ID, so there is no session here to end. Forget the token, and sign out there.')
      }
      const tenant = await find(actor.tenant)
      if (tenant !== undefined) {
        const table = registry.storage.open(tenant.table)
        const record = audit({ subject: actor.sessionId, label: actor.name })
        const ended = { linkId: actor.id, sessionId: actor.sessionId }
        await withoutTable(() => endSession(table, ended, [record]), undefined)
      }
      return { status: 204 }
    },
  )

export const sessionOperations = (needs: Needs): readonly Operation[] => [start(needs), read, end(needs)]
