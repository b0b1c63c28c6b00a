import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** A tenant's people: list, export, locks, releases, product ids. */
export const managePeople: HttpRoute = {
  name: 'manage-people',
  route: 'api/manage/tenants/{tenant}/people/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
