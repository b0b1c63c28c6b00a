import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Tells whom the product knows already. */
export const manageProductIds: HttpRoute = {
  name: 'manage-product-ids',
  route: 'api/manage/tenants/{tenant}/product-ids',
  methods: allMethods,
  handler: handlers.manage,
}
