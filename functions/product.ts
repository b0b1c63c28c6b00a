import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** What the vendor's product reads: its operations have paths of their own (shared/api). */
export const product: HttpRoute = {
  name: 'product',
  route: 'api/product/{*rest}',
  methods: allMethods,
  handler: handlers.product,
}
