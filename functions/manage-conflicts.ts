import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Names that copies cannot have: list and adopt. */
export const manageConflicts: HttpRoute = {
  name: 'manage-conflicts',
  route: 'api/manage/tenants/{tenant}/conflicts/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
