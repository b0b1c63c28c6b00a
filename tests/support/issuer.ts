import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSignInPages, type SignInPages } from '../../dev/sign-in/operator-pages'
import type { CryptoKey, JWK, JWTPayload } from 'jose' with { 'resolution-mode': 'import' }

export const SIGN_IN_TENANT = '11111111-2222-4333-8444-555555555555'
export const SIGN_IN_CLIENT = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'

export interface SignWith {
  /** Merged over the header, which names RS256 and the present key. */
  readonly header?: { readonly alg?: string; readonly kid?: string }
  /** The secret of a token that is signed with HMAC instead of the present key. */
  readonly secret?: Uint8Array
}

type Failing =
  { readonly status?: number; readonly body?: string; readonly only?: string; readonly location?: string } | 'hang' | undefined

export interface TestIssuer {
  /** As `iss` and the setting name it. */
  readonly issuer: string
  /** An access token with the claims of Entra ID's v2.0 ones, for SIGN_IN_CLIENT; claims given as undefined are left out. */
  token(claims?: Readonly<Record<string, unknown>>, how?: SignWith): Promise<string>
  /** The present key as PEM, which anybody can have. */
  publicKeyPem(): Promise<string>
  /** Signs with a new key from now on. Published beside the one before, unless withdrawn. */
  rotate(how?: { readonly withdraw?: boolean }): Promise<void>
  /** What is answered instead of a document whose path holds `only`; undefined ends it. 'hang' is no answer at all. */
  fail(how: Failing): void
  /** The pages at which people sign in, and the token endpoint behind them. */
  readonly signIn: SignInPages
  /** Paths that were asked for. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

const DISCOVERY = '/.well-known/openid-configuration'
const KEYS = '/discovery/v2.0/keys'

type Pair = { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey }
/** Making one takes 0.1 s, so the issuers of one test file have the same. */
const pairs: Promise<Pair>[] = []

/** An issuer of access tokens on this machine, with real keys, as far as Entra ID's discovery document and keys go. */
export async function startIssuer(): Promise<TestIssuer> {
  const { exportJWK, exportSPKI, generateKeyPair, SignJWT } = await import('jose')
  const published: JWK[] = []
  const requests: string[] = []
  let failing: Failing
  let made = 0

  async function newKey(): Promise<{ kid: string; pair: Pair }> {
    made += 1
    const pair = await (pairs[made] ??= generateKeyPair('RS256', { extractable: true }))
    const kid = `key-${made}`
    published.push({ ...(await exportJWK(pair.publicKey)), kid, use: 'sig' })
    return { kid, pair }
  }
  let present = await newKey()

  const signIn = createSignInPages({
    clientId: SIGN_IN_CLIENT,
    tenantPath: `/${SIGN_IN_TENANT}`,
    token: (claims) => token(claims),
  })
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(path)
    if (failing === 'hang') return
    if (failing !== undefined && path.includes(failing.only ?? '')) {
      fail(response, failing)
      return
    }
    if (signIn.serve(request, response)) return
    if (path === `/${SIGN_IN_TENANT}/v2.0${DISCOVERY}`)
      answer(response, 200, JSON.stringify({ issuer, jwks_uri: origin + KEYS, ...signIn.endpoints(origin) }))
    else if (path === KEYS || path === `/${SIGN_IN_TENANT}${KEYS}`) answer(response, 200, JSON.stringify({ keys: published }))
    else answer(response, 404, '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const issuer = `${origin}/${SIGN_IN_TENANT}/v2.0`

  const token: TestIssuer['token'] = (claims = {}, { header = {}, secret } = {}) => {
    const seconds = Math.floor(Date.now() / 1000)
    const all = { ...usualClaims(issuer), iat: seconds, nbf: seconds, exp: seconds + 3600, ...claims }
    const given = Object.fromEntries(Object.entries<unknown>(all).filter(([, value]) => value !== undefined))
    const jwt = new SignJWT(given).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: present.kid, ...header })
    return jwt.sign(secret ?? present.pair.privateKey)
  }
  return {
    issuer,
    token,
    signIn,
    publicKeyPem: () => exportSPKI(present.pair.publicKey),
    async rotate({ withdraw = false } = {}) {
      if (withdraw) published.length = 0
      present = await newKey()
    },
    fail(how) {
      failing = how
    },
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function fail(response: ServerResponse, { status = 200, body = '{}', location }: Exclude<Failing, 'hang' | undefined>): void {
  if (location !== undefined) response.setHeader('Location', location)
  answer(response, status, body)
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' })
  response.end(body)
}

const usualClaims = (issuer: string): JWTPayload => ({
  iss: issuer,
  aud: SIGN_IN_CLIENT,
  tid: SIGN_IN_TENANT,
  ver: '2.0',
  azp: SIGN_IN_CLIENT,
  oid: '99999999-8888-4777-8666-555555555555',
  sub: 'pairwise-subject',
  name: 'Olga Operator',
  roles: ['Rollcall.Admin'],
})
