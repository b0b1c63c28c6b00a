import { startAzuriteTables } from '../../dev/host/azurite-tables'
import { SIGN_IN_CLIENT, SIGN_IN_TENANT, startIssuer } from '../../tests/support/issuer'
import { connectTables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { TENANTS_TABLE } from '../../shared/tenants/registry'
import type { Outcome } from './exchange'
import { startServer, type Server } from './server'

const MAX_SETUP_MS = 120_000
const HOURS_SIGNED_IN = 12

/** Where the parts of a run are. */
export interface Places {
  /** The bundle of serve.ts. */
  readonly server: string
  /** dev/azurite.mjs */
  readonly azurite: string
  /** functions/index.js of the build. */
  readonly bundle: string
}

export type Call = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>

/** A build that runs, with tables of its own. */
export interface World {
  readonly server: () => Server
  /** The process anew over the same tables. */
  readonly restart: () => Promise<void>
  /** Headers that open a tenant over SCIM. */
  readonly scim: (slug: string) => Record<string, string>
  /** Headers of an operator. */
  readonly operator: Readonly<Record<string, string>>
  /** Sends a request that must succeed, below the Tenant URL. @throws Error that names the status */
  readonly make: (slug: string) => Call
  /** The same below `/api/manage`. */
  readonly manage: Call
  /** Headers of whoever came by a setup link of the tenant. */
  readonly link: (slug: string) => Promise<Record<string, string>>
  /** A point read from the storage itself, by this process. */
  readonly read: () => Promise<unknown>
  readonly stop: () => Promise<void>
}

/**
 * @param slugs tenants that are made with their first request
 * @param more settings of the environment
 */
export async function startWorld(places: Places, slugs: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<World> {
  const [tables, issuer] = await Promise.all([startAzuriteTables(places.azurite, undefined), startIssuer()])
  const tokenOf = (slug: string) => `token-of-${slug}`
  const env = {
    ...process.env,
    TABLES_CONNECTION_STRING: tables.connectionString,
    TABLES_URL: '',
    KEY_VAULT_URL: '',
    LOCAL_TENANT_TOKENS: JSON.stringify(Object.fromEntries(slugs.map((slug) => [slug, tokenOf(slug)]))),
    REQUESTS_PER_SECOND: '999999',
    REQUEST_BURST: '999999',
    HTTP_STREAM: 'false',
    PUBLIC_URL: '',
    SIGN_IN_TENANT_ID: SIGN_IN_TENANT,
    SIGN_IN_CLIENT_ID: SIGN_IN_CLIENT,
    SIGN_IN_ISSUER: issuer.issuer,
    ...more,
  }
  let server = await startServer(places.server, places.bundle, env)
  const exp = Math.floor(Date.now() / 1000) + HOURS_SIGNED_IN * 3600
  const signedIn = await issuer.token({ roles: ['Rollcall.Admin'], name: 'Bench', exp })
  const operator = { authorization: `Bearer ${signedIn}`, 'content-type': 'application/json' }
  const scim = (slug: string) => ({ authorization: `Bearer ${tokenOf(slug)}`, 'content-type': 'application/scim+json' })
  const calling =
    (base: string, headers: Record<string, string>): Call =>
    async (method, path, body) => {
      const client = server.client(MAX_SETUP_MS, false)
      const text = body === undefined ? {} : { body: JSON.stringify(body) }
      const outcome = await client.send({ method, path: base + path, headers, ...text }, { keep: true })
      client.close()
      return objectOf(outcome, `${method} ${base}${path.slice(0, 100)}`)
    }
  const manage = calling('/api/manage', operator)
  const list = connectTables({ connectionString: tables.connectionString }).open(TENANTS_TABLE, createMeter())
  return {
    server: () => server,
    async restart() {
      await server.kill()
      server = await startServer(places.server, places.bundle, env)
    },
    scim,
    operator,
    make: (slug) => calling(`/scim/${slug}`, scim(slug)),
    manage,
    async link(slug) {
      const { url } = await manage('POST', `/tenants/${slug}/links`, { role: 'admin', label: 'Bench' })
      const link = String(url).split('#link=')[1]
      const { token } = await calling('/api/manage', { 'content-type': 'application/json' })('POST', '/session', { link })
      return { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' }
    },
    read: () => list.get(slugs[0] ?? ''),
    async stop() {
      await server.kill()
      await Promise.all([tables.stop(), issuer.close()])
    },
  }
}

function objectOf({ status, text }: Outcome, what: string): Record<string, unknown> {
  if (status < 200 || status >= 300) throw new Error(`${what} answers ${status}: ${text.slice(0, 500)}`)
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}
