import { own, parseJson, text } from '../simulator/json'

/** An access token, as a token endpoint gives it (RFC 6749 section 5.1). */
export interface TokenAnswer {
  readonly accessToken: string
  /** Undefined when the endpoint does not say. */
  readonly expiresInSeconds: number | undefined
}

/** By what a client shows who it is. */
export type Proof =
  /** In the Basic header, as Entra ID sends it by default, or in the body. */
  | { readonly secret: string; readonly credentials: 'header' | 'body' }
  /** RFC 7523 section 2.2. */
  | { readonly assertion: string }

export interface TokenClient {
  readonly endpoint: string
  readonly clientId: string
}

/** No token was given. The message is a sentence, which holds neither secret nor assertion. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

const TIMEOUT_MS = 60_000
const MAX_DESCRIPTION_CHARACTERS = 200
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** `application/x-www-form-urlencoded`, which the Basic header wants of id and secret too (RFC 6749 section 2.3.1). */
const formEncoded = (value: string) => new URLSearchParams({ value }).toString().slice('value='.length)

function basic(clientId: string, secret: string): string {
  return `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(secret)}`).toString('base64')}`
}

function requestFor(clientId: string, proof: Proof): { headers: Record<string, string>; form: Record<string, string> } {
  const form = { grant_type: 'client_credentials' }
  if ('assertion' in proof) {
    const assertion = { client_assertion_type: JWT_BEARER, client_assertion: proof.assertion }
    return { headers: {}, form: { ...form, client_id: clientId, ...assertion } }
  }
  if (proof.credentials === 'body') return { headers: {}, form: { ...form, client_id: clientId, client_secret: proof.secret } }
  return { headers: { authorization: basic(clientId, proof.secret) }, form }
}

async function post(endpoint: string, headers: Record<string, string>, form: Record<string, string>) {
  try {
    const body = new URLSearchParams(form)
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { accept: 'application/json', ...headers },
      body,
      redirect: 'manual', // the secret goes nowhere else
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return { status: response.status, body: parseJson(await response.text()) }
  } catch (error) {
    throw new TokenRefused('The token endpoint did not answer.', { cause: error })
  }
}

/**
 * Asks for an access token by the client credentials grant (RFC 6749 section 4.4).
 * @throws TokenRefused when there is no answer, or one without a token
 */
export async function requestToken({ endpoint, clientId }: TokenClient, proof: Proof): Promise<TokenAnswer> {
  const { headers, form } = requestFor(clientId, proof)
  const { status, body } = await post(endpoint, headers, form)
  const accessToken = text(own(body, 'access_token'))
  if (status === 200 && accessToken !== undefined && accessToken !== '') {
    if (text(own(body, 'token_type'))?.toLowerCase() !== 'bearer')
      throw new TokenRefused('The token endpoint gave a token that is not of the type Bearer.')
    const expires = own(body, 'expires_in')
    return { accessToken, expiresInSeconds: typeof expires === 'number' ? expires : undefined }
  }
  const hidden = 'assertion' in proof ? proof.assertion : proof.secret
  const said = [text(own(body, 'error')), text(own(body, 'error_description'))?.slice(0, MAX_DESCRIPTION_CHARACTERS)]
  const words = said.filter((part) => part !== undefined).join(': ')
  throw new TokenRefused(
    `The token endpoint answered ${status}${words === '' ? '' : ` ${words}`}.`.replaceAll(hidden, '[secret]'),
  )
}
