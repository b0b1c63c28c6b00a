import { handlers } from '../shared/handlers'
import { allMethods, followOutput, withFollow } from './route'
import type { HttpRoute } from './route'

/** Tells whom the product knows already. */
export const manageProductIds: HttpRoute = {
  name: 'manage-product-ids',
  route: 'api/manage/tenants/{tenant}/product-ids',
  methods: allMethods,
  handler: withFollow(handlers.manage),
  extraOutputs: [followOutput],
}
