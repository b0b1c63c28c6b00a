import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The tenant's access roles, or one by its id, where it lists them here. */
export const roles: HttpRoute = {
  name: 'roles',
  route: 'scim/{tenant}/Roles/{id?}',
  methods: allMethods,
  handler: handlers.roles,
}
