import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Which SCIM requests of a tenant were refused, and why. */
export const manageRefusals: HttpRoute = {
  name: 'manage-refusals',
  route: 'api/manage/tenants/{tenant}/refusals',
  methods: allMethods,
  handler: handlers.manage,
}
