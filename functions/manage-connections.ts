import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Connections of a super tenant with the tenants that people are routed to. */
export const manageConnections: HttpRoute = {
  name: 'manage-connections',
  route: 'api/manage/tenants/{tenant}/connections/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
