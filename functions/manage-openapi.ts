import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The management API as an OpenAPI document. */
export const manageOpenApi: HttpRoute = {
  name: 'manage-openapi',
  route: 'api/manage/openapi.json',
  methods: allMethods,
  handler: handlers.manage,
}
