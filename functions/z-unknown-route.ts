import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Everything else under /scim, so that it is refused in SCIM form. The host tries routes by function name, so this name sorts last. */
export const unknownRoute: HttpRoute = {
  name: 'z-unknown-route',
  route: 'scim/{*rest}',
  methods: allMethods,
  handler: handlers.unknownRoute,
}
