import { handlers } from '../shared/handlers'
import { allMethods, followOutput, withFollow } from './route'
import type { HttpRoute } from './route'

/** Erases a person. The host tries routes by function name, so this one comes before all else about people. */
export const manageErasure: HttpRoute = {
  name: 'manage-erasure',
  route: 'api/manage/tenants/{tenant}/people/{id}/erase',
  methods: allMethods,
  handler: withFollow(handlers.manageErasure),
  extraOutputs: [followOutput],
}
