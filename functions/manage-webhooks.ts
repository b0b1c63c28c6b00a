import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A tenant's webhooks: endpoints, their secrets, what was delivered and what was not. */
export const manageWebhooks: HttpRoute = {
  name: 'manage-webhooks',
  route: 'api/manage/tenants/{tenant}/webhooks/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
