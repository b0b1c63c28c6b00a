import type { TimerHandler } from '@azure/functions'
import { ConfigError, insideAzure, readConfig } from '../config'
import { consoleEndpoint } from './console/endpoint'
import { background } from '../http/background'
import { bulkHandler } from '../scim-api/bulk/bulk'
import { resourceTypesHandler, schemasHandler, serviceProviderConfigHandler } from '../scim-api/discovery'
import { endpoint, openEndpoint } from '../scim-api/endpoint'
import { readyEndpoint } from '../http/ready'
import { notImplemented } from '../scim-api/refusals'
import { resourceHandler } from '../scim-api/resource-handler'
import { listedRolesHandler } from '../scim-api/listed-roles'
import { searchHandler } from '../scim-api/search-handler'
import { unknownEndpoint, unknownRoute } from '../scim-api/unknown-route'
import { metadataEndpoint } from '../oauth-api/metadata'
import { tokenEndpoint } from '../oauth-api/token-endpoint'
import { apiEndpoint } from '../api/endpoint'
import { fromAddresses } from '../http/guard/allowed-addresses'
import { liveLink } from '../credentials/sign-in/link-rows'
import { linkName } from '../credentials/sign-in/setup-link'
import { createMeter } from '../storage/meter'
import { createServices, type Services } from './services'

let services: Services | undefined
const present = (): Services => (services ??= createServices(readConfig()))
const edge = () => present().edge

/** For a process that ends: writes what is only remembered yet. */
export const endServices = async (): Promise<void> => services?.end()

/** On somebody's own machine everybody is one. */
async function isOperator(authorization: string | null): Promise<boolean> {
  if (!insideAzure()) return true
  const signedIn = await services?.readSignIn?.(authorization) // without services a setting is wrong, and nobody signs in
  return signedIn?.kind === 'operator'
}

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
  roles: endpoint(edge, listedRolesHandler('Roles')),
  entitlements: endpoint(edge, listedRolesHandler('Entitlements')),
  serviceProviderConfig: openEndpoint(edge, serviceProviderConfigHandler),
  me: unsupported('Me'),
  bulk: endpoint(edge, bulkHandler),
  search: endpoint(edge, searchHandler),
}

const DAY_MS = 86_400_000

/**
 * A link that opens the tenant's administration for a day at least, for whoever runs the service on their own machine.
 * @param kept the text behind `#link=` of an earlier one, which is given again while it lives so long
 * @throws Error inside Azure, where an operator makes links
 */
export async function localSetupLink(slug: string, origin: string, kept = ''): Promise<string> {
  if (readConfig().tokens.kind !== 'local') throw new Error('Setup links are made without sign-in in local runs alone.')
  const { makeLink } = await import('../credentials/api/links.js')
  const { tenants, management } = present()
  const tenant = await tenants.find(slug)
  if (tenant === undefined) throw new Error('There is no such tenant.')
  const registry = management.registry(createMeter())
  const id = linkName(kept)?.linkId
  const held = id === undefined ? undefined : await liveLink(registry.storage.open(tenant.table), id, Date.now() + DAY_MS)
  if (held !== undefined) return `${origin}/console#link=${kept}`
  const wanted = { role: 'admin', days: 14, label: 'npm start', singleUse: false, by: 'npm start' } as const
  return (await makeLink({ registry, tenant, origin }, wanted)).url
}

/** For who manages the service, from the addresses that the operator has listed. */
const managed = (handler: ReturnType<typeof apiEndpoint>) => fromAddresses(managementAddresses, handler)

/** With a wrong setting no address is refused: the handlers read the settings too and answer 500, and an asset tells nothing. */
function managementAddresses(): readonly string[] {
  try {
    return readConfig().managementAddresses
  } catch (error) {
    if (error instanceof ConfigError) return []
    throw error
  }
}

/** The handlers of the functions, over services that are made with the first request. */
export const handlers = {
  ready: readyEndpoint({ needs: () => present().needs, isOperator }),
  console: managed(consoleEndpoint(() => readConfig().signIn)),
  ...endpoints,
  unknownRoute: unknownRoute(
    {
      users: endpoints.users,
      groups: endpoints.groups,
      schemas: endpoints.schemas,
      resourcetypes: endpoints.resourceTypes,
      roles: endpoints.roles,
      entitlements: endpoints.entitlements,
      serviceproviderconfig: endpoints.serviceProviderConfig,
      me: endpoints.me,
      bulk: endpoints.bulk,
      '.search': endpoints.search,
    },
    endpoint(edge, unknownEndpoint),
  ),
  manage: managed(apiEndpoint(() => present().management)),
  product: apiEndpoint(() => present().product),
  oauthToken: tokenEndpoint(() => present().tokenIssuer),
  oauthMetadata: metadataEndpoint(() => readConfig().publicUrl ?? readConfig().platformUrl),
  followTimer,
}
