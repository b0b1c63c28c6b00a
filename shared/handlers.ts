import type { StorageQueueHandler, TimerHandler } from '@azure/functions'
import { readConfig } from './config'
import { background } from './http/background'
import { bulkHandler } from './http/bulk'
import { resourceTypesHandler, schemasHandler, serviceProviderConfigHandler } from './http/discovery'
import { endpoint, openEndpoint } from './http/endpoint'
import { readyEndpoint } from './http/ready'
import { notImplemented } from './http/refusals'
import { resourceHandler } from './http/resource-handler'
import { searchHandler } from './http/search-handler'
import { unknownEndpoint, unknownRoute } from './http/unknown-route'
import { openApiOperations } from './manage/all'
import { attributesOperations } from './manage/attributes'
import { manageEndpoint } from './manage/endpoint'
import { exportOperations } from './manage/export'
import { connectionOperations } from './manage/connection'
import { coverageOperations } from './manage/coverage'
import { groupOperations } from './manage/groups'
import { healthOperations } from './manage/health'
import { linkOperations, makeLink } from './manage/links'
import { equipmentOperations } from './manage/equipment'
import { equipmentScheduleOperations } from './manage/equipment-schedule'
import { erasureOperations, productErasureOperations } from './manage/erasure'
import type { Operation } from './manage/operation'
import { peopleOperations } from './manage/people'
import { productKeyOperations } from './manage/product-keys'
import { productIdsOperations } from './manage/product-ids'
import { refusalOperations } from './manage/refusals'
import { roleOperations } from './manage/roles'
import { retentionOperations } from './manage/retention'
import { sessionOperations } from './manage/session'
import { settingsOperations } from './manage/settings'
import { tenantOperations } from './manage/tenants'
import { tokenOperations } from './manage/tokens'
import { webhookOperations } from './manage/webhooks'
import { productChangeOperations } from './product/changes'
import { productGroupOperations } from './product/groups'
import { productPeopleOperations } from './product/people'
import { isObject } from './scim/json'
import { createServices, type Services } from './services'

/** A message wakes the follower for a burst of writes: it looks again after this, until a look finds nothing. */
const LINGER_MS = 2000

let services: Services | undefined
const present = (): Services => (services ??= createServices(readConfig()))
const edge = () => present().edge

/** For a process that ends: writes what is only remembered yet. */
export const endServices = async (): Promise<void> => services?.end()

const followQueue: StorageQueueHandler = background(async (message) => {
  const slug = isObject(message) ? message['tenant'] : undefined
  if (typeof slug === 'string') await present().followTenant(slug, LINGER_MS)
})

const followTimer: TimerHandler = background(() => present().followAll())

/** Endpoints of RFC 7644 that this service does not have; below them there is nothing. */
const unsupported = (name: string) =>
  endpoint(edge, (exchange) =>
    exchange.path.length > 1 ? unknownEndpoint(exchange) : Promise.reject(notImplemented(`/${name}`)),
  )

const endpoints = {
  users: endpoint(edge, resourceHandler('User')),
  groups: endpoint(edge, resourceHandler('Group')),
  schemas: openEndpoint(edge, schemasHandler),
  resourceTypes: openEndpoint(edge, resourceTypesHandler),
  serviceProviderConfig: openEndpoint(edge, serviceProviderConfigHandler),
  me: unsupported('Me'),
  bulk: endpoint(edge, bulkHandler),
  search: endpoint(edge, searchHandler),
}

const managed = (operations: readonly Operation[]) => manageEndpoint(() => present().manage, operations)

const forProduct = (operations: readonly Operation[]) =>
  manageEndpoint(() => present().manage, operations, {
    actorOf: (...request) => present().product.actorOf(...request),
    findTenant: (...request) => present().product.findTenant(...request),
  })

/**
 * A link that opens the tenant's administration for a day, for whoever runs the service on their own machine.
 * @throws Error inside Azure, where an operator makes links
 */
export async function localSetupLink(slug: string, origin: string): Promise<string> {
  if (readConfig().tokens.kind !== 'local') throw new Error('Setup links are made without sign-in in local runs alone.')
  const { manage } = present()
  const tenant = await manage.tenants.find(slug)
  if (tenant === undefined) throw new Error('There is no such tenant.')
  const { url } = await makeLink(
    { services: manage, tenant, origin },
    { role: 'admin', days: 1, label: 'npm start', by: 'npm start' },
  )
  return url
}

/** The handlers of the functions, over services that are made with the first request. */
export const handlers = {
  ready: readyEndpoint(() => present().needs),
  ...endpoints,
  unknownRoute: unknownRoute(
    {
      users: endpoints.users,
      groups: endpoints.groups,
      schemas: endpoints.schemas,
      resourcetypes: endpoints.resourceTypes,
      serviceproviderconfig: endpoints.serviceProviderConfig,
      me: endpoints.me,
      bulk: endpoints.bulk,
      '.search': endpoints.search,
    },
    endpoint(edge, unknownEndpoint),
  ),
  manageAttributes: managed(attributesOperations),
  manageExport: managed(exportOperations),
  manageOpenApi: managed(openApiOperations),
  manageProductIds: managed(productIdsOperations),
  manageSettings: managed([...settingsOperations, ...retentionOperations, ...equipmentScheduleOperations]),
  manageTenants: managed(tenantOperations),
  manageRoles: managed(roleOperations),
  managePeople: managed(peopleOperations),
  manageGroups: managed(groupOperations),
  unknownManage: managed([]),
  manageTokens: managed(tokenOperations),
  manageWebhooks: managed(webhookOperations),
  manageEquipment: managed(equipmentOperations),
  manageLinks: managed(linkOperations),
  manageSession: managed(sessionOperations),
  manageRefusals: managed(refusalOperations),
  manageConnection: managed(connectionOperations),
  manageHealth: managed(healthOperations),
  manageCoverage: managed(coverageOperations),
  manageErasure: managed(erasureOperations),
  manageProductKeys: managed(productKeyOperations),
  productPeople: forProduct([...productPeopleOperations, ...productErasureOperations]),
  productGroups: forProduct(productGroupOperations),
  productChanges: forProduct(productChangeOperations),
  unknownProduct: forProduct([]),
  followTimer,
  followQueue,
}
