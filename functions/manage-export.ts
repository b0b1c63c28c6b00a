import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Everything of a tenant, line by line. */
export const manageExport: HttpRoute = {
  name: 'manage-export',
  route: 'api/manage/tenants/{tenant}/export',
  methods: allMethods,
  handler: handlers.manage,
}
