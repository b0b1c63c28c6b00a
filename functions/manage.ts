import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** The management API: its operations have paths of their own (shared/api). */
export const manage: HttpRoute = {
  name: 'manage',
  route: 'api/manage/{*rest}',
  methods: allMethods,
  handler: handlers.manage,
}
