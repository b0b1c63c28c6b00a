import type { StorageQueueHandler, TimerHandler } from '@azure/functions'
import { bearerToken, matchToken } from './auth/bearer'
import { localTokens } from './auth/local-tokens'
import { tokenCache } from './auth/token-cache'
import { vaultTokens } from './auth/vault-tokens'
import { isTenantSlug, readConfig, type Config } from './config'
import type { DirectoryContext } from './directory/context'
import type { Skeletons } from './directory/list'
import { follow } from './feed/follow'
import { atMostEvery, onceATime } from './feed/wake'
import { background } from './http/background'
import { resourceTypesHandler, schemasHandler, serviceProviderConfigHandler } from './http/discovery'
import { endpoint, openEndpoint, type Edge } from './http/endpoint'
import { describeError } from './http/error-reply'
import { rateLimit } from './http/rate-limit'
import { readyEndpoint, type Need } from './http/ready'
import { notImplemented } from './http/refusals'
import { resourceHandler } from './http/resource-handler'
import { unknownEndpoint, unknownRoute } from './http/unknown-route'
import { recentMap } from './recent-map'
import { isObject } from './scim/json'
import { connectTables } from './storage/connect'
import { createMeter, type Meter } from './storage/meter'
import { inParallel } from './storage/parallel'
import { ensureTenant, learn, listTenants, readTenant, TENANTS_TABLE, type TenantStorage } from './tenants/registry'
import type { Tenant } from './tenants/tenant'
import { tenantCache } from './tenants/tenant-cache'

/** Writes come in bursts and a follower lingers longer than this, so one message a second wakes it for all of them. */
const WAKE_EVERY_MS = 1000
const LINGER_MS = 2000
const FOLLOWED_AT_ONCE = 8

/** Everything that lives as long as the process. */
export interface Services {
  readonly edge: Edge
  /** Does for one tenant, or for all, what writes left behind. */
  readonly followTenant: (slug: string, lingerMs: number) => Promise<void>
  readonly followAll: () => Promise<void>
  readonly needs: readonly Need[]
}

/** The composition root: the only place that builds things. Clients are made on first use, so loading costs nothing. */
export function createServices(config: Config): Services {
  const tables = connectTables(
    config.tables.kind === 'connectionString'
      ? { connectionString: config.tables.connectionString }
      : {
          url: config.tables.url,
          ...(config.managedIdentityClientId !== undefined && { clientId: config.managedIdentityClientId }),
        },
  )
  const storage: TenantStorage = {
    list: () => tables.open(TENANTS_TABLE, createMeter()),
    open: (table) => tables.open(table, createMeter()),
    create: (table) => tables.create(table),
  }
  const tenants = tenantCache((slug) => findTenant(config, storage, slug))
  const read = readTokens(config)
  const tokens = tokenCache(read, {
    onFailure: (error) => {
      console.warn(JSON.stringify({ operation: 'read-tokens', ...describeError(error) })) // no request may ever see it
    },
  })
  const open = (tenant: Tenant, meter: Meter): DirectoryContext => ({
    table: tables.open(tenant.table, meter),
    types: tenant.settings.types,
    now: () => new Date(),
    cursorKey: tenant.settings.cursorKey,
  })
  const followTenant = onceATime(async (slug, lingerMs) => {
    const tenant = await tenants.find(slug)
    if (tenant !== undefined) await follow(open(tenant, createMeter()), lingerMs)
  })
  return {
    edge: {
      publicUrl: config.publicUrl,
      admit: async (slug, authorization) => {
        const token = bearerToken(authorization)
        if (token === undefined || !isTenantSlug(slug)) return undefined
        const tenant = await tenants.find(slug)
        if (tenant === undefined) return undefined
        const versions = await tokens.versions(tenant, tenant.settings.tokenEpoch)
        return matchToken(token, versions, { now: Date.now(), revoked: tenant.settings.revokedTokens }) && tenant
      },
      open,
      skeletons: perTenant<Skeletons>(() => new Map()),
      learn: async (tenant, attributes) => {
        const learnt = await learn(storage, tenant, attributes)
        tenants.put(learnt)
        return learnt
      },
      limit: rateLimit(config.requestsPerSecond, config.requestBurst),
      shouldWake: atMostEvery(WAKE_EVERY_MS, MAX_TENANTS),
    },
    followTenant,
    followAll: async () => followEach(await listTenants(storage), (slug) => followTenant(slug, 0)),
    needs: [
      { name: 'tables', check: () => listTenants(storage) },
      { name: 'tokens', check: () => read({ slug: 'ready', generation: 0 }) }, // nobody's: an empty list shows that the vault answers
    ],
  }
}

