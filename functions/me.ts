import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The alias of the authenticated subject (RFC 7644 section 3.11). */
export const me: HttpRoute = {
  name: 'me',
  route: 'scim/{tenant}/Me',
  methods: allMethods,
  handler: handlers.me,
}
