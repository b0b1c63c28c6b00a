import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A tenant's settings, and its branding below them. */
export const manageSettings: HttpRoute = {
  name: 'manage-settings',
  route: 'api/manage/tenants/{tenant}/settings/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
