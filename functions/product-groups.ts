import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Groups and their members as the vendor's product sees them. */
export const productGroups: HttpRoute = {
  name: 'product-groups',
  route: 'api/product/tenants/{tenant}/groups/{*rest}',
  methods: allMethods,
  handler: handlers.product,
}
