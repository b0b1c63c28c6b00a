import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The tenant's access roles as entitlements, or one by its id, where it lists them here. */
export const entitlements: HttpRoute = {
  name: 'entitlements',
  route: 'scim/{tenant}/Entitlements/{id?}',
  methods: allMethods,
  handler: handlers.entitlements,
}
