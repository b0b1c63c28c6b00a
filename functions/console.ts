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

/** Whoever types the host alone. The host itself serves / only while its start page is on, which the deployment turns off. */
export const root: HttpRoute = {
  name: 'root',
  route: '/', // an empty template would be the function's name
  methods: allMethods,
  handler: handlers.console,
}
