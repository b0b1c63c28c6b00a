import * as z from 'zod'
import { newLink } from '../sign-in/setup-link'
import { addLink, isLive, listLinks, liveLink, revokeLink, type SetupLink } from '../sign-in/link-rows'
import type { Tenant } from '../../tenants/tenant'
import type { Actor } from '../../api/actor'
import { tenantOperation, type Operation, type Registry } from '../../api/operation'
import { label as anyLabel } from '../../api/label'
import { isoTime, pageBehind, pageOf, pageQuery, time } from '../../api/page'
import { absent, conflict } from '../../api/problem'
import { sessionEnded } from '../sign-in/management-sign-in'
import { recorded, type Audit } from '../../audit/record'

const DAY_MS = 86_400_000
const MAX_LIVE_LINKS = 200

const role = z.enum(['admin', 'reader']).describe('admin may change the tenant, reader may look')

const label = anyLabel.describe('Whom the link is for. Changes made with it name it')

const linkFacts = z.object({
  id: z.string(),
  role,
  label,
  by: z.string().describe('Who made it'),
  created: time,
  expires: time,
  state: z.enum(['live', 'expired', 'revoked']),
  singleUse: z.boolean().describe('It gives one session; `uses` above 0 means that it had it'),
  uses: z.int().describe('How many sessions were started with it'),
  lastUsed: time.optional().describe('When the last one was started'),
})

function shown(link: SetupLink, nowMs: number) {
  const { id, by, createdAt, expiresAt, revokedAt, singleUse, uses, lastUsedAt } = link
  const ended = revokedAt === undefined ? ('expired' as const) : ('revoked' as const)
  return {
    id,
    role: link.role,
    label: link.label,
    by,
    created: isoTime(createdAt),
    expires: isoTime(expiresAt),
    state: isLive(link, nowMs) ? ('live' as const) : ended,
    singleUse,
    uses,
    lastUsed: isoTime(lastUsedAt),
  }
}

const list = tenantOperation(
  {
    id: 'listLinks',
    method: 'GET',
    path: '/tenants/{tenant}/links',
    summary: 'Setup links, newest first; ended ones for 90 days. Never a link itself',
    access: 'tenantReader',
    query: pageQuery,
    answers: { 200: { description: 'A page of links', schema: pageOf(linkFacts) } },
  },
  async ({ directory, query }) => {
    const links = await listLinks(directory.table)
    const page = pageBehind(links, query, (link) => link.id)
    const nowMs = directory.now().getTime()
    return { status: 200, body: { ...page, items: page.items.map((link) => shown(link, nowMs)) } }
  },
)

const create = tenantOperation(
  {
    id: 'createLink',
    method: 'POST',
    path: '/tenants/{tenant}/links',
    summary: "Makes a link by which the customer's admin sets the tenant up, without an account of the operator's",
    access: 'tenantAdmin',
    audit: 'link.created',
    body: z.strictObject({
      role,
      days: z
        .int()
        .min(1)
        .max(90)
        .default(14)
        .describe('How long it works. One made by the holder of a link ends with that link at the latest'),
      label,
      singleUse: z
        .boolean()
        .default(false)
        .describe('It gives one session and no more: who has to open it again needs another link'),
    }),
    answers: {
      201: {
        description: 'Made. The address is shown this once',
        schema: linkFacts.extend({ url: z.url().describe('For the person it is made for, and nobody else') }),
      },
    },
  },
  async ({ registry, tenant, body, actor, origin, audit }) => {
    const made = await makeLink({ registry, tenant, origin }, { ...body, by: actor.name, maker: actor, audit })
    return { status: 201, body: made }
  },
)

interface Place {
  readonly registry: Registry
  readonly tenant: Tenant
  readonly origin: string
}

interface Wanted {
  readonly role: SetupLink['role']
  readonly days: number
  readonly label: string
  readonly singleUse: boolean
  readonly by: string
  readonly maker?: Actor
  readonly audit?: Audit
}

/**
 * Makes a setup link; `url` is never seen again.
 * @throws Problem 401 when the link that its maker came by has ended, 409 when too many are live
 */
export async function makeLink({ registry, tenant, origin }: Place, { days, maker, audit, ...wanted }: Wanted) {
  const table = registry.storage.open(tenant.table)
  const nowMs = registry.now().getTime()
  const links = await listLinks(table)
  if (links.filter((link) => isLive(link, nowMs)).length >= MAX_LIVE_LINKS) {
    throw conflict(`The tenant has ${MAX_LIVE_LINKS} live links. Revoke those that nobody needs.`)
  }
  const parent = maker?.kind === 'link' ? await liveLink(table, maker.id, nowMs) : undefined
  if (maker?.kind === 'link' && parent === undefined) throw sessionEnded()
  const expiresAt = Math.floor(Math.min(nowMs + days * DAY_MS, parent?.expiresAt ?? Infinity) / 1000) * 1000
  const { id, text, digest } = newLink(tenant)
  const link = { ...wanted, id, parent: parent?.id, createdAt: nowMs, expiresAt }
  const facts = shown({ ...link, revokedAt: undefined, uses: 0, lastUsedAt: undefined }, nowMs)
  const { role: opens, label: whom, expires, singleUse } = facts
  const records = recorded(audit, { subject: id, label: whom, after: { role: opens, expires, singleUse } })
  if (!(await addLink(table, { ...link, digest }, records))) throw sessionEnded()
  registry.tenants.put(tenant) // its sessions are known here at once
  return { ...facts, url: `${origin}/console#link=${text}` }
}

const revoke = tenantOperation(
  {
    id: 'revokeLink',
    method: 'DELETE',
    path: '/tenants/{tenant}/links/{link}',
    summary: 'Ends a link, the links that were made with it, and every session that came from them',
    access: 'tenantAdmin',
    audit: 'link.revoked',
    parameters: z.object({ link: z.string().max(64) }),
    answers: { 204: { description: 'Revoked' } },
  },
  async ({ directory, path: { link: id }, audit }) => {
    const record = (ended: readonly SetupLink[]) => {
      const links = ended.map(({ label: whom, role: opens }) => `${whom} (${opens})`)
      return audit({ subject: id, label: ended.find((one) => one.id === id)?.label, before: { links } })
    }
    if (!(await revokeLink(directory.table, { id, now: directory.now().getTime() }, record))) {
      throw absent('The tenant has no such link. GET /links lists all.')
    }
    return { status: 204 }
  },
)

export const linkOperations: readonly Operation[] = [list, create, revoke]
