import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { MAX_ROUTES, onLeave, type Route, type Routing } from '../../tenants/routing'
import type { Tenant } from '../../tenants/tenant'
import { invalid, type WrongField } from '../../api/problem'
import { groupIgnored, namesOf, readGroups, type Groups } from '../../access/rule-groups'

export const leaving = onLeave.describe(
  'What becomes of a copy when the person leaves the last group that is routed there. A deleted copy comes back as somebody new',
)

/** What is sent to be saved, or to be previewed. */
const routeSent = z
  .strictObject({
    id: z.string().optional().describe('Made when absent'),
    groupId: z.string(),
    tenant: z.string().describe('One that an operator has connected'),
    ...groupIgnored,
  })
  .meta({ id: 'RouteSent' })
export const routesSent = z.strictObject({
  onLeave: leaving,
  routes: z.array(routeSent).max(MAX_ROUTES),
})
type Sent = z.infer<typeof routesSent>

/**
 * What was sent as routing, names and externalIds read from the groups. A route whose group is gone may stay as it was.
 * @throws Problem 400 that names every wrong field
 */
export async function checkedRouting(directory: DirectoryContext, tenant: Tenant, sent: Sent): Promise<Routing> {
  const groups = await readGroups(
    directory,
    sent.routes.map(({ groupId }) => groupId),
  )
  return { onLeave: sent.onLeave, routes: checkedRoutes(tenant, groups, sent.routes) }
}

function checkedRoutes({ settings }: Tenant, groups: Groups, sent: Sent['routes']): Route[] {
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
