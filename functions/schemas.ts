import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Schemas, or one by its URN (RFC 7644 section 4). */
export const schemas: HttpRoute = {
  name: 'schemas',
  route: 'scim/{tenant}/Schemas/{id?}',
  methods: allMethods,
  handler: handlers.schemas,
}
