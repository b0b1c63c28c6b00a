import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Everything else under /api/manage, refused as a problem. The host tries routes by function name, so this name sorts last. */
export const unknownManage: HttpRoute = {
  name: 'z-unknown-manage',
  route: 'api/manage/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
