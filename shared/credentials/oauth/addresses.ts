/** The addresses of a tenant's authorization server, below the origin by which it is known. */
export const oauthAddresses = (origin: string, slug: string) => ({
  issuer: `${origin}/oauth/${slug}`,
  tokenEndpoint: `${origin}/oauth/${slug}/token`,
  /** Where RFC 8414 section 3.1 puts the metadata of such an issuer. */
  metadata: `${origin}/.well-known/oauth-authorization-server/oauth/${slug}`,
})
