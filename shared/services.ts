import type { StorageQueueHandler, TimerHandler } from '@azure/functions'
import { admission } from './admission'
import { adminSignIn, type ReadSignIn } from './auth/admin-sign-in'
import { endTokens } from './auth/end-tokens'
import { localStore } from './auth/local-store'
import { tokenCache } from './auth/token-cache'
import type { TokenStore } from './auth/token-store'
import { vaultStore } from './auth/vault-store'
import { readConfig, type Config } from './config'
import type { DirectoryContext } from './directory/context'
import type { Skeletons } from './directory/list'
import { atMostEvery } from './feed/wake'
import { tenantFollower } from './follower'
import { background } from './http/background'
import { bulkHandler } from './http/bulk'
import { resourceTypesHandler, schemasHandler, serviceProviderConfigHandler } from './http/discovery'
import { endpoint, openEndpoint, type Edge } from './http/endpoint'
import { describeError } from './http/error-reply'
import { rateLimit } from './http/rate-limit'
import { readyEndpoint, type Need } from './http/ready'
import { notImplemented } from './http/refusals'
import { resourceHandler } from './http/resource-handler'
import { searchHandler } from './http/search-handler'
import { unknownEndpoint, unknownRoute } from './http/unknown-route'
import { openApiOperations } from './manage/all'
import { attributesOperations } from './manage/attributes'
import { manageEndpoint, type Door } from './manage/endpoint'
import { exportOperations } from './manage/export'
import { connectionOperations } from './manage/connection'
import { groupOperations } from './manage/groups'
import { linkOperations, makeLink } from './manage/links'
import { erasureOperations, productErasureOperations } from './manage/erasure'
import type { Operation } from './manage/operation'
import { peopleOperations } from './manage/people'
import { productKeyOperations } from './manage/product-keys'
import { productIdsOperations } from './manage/product-ids'
import { refusalOperations } from './manage/refusals'
import { roleOperations } from './manage/roles'
import { retentionOperations } from './manage/retention'
import type { ManageServices } from './manage/services'
import { sessionOperations } from './manage/session'
import { settingsOperations } from './manage/settings'
import { tenantOperations } from './manage/tenants'
import { watchEach } from './manage/token-watch'
import { tokenOperations } from './manage/tokens'
import { webhookOperations } from './manage/webhooks'
import { productChangeOperations } from './product/changes'
import { productGroupOperations } from './product/groups'
import { productPeopleOperations } from './product/people'
import { productDoor } from './product/sign-in'
import { recentMap } from './recent-map'
import { isObject } from './scim/json'
import { connectTables, type Tables } from './storage/connect'
import { createMeter, type Meter } from './storage/meter'
import { inParallel } from './storage/parallel'
import { createTenant, dueDeletions, finishDeletion } from './tenants/lifecycle'
import { learn, listTenants, readTenant, TENANTS_TABLE, type TenantStorage } from './tenants/registry'
import { sightings } from './tenants/sightings'
import { tenantTable, type Tenant } from './tenants/tenant'
import { tenantCache } from './tenants/tenant-cache'
import { webhookSender } from './webhooks/send'

/** Writes come in bursts and a follower lingers longer than this, so one message a second wakes it for all of them. */
const WAKE_EVERY_MS = 1000
const LINGER_MS = 2000
const FOLLOWED_AT_ONCE = 8
/** Setup links cannot be guessed; this keeps whoever tries from keeping an instance busy. */
const SESSIONS_PER_SECOND = 2
const SESSION_BURST = 20

/** Everything that lives as long as the process. */
export interface Services {
  readonly edge: Edge
  readonly manage: ManageServices
  /** Knows the keys of the product. */
  readonly product: Door
  /** Does for one tenant, or for all, what writes left behind. */
  readonly followTenant: (slug: string, lingerMs: number) => Promise<void>
  readonly followAll: () => Promise<void>
  /** Ends lingering, and writes what is only remembered yet. */
  readonly end: () => Promise<void>
  readonly needs: readonly Need[]
}

/** The composition root: the only place that builds things. Clients are made on first use, so loading costs nothing. */
export function createServices(config: Config): Services {
  const tables = tablesOf(config)
  const storage: TenantStorage = {
    list: () => tables.open(TENANTS_TABLE, createMeter()),
    open: (table) => tables.open(table, createMeter()),
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  }
  const tenants = tenantCache((slug) => findTenant(config, storage, slug))
  const store = tokenStore(config, storage)
  const tokens = tokenCache(store.read, { onFailure: warnOf('read-tokens') })
  const notes = sightings(storage.open, warnOf('write-sightings'))
  const open = opener(tables)
  const send = webhookSender({ allowLocal: config.allowLocalWebhooks })
  const ending = new AbortController()
  const followTenant = tenantFollower({
    storage,
    tenants,
    open,
    ending: ending.signal,
    send,
    onBehind: tellBehind,
  })
  const manage: ManageServices = {
    storage,
    tenants,
    open,
    tokens: store,
    notes,
    sessionLimit: rateLimit(SESSIONS_PER_SECOND, SESSION_BURST),
    signIn: signInOf(config),
    publicUrl: config.publicUrl,
    webhooks: { send, allowLocal: config.allowLocalWebhooks },
    now: () => new Date(),
  }
  return {
    manage,
    product: productDoor(rateLimit(config.requestsPerSecond, config.requestBurst)),
    edge: { ...admission({ tenants, tokens, notes }), ...scimEdge(config, manage), notes },
    followTenant,
    end: () => {
      ending.abort()
      return notes.flush(true)
    },
    followAll: async () => {
      const [live, deleted] = await Promise.all([listTenants(storage), dueDeletions(storage, new Date())])
      await notes.flush()
      await watchEach(manage, live) // before the feed is numbered: it may leave records
      await followEach([...live, ...deleted], (slug) =>
        deleted.includes(slug) ? finishDeletion(storage, slug, (tenant) => endTokens(store, tenant)) : followTenant(slug, 0),
      )
    },
    needs: needsOf(config, storage, store),
  }
}

