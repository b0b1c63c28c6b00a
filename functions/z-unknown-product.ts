import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Everything else under /api/product, refused as a problem. */
export const unknownProduct: HttpRoute = {
  name: 'z-unknown-product',
  route: 'api/product/{*rest}',
  methods: allMethods,
  handler: handlers.product,
}
