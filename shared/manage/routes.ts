import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { ROUTES_SAVED } from '../routing/affected'
import { noteFor } from '../routing/connect'
import { changeSettings } from '../tenants/registry'
import { MAX_ROUTES, onLeave } from '../tenants/routing'
import type { Route, Tenant } from '../tenants/tenant'
import { noSuchTenant } from './actor'
import { tenantOperation, type OpenedTenant, type Operation } from './operation'
import { invalid, stale, type WrongField } from './problem'
import { connectionShown, showConnections } from './routes-view'
import { groupIgnored, groupShown, namesOf, readGroups, showBound, type Groups } from './rule-groups'
import { version } from './settings'

const routeShown = z.object({
  id: z.string(),
  ...groupShown,
  tenant: z.string().describe('Where the group and its members are copied to'),
})

const leaving = onLeave.describe(
  'What becomes of a copy when the person leaves the last group that is routed there. A deleted copy comes back as somebody new',
)

const routesShown = z.object({
  version,
  onLeave: leaving,
  routes: z.array(routeShown),
  connections: z.array(connectionShown).describe('The tenants that an operator has connected'),
  reader: z
    .object({ applied: z.int(), behind: z.int() })
    .optional()
    .describe('Of the records of the feed: the last one that is in all copies, and how many are not yet'),
})

const read = tenantOperation(
  {
    id: 'readRoutes',
    method: 'GET',
    path: '/tenants/{tenant}/routes',
    summary: 'Which groups are routed to which tenants, and how far that is',
    access: 'tenantReader',
    answers: { 200: { description: 'Routes and connections', schema: routesShown } },
  },
  async ({ services, ...opened }) => ({ status: 200, body: await show(services, opened, opened.tenant) }),
)

const save = tenantOperation(
  {
    id: 'saveRoutes',
    method: 'PUT',
    path: '/tenants/{tenant}/routes',
    summary: 'Saves the routes as a whole; copies follow within minutes. A save of the same routes looks at everybody again',
    access: 'tenantAdmin',
    body: z.strictObject({
      version,
      onLeave: leaving,
      routes: z
        .array(
          z.strictObject({
            id: z.string().optional().describe('Made when absent'),
            groupId: z.string(),
            tenant: z.string().describe('One that an operator has connected'),
            ...groupIgnored,
          }),
        )
        .max(MAX_ROUTES),
    }),
    answers: { 200: { description: 'Saved', schema: routesShown } },
  },
  async ({ services, body, wake, actor, ...opened }) => {
    const { tenant, directory } = opened
    if (tenant.settings.version !== body.version) throw stale()
    const groups = await readGroups(
      directory,
      body.routes.map(({ groupId }) => groupId),
    )
    const routes = checkedRoutes(tenant, groups, body.routes)
    const saved = await changeSettings(
      services.storage,
      tenant.slug,
      () => ({
        routing: { onLeave: body.onLeave, routes },
        beside: (saving) => [
          noteFor(services.now(), ROUTES_SAVED, {
            id: 'routes',
            body: { version: saving, by: actor.name, routes: routes.length },
          }),
        ],
      }),
      body.version,
    )
    if (saved === 'stale') throw stale()
    if (saved === undefined) throw noSuchTenant()
    services.tenants.put(saved)
    wake()
    return { status: 200, body: await show(services, opened, saved) }
  },
)

type Sent = readonly { readonly id?: string | undefined; readonly groupId: string; readonly tenant: string }[]

/**
 * Names and externalIds are read from the groups. A route whose group is gone may stay as it was.
 * @throws Problem 400 that names every wrong field
 */
function checkedRoutes({ settings }: Tenant, groups: Groups, sent: Sent): Route[] {
  const live = new Set(settings.connections.filter(({ state }) => state === 'live').map(({ tenant }) => tenant))
  const wrong: WrongField[] = []
  const seen = new Set<string>()
  const ids = new Set<string>()
  const routes = sent.map(({ id = randomUUID(), groupId, tenant }, index): Route => {
    const refuse = (field: string, detail: string) => wrong.push({ path: `/routes/${index}/${field}`, detail })
    const names = namesOf(groups, settings.routing.routes, groupId)
    if (names === undefined)
      refuse('groupId', 'is not the id of a group here. Provision the group first, or choose another from the list of groups')
    if (!live.has(tenant)) refuse('tenant', 'is not connected. An operator connects tenants')
    if (seen.has(`${groupId} ${tenant}`)) refuse('groupId', 'is routed to this tenant already')
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) refuse('id', 'must be letters, digits, _ or -, at most 64')
    if (ids.has(id)) refuse('id', 'is that of another route')
    seen.add(`${groupId} ${tenant}`)
    ids.add(id)
    return { id, groupId, tenant, ...(names ?? { groupName: '' }) }
  })
  if (wrong.length > 0) throw invalid(wrong)
  return routes
}

async function show(
  services: Parameters<typeof showConnections>[0],
  { directory }: Pick<OpenedTenant, 'directory'>,
  tenant: Tenant,
): Promise<z.infer<typeof routesShown>> {
  const { settings } = tenant
  const { routing } = settings
  const groups = await readGroups(
    directory,
    routing.routes.map(({ groupId }) => groupId),
  )
  const routes = await Promise.all(
    routing.routes.map(async (route) => ({ id: route.id, tenant: route.tenant, ...(await showBound(directory, groups, route)) })),
  )
  return { version: settings.version, onLeave: routing.onLeave, routes, ...(await showConnections(services, directory, tenant)) }
}

export const routeOperations: readonly Operation[] = [read, save]
