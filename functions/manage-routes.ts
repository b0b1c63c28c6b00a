import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Routes of a super tenant: which group goes to which tenant. */
export const manageRoutes: HttpRoute = {
  name: 'manage-routes',
  route: 'api/manage/tenants/{tenant}/routes/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
