import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose' with { 'resolution-mode': 'import' }
import { isObject, own, type Json } from '../../scim/json'

export interface KeptKeysOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Told of each failed fetch, also where keys that are known hid it from callers. */
  readonly onFailure?: (error: unknown) => void
}

export interface IssuerKeysOptions extends KeptKeysOptions {
  /** As tokens name it in `iss`, without a final slash; its discovery document lies below. https, or http on this machine. */
  readonly issuer: string
  /** Time for fetching both documents; 5,000 unless given. */
  readonly timeoutMs?: number
}

export interface IssuerKeys {
  /**
   * Finds a token's key by its `kid`.
   * @throws IssuerUnavailable where no keys are known; JWKSNoMatchingKey of jose where none is the token's
   */
  readonly resolve: JWTVerifyGetKey
}

/** The issuer gave no keys: nothing is known about the token. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable'
}

/** Keys of this age are fetched again in the background; Entra ID announces a new key days before it signs with it. */
const REFRESH_AFTER_MS = 12 * 3_600_000
/** Keys of this age are not used before a fetch was tried: a key that the issuer withdrew must not go on for ever. */
const MAX_AGE_MS = 24 * 3_600_000
/** Anybody can send tokens of unknown keys, so they lead to one fetch a minute at most. */
const TRY_AGAIN_AFTER_MS = 60_000
/** As long as nobody can sign in at all, the wait is short. */
const FIRST_AGAIN_AFTER_MS = 5_000
/** An issuer that does not answer for two days has withdrawn keys perhaps, and nobody knows. */
const MAX_OUTAGE_MS = 48 * 3_600_000
/** Entra ID's key set has some 20 KB. */
const MAX_DOCUMENT_BYTES = 262_144
const MAX_KEYS = 100

/** Keys that can check signatures, and their ids. */
export interface KeySet {
  readonly kids: ReadonlySet<string>
  readonly resolve: JWTVerifyGetKey
}

interface Known extends KeySet {
  readonly fetchedAt: number
}

/**
 * Keeps an issuer's keys, found by its discovery document (OpenID Connect Discovery 1.0 section 4). Nothing is fetched, and jose not
 * loaded, before the first token.
 * @throws RangeError for an issuer that is neither https nor http on this machine
 */
export function issuerKeys({ issuer, timeoutMs = 5_000, ...options }: IssuerKeysOptions): IssuerKeys {
  if (!isSafe(issuer, issuer)) throw new RangeError('The issuer must be an https URL, or http on this machine.')
  return keptKeys(() => discoverKeys(issuer, timeoutMs), options)
}

/**
 * Keeps the keys that `fetchKeys` gives, from the first token on. They survive an issuer that does not answer, for two days; one that is
 * not among them has them fetched again, once in `againAfterMs` at most, a minute unless given.
 */
export function keptKeys(
  fetchKeys: () => Promise<KeySet>,
  { now = Date.now, onFailure, againAfterMs = TRY_AGAIN_AFTER_MS }: KeptKeysOptions & { readonly againAfterMs?: number } = {},
): IssuerKeys {
  let known: Known | undefined
  let loading: Promise<Known> | undefined
  let triedAt = -Infinity
  // The distance, so that a clock set back stops nothing.
  const since = (time: number) => Math.abs(now() - time)

  /** Callers share one fetch. */
  function load(): Promise<Known> {
    if (loading !== undefined) return loading
    triedAt = now()
    const fetched = fetchKeys().then((keys) => (known = { ...keys, fetchedAt: triedAt }))
    loading = fetched
      .catch((error: unknown) => {
        onFailure?.(error)
        throw error
      })
      .finally(() => {
        loading = undefined
      })
    return loading
  }

  async function current(): Promise<Known> {
    const before = known
    if (before === undefined || since(before.fetchedAt) >= MAX_OUTAGE_MS) {
      if (loading === undefined && since(triedAt) < FIRST_AGAIN_AFTER_MS) throw new IssuerUnavailable('The issuer gave no keys.')
      return load()
    }
    if (since(before.fetchedAt) < REFRESH_AFTER_MS || since(triedAt) < againAfterMs) return before
    const after = load().catch(() => before) // onFailure has told of it
    return since(before.fetchedAt) < MAX_AGE_MS ? before : after
  }

  /** Where the newest keys could not be had, nothing is known of a key that is not among the older ones. */
  async function currentWith(kid: string | undefined): Promise<Known> {
    const found = await current()
    if (kid === undefined || found.kids.has(kid) || since(found.fetchedAt) < againAfterMs) return found
    if (loading === undefined && since(triedAt) < againAfterMs) throw new IssuerUnavailable('The issuer gave no new keys.')
    return load()
  }

  return { resolve: async (header, token) => (await currentWith(header.kid)).resolve(header, token) }
}

