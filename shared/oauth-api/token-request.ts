import { invalidClient, invalidRequest, OAuthError } from './oauth-error'

/** What proves the client: its secret, or an assertion of its identity provider (RFC 7523 section 2.2). */
export type Proof =
  { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'assertion'; readonly assertion: string }

export interface TokenRequest {
  /** Undefined beside an assertion that goes without (RFC 7521 section 4.2). */
  readonly clientId: string | undefined
  readonly proof: Proof
}

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** What is read here; anything else is ignored, as often as it may stand there (RFC 6749 section 3.2). */
const NAMES = ['grant_type', 'scope', 'client_id', 'client_secret', 'client_assertion_type', 'client_assertion'] as const
type Parameters = Readonly<Partial<Record<(typeof NAMES)[number], string>>>

/**
 * Reads a token request: its body as form, and the Authorization header (RFC 6749 sections 2.3.1 and 4.4.2, RFC 7523 section 2.2).
 * @throws OAuthError invalid_request, invalid_client, unsupported_grant_type, invalid_scope
 */
export function readTokenRequest(form: string, authorization: string | null): TokenRequest {
  const given = parametersOf(form)
  const { grant_type: grantType, scope } = given
  if (grantType === undefined) throw invalidRequest('Send grant_type=client_credentials.')
  if (grantType !== 'client_credentials') {
    throw new OAuthError(400, 'unsupported_grant_type', 'The only grant_type here is client_credentials.')
  }
  if (scope !== undefined && scope !== 'scim') {
    throw new OAuthError(400, 'invalid_scope', 'The only scope here is scim: send scope=scim, or no scope.')
  }
  return clientOf(given, authorization)
}

/** One without a value counts as omitted (RFC 6749 section 3.2). */
function parametersOf(form: string): Parameters {
  const sent = new URLSearchParams(form)
  const found = NAMES.flatMap((name) => {
    const values = sent.getAll(name)
    if (values.length > 1) throw invalidRequest(`${name} is there more than once.`)
    return values[0] === undefined || values[0] === '' ? [] : [[name, values[0]] as const]
  })
  return Object.fromEntries(found)
}

function clientOf(given: Parameters, authorization: string | null): TokenRequest {
  const basic = authorization === null || authorization === '' ? undefined : basicOf(authorization)
  if (given.client_assertion === undefined && given.client_assertion_type === undefined) return bySecret(given, basic)
  if (basic !== undefined || given.client_secret !== undefined) throw invalidRequest('Send a secret or an assertion, not both.')
  return byAssertion(given)
}

function byAssertion({
  client_id: clientId,
  client_assertion: assertion,
  client_assertion_type: type,
}: Parameters): TokenRequest {
  if (type !== JWT_BEARER) throw invalidRequest(`The only client_assertion_type here is ${JWT_BEARER}.`)
  if (assertion === undefined) throw invalidRequest('client_assertion is missing.')
  return { clientId, proof: { kind: 'assertion', assertion } }
}

/** Some clients send id and secret in both places. Which of two that differ is meant, nobody can say. */
function bySecret({ client_id: clientId, client_secret: secret }: Parameters, basic: Basic | undefined): TokenRequest {
  const first = { clientId: basic?.clientId ?? clientId, secret: basic?.secret ?? secret }
  if (first.clientId === undefined || first.secret === undefined) throw invalidClient()
  if ((clientId ?? first.clientId) !== first.clientId || (secret ?? first.secret) !== first.secret) {
    throw invalidRequest('The client in the Authorization header is another one than the client in the body.')
  }
  return { clientId: first.clientId, proof: { kind: 'secret', secret: first.secret } }
}

interface Basic {
  readonly clientId: string
  readonly secret: string
}

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i

function basicOf(authorization: string): Basic {
  const text = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 1) throw invalidClient()
  return { clientId: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) }
}

/** Both parts are encoded as a form's are (RFC 6749 section 2.3.1). What cannot be decoded was sent as it is. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
