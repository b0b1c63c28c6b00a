import { notFound } from '../scim/errors'
import type { Handle } from './exchange'
import { resourceHandler } from './resource-handler'
import { resourceTypesHandler, schemasHandler, serviceProviderConfigHandler } from './discovery'

const BY_FIRST_PART: Readonly<Record<string, Handle>> = {
  users: resourceHandler('User'),
  groups: resourceHandler('Group'),
  schemas: schemasHandler,
  resourcetypes: resourceTypesHandler,
  serviceproviderconfig: serviceProviderConfigHandler,
}

/**
 * Paths that no other function took. A Tenant URL with a slash at its end makes `/scim/contoso//Users`, which the host
 * matches with no template but this one; anything else is 404 in SCIM's own form.
 */
export const unknownRouteHandler: Handle = async (exchange) => {
  const first = exchange.path[0]?.toLowerCase() ?? ''
  const handle = Object.hasOwn(BY_FIRST_PART, first) ? BY_FIRST_PART[first] : undefined
  if (handle !== undefined) return handle(exchange)
  throw notFound(
    'There is no such endpoint. The Tenant URL in Entra ends with the name of the tenant: https://<host>/scim/<tenant>.',
  )
}
