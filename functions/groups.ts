import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Groups, one group, and /Groups/.search, which the host takes for an id (RFC 7644 sections 3.2 to 3.6). */
export const groups: HttpRoute = {
  name: 'groups',
  route: 'scim/{tenant}/Groups/{id?}',
  methods: allMethods,
  handler: handlers.groups,
}
