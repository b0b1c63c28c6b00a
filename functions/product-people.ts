import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** People as the vendor's product sees them, its own key of each, and erasure. */
export const productPeople: HttpRoute = {
  name: 'product-people',
  route: 'api/product/tenants/{tenant}/people/{*rest}',
  methods: allMethods,
  handler: handlers.product,
}
