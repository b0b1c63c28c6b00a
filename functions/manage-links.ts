import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A tenant's setup links: list, make, revoke. */
export const manageLinks: HttpRoute = {
  name: 'manage-links',
  route: 'api/manage/tenants/{tenant}/links/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
