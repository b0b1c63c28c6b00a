import { randomBytes } from 'node:crypto'
import { HttpRequest, InvocationContext } from '@azure/functions'
import { Webhook } from 'standardwebhooks'
import { apiEndpoint } from '../shared/api/endpoint'
import { createServices, type Services } from '../shared/app/services'
import { readConfig } from '../shared/config'
import { rootKeys } from '../shared/credentials/keys/root-keys'
import { tenantKeys } from '../shared/credentials/keys/tenant-keys'
import { ROOT_KEY_SECRET, vaultRootKeys } from '../shared/credentials/vault/vault-root-key'
import type { DirectoryContext } from '../shared/directory/context'
import { newId } from '../shared/directory/identifiers'
import { numberOutbox } from '../shared/feed/sequencer'
import { VaultUnavailable } from '../shared/http/outage'
import { endpoint } from '../shared/scim-api/endpoint'
import { resourceHandler } from '../shared/scim-api/resource-handler'
import { deliverWebhooks } from '../shared/webhooks/deliver'
import { createEndpoint } from '../shared/webhooks/endpoints'
import { secretText } from '../shared/webhooks/secrets'
import { webhookSender } from '../shared/webhooks/send'
import { listFailedAttempts } from '../shared/webhooks/delivery-rows'
import { newDirectory } from './support/directory'
import { startManaged, type ManagedService } from './support/manage'
import { startReceiver, type Receiver } from './support/receiver'
import { startVaultServer, type VaultServer } from './support/vault-server'

/** What hangs on the root key in the vault, while it is rotated and while the vault does not answer. */

const MINUTE_MS = 60_000

let vault: VaultServer
beforeEach(async () => {
  vault = await startVaultServer()
})
afterEach(() => vault.close())

const newKey = () => randomBytes(32).toString('base64url')

/**
 * An instance of the service, as far as keys go, with a clock set by hand. It soon gives up a vault that hangs; one that
 * answers has as long as a busy machine needs.
 */
function newInstance(clock = { now: Date.now() }) {
  const patient = vaultRootKeys({ ...vault.options, timeoutMs: 25_000 })
  const hasty = vaultRootKeys({ ...vault.options, timeoutMs: 500 })
  const root = rootKeys(() => (vault.hangs() ? hasty() : patient()), { now: () => clock.now })
  return { clock, keys: tenantKeys(root, { slug: 'contoso', generation: 1 }) }
}

describe('webhooks', () => {
  let receiver: Receiver
  beforeEach(async () => {
    receiver = await startReceiver()
  })
  afterEach(() => receiver.close())
  const send = webhookSender({ allowLocal: true })

  /** A directory with an endpoint whose first secret is of the newest version of the root key. */
  async function newTenant() {
    const { clock, keys } = newInstance()
    const directory = await newDirectory()
    const context: DirectoryContext = { ...directory.context, keys }
    const made = await keys.newest('webhooks')
    const id = newId()
    const created = context.now().toISOString()
    await createEndpoint(context.table, {
      id,
      url: receiver.url,
      label: 'Product',
      events: ['user.created'],
      state: 'active',
      isGone: false,
      created,
      by: 'grace',
      owner: 'operator',
      begin: 0,
      secrets: [{ number: 1, key: made.version, created }],
      commands: {},
    })
    const deliver = async (by: DirectoryContext = context) => {
      await numberOutbox(context.table)
      return deliverWebhooks(by, { slug: 'contoso', send, maxMs: 30_000 })
    }
    return { ...directory, context, clock, id, secret: secretText(made, id, 1), deliver }
  }

  const isSigned = (secret: string) => {
    const last = receiver.received.at(-1)
    expect(() => new Webhook(secret).verify(last?.text ?? '', last?.headers as Record<string, string>)).not.toThrow()
  }

  test('a rotated root key leaves the secret of a running endpoint alone, on instances that know it and on new ones', async () => {
    const first = vault.set(ROOT_KEY_SECRET, newKey())
    const tenant = await newTenant()
    await tenant.person('ada')
    await tenant.deliver()
    isSigned(tenant.secret)
    vault.set(ROOT_KEY_SECRET, newKey())
    tenant.clock.now += 20 * MINUTE_MS
    const newest = await tenant.context.keys.newest('webhooks')
    expect(newest.version).not.toBe(first)
    await tenant.person('bob')
    await tenant.deliver()
    isSigned(tenant.secret)
    await tenant.person('cleo')
    await tenant.deliver({ ...tenant.context, keys: newInstance().keys })
    isSigned(tenant.secret)
    expect(receiver.received).toHaveLength(3)
  })

  test('with its version disabled nothing is sent unsigned: it fails as `secret` and waits', async () => {
    const first = vault.set(ROOT_KEY_SECRET, newKey())
    const tenant = await newTenant()
    vault.set(ROOT_KEY_SECRET, newKey())
    vault.disable(ROOT_KEY_SECRET, first)
    tenant.clock.now += 20 * MINUTE_MS
    await tenant.person('ada')
    expect((await tenant.deliver()).nextDueMs).toBeDefined()
    expect(receiver.received).toEqual([])
    expect(await listFailedAttempts(tenant.context.table, tenant.id)).toMatchObject([{ error: 'secret', type: 'user.created' }])
  })

  test('while the vault is down they wait, without a failed try, and are delivered afterwards', async () => {
    vault.set(ROOT_KEY_SECRET, newKey())
    const tenant = await newTenant()
    const { keys, clock } = newInstance()
    const cold: DirectoryContext = { ...tenant.context, keys }
    vault.hang(true)
    await tenant.person('ada')
    await expect(tenant.deliver(cold)).rejects.toBeInstanceOf(VaultUnavailable)
    vault.hang(false)
    expect(receiver.received).toEqual([])
    expect(await listFailedAttempts(tenant.context.table, tenant.id)).toEqual([])
    clock.now += MINUTE_MS
    tenant.pass(2 * MINUTE_MS) // the lease of the turn that failed
    expect(await tenant.deliver(cold)).toEqual({ state: 'done', nextDueMs: undefined })
    isSigned(tenant.secret)
    expect(receiver.received).toHaveLength(1)
  })

  test('an instance that knows the key goes on while the vault is down', async () => {
    vault.set(ROOT_KEY_SECRET, newKey())
    const tenant = await newTenant()
    vault.hang(true)
    tenant.clock.now += 20 * MINUTE_MS
    await tenant.person('ada')
    await tenant.deliver()
    isSigned(tenant.secret)
  })
})

