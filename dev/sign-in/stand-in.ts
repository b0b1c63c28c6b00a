import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import type { Trust } from './issuer'

/** A token endpoint as RFC 6749 shapes it, for one client. For tests only. */

/** Hard on encodings, as real secrets are. */
export const CLIENT = { id: 'a client: 100%', secret: 'p+q%7E:r&s=t ü' }

export interface StandIn {
  readonly endpoint: string
  /** The forms that came, with the Authorization header where there was one. */
  readonly requests: (Record<string, string> & { readonly authorization?: string })[]
  /** Whether it gave that token, and has not ended it. */
  accepts(authorization: string | undefined): boolean
  endTokens(): void
  close(): Promise<void>
}

export interface StandInOptions {
  readonly expiresInSeconds?: number | undefined
  readonly trust?: Trust
  /** Takes an assertion once only, as Entra ID does not expect. */
  readonly singleUse?: boolean
}

/** It repeats the secret, as a careless endpoint does: nobody may see it for that. */
const refusal = (form: URLSearchParams) => ({
  error: 'invalid_client',
  error_description: `Not ${form.get('client_secret') ?? 'known'}`,
})

const decoded = (value: string) => new URLSearchParams(`value=${value}`).get('value') ?? ''

function credentialsOf(headers: IncomingHttpHeaders, form: URLSearchParams): readonly [string, string] {
  const [, basic] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? []
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? '']
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':')
  return [decoded(id), decoded(secret)]
}

async function isSigned(assertion: string, { keys, issuer, audience, subject }: Trust): Promise<boolean> {
  const { createRemoteJWKSet, jwtVerify } = await import('jose')
  const pinned = { issuer, audience, subject, algorithms: ['RS256'], requiredClaims: ['exp', 'nbf', 'tid', 'uti'] }
  return await jwtVerify(assertion, createRemoteJWKSet(new URL(keys)), pinned).then(
    () => true,
    () => false,
  )
}

export async function startStandIn({ expiresInSeconds = 3600, trust, singleUse = false }: StandInOptions = {}): Promise<StandIn> {
  const requests: StandIn['requests'] = []
  const live = new Set<string>()
  const used = new Set<string>()

  const isKnown = async (headers: IncomingHttpHeaders, form: URLSearchParams): Promise<boolean> => {
    const assertion = form.get('client_assertion')
    if (assertion === null) return credentialsOf(headers, form).join('\n') === `${CLIENT.id}\n${CLIENT.secret}`
    if (trust === undefined || form.get('client_id') !== CLIENT.id) return false
    if (singleUse && used.has(assertion)) return false
    used.add(assertion)
    const named = form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    return named && (await isSigned(assertion, trust))
  }
  const answerTo = async (headers: IncomingHttpHeaders, source: string): Promise<readonly [number, object]> => {
    const form = new URLSearchParams(source)
    requests.push({ ...Object.fromEntries(form), ...(headers.authorization && { authorization: headers.authorization }) })
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true)
      return [400, { error: 'invalid_request' }]
    if (form.get('grant_type') !== 'client_credentials') return [400, { error: 'unsupported_grant_type' }]
    if (!(await isKnown(headers, form))) return [401, refusal(form)]
    const accessToken = randomUUID()
    live.add(`Bearer ${accessToken}`)
    return [200, { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds, scope: 'scim' }]
  }
  const server = createServer((request, response) => {
    void readText(request)
      .then((source) => answerTo(request.headers, source))
      .then(([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/demo/token`,
    requests,
    accepts: (authorization) => live.has(authorization ?? ''),
    endTokens: () => {
      live.clear()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
