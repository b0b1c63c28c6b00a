/** Codes of RFC 6749 section 5.2, and one of section 4.1.2.1 for what the client is to try again. */
type OAuthCode = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope' | 'temporarily_unavailable'

/** A refusal of the token endpoint. Its message goes to the client: printable ASCII without quotes (RFC 6749 section 5.2). */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly status: number
  readonly code: OAuthCode
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: OAuthCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

export const invalidRequest = (message: string) => new OAuthError(400, 'invalid_request', message)

/** One answer for whatever is wrong with who asks, an unknown tenant too: the console says what it was. */
export const invalidClient = () =>
  new OAuthError(
    401,
    'invalid_client',
    'The token endpoint, the client and its secret or assertion do not fit, or the secret has expired. The console of Rollcall says which.',
    { 'WWW-Authenticate': 'Basic realm="Rollcall"' },
  )

export const notNow = (status: 429 | 503, message: string, retryAfterSeconds: number) =>
  new OAuthError(status, 'temporarily_unavailable', message, { 'Retry-After': String(retryAfterSeconds) })
