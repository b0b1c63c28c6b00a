import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Card, Page } from '../../ui/layout'
import { Empty, Loaded } from '../../ui/loaded'
import { ConnectTenant } from './connect-tenant'
import { Connections } from './connections'
import { Fed } from './fed'
import { RoutesEditor } from './routes-editor'
import { RoutesShown } from './routes-shown'
import type { Routing } from './routing'

/** Copies go out within seconds; whoever watches sees them. */
const LOOK_EVERY_MS = 10_000

/** A super tenant's routes to other tenants, or who feeds this one. */
export function TenantsPage() {
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const source = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/source', { params })), [tenant.slug])
  return (
    <Page
      title="Tenants"
      lead="A super tenant routes groups to other tenants: their members are copied there and kept in line with this directory."
    >
      <Loaded of={source}>
        {({ superTenant, inheritsRoles }) =>
          superTenant === null ? <Routes /> : <Fed superTenant={superTenant} inheritsRoles={inheritsRoles} />
        }
      </Loaded>
    </Page>
  )
}

function Routes() {
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const routing = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/routes', { params })),
    [tenant.slug],
    LOOK_EVERY_MS,
  )
  return (
    <Loaded of={routing} rows={6}>
      {(now) => <SuperTenant routing={now} reload={() => void routing.reload()} onSaved={routing.put} />}
    </Loaded>
  )
}

function SuperTenant(given: {
  readonly routing: Routing
  readonly reload: () => void
  readonly onSaved: (routing: Routing) => void
}) {
  const { routing, reload, onSaved } = given
  const { isAdmin, isOperatorAdmin } = useTenant()
  if (routing.connections.length === 0) {
    return (
      <Card title="Connected tenants">
        <Empty
          icon="tenants"
          title="This tenant is not connected to others"
          text={
            isOperatorAdmin
              ? 'Connect the tenants that it may route people to. Its administrator then chooses which group goes where.'
              : 'Whoever operates this service can connect it to other tenants. You then choose which group goes where.'
          }
          action={isOperatorAdmin && <ConnectTenant onDone={reload} />}
        />
      </Card>
    )
  }
  return (
    <>
      <Connections routing={routing} onChange={reload} />
      {isAdmin ? <RoutesEditor routing={routing} onSaved={onSaved} /> : <RoutesShown routing={routing} />}
    </>
  )
}
