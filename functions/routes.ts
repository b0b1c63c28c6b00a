import { bulk } from './bulk'
import { consolePage, root } from './console'
import { entitlements } from './entitlements'
import { followTimer } from './follow-timer'
import { groups } from './groups'
import { manage } from './manage'
import { me } from './me'
import { oauthMetadata, oauthToken } from './oauth'
import { product } from './product'
import { ready } from './ready'
import { resourceTypes } from './resource-types'
import { roles } from './roles'
import type { Routes } from './route'
import { schemas } from './schemas'
import { search } from './search'
import { serviceProviderConfig } from './service-provider-config'
import { users } from './users'
import { unknownRoute } from './z-unknown-route'

const scim = [users, groups, bulk, search, me, schemas, resourceTypes, roles, entitlements, serviceProviderConfig, unknownRoute]

/** Every function of the app. */
export const routes: Routes = {
  http: [...scim, oauthToken, oauthMetadata, manage, product, consolePage, root, ready],
  timers: [followTimer],
}
