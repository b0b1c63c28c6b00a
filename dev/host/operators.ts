import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSignInPages } from '../sign-in/operator-pages'
import type { Environment } from '../../shared/config'

/** In place of Entra ID's, for a run on this machine: ids of no directory and no application. */
const TENANT = '0e5a1c3b-52f4-4d36-9d0b-6f1e2a7c8b90'
const CLIENT = '7b2d9e14-83ca-4f05-8e61-d4c3b2a19f57'
const HOUR_SECONDS = 3600

/** Who operates a service that runs on this machine: whoever uses the machine, without a password. */
export interface LocalOperators {
  /** What tells the service to believe this issuer; SIGN_IN_ISSUER is refused inside Azure. */
  readonly settings: Environment
  /** Gives an access token to whoever asks on this machine, for the API's examples. */
  readonly tokenUrl: string
  /** Signs people in at the console of this origin. */
  readonly serve: (origin: string) => void
}

/**
 * Starts an issuer on the loopback address that signs in the console's user as an operator, as Entra ID does in Azure; its key is new each time.
 * It ends with the process.
 */
export async function startLocalOperators(): Promise<LocalOperators> {
  const { exportJWK, generateKeyPair, SignJWT } = await import('jose')
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'local', use: 'sig' }] })

  const token = () => {
    const now = Math.floor(Date.now() / 1000)
    const who = { oid: CLIENT, sub: 'local', name: 'Local operator', roles: ['Rollcall.Admin'] }
    const claims = { iss: issuer, aud: CLIENT, azp: CLIENT, tid: TENANT, ver: '2.0', iat: now, nbf: now, exp: now + HOUR_SECONDS }
    return new SignJWT({ ...claims, ...who }).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: 'local' }).sign(privateKey)
  }
  const pages = createSignInPages({ clientId: CLIENT, tenantPath: `/${TENANT}`, token })

  const server = createServer((request, response) => {
    if (pages.serve(request, response)) return
    const answer = (text: string, headers = {}) => response.writeHead(200, { 'Cache-Control': 'no-store', ...headers }).end(text)
    const json = { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' }
    const isLocal = request.headers.host === new URL(origin).host // no other name may lead here
    if (request.url === `/${TENANT}/v2.0/.well-known/openid-configuration`)
      answer(JSON.stringify({ issuer, jwks_uri: `${origin}/keys`, ...pages.endpoints(origin) }), json)
    else if (request.url === '/keys') answer(keys, json)
    else if (request.url === '/operator-token' && isLocal) void token().then((text) => answer(text))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, 'localhost', resolve))
  server.unref()
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const issuer = `${origin}/${TENANT}/v2.0`
  return {
    settings: { SIGN_IN_TENANT_ID: TENANT, SIGN_IN_CLIENT_ID: CLIENT, SIGN_IN_ISSUER: issuer },
    tokenUrl: `${origin}/operator-token`,
    serve: (of) => {
      pages.redirectUris.add(`${of}/console`)
    },
  }
}
