import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Users, one user, and /Users/.search, which the host takes for an id (RFC 7644 sections 3.2 to 3.6). */
export const users: HttpRoute = {
  name: 'users',
  route: 'scim/{tenant}/Users/{id?}',
  methods: allMethods,
  handler: handlers.users,
}
