import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Resource types, or one by its name (RFC 7644 section 4). */
export const resourceTypes: HttpRoute = {
  name: 'resource-types',
  route: 'scim/{tenant}/ResourceTypes/{id?}',
  methods: allMethods,
  handler: handlers.resourceTypes,
}
