import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The change feed for the vendor's product. */
export const productChanges: HttpRoute = {
  name: 'product-changes',
  route: 'api/product/tenants/{tenant}/changes',
  methods: allMethods,
  handler: handlers.product,
}
