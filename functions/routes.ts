import { bulk } from './bulk'
import { followQueue } from './follow-queue'
import { followTimer } from './follow-timer'
import { groups } from './groups'
import { me } from './me'
import { ready } from './ready'
import { resourceTypes } from './resource-types'
import type { Routes } from './route'
import { schemas } from './schemas'
import { search } from './search'
import { serviceProviderConfig } from './service-provider-config'
import { users } from './users'
import { unknownRoute } from './z-unknown-route'

/** Every function of the app. */
export const routes: Routes = {
  http: [users, groups, bulk, search, me, schemas, resourceTypes, serviceProviderConfig, ready, unknownRoute],
  timers: [followTimer],
  queues: [followQueue],
}
