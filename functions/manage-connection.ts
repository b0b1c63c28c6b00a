import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Whether Entra ID has reached a tenant. */
export const manageConnection: HttpRoute = {
  name: 'manage-connection',
  route: 'api/manage/tenants/{tenant}/connection',
  methods: allMethods,
  handler: handlers.manage,
}
