import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A tenant's secret tokens: list, make, revoke. */
export const manageTokens: HttpRoute = {
  name: 'manage-tokens',
  route: 'api/manage/tenants/{tenant}/tokens/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
