import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** What happened in a tenant, in plain words. */
export const manageActivity: HttpRoute = {
  name: 'manage-activity',
  route: 'api/manage/tenants/{tenant}/activity/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
