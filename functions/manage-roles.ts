import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A tenant's access roles and rules: read, save, preview. */
export const manageRoles: HttpRoute = {
  name: 'manage-roles',
  route: 'api/manage/tenants/{tenant}/roles/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
