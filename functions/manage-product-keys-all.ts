import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The product's keys for all tenants. */
export const manageProductKeysAll: HttpRoute = {
  name: 'manage-product-keys-all',
  route: 'api/manage/product-keys/{key?}',
  methods: allMethods,
  handler: handlers.manage,
}
