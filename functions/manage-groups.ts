import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A tenant's groups and their members. */
export const manageGroups: HttpRoute = {
  name: 'manage-groups',
  route: 'api/manage/tenants/{tenant}/groups/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
