import { notFound } from '../scim/errors'
import { notImplemented } from './refusals'
import type { Endpoint } from './endpoint'
import { pathParts, type Handle } from '../http/exchange'

/**
 * Paths that no other function took. A Tenant URL with a slash at its end makes `/scim/contoso//Users`, which the host
 * matches with no template but this one, so the endpoint is found by the name behind the tenant, in lower case; anything
 * else goes to `otherwise`.
 */
export function unknownRoute(endpoints: Readonly<Record<string, Endpoint>>, otherwise: Endpoint): Endpoint {
  return (request, context) => {
    const name = pathParts(new URL(request.url))[2]?.toLowerCase() ?? ''
    const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined
    return (endpoint ?? otherwise)(request, context)
  }
}

/** Refuses in SCIM's own form. A query at the Tenant URL itself would go over all types (RFC 7644 section 3.4.2.1). */
export const unknownEndpoint: Handle = ({ method, path }) => {
  if (path.length === 0 && method === 'GET') return Promise.reject(notImplemented(QUERY_AT_ROOT))
  if (path.length === 0)
    return Promise.reject(notFound('Nothing is here. Below this address /Users has the people and /Groups the groups.'))
  return Promise.reject(
    notFound(
      'There is no such endpoint. The Tenant URL in Entra ends with the name of the tenant: https://<host>/scim/<tenant>.',
    ),
  )
}

const QUERY_AT_ROOT =
  'Send a query over all types of resources by POST to /.search, or ask /Users and /Groups: one at the Tenant URL itself'