/** One tenant's failure is told by its name and holds up no other. */
async function followEach(slugs: readonly string[], followTenant: (slug: string) => Promise<void>): Promise<void> {
  const outcomes = await inParallel(slugs, FOLLOWED_AT_ONCE, (tenant) =>
    followTenant(tenant).then(
      () => true,
      (error: unknown) => {
        console.warn(JSON.stringify({ operation: 'follow-tenant', tenant, ...describeError(error) }))
        return false
      },
    ),
  )
  if (outcomes.includes(false)) throw new Error('Some tenants could not be followed; the lines before name them.')
}

function readTokens(config: Config) {
  if (config.tokens.kind === 'local') return localTokens(config.tokens.tokens)
  const { managedIdentityClientId: clientId } = config
  return vaultTokens({ vaultUrl: config.tokens.url, ...(clientId !== undefined && { clientId }) })
}

/** Locally a tenant is made when its token is in the settings; in the cloud an operator makes it. */
async function findTenant(config: Config, storage: TenantStorage, slug: string): Promise<Tenant | undefined> {
  if (config.tokens.kind === 'local') {
    if (!config.tokens.tokens.has(slug)) return undefined
    await ensureTenant(storage, slug)
  }
  return readTenant(storage, slug)
}

const MAX_TENANTS = 1000

/** What an instance remembers of each tenant beside its settings. */
function perTenant<T>(make: () => T): (tenant: Tenant) => T {
  const made = recentMap<string, T>(MAX_TENANTS)
  return ({ table }) => {
    const value = made.get(table) ?? make()
    made.set(table, value)
    return value
  }
}

let services: Services | undefined
const present = (): Services => (services ??= createServices(readConfig()))
const edge = () => present().edge

const followQueue: StorageQueueHandler = background(async (message) => {
  const slug = isObject(message) ? message['tenant'] : undefined
  if (typeof slug === 'string') await present().followTenant(slug, LINGER_MS)
})

const followTimer: TimerHandler = background(() => present().followAll())

/** Endpoints of RFC 7644 that this service does not have; below them there is nothing. */
const unsupported = (name: string) =>
  endpoint(edge, (exchange) =>
    exchange.path.length > 1 ? unknownEndpoint(exchange) : Promise.reject(notImplemented(`/${name}`)),
  )

const endpoints = {
  users: endpoint(edge, resourceHandler('User')),
  groups: endpoint(edge, resourceHandler('Group')),
  schemas: openEndpoint(edge, schemasHandler),
  resourceTypes: openEndpoint(edge, resourceTypesHandler),
  serviceProviderConfig: openEndpoint(edge, serviceProviderConfigHandler),
  me: unsupported('Me'),
  bulk: unsupported('Bulk'),
  search: unsupported('.search'),
}

/** The handlers of the functions, over services that are made with the first request. */
export const handlers = {
  ready: readyEndpoint(() => present().needs),
  ...endpoints,
  unknownRoute: unknownRoute(
    {
      users: endpoints.users,
      groups: endpoints.groups,
      schemas: endpoints.schemas,
      resourcetypes: endpoints.resourceTypes,
      serviceproviderconfig: endpoints.serviceProviderConfig,
      me: endpoints.me,
      bulk: endpoints.bulk,
      '.search': endpoints.search,
    },
    endpoint(edge, unknownEndpoint),
  ),
  followTimer,
  followQueue,
}
