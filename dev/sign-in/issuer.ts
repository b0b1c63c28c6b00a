import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import type { JWK } from 'jose' with { 'resolution-mode': 'import' }

/** An issuer of assertions on this machine, as Entra ID issues them for workload identity federation. */

/** The directory, the workload identity and its application. The same in every run, so that a trust record stays good. */
const DIRECTORY = '5d1f0a52-7c1e-4b7e-9a54-0c6f2f3a7e11'
const SUBJECT = '9a7b3c1d-2e4f-4a6b-8c0d-1e2f3a4b5c6d'
const AUDIENCE = 'c3b0a9f8-e7d6-4c5b-a493-827160594837'

const LIFE_SECONDS = 65 * 60
/** The same assertion is sent again until so little of its life is left. */
const LAST_SECONDS = 5 * 60

/** What a trust record names, in the words of the portal. */
export interface Trust {
  readonly issuer: string
  readonly keys: string
  readonly subject: string
  readonly audience: string
  readonly directory: string
}

export interface Issuer {
  readonly trust: Trust
  /** The assertion in use, or a new one when that nears its end. */
  assertion(): Promise<string>
  /** How often the key set was asked for. */
  keyRequests(): number
  close(): Promise<void>
}

export interface IssuerOptions {
  /** 0 is any free one. */
  readonly port: number
  /** Where the private key is kept between runs; a service asks for the keys of an issuer seldom. Without it the key is new. */
  readonly keyFile?: string | undefined
  readonly nowMs?: () => number
}

async function privateKey(keyFile: string | undefined): Promise<JWK> {
  if (keyFile !== undefined && existsSync(keyFile)) return JSON.parse(readFileSync(keyFile, 'utf8')) as JWK
  const { calculateJwkThumbprint, exportJWK, generateKeyPair } = await import('jose')
  const jwk = await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk) }
  if (keyFile !== undefined) {
    mkdirSync(dirname(keyFile), { recursive: true })
    writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 })
  }
  return key
}

/** The claims that were seen in real ones: a bare GUID as audience, no jti (entra 5). */
function claimsFor({ issuer, subject, audience, directory }: Trust, nowSeconds: number) {
  return {
    iss: issuer,
    aud: audience,
    sub: subject,
    oid: subject,
    azp: audience,
    azpacr: '2',
    tid: directory,
    uti: randomBytes(16).toString('base64url'),
    ver: '2.0',
    iat: nowSeconds,
    nbf: nowSeconds,
    exp: nowSeconds + LIFE_SECONDS,
  }
}

async function listen(port: number, keys: string, onAsked: () => void) {
  const path = `/${DIRECTORY}/discovery/v2.0/keys`
  const server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === path
    if (found) onAsked()
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(found ? keys : '{}')
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, path }
}

/**
 * Serves its keys on the loopback address, and signs assertions by RS256.
 * @throws the server's error when the port is in use
 */
export async function startIssuer({ port, keyFile, nowMs = Date.now }: IssuerOptions): Promise<Issuer> {
  const { importJWK, SignJWT } = await import('jose')
  const jwk = await privateKey(keyFile)
  const { kty, n, e, kid } = jwk
  let asked = 0
  const published = JSON.stringify({ keys: [{ kty, n, e, kid, use: 'sig' }] })
  const { server, origin, path } = await listen(port, published, () => asked++)
  const trust: Trust = {
    issuer: `${origin}/${DIRECTORY}/v2.0`,
    keys: origin + path,
    subject: SUBJECT,
    audience: AUDIENCE,
    directory: DIRECTORY,
  }
  const key = await importJWK(jwk, 'RS256')
  let held: { readonly assertion: string; readonly renewAtSeconds: number } | undefined
  return {
    trust,
    assertion: async () => {
      const nowSeconds = Math.floor(nowMs() / 1000)
      if (held !== undefined && nowSeconds < held.renewAtSeconds) return held.assertion
      const jwt = new SignJWT(claimsFor(trust, nowSeconds)).setProtectedHeader({ typ: 'JWT', alg: 'RS256', ...(kid && { kid }) })
      held = { assertion: await jwt.sign(key), renewAtSeconds: nowSeconds + LIFE_SECONDS - LAST_SECONDS }
      return held.assertion
    },
    keyRequests: () => asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
