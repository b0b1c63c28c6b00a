import { LRUCache } from 'lru-cache'
import { authenticator } from './authenticator'
import { adminSignIn, type ReadSignIn } from '../credentials/sign-in/admin-sign-in'
import { federationKeys } from '../credentials/oauth/federation-keys'
import { refusedAssertions } from '../credentials/oauth/refused-assertions'
import { tokenCache } from '../credentials/tokens/token-cache'
import type { TokenStore } from '../credentials/tokens/token-store'
import { rootKeys, type RootKeys } from '../credentials/keys/root-keys'
import { tenantKeys } from '../credentials/keys/tenant-keys'
import { captureRecorder } from '../monitoring/capture/recorder'
import { forgetCaptured, turnOff } from '../monitoring/capture/switch'
import type { Config } from '../config'
import type { DirectoryContext } from '../directory/context'
import { gate, PAGES } from '../directory/query/gate'
import type { OrderIndexes } from '../directory/query/list'
import { createFollower, type Follower } from './worker/follower'
import { needsOf } from './needs'
import { rootKeyReader, tablesOf, tenantSource, tokenStore } from './stores'
import { rounds } from './worker/rounds'
import type { TokenIssuer } from '../oauth-api/token-endpoint'
import type { Edge } from '../scim-api/endpoint'
import { describeError } from '../http/error-reply'
import { rateLimit } from '../http/rate-limit'
import type { Need } from '../http/ready'
import type { Api } from '../api/endpoint'
import type { Registry } from '../api/operation'
import { heldKeys, type HeldKeys } from '../credentials/sign-in/held-keys'
import { productSignIn } from '../credentials/sign-in/product-sign-in'
import { managementSignIn } from '../credentials/sign-in/management-sign-in'
import type { Tables } from '../storage/connect'
import { newWork } from '../scim/work'
import { createMeter, type Meter } from '../storage/meter'
import { learn, TENANTS_TABLE, type TenantStorage } from '../tenants/registry'
import { requestStats, type RequestStats } from '../usage/request-stats'
import type { Tenant } from '../tenants/tenant'
import { tenantCache, type TenantCache } from '../tenants/tenant-cache'
import { webhookSender, type Send } from '../webhooks/send'

/** Wrong setup links, for each tenant they name: they cannot be guessed, this keeps whoever tries from keeping an instance busy. */
const SESSIONS_PER_SECOND = 2
const SESSION_BURST = 20
/** What a console needs, and no more. */
const LINK_REQUESTS_PER_SECOND = 10
const LINK_BURST = 200
/** A directory asks for a token once an hour, a test of one perhaps for each request. */
const TOKENS_PER_SECOND = 5
const TOKEN_BURST = 60

/** Everything that lives as long as the process. */
export interface Services {
  readonly edge: Edge
  readonly management: Api
  readonly product: Api
  readonly tokenIssuer: TokenIssuer
  readonly tenants: TenantCache
  readonly tokens: TokenStore
  readonly stats: RequestStats
  readonly follower: Follower
  /** Does for all tenants what writes left behind. */
  readonly followAll: () => Promise<void>
  /** Ends work in the background, and writes what is only remembered yet. */
  readonly end: () => Promise<void>
  readonly needs: readonly Need[]
  /** Reads the access token of an operator; undefined where no sign-in is set up. */
  readonly readSignIn: ReadSignIn | undefined
}

/** What lies outside of the process, and is reached as the settings say unless it is given. */
interface Outside {
  readonly tables: Tables
  readonly send: Send
}

const outsideOf = (config: Config): Outside => ({
  tables: tablesOf(config),
  send: webhookSender({ allowLocal: config.allowLocalWebhooks }),
})

/** The composition root: the only place that builds things. Clients are made on first use, so loading costs nothing. */
export function createServices(config: Config, { tables, send }: Outside = outsideOf(config)): Services {
  const storageFor = (meter: Meter): TenantStorage => ({
    list: () => tables.open(TENANTS_TABLE, meter),
    open: (table) => tables.open(table, meter),
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  })
  const storage = storageFor(createMeter())
  const tenants = tenantCache(tenantSource(config, storage))
  const tokens = tokenStore(config, storage)
  const stats = requestStats(storage.open, warnOf('write-sightings'))
  const root = rootKeys(rootKeyReader(config), { onFailure: warnOf('read-root-key') })
  const open = opener(tables, root)
  const follower = createFollower({ storage, tenants, open, tokens, send, onBehind: tellBehind, onFailure: warnOfTenant })
  const registry = (meter: Meter): Registry => ({ storage: storageFor(meter), tenants, now })
  const find = (slug: string) => tenants.find(slug)
  const readSignIn = signInOf(config)
  const issuerKeys = federationKeys({ testIssuer: config.federationTestIssuer, onFailure: warnOf('read-issuer-keys') })
  const common: Common = { config, registry, open, wake: follower.wake, find, keys: heldKeys(), readSignIn, issuerKeys }
  return {
    edge: scimEdge(common, { storage, tenants, stats, tokens, root }),
    management: managementApi(common, { tokens, stats, send }),
    product: productApi(common),
    tokenIssuer: issuerOf(common, { storage, stats, root }),
    tenants,
    tokens,
    stats,
    follower,
    end: async () => {
      await follower.end()
      await stats.flush(true)
    },
    followAll: rounds({ storage, tenants, tokens, stats, follower, now, onFailure: warnOfTenant }),
    needs: needsOf(config, { storage, tokens, root }),
    readSignIn,
  }
}

