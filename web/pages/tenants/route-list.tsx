import { Button, IconButton } from '../../ui/button'
import { Icon } from '../../ui/icons'
import { Badge } from '../../ui/layout'
import { Empty } from '../../ui/loaded'
import type { Draft, DraftRoute, Routing } from './routing'

const nameOf = ({ groupName, groupId }: DraftRoute) => (groupName === '' ? groupId : groupName)

/** Each route in a line: a group and where it goes. `onChange` undefined: to look at alone. */
export function RouteList(given: {
  readonly routing: Routing
  readonly draft: Draft
  readonly onChange?: (draft: Draft) => void
}) {
  const { routing, draft, onChange } = given
  const { routes } = draft
  const tenantName = (slug: string) => routing.connections.find(({ tenant }) => tenant === slug)?.name ?? slug
  if (routes.length === 0) {
    return <Empty icon="tenants" title="No group is routed yet" text="Nobody is copied anywhere until a route says so." />
  }
  const change = (index: number, route: DraftRoute | undefined) =>
    onChange?.({ ...draft, routes: routes.flatMap((one, at) => (at !== index ? [one] : route === undefined ? [] : [route])) })
  return (
    <ul class="routes" aria-label="Routes">
      {routes.map((route, index) => (
        <li key={`${route.groupId} ${route.tenant}`} class="route">
          <div class="route-group">
            <strong>{nameOf(route)}</strong>
            {route.broken && <Badge tone="warning">Group is gone</Badge>}
            {route.id === undefined && <Badge tone="brand">Not saved yet</Badge>}
            {route.suggestion !== undefined && onChange !== undefined && (
              <Button size="small" onClick={() => change(index, withGroup(route))}>
                Use the group of the same name
              </Button>
            )}
          </div>
          <Icon name="chevronRight" />
          <span class="route-tenant">
            <span class="visually-hidden">goes to </span>
            {tenantName(route.tenant)}
          </span>
          {onChange !== undefined && (
            <IconButton
              icon="delete"
              label={`Remove the route of ${nameOf(route)} to ${tenantName(route.tenant)}`}
              onClick={() => change(index, undefined)}
            />
          )}
        </li>
      ))}
    </ul>
  )
}

function withGroup(route: DraftRoute): DraftRoute {
  const { suggestion, ...rest } = route
  if (suggestion === undefined) return route
  return { ...rest, groupId: suggestion.groupId, groupName: suggestion.displayName, broken: false }
}
