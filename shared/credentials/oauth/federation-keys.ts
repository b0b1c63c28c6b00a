import { LRUCache } from 'lru-cache'
import { IssuerUnavailable, keptKeys, keySetOf, readJson, type KeptKeysOptions, type IssuerKeys } from '../sign-in/issuer-keys'

/** Entra ID in the worldwide cloud, for the US government, and in China. */
const LOGIN_HOSTS = ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn']
/** Where those may send who asks for keys. */
const KEY_HOSTS = [...LOGIN_HOSTS, 'login.windows.net']
const MAX_REDIRECTS = 3
/** Anybody can send assertions of unknown keys. */
const AGAIN_AFTER_MS = 5 * 60_000
const MAX_ISSUERS = 1_000
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export interface FederationOptions extends KeptKeysOptions {
  /** Origin of an issuer on this machine, beside Entra ID's: for tests and local runs. */
  readonly testIssuer?: string | undefined
  /** Time for fetching keys, redirects included; 10,000 unless given. */
  readonly timeoutMs?: number
}

/**
 * The Entra ID tenant of an issuer `https://login.microsoftonline.com/<tenant>/v2.0`, in lower case; undefined when it is no issuer of
 * Entra ID's v2.0 tokens, so that a token is checked with nobody else's keys.
 */
export function tenantOfIssuer(issuer: string, testIssuer?: string): string | undefined {
  if (!URL.canParse(issuer)) return undefined
  const { origin, pathname } = new URL(issuer)
  const isKnown = origin === testIssuer || LOGIN_HOSTS.some((host) => origin === `https://${host}`)
  const [, tenant = '', version, ...more] = pathname.split('/')
  const isExact = issuer === `${origin}/${tenant}/v2.0` && version === 'v2.0' && more.length === 0
  return isKnown && isExact && GUID.test(tenant) ? tenant : undefined
}

/**
 * The keys of each issuer, kept for a thousand of them. They lie where Entra ID has them, never where a token says. A fetch takes ten
 * seconds and three redirects at most, each to a host of Entra ID.
 */
export function federationKeys({
  testIssuer,
  timeoutMs = 10_000,
  ...options
}: FederationOptions): (issuer: string) => IssuerKeys {
  const kept = new LRUCache<string, IssuerKeys>({ max: MAX_ISSUERS })
  return (issuer) => {
    const known =
      kept.get(issuer) ??
      keptKeys(() => fetchKeys(issuer, { testIssuer, timeoutMs }), { ...options, againAfterMs: AGAIN_AFTER_MS })
    kept.set(issuer, known)
    return known
  }
}

interface Fetching {
  readonly testIssuer: string | undefined
  readonly timeoutMs: number
}

/** @throws IssuerUnavailable whatever goes wrong */
async function fetchKeys(issuer: string, { testIssuer, timeoutMs }: Fetching) {
  try {
    const tenant = tenantOfIssuer(issuer, testIssuer)
    if (tenant === undefined) throw new Error('The issuer is none of Entra ID.')
    const address = `${new URL(issuer).origin}/${tenant}/discovery/v2.0/keys`
    return await keySetOf(await readJson(await followed(address, { testIssuer, timeoutMs })), issuer)
  } catch (error) {
    throw new IssuerUnavailable('The keys of the issuer could not be read.', { cause: error })
  }
}

async function followed(address: string, { testIssuer, timeoutMs }: Fetching): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMs)
  let at = address
  for (let hops = 0; ; hops += 1) {
    const response = await fetch(at, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
    const next = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || next === null) return response
    await response.body?.cancel()
    at = new URL(next, at).href
    const { origin } = new URL(at)
    const isKnown = origin === testIssuer || KEY_HOSTS.some((host) => origin === `https://${host}`)
    if (!isKnown || hops >= MAX_REDIRECTS) throw new Error('The issuer sends elsewhere, or too often.')
  }
}
