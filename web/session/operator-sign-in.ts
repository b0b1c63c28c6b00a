import * as oauth from 'oauth4webapi'
import type { OperatorSignIn } from './offer'
import { keepSession } from './session'

const KEY = 'rollcall.sign-in'
const redirectUri = () => `${location.origin}/console`

interface Begun {
  readonly verifier: string
  readonly state: string
  /** Where the operator wanted to go. */
  readonly path: string
}

async function server({ issuer }: OperatorSignIn): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecureOnThisMachine(issuer)))
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; this is the use it is for
const insecurely = oauth.allowInsecureRequests

/** An issuer for tests on this machine speaks http; Entra ID never does. */
const insecureOnThisMachine = (issuer: string) => ({ [insecurely]: new URL(issuer).hostname === 'localhost' })

/** Sends the operator to Entra ID (RFC 6749 section 4.1 with PKCE, RFC 7636): no secret is needed, and none is kept. */
export async function beginSignIn(signIn: OperatorSignIn): Promise<void> {
  const { authorization_endpoint: endpoint = '' } = await server(signIn)
  const begun: Begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    path: location.pathname,
  }
  sessionStorage.setItem(KEY, JSON.stringify(begun))
  const url = new URL(endpoint)
  const parameters = {
    client_id: signIn.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: `api://${signIn.clientId}/.default`,
    state: begun.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  location.assign(url)
}

/**
 * Takes the answer and keeps the session. Returns the path that was asked for.
 * @throws Error with a sentence for the operator
 */
export async function finishSignIn(signIn: OperatorSignIn): Promise<string> {
  const text = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  const answer = new URL(location.href)
  history.replaceState(null, '', '/console')
  if (text === null) throw new Error('This sign-in was begun in another tab. Sign in again.')
  const begun = JSON.parse(text) as Begun
  const refusal = answer.searchParams.get('error_description') ?? answer.searchParams.get('error')
  if (refusal !== null) throw new Error(`Entra ID did not sign you in: ${refusal}`)
  const authorizationServer = await server(signIn)
  const client: oauth.Client = { client_id: signIn.clientId }
  const parameters = oauth.validateAuthResponse(authorizationServer, client, answer, begun.state)
  const response = await oauth.authorizationCodeGrantRequest(
    authorizationServer,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    begun.verifier,
    insecureOnThisMachine(signIn.issuer),
  )
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(authorizationServer, client, response)
  keepSession(token)
  return begun.path
}