describe('lists', () => {
  let service: ManagedService
  let services: Services
  beforeAll(async () => {
    service = await startManaged()
    services = createServices(readConfig())
    for (const userName of ['ada', 'bob', 'cleo']) {
      expect((await service.tenant().send('POST', '/Users', { userName })).status).toBe(201)
    }
  })
  afterAll(() => service.close())

  const context = new InvocationContext({ functionName: 'users', invocationId: '1', logHandler: () => undefined })

  /** The service's own ways of a request, with the keys of that instance. */
  function asks({ keys }: ReturnType<typeof newInstance>) {
    const { edge, management } = services
    const users = endpoint(() => ({ ...edge, open: (...of) => ({ ...edge.open(...of), keys }) }), resourceHandler('User'))
    const manage = apiEndpoint(() => ({ ...management, open: (...of) => ({ ...management.open(...of), keys }) }))
    const { slug, token } = service.tenant()
    const get = (path: string, bearer: string) =>
      new HttpRequest({ method: 'GET', url: `http://localhost${path}`, headers: { authorization: `Bearer ${bearer}` } })
    return {
      scim: (query: string) => users(get(`/scim/${slug}/Users?${query}`, token), context),
      manage: async (query: string) =>
        manage(get(`/api/manage/tenants/${slug}/people?${query}`, await service.issuer.token()), context),
    }
  }

  const bodyOf = ({ body }: { readonly body?: unknown }) => JSON.parse(String(body)) as Record<string, unknown>

  test('a cursor of the root key before goes on after a rotation, and one of the new key on an instance that did not know it', async () => {
    vault.set(ROOT_KEY_SECRET, newKey())
    const [one, other] = [newInstance(), newInstance()]
    const before = bodyOf(await asks(one).scim('cursor&count=1'))
    await other.keys.newest('cursors')
    vault.set(ROOT_KEY_SECRET, newKey())
    one.clock.now += 20 * MINUTE_MS
    other.clock.now += 11_000 // it remembers the key before
    const after = bodyOf(await asks(one).scim(`cursor=${String(before['nextCursor'])}&count=1`))
    expect(after['Resources']).toHaveLength(1)
    const last = bodyOf(await asks(other).scim(`cursor=${String(after['nextCursor'])}&count=1`))
    expect(last['Resources']).toHaveLength(1)
    expect(new Set([before, after, last].map((page) => JSON.stringify(page['Resources']))).size).toBe(3)
  })

  test('while the vault is down a list by cursor is 503 that says so, and one that needs no cursor is answered', async () => {
    vault.hang(true)
    const { scim, manage } = asks(newInstance())
    const list = await scim('cursor&count=1')
    expect(list.status).toBe(503)
    expect(list.headers).toMatchObject({ 'Retry-After': '10' })
    expect(bodyOf(list)['detail']).toBe('The key vault cannot be reached. Repeat the request.')
    const people = await manage('limit=1')
    expect(people.status).toBe(503)
    expect(bodyOf(people)).toMatchObject({
      type: 'urn:rollcall:problem:unavailable',
      detail: expect.stringContaining('key vault cannot be reached') as string,
    })
    expect((await scim('count=1')).status).toBe(200)
    expect((await manage('limit=100')).status).toBe(200)
    expect((await scim('cursor&count=100')).status).toBe(200)
  })

  test('cursors that nobody made have the vault asked once in ten seconds', async () => {
    vault.set(ROOT_KEY_SECRET, newKey())
    const instance = newInstance()
    await instance.keys.newest('cursors')
    instance.clock.now += 11_000
    const before = vault.requests.length
    const forged = Buffer.alloc(60, 1).toString('base64url')
    for (let i = 0; i < 10; i += 1) expect((await asks(instance).scim(`cursor=${forged}&count=1`)).status).toBe(400)
    expect(vault.requests.length - before).toBe(2) // the list of versions, and the value of one
  })
})
