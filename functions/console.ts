import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The page for the customer's admin and the operator, and its assets. */
export const consolePage: HttpRoute = {
  name: 'console',
  route: 'console/{*path}',
  methods: allMethods,
  handler: handlers.console,
}
