import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Whether the service has what it needs, for operators and probes; no SCIM, no token. */
export const ready: HttpRoute = { name: 'ready', route: 'ready', methods: allMethods, handler: handlers.ready }
