import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Which attributes of people have values. */
export const manageCoverage: HttpRoute = {
  name: 'manage-coverage',
  route: 'api/manage/tenants/{tenant}/coverage',
  methods: allMethods,
  handler: handlers.manage,
}
