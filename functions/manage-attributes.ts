import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Custom attributes that a tenant declares, and those learnt. */
export const manageAttributes: HttpRoute = {
  name: 'manage-attributes',
  route: 'api/manage/tenants/{tenant}/attributes',
  methods: allMethods,
  handler: handlers.manage,
}
