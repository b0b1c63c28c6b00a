import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** What this service provider supports (RFC 7644 section 4). */
export const serviceProviderConfig: HttpRoute = {
  name: 'service-provider-config',
  route: 'scim/{tenant}/ServiceProviderConfig',
  methods: allMethods,
  handler: handlers.serviceProviderConfig,
}