function scimEdge(config: Config, { storage, tenants, open }: ManageServices): Omit<Edge, 'admit' | 'turnedAway' | 'notes'> {
  return {
    publicUrl: config.publicUrl,
    open,
    skeletons: perTenant<Skeletons>(() => new Map()),
    learn: async (tenant, attributes) => {
      const learnt = await learn(storage, tenant, attributes)
      tenants.put(learnt)
      return learnt
    },
    limit: rateLimit(config.requestsPerSecond, config.requestBurst),
    shouldWake: atMostEvery(WAKE_EVERY_MS, MAX_TENANTS),
  }
}

/** Opens the directory of a tenant for one request, as its settings want it. */
const opener =
  (tables: Tables) =>
  (tenant: Tenant, meter: Meter): DirectoryContext => ({
    table: tables.open(tenant.table, meter),
    types: tenant.settings.types,
    now: () => new Date(),
    cursorKey: tenant.settings.cursorKey,
    matching: tenant.settings.matching,
    staging: tenant.settings.staging,
  })

function tablesOf({ tables, managedIdentityClientId: clientId }: Config) {
  if (tables.kind === 'connectionString') return connectTables({ connectionString: tables.connectionString })
  return connectTables({ url: tables.url, ...(clientId !== undefined && { clientId }) })
}

/** An alert searches for this line. */
function tellBehind(tenant: string, seconds: number): void {
  console.warn(JSON.stringify({ operation: 'feed-age', tenant, seconds }))
}

/** For failures in the background, which no request may ever see. */
const warnOf = (operation: string) => (error: unknown) => {
  console.warn(JSON.stringify({ operation, ...describeError(error) }))
}

function signInOf({ signIn }: Config): ReadSignIn | undefined {
  return signIn && adminSignIn({ ...signIn, onFailure: warnOf('read-issuer-keys') })
}

/** Local tokens lie in the tables, so they need nothing of their own. */
function needsOf(config: Config, storage: TenantStorage, store: TokenStore): Need[] {
  const isLocal = config.tokens.kind === 'local'
  return [
    { name: 'tables', check: () => listTenants(storage) },
    // Nobody's: no token shows that the vault answers.
    { name: 'tokens', check: () => (isLocal ? Promise.resolve() : store.read({ slug: 'ready', generation: 0 })) },
  ]
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

function tokenStore(config: Config, storage: TenantStorage): TokenStore {
  if (config.tokens.kind === 'local') {
    return localStore({
      tokens: config.tokens.tokens,
      open: ({ slug, generation }) => storage.open(tenantTable(slug, generation)),
    })
  }
  const { managedIdentityClientId: clientId } = config
  return vaultStore({ vaultUrl: config.tokens.url, ...(clientId !== undefined && { clientId }) })
}

/** Locally a tenant is also made when its token is in the settings; in the cloud an operator makes it. */
async function findTenant(config: Config, storage: TenantStorage, slug: string): Promise<Tenant | undefined> {
  const found = await readTenant(storage, slug)
  if (found !== undefined || config.tokens.kind !== 'local' || !config.tokens.tokens.has(slug)) return found
  await createTenant(storage, { slug, name: slug, time: new Date().toISOString() })
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

/** For a process that ends: writes what is only remembered yet. */
export const endServices = async (): Promise<void> => services?.end()

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
  bulk: endpoint(edge, bulkHandler),
  search: endpoint(edge, searchHandler),
}

const managed = (operations: readonly Operation[]) => manageEndpoint(() => present().manage, operations)

const forProduct = (operations: readonly Operation[]) =>
  manageEndpoint(() => present().manage, operations, {
    actorOf: (...request) => present().product.actorOf(...request),
    findTenant: (...request) => present().product.findTenant(...request),
  })

/**
 * A link that opens the tenant's administration for a day, for whoever runs the service on their own machine.
 * @throws Error inside Azure, where an operator makes links
 */
export async function localSetupLink(slug: string, origin: string): Promise<string> {
  if (readConfig().tokens.kind !== 'local') throw new Error('Setup links are made without sign-in in local runs alone.')
  const { manage } = present()
  const tenant = await manage.tenants.find(slug)
  if (tenant === undefined) throw new Error('There is no such tenant.')
  const { url } = await makeLink(
    { services: manage, tenant, origin },
    { role: 'admin', days: 1, label: 'npm start', by: 'npm start' },
  )
  return url
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
  manageAttributes: managed(attributesOperations),
  manageExport: managed(exportOperations),
  manageOpenApi: managed(openApiOperations),
  manageProductIds: managed(productIdsOperations),
  manageSettings: managed([...settingsOperations, ...retentionOperations]),
  manageTenants: managed(tenantOperations),
  manageRoles: managed(roleOperations),
  managePeople: managed(peopleOperations),
  manageGroups: managed(groupOperations),
  unknownManage: managed([]),
  manageTokens: managed(tokenOperations),
  manageWebhooks: managed(webhookOperations),
  manageLinks: managed(linkOperations),
  manageSession: managed(sessionOperations),
  manageRefusals: managed(refusalOperations),
  manageConnection: managed(connectionOperations),
  manageErasure: managed(erasureOperations),
  manageProductKeys: managed(productKeyOperations),
  productPeople: forProduct([...productPeopleOperations, ...productErasureOperations]),
  productGroups: forProduct(productGroupOperations),
  productChanges: forProduct(productChangeOperations),
  unknownProduct: forProduct([]),
  followTimer,
  followQueue,
}
