import { startIssuer } from './issuer'
import { requestToken } from './token-endpoint'
import type { TokenClient } from './token-endpoint'
import { bearer, fetchedTokens } from './token-source'
import type { TokenSource } from './token-source'

/** How a client signs in to a SCIM endpoint. */
export type SignIn =
  | { readonly method: 'bearer'; readonly token: string }
  | (TokenClient & { readonly method: 'client-credentials'; readonly secret: string; readonly credentials: 'header' | 'body' })
  | (TokenClient & { readonly method: 'federation'; readonly issuerPort: number })

/** Kept beside what `npm start` keeps. */
const KEY_FILE = '.azurite/issuer-key.json'

/** Runs the work with the tokens that the sign-in gives. For federation an issuer runs meanwhile, whose values for a trust record are told. */
export async function withTokens<T>(
  signIn: SignIn,
  tell: (line: string) => void,
  work: (tokens: TokenSource) => Promise<T>,
): Promise<T> {
  if (signIn.method === 'bearer') return await work(bearer(signIn.token))
  if (signIn.method === 'client-credentials') return await work(fetchedTokens(signIn.method, () => requestToken(signIn, signIn)))
  const issuer = await startIssuer({ port: signIn.issuerPort, keyFile: KEY_FILE })
  const { issuer: name, keys, subject, audience } = issuer.trust
  tell(`Trust record: issuer ${name}, keys ${keys}, subject ${subject}, audience ${audience}`)
  try {
    return await work(
      fetchedTokens(signIn.method, async () => await requestToken(signIn, { assertion: await issuer.assertion() })),
    )
  } finally {
    await issuer.close()
  }
}
