import * as z from 'zod'
import { isTenantSlug } from '../../config'
import { connect, disconnect, type Refusal } from '../connect'
import { readEntry, readTenant } from '../../tenants/registry'
import { MAX_CONNECTIONS } from '../../tenants/routing'
import { noSuchTenant } from '../../api/actor'
import { tenantOperation, type Operation } from '../../api/operation'
import { absent, conflict } from '../../api/problem'

const target = z.object({ target: z.string().max(64).describe('Slug of the tenant that people are routed to') })

const shown = z.object({
  tenant: z.string(),
  name: z.string(),
  state: z.enum(['live', 'ending']).describe('ending: the copies leave, and then the connection is gone'),
})

const put = tenantOperation(
  {
    id: 'connectTenant',
    method: 'PUT',
    path: '/tenants/{tenant}/connections/{target}',
    summary: 'Makes the tenant a super tenant of the other one: it may route groups there. Repeatable',
    access: 'operatorAdmin',
    audit: 'tenant.connected',
    parameters: target,
    body: z.strictObject({}),
    answers: { 200: { description: 'Connected; nobody is routed before the super tenant names a group', schema: shown } },
  },
  async ({ registry, tenant, path, wake, audit }) => {
    const [source, other] = await Promise.all([tenant.slug, path.target].map((slug) => readEntry(registry.storage, slug)))
    if (source === undefined) throw noSuchTenant()
    if (other === undefined) throw absent(NO_TARGET)
    const refusal = await connect(registry, source, other.slug, audit)
    if (refusal !== undefined) throw refused(refusal, { source: tenant.slug, target: other.slug })
    wake()
    return { status: 200, body: { tenant: other.slug, name: other.name, state: 'live' } }
  },
)

const NO_TARGET = 'There is no such tenant to connect. Make it first.'

function refused(refusal: Refusal, { source, target: other }: { readonly source: string; readonly target: string }) {
  return refusal === 'missing' ? absent(NO_TARGET) : conflict(WORDS[refusal](source, other))
}

const WORDS: Readonly<Record<Exclude<Refusal, 'missing'>, (source: string, target: string) => string>> = {
  itself: () => 'A tenant cannot route people to itself. Name another one.',
  'source is a target': (source) =>
    `People are routed to ${source} already, and routes do not go on from there. Disconnect it first.`,
  'target is a source': (_, other) =>
    `${other} routes people to others itself, and routes do not go on from there. Disconnect those first.`,
  'target has another': (_, other) => `${other} has another super tenant already, and may have one. Disconnect it there first.`,
  ending: (_, other) =>
    `The connection with ${other} is ending: its copies leave. Connect it again when it is gone from the list.`,
  'too many': () => `A super tenant may have ${MAX_CONNECTIONS} connections. End one first.`,
}

const remove = tenantOperation(
  {
    id: 'disconnectTenant',
    method: 'DELETE',
    path: '/tenants/{tenant}/connections/{target}',
    summary:
      'Ends a connection: its routes go at once, copies of groups are deleted, copies of people stay in the target as its own, inactive ones. Repeatable',
    access: 'operatorAdmin',
    audit: 'tenant.disconnected',
    parameters: target,
    answers: { 202: { description: 'The copies leave within minutes; the list of connections shows when' } },
  },
  async ({ registry, tenant, path, wake, audit }) => {
    const other = isTenantSlug(path.target) ? await readTenant(registry.storage, path.target) : undefined
    const target = { slug: path.target, tenant: other }
    if (!(await disconnect(registry, tenant, target, audit))) throw absent('There is no such connection.')
    wake()
    return { status: 202 }
  },
)

export const tenantConnectionOperations: readonly Operation[] = [put, remove]
