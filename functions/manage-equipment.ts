import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Equipment that people have, and who still has some after leaving. */
export const manageEquipment: HttpRoute = {
  name: 'manage-equipment',
  route: 'api/manage/tenants/{tenant}/equipment/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
