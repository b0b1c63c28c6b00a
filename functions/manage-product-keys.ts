import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The product's keys for one tenant. */
export const manageProductKeys: HttpRoute = {
  name: 'manage-product-keys',
  route: 'api/manage/tenants/{tenant}/product-keys/{key?}',
  methods: allMethods,
  handler: handlers.manage,
}
