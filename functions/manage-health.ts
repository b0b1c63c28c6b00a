import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Whether provisioning from Entra ID works. */
export const manageHealth: HttpRoute = {
  name: 'manage-health',
  route: 'api/manage/tenants/{tenant}/health',
  methods: allMethods,
  handler: handlers.manage,
}
