import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A query over all resource types by POST (RFC 7644 section 3.4.3). */
export const search: HttpRoute = {
  name: 'search',
  route: 'scim/{tenant}/.search',
  methods: allMethods,
  handler: handlers.search,
}
