import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Tenants: the operator makes, renames, pauses and deletes them. */
export const manageTenants: HttpRoute = {
  name: 'manage-tenants',
  route: 'api/manage/tenants/{tenant?}',
  methods: allMethods,
  handler: handlers.manage,
}
