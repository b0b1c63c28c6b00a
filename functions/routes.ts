import { bulk } from './bulk'
import { consolePage } from './console'
import { followTimer } from './follow-timer'
import { groups } from './groups'
import { manageActivity } from './manage-activity'
import { manageAttributes } from './manage-attributes'
import { manageEquipment } from './manage-equipment'
import { manageCapture } from './manage-capture'
import { manageCoverage } from './manage-coverage'
import { manageHealth } from './manage-health'
import { manageExport } from './manage-export'
import { manageGroups } from './manage-groups'
import { manageOpenApi } from './manage-openapi'
import { managePeople } from './manage-people'
import { manageProductIds } from './manage-product-ids'
import { manageProductKeys } from './manage-product-keys'
import { manageProductKeysAll } from './manage-product-keys-all'
import { manageRoles } from './manage-roles'
import { manageSettings } from './manage-settings'
import { manageTenants } from './manage-tenants'
import { manageConflicts } from './manage-conflicts'
import { manageConnection } from './manage-connection'
import { manageConnections } from './manage-connections'
import { manageLinks } from './manage-links'
import { manageRefusals } from './manage-refusals'
import { manageRoutes } from './manage-routes'
import { manageSession } from './manage-session'
import { manageSource } from './manage-source'
import { manageTokens } from './manage-tokens'
import { manageWebhooks } from './manage-webhooks'
import { me } from './me'
import { productChanges } from './product-changes'
import { productGroups } from './product-groups'
import { productPeople } from './product-people'
import { ready } from './ready'
import { resourceTypes } from './resource-types'
import type { Routes } from './route'
import { schemas } from './schemas'
import { search } from './search'
import { serviceProviderConfig } from './service-provider-config'
import { users } from './users'
import { unknownManage } from './z-unknown-manage'
import { unknownProduct } from './z-unknown-product'
import { unknownRoute } from './z-unknown-route'

const scim = [users, groups, bulk, search, me, schemas, resourceTypes, serviceProviderConfig, unknownRoute]
const health = [manageHealth, manageCoverage, manageActivity, manageCapture]
const access = [manageConnection, manageLinks, manageRefusals, manageSession, manageTokens, manageWebhooks]
const manage = [manageAttributes, manageExport, manageOpenApi, manageProductIds, manageSettings, manageTenants, unknownManage]
const directory = [manageEquipment, manageRoles, managePeople, manageGroups]
const superTenants = [manageConflicts, manageConnections, manageRoutes, manageSource]
const product = [manageProductKeys, manageProductKeysAll, productChanges, productGroups, productPeople, unknownProduct]

/** Every function of the app. */
export const routes: Routes = {
  http: [...scim, ...manage, ...directory, ...product, ...access, ...superTenants, ...health, consolePage, ready],
  timers: [followTimer],
}
