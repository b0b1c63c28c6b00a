import { Problem } from '../api/problem'
import type { OperatorSignIn } from './offer'
import { keepSession } from '../api/session-token'

// A library for this would take a tenth of what all scripts of the console may have. Two requests and two checks are all of it: no
// id token comes, and the access token is judged by the management API.

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

interface Endpoints {
  readonly authorize: string
  readonly token: string
}

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
/** 256 bits, as RFC 7636 section 4.1 recommends. */
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const challengeOf = async (verifier: string) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))))

/** What the issuer answers as JSON, whatever its status. @throws Problem when it does not answer, or not in JSON */
async function ask(url: string, init?: RequestInit): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = await (await fetch(url, { ...init, credentials: 'omit', redirect: 'error' })).json()
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>
  } catch (error) {
    console.error(error)
  }
  throw new Problem(0, 'unreachable', 'Entra ID cannot be reached. Check your connection and try again.')
}

/** The issuer's own description (RFC 8414): it must name the issuer it was asked of. */
async function endpoints({ issuer }: OperatorSignIn): Promise<Endpoints> {
  const found = await ask(`${issuer}/.well-known/openid-configuration`)
  const { authorization_endpoint: authorize, token_endpoint: token } = found
  if (found['issuer'] === issuer && isEndpoint(authorize, issuer) && isEndpoint(token, issuer)) return { authorize, token }
  throw new Problem(0, 'unreachable', 'Entra ID cannot be asked for a sign-in now. Try again in a minute.')
}

/** As safe as the issuer: https, but for an issuer for tests on this machine. */
const isEndpoint = (url: unknown, issuer: string): url is string =>
  typeof url === 'string' && URL.canParse(url) && ['https:', new URL(issuer).protocol].includes(new URL(url).protocol)

/**
 * Sends the operator to Entra ID (RFC 6749 section 4.1 with PKCE, RFC 7636): no secret is needed, and none is kept.
 * @param asAnother asks which account, where Entra ID would take the one that is signed in there
 * @throws Problem when Entra ID does not answer
 */
export async function beginSignIn(signIn: OperatorSignIn, { asAnother }: { readonly asAnother: boolean }): Promise<void> {
  const { authorize } = await endpoints(signIn)
  const begun: Begun = { verifier: random(), state: random(), path: location.pathname + location.search }
  sessionStorage.setItem(KEY, JSON.stringify(begun))
  const url = new URL(authorize)
  const parameters = {
    client_id: signIn.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: `api://${signIn.clientId}/.default`,
    state: begun.state,
    code_challenge: await challengeOf(begun.verifier),
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
  const answer = new URLSearchParams(location.search)
  const begun = text === null ? undefined : (JSON.parse(text) as Begun)
  history.replaceState(null, '', begun?.path ?? HOME)
  if (begun === undefined) throw refused('This sign-in was begun in another tab. Sign in again.')
  const code = codeOf(answer, begun, signIn)
  const body = new URLSearchParams({
    client_id: signIn.clientId,
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri(),
    code_verifier: begun.verifier,
  })
  const { token: url } = await endpoints(signIn)
  const { access_token: token, token_type: type, ...rest } = await ask(url, { method: 'POST', body })
  if (typeof token !== 'string' || String(type).toLowerCase() !== 'bearer')
    throw refused(`Entra ID did not sign you in: ${reasonOf(rest)}`)
  keepSession(token)
}

/** What Entra ID says is told only when it belongs to the sign-in that was begun here; RFC 9207 lets it name itself. */
function codeOf(answer: URLSearchParams, { state }: Begun, { issuer }: OperatorSignIn): string {
  const iss = answer.get('iss')
  if (answer.get('state') !== state || (iss !== null && iss !== issuer)) {
    throw refused('The answer does not belong to the sign-in that was begun here. Sign in again.')
  }
  const code = answer.get('code')
  if (code !== null && !answer.has('error')) return code
  throw refused(`Entra ID did not sign you in: ${reasonOf(Object.fromEntries(answer))}`)
}

const refused = (sentence: string) => new Problem(0, 'sign-in', sentence)

/** Of an error as RFC 6749 sections 4.1.2.1 and 5.2 describe it. */
function reasonOf({ error_description: description, error }: Readonly<Record<string, unknown>>): string {
  return (
    ([description, error].find((text) => typeof text === 'string' && text !== '') as string | undefined) ?? 'no reason was given.'
  )
}
