import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Who is signed in; a session for the holder of a setup link. */
export const manageSession: HttpRoute = {
  name: 'manage-session',
  route: 'api/manage/session',
  methods: allMethods,
  handler: handlers.manage,
}
