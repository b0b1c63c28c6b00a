import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Requests as Entra ID sends them, for an administrator to see. */
export const manageCapture: HttpRoute = {
  name: 'manage-capture',
  route: 'api/manage/tenants/{tenant}/capture/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