const now = () => new Date()

/** What the ways into the service have in common. */
interface Common extends Pick<Api, 'registry' | 'open' | 'wake'> {
  readonly config: Config
  readonly find: TenantCache['find']
  readonly keys: HeldKeys
  readonly readSignIn: ReadSignIn | undefined
  /** Keys by which a directory's assertions are checked. */
  readonly issuerKeys: TokenIssuer['issuerKeys']
}

const once = <T>(make: () => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** Its operations, and those of the product, are loaded when they are first asked: most starts serve SCIM alone. */
function managementApi(
  { config, registry, open, wake, find, keys, readSignIn, issuerKeys }: Common,
  { tokens, stats, send }: { readonly tokens: TokenStore; readonly stats: RequestStats; readonly send: Send },
): Api {
  return {
    registry,
    open,
    wake,
    publicUrl: config.publicUrl ?? config.platformUrl,
    authenticate: managementSignIn({
      find,
      readSignIn,
      linkLimit: rateLimit(LINK_REQUESTS_PER_SECOND, LINK_BURST),
    }),
    operations: once(async () => {
      const { managementOperations } = await import('./management.js')
      const limit = rateLimit(SESSIONS_PER_SECOND, SESSION_BURST)
      return managementOperations({
        find,
        keys,
        limit,
        tokens,
        stats,
        send,
        allowLocal: config.allowLocalWebhooks,
        issuerKeys,
        testIssuer: config.federationTestIssuer,
        forgetCaptured,
      })
    }),
  }
}

function productApi({ config, registry, open, wake, find, keys }: Common): Api {
  return {
    registry,
    open,
    wake,
    publicUrl: config.publicUrl ?? config.platformUrl,
    authenticate: productSignIn({ find, keys, limit: rateLimit(config.requestsPerSecond, config.requestBurst) }),
    operations: once(async () => (await import('./product.js')).productOperations({ forgetCaptured })),
  }
}

interface ScimParts {
  readonly storage: TenantStorage
  readonly tenants: TenantCache
  readonly stats: RequestStats
  readonly tokens: TokenStore
  readonly root: RootKeys
}

function scimEdge({ config, open, wake }: Common, { storage, tenants, stats, tokens, root }: ScimParts): Edge {
  return {
    ...authenticator({
      tenants,
      stats,
      tokens: tokenCache(tokens.read, { onFailure: warnOf('read-tokens') }),
      keysOf: (tenant) => tenantKeys(root, tenant),
    }),
    publicUrl: config.publicUrl,
    open,
    stats,
    // A failure to keep a request is told here, and never to whoever sent it.
    capture: captureRecorder({
      open: storage.open,
      end: async (tenant, id) => {
        await turnOff({ storage, tenants, now }, tenant, { as: 'full', by: 'Rollcall', id })
      },
      onFailure: warnOf('keep-request'),
      now,
    }),
    orderIndexes: perTenant<OrderIndexes>(() => new Map()),
    learn: async (tenant, attributes) => {
      const learnt = await learn(storage, tenant, attributes)
      tenants.put(learnt)
      return learnt
    },
    limit: rateLimit(config.requestsPerSecond, config.requestBurst),
    pages: gate(PAGES),
    wake,
  }
}

function issuerOf(
  { find, issuerKeys }: Common,
  { storage, stats, root }: Pick<ScimParts, 'storage' | 'stats' | 'root'>,
): TokenIssuer {
  return {
    find,
    keysOf: (tenant) => tenantKeys(root, tenant),
    issuerKeys,
    stats,
    limit: rateLimit(TOKENS_PER_SECOND, TOKEN_BURST),
    keepRefused: refusedAssertions(storage.open, Date.now),
    now: Date.now,
  }
}

/** Opens the directory of a tenant for one request, as its settings want it. */
const opener =
  (tables: Tables, root: RootKeys) =>
  (tenant: Tenant, meter: Meter): DirectoryContext => ({
    table: tables.open(tenant.table, meter),
    types: tenant.settings.types,
    now,
    work: newWork(),
    tenant: tenant.slug,
    keys: tenantKeys(root, tenant),
    matching: tenant.settings.matching,
    staging: tenant.settings.staging,
    ...(tenant.settings.superTenant !== null && { superTenant: tenant.settings.superTenant }),
  })

/** An alert searches for this line. */
function tellBehind(tenant: string, seconds: number): void {
  console.warn(JSON.stringify({ operation: 'feed-age', tenant, seconds }))
}

/** For failures in the background, which no request may ever see. */
const warnOf = (operation: string) => (error: unknown) => {
  console.warn(JSON.stringify({ operation, ...describeError(error) }))
}

function warnOfTenant(operation: string, tenant: string, error: unknown): void {
  console.warn(JSON.stringify({ operation, tenant, ...describeError(error) }))
}

function signInOf({ signIn }: Config): ReadSignIn | undefined {
  return signIn && adminSignIn({ ...signIn, onFailure: warnOf('read-issuer-keys') })
}

const MAX_TENANTS = 1000

/** What an instance remembers of each tenant beside its settings. */
function perTenant<T extends object>(make: () => T): (tenant: Tenant) => T {
  const made = new LRUCache<string, T>({ max: MAX_TENANTS })
  return ({ table }) => {
    const value = made.get(table) ?? make()
    made.set(table, value)
    return value
  }
}
