import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** The authorization code flow with PKCE as Entra ID plays it towards a single-page app (RFC 6749 section 4.1, RFC 7636). */
export interface SignInPages {
  /** Serves the authorization and token endpoints; false for other paths. */
  serve(request: IncomingMessage, response: ServerResponse): boolean
  /** For the discovery document. */
  endpoints(origin: string): { readonly authorization_endpoint: string; readonly token_endpoint: string }
  /** Redirect URIs of the registration's kind `spa`; others are refused on a page of the issuer, without a redirect. */
  readonly redirectUris: Set<string>
  /** Claims of whoever signs in next. */
  claims: Readonly<Record<string, unknown>>
  /** Refuses whoever comes next, with these words; undefined ends it. */
  refuse: { readonly error: string; readonly description: string } | undefined
  /** Sent in place of the state that was asked with; undefined ends it. */
  state: string | undefined
  /** Parameters of each authorization request. */
  readonly asked: Readonly<Record<string, string>>[]
  /** What the token endpoint refused, in words; empty when all was as it should be. */
  readonly refused: string[]
}

interface Given {
  readonly clientId: string
  readonly tenantPath: string
  readonly token: (claims: Readonly<Record<string, unknown>>) => Promise<string>
}

interface Code {
  readonly challenge: string
  readonly redirectUri: string
  readonly claims: Readonly<Record<string, unknown>>
}

const MAX_VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

export function createSignInPages({ clientId, tenantPath, token }: Given): SignInPages {
  const authorizePath = `${tenantPath}/oauth2/v2.0/authorize`
  const tokenPath = `${tenantPath}/oauth2/v2.0/token`
  const codes = new Map<string, Code>()
  const pages: SignInPages = {
    serve(request, response) {
      const url = new URL(request.url ?? '/', 'http://localhost')
      if (url.pathname === authorizePath) authorize(Object.fromEntries(url.searchParams), response)
      else if (url.pathname === tokenPath) void redeem(request, response)
      else return false
      return true
    },
    endpoints: (origin) => ({ authorization_endpoint: origin + authorizePath, token_endpoint: origin + tokenPath }),
    redirectUris: new Set(),
    claims: {},
    refuse: undefined,
    state: undefined,
    asked: [],
    refused: [],
  }

  function authorize(asked: Record<string, string>, response: ServerResponse): void {
    pages.asked.push(asked)
    const wrong = wrongRequest(asked)
    if (wrong !== undefined) {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(wrong)
      return
    }
    const back = new URL(asked['redirect_uri'] ?? '')
    if (pages.refuse !== undefined) {
      back.searchParams.set('error', pages.refuse.error)
      back.searchParams.set('error_description', pages.refuse.description)
    } else {
      const code = randomBytes(24).toString('base64url')
      const { claims } = pages
      codes.set(code, { challenge: asked['code_challenge'] ?? '', redirectUri: asked['redirect_uri'] ?? '', claims })
      back.searchParams.set('code', code)
      back.searchParams.set('session_state', randomBytes(8).toString('hex'))
    }
    back.searchParams.set('state', pages.state ?? asked['state'] ?? '')
    response.writeHead(302, { Location: back.href }).end()
  }

  /** What Entra ID says on a page of its own, since it may not redirect: AADSTS50011 and the like. */
  function wrongRequest(asked: Record<string, string>): string | undefined {
    if (asked['client_id'] !== clientId) return 'AADSTS700016: no such application'
    if (!pages.redirectUris.has(asked['redirect_uri'] ?? '')) return 'AADSTS50011: the redirect URI does not match'
    if (asked['response_type'] !== 'code') return 'AADSTS700054: response_type is not code'
    if (asked['scope'] !== `api://${clientId}/.default`) return 'AADSTS70011: the scope is not valid'
    if (asked['code_challenge_method'] !== 'S256' || !/^[\w-]{43}$/.test(asked['code_challenge'] ?? ''))
      return 'AADSTS9002325: proof key for code exchange is required'
    return undefined
  }

  async function redeem(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()))
    const origin = request.headers.origin ?? ''
    const held = codes.get(form['code'] ?? '')
    codes.delete(form['code'] ?? '') // once
    const wrong = wrongRedemption(request, form, held)
    if (wrong !== undefined) pages.refused.push(wrong)
    const body =
      wrong === undefined
        ? { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: await token(held?.claims ?? {}) }
        : { error: 'invalid_grant', error_description: wrong }
    // Entra ID allows the origin of a redirect URI of the kind spa alone.
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'Access-Control-Allow-Origin': origin }
    response.writeHead(wrong === undefined ? 200 : 400, headers).end(JSON.stringify(body))
  }

  function wrongRedemption(request: IncomingMessage, form: Record<string, string>, held: Code | undefined): string | undefined {
    const verifier = form['code_verifier'] ?? ''
    if (request.method !== 'POST') return 'The method is not POST.'
    if (request.headers.origin === undefined) return 'AADSTS9002327: only cross-origin requests may redeem a code of a spa'
    if (form['client_id'] !== clientId) return 'The client id is another one.'
    if (form['client_secret'] !== undefined || request.headers.authorization !== undefined)
      return 'A public client has no secret.'
    if (form['grant_type'] !== 'authorization_code') return 'The grant type is another one.'
    if (held === undefined) return 'The code is unknown or was used.'
    if (form['redirect_uri'] !== held.redirectUri) return 'The redirect URI is another one.'
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    return MAX_VERIFIER.test(verifier) && challenge === held.challenge ? undefined : 'The verifier does not fit the challenge.'
  }

  return pages
}
