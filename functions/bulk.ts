import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Bulk operations (RFC 7644 section 3.7). */
export const bulk: HttpRoute = {
  name: 'bulk',
  route: 'scim/{tenant}/Bulk',
  methods: allMethods,
  handler: handlers.bulk,
}
