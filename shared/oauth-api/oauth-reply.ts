import type { HttpResponseInit } from '@azure/functions'
import { IssuerUnavailable } from '../credentials/sign-in/issuer-keys'
import { refusalOf } from '../http/error-reply'
import { SECURITY_HEADERS } from '../http/guard/security-headers'
import { notNow, OAuthError } from './oauth-error'

export type OAuthReply = HttpResponseInit & { readonly status: number }

/** An answer in JSON that nobody keeps, unless the headers say otherwise. */
export const replyOf = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): OAuthReply => ({
  status,
  headers: {
    ...SECURITY_HEADERS,
    'Cache-Control': 'no-store',
    Pragma: 'no-cache', // RFC 6749 section 5.1
    'Content-Type': 'application/json; charset=utf-8',
    ...headers,
  },
  body: JSON.stringify(body),
})

/** The answer to whatever was thrown (RFC 6749 section 5.2): an outage is 503, anything unforeseen a 500 that tells nothing. */
export function refusalReply(error: unknown): OAuthReply {
  const { status, code, message, headers } = oauthErrorOf(error)
  return replyOf(status, { error: code, error_description: message }, headers)
}

function oauthErrorOf(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof IssuerUnavailable) return notNow(503, 'The keys of the issuer cannot be read now. Repeat the request.', 30)
  const { status, message, headers } = refusalOf(error)
  return new OAuthError(status, 'temporarily_unavailable', message, headers)
}