/** @throws IssuerUnavailable whatever goes wrong */
async function discoverKeys(issuer: string, timeoutMs: number): Promise<KeySet> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const discovery = await fetchJson(`${issuer}/.well-known/openid-configuration`, signal)
    const address = own(discovery, 'jwks_uri')
    if (own(discovery, 'issuer') !== issuer) throw new Error('The discovery document is of another issuer.')
    if (typeof address !== 'string' || !isSafe(address, issuer)) throw new Error('The address of the keys is not https.')
    return await keySetOf(await fetchJson(address, signal), issuer)
  } catch (error) {
    throw new IssuerUnavailable('The keys of the issuer could not be read.', { cause: error })
  }
}

/** http is for an issuer on this machine, which settings allow outside Azure alone; such an issuer's keys may lie there too. */
function isSafe(address: string, issuer: string): boolean {
  return isHttps(address) || (isOnThisMachine(address) && isOnThisMachine(issuer))
}

const isHttps = (address: string) => URL.canParse(address) && new URL(address).protocol === 'https:'

function isOnThisMachine(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

async function fetchJson(address: string, signal: AbortSignal) {
  return readJson(await fetch(address, { signal, redirect: 'error', headers: { accept: 'application/json' } }))
}

/** The object that an issuer answered with. @throws Error for another status than 200, and for more than 256 KiB */
export async function readJson(response: Response): Promise<Record<string, Json>> {
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    throw new Error(`The issuer answered ${response.status}.`)
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MAX_DOCUMENT_BYTES) throw new Error(`The issuer answered more than ${MAX_DOCUMENT_BYTES} bytes.`)
    chunks.push(chunk)
  }
  const json: unknown = JSON.parse(Buffer.concat(chunks).toString())
  if (!isObject(json)) throw new Error('The issuer answered with something that is not an object.')
  return json
}

/** The keys of this issuer. @throws Error where the document holds none that can check signatures, or too many */
export async function keySetOf(document: Record<string, Json>, issuer: string): Promise<KeySet> {
  const keys = signingKeys(document, issuer)
  const { createLocalJWKSet } = await import('jose')
  return { kids: new Set(keys.map(({ kid }) => kid)), resolve: createLocalJWKSet({ keys }) }
}

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/**
 * Entra ID says beside a key whose it is, of most of them as `https://…/{tenantid}/v2.0`: those of all its tenants. One that names
 * another tenant signs for that tenant alone.
 */
function isOfIssuer(named: Json | undefined, issuer: string): boolean {
  const [theirs, ours] = [typeof named === 'string' ? named : '', issuer].map((text) => GUID.exec(text)?.[0].toLowerCase())
  return theirs === undefined || ours === undefined || theirs === ours
}

type SigningKey = JSONWebKeySet['keys'][number] & { readonly kid: string }

/** The RSA keys that can check signatures; other kinds in the set are of no use here. */
function signingKeys(document: Record<string, Json>, issuer: string): SigningKey[] {
  const listed = own(document, 'keys')
  const keys = (Array.isArray(listed) ? listed : []).flatMap((key) => {
    if (!isObject(key)) return []
    const [kty, kid, n, e, use = 'sig'] = ['kty', 'kid', 'n', 'e', 'use'].map((name) => own(key, name))
    if (kty !== 'RSA' || use !== 'sig' || !isOfIssuer(own(key, 'issuer'), issuer)) return []
    return typeof kid === 'string' && typeof n === 'string' && typeof e === 'string' ? [{ kty, kid, n, e, alg: 'RS256' }] : []
  })
  if (keys.length === 0 || keys.length > MAX_KEYS) throw new Error(`The issuer has no keys, or more than ${MAX_KEYS}.`)
  return keys
}
