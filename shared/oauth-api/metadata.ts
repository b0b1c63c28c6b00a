import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { isTenantSlug } from '../config'
import { oauthAddresses } from '../credentials/oauth/addresses'
import { pathParts } from '../http/exchange'
import { OAuthError } from './oauth-error'
import { refusalReply, replyOf, type OAuthReply } from './oauth-reply'

/**
 * `GET /.well-known/oauth-authorization-server/oauth/{tenant}` (RFC 8414 section 3). The same for every name that a tenant may have:
 * it tells nobody which there are. `publicUrl`: origin of the addresses; undefined: the request's own.
 */
export const metadataEndpoint =
  (publicUrl: () => string | undefined) =>
  (request: HttpRequest): Promise<HttpResponseInit> => {
    try {
      return Promise.resolve(answer(request, publicUrl()))
    } catch (error) {
      return Promise.resolve(refusalReply(error))
    }
  }

function answer({ method, url: address }: HttpRequest, publicUrl: string | undefined): OAuthReply {
  const url = new URL(address)
  const [, , parent, slug = '', ...more] = pathParts(url)
  if (method !== 'GET') throw new OAuthError(405, 'invalid_request', 'Send a GET.', { Allow: 'GET' })
  if (parent !== 'oauth' || !isTenantSlug(slug) || more.length > 0) {
    const where = '/.well-known/oauth-authorization-server/oauth/{tenant}'
    throw new OAuthError(404, 'invalid_request', `There is nothing here. The metadata of a tenant has the address ${where}.`)
  }
  const { issuer, tokenEndpoint } = oauthAddresses(publicUrl ?? url.origin, slug)
  const metadata = {
    issuer,
    token_endpoint: tokenEndpoint,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['scim'],
    response_types_supported: [],
  }
  // Whoever sends a request chooses its Host header: what follows from that is kept by nobody.
  return replyOf(200, metadata, { 'Cache-Control': publicUrl === undefined ? 'no-store' : 'public, max-age=3600' })
}
