import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The super tenant that routes people to a tenant. */
export const manageSource: HttpRoute = {
  name: 'manage-source',
  route: 'api/manage/tenants/{tenant}/source',
  methods: allMethods,
  handler: handlers.manage,
}
