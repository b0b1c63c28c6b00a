import * as oauth from 'oauth4webapi'
import { Problem } from '../api/problem'
import type { OperatorSignIn } from './offer'
import { keepSession } from './session'

const KEY = 'rollcall.sign-in'
const HOME = '/console'
/** As the app registration has it, to the letter. */
const redirectUri = () => location.origin + HOME

interface Begun {
  readonly verifier: string
  readonly state: string
  /** Where the operator wanted to go, with its query. */
  readonly path: string
}

/** @throws Problem when Entra ID does not answer */
async function server({ issuer }: OperatorSignIn): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  const response = await reached(oauth.discoveryRequest(url, insecureOnThisMachine(issuer)))
  return oauth.processDiscoveryResponse(url, response).catch((error: unknown) => {
    console.error(error)
    throw new Problem(0, 'unreachable', 'Entra ID cannot be asked for a sign-in now. Try again in a minute.')
  })
}

async function reached(request: Promise<Response>): Promise<Response> {
  return request.catch((error: unknown) => {
    console.error(error)
    throw new Problem(0, 'unreachable', 'Entra ID cannot be reached. Check your connection and try again.')
  })
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; this is the use it is for
const insecurely = oauth.allowInsecureRequests

/** An issuer for tests on this machine speaks http; Entra ID never does. */
const insecureOnThisMachine = (issuer: string) => ({ [insecurely]: new URL(issuer).hostname === 'localhost' })

/**
 * Sends the operator to Entra ID (RFC 6749 section 4.1 with PKCE, RFC 7636): no secret is needed, and none is kept.
 * @param asAnother asks which account, where Entra ID would take the one that is signed in there
 * @throws Problem when Entra ID does not answer
 */
export async function beginSignIn(signIn: OperatorSignIn, { asAnother }: { readonly asAnother: boolean }): Promise<void> {
  const { authorization_endpoint: endpoint = '' } = await server(signIn)
  const begun: Begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    path: location.pathname + location.search,
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
    ...(asAnother && { prompt: 'select_account' }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  location.assign(url)
}

/**
 * Takes the answer and keeps the session. The address is then what the operator wanted to see, also when it fails.
 * @throws Problem with a sentence for the operator
 */
export async function finishSignIn(signIn: OperatorSignIn): Promise<void> {
  const text = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  const answer = new URL(location.href)
  const begun = text === null ? undefined : (JSON.parse(text) as Begun)
  history.replaceState(null, '', begun?.path ?? HOME)
  if (begun === undefined) throw refused('This sign-in was begun in another tab. Sign in again.')
  const authorizationServer = await server(signIn)
  const client: oauth.Client = { client_id: signIn.clientId }
  try {
    const parameters = oauth.validateAuthResponse(authorizationServer, client, answer, begun.state)
    const response = await reached(
      oauth.authorizationCodeGrantRequest(
        authorizationServer,
        client,
        oauth.None(),
        parameters,
        redirectUri(),
        begun.verifier,
        insecureOnThisMachine(signIn.issuer),
      ),
    )
    const { access_token: token } = await oauth.processAuthorizationCodeResponse(authorizationServer, client, response)
    keepSession(token)
  } catch (error) {
    throw error instanceof Problem ? error : refused(reasonOf(error))
  }
}

const refused = (sentence: string) => new Problem(0, 'sign-in', sentence)

/** What Entra ID says is told as it is, and only when it belongs to the sign-in that was begun here. */
function reasonOf(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    return `Entra ID did not sign you in: ${error.error_description ?? error.error}`
  }
  console.error(error)
  return 'The answer does not belong to the sign-in that was begun here. Sign in again.'
}
