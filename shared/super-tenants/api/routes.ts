import * as z from 'zod'
import { noteFor } from '../connect'
import { changeSettings } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import { noSuchTenant } from '../../api/actor'
import { tenantOperation, type OpenedTenant, type Operation, type Registry } from '../../api/operation'
import { stale } from '../../api/problem'
import { checkedRouting, leaving, routesSent } from './routes-check'
import { routePreview } from './routes-preview'
import { connectionShown, showConnections } from './routes-view'
import { groupShown, readGroups, showBound } from '../../access/rule-groups'
import { version } from '../../api/save-settings'

const routeShown = z
  .object({
    id: z.string(),
    ...groupShown,
    tenant: z.string().describe('Where the group and its members are copied to'),
  })
  .meta({ id: 'Route' })

const routesShown = z
  .object({
    version,
    onLeave: leaving,
    routes: z.array(routeShown),
    connections: z.array(connectionShown).describe('The tenants that an operator has connected'),
    reader: z
      .object({ applied: z.int(), behind: z.int() })
      .optional()
      .describe('Of the records of the feed: the last one that is in all copies, and how many are not yet'),
  })
  .meta({ id: 'Routes' })

const read = tenantOperation(
  {
    id: 'readRoutes',
    method: 'GET',
    path: '/tenants/{tenant}/routes',
    summary: 'Which groups are routed to which tenants, and how far that is',
    access: 'tenantReader',
    answers: { 200: { description: 'Routes and connections', schema: routesShown } },
  },
  async ({ registry, ...opened }) => ({ status: 200, body: await show(registry, opened, opened.tenant) }),
)

const save = tenantOperation(
  {
    id: 'saveRoutes',
    method: 'PUT',
    path: '/tenants/{tenant}/routes',
    summary: 'Saves the routes as a whole; copies follow within minutes. A save of the same routes looks at everybody again',
    access: 'tenantAdmin',
    audit: 'routes.saved',
    body: routesSent.extend({ version }),
    answers: { 200: { description: 'Saved', schema: routesShown } },
  },
  async ({ registry, body, wake, actor, audit, ...opened }) => {
    const { tenant, directory } = opened
    if (tenant.settings.version !== body.version) throw stale()
    const routing = await checkedRouting(directory, tenant, body)
    const saved = await changeSettings(
      registry.storage,
      tenant,
      (current) => ({
        routing,
        beside: (saving) => [
          noteFor(registry.now(), 'routes.saved', {
            id: 'routes',
            body: { version: saving, by: actor.name, routes: routing.routes.length },
          }),
          audit({ before: { ...current.routing }, after: { ...routing } }),
        ],
      }),
      body.version,
    )
    if (saved === 'stale') throw stale()
    if (saved === undefined) throw noSuchTenant()
    registry.tenants.put(saved)
    wake()
    return { status: 200, body: await show(registry, opened, saved) }
  },
)

async function show(
  registry: Registry,
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
  return { version: settings.version, onLeave: routing.onLeave, routes, ...(await showConnections(registry, directory, tenant)) }
}

export const routeOperations: readonly Operation[] = [read, save, routePreview]
