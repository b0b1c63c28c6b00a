import { Card } from '../../ui/layout'
import { RouteList } from './route-list'
import type { Routing } from './routing'

/** The routes for who may not change them. */
export const RoutesShown = ({ routing }: { readonly routing: Routing }) => (
  <Card
    title="Routes"
    lead={`Whoever leaves the last group that is routed to a tenant is ${routing.onLeave === 'delete' ? 'deleted' : 'disabled'} there.`}
  >
    <RouteList routing={routing} draft={routing} />
  </Card>
)
