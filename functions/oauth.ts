import { handlers } from '../shared/app/handlers'
import { allMethods } from './route'
import type { HttpRoute } from './route'

/** Access tokens for directories that sign in by OAuth (RFC 6749 section 4.4, RFC 7523). */
export const oauthToken: HttpRoute = {
  name: 'oauth-token',
  route: 'oauth/{tenant}/token',
  methods: allMethods,
  handler: handlers.oauthToken,
}

/** What a tenant's token endpoint takes (RFC 8414). */
export const oauthMetadata: HttpRoute = {
  name: 'oauth-metadata',
  route: '.well-known/oauth-authorization-server/{*rest}',
  methods: allMethods,
  handler: handlers.oauthMetadata,
}
