import { deleteResource } from '../shared/directory/deletion/delete'
import { newId } from '../shared/directory/identifiers'
import { numberOutbox } from '../shared/feed/sequencer'
import { announceRoles } from '../shared/access/announce-roles'
import { defaultPolicy } from '../shared/roles/catalogue'
import { userType } from '../shared/scim/schema/schemas'
import { toChunks } from '../shared/storage/chunks'
import { feedKey, outboxKey, consumerKey } from '../shared/storage/keys'
import type { Table } from '../shared/storage/table'
import { deliverWebhooks, type DeliveryProgress } from '../shared/webhooks/deliver'
import { changeEndpoint, createEndpoint, readEndpoint, consumerOf, removeEndpoint } from '../shared/webhooks/endpoints'
import { secretText } from '../shared/webhooks/secrets'
import { webhookSender, type Send } from '../shared/webhooks/send'
import { listDeadLetters, listFailedAttempts, readRetryQueues } from '../shared/webhooks/delivery-rows'
import { Webhook } from 'standardwebhooks'
import { newDirectory, type TestDirectory } from './support/directory'
import { testKeys } from './support/keys'
import { startReceiver, type Received, type Receiver } from './support/receiver'

/** Delivery of the feed to a receiver over HTTP; the follower is run by hand. */

const SLUG = 'contoso'
// Long, since on a busy machine what came would be sent again after a shorter one.
const send = webhookSender({ allowLocal: true, timeoutMs: 10_000 })
/** For a receiver that never answers. */
const hastySend = webhookSender({ allowLocal: true, timeoutMs: 1_000 })

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
})
beforeEach(() => {
  receiver.answer = () => 204
  receiver.received.length = 0
})
afterAll(() => receiver.close())

interface Tenant extends TestDirectory {
  readonly endpoint: string
  /** Numbers, announces roles and delivers, as the follower does. */
  follow(how?: { table?: Table; send?: Send; maxMs?: number }): Promise<DeliveryProgress>
}

async function newTenant(events: readonly string[] = ['*']): Promise<Tenant> {
  const directory = await newDirectory()
  const endpoint = newId()
  await createEndpoint(directory.context.table, {
    id: endpoint,
    url: receiver.url,
    label: 'Product',
    events,
    state: 'active',
    isGone: false,
    created: directory.context.now().toISOString(),
    by: 'grace',
    owner: 'operator',
    begin: 0,
    secrets: [{ number: 1, key: 'local', created: directory.context.now().toISOString() }],
    commands: {},
  })
  const rules = { policy: defaultPolicy, version: 1, rebind: () => Promise.resolve() }
  return {
    ...directory,
    endpoint,
    follow: async (how = {}) => {
      const context = { ...directory.context, ...(how.table !== undefined && { table: how.table }) }
      for (;;) {
        await numberOutbox(directory.context.table)
        await announceRoles(directory.context, rules, 60_000)
        if ((await numberOutbox(directory.context.table)) === 0) break
      }
      return deliverWebhooks(context, { slug: SLUG, send, maxMs: 30_000, ...how })
    },
  }
}

const seqsOf = (deliveries: readonly Received[]) => deliveries.map(({ seq }) => seq)
const headOf = async ({ context }: Tenant) => Number((await context.table.get('p!'))?.values['seq'])
const allSeqs = async (tenant: Tenant) => Array.from({ length: await headOf(tenant) }, (_, i) => i + 1)
const unique = (seqs: readonly number[]) => [...new Set(seqs)].sort((a, b) => a - b)

/** What was accepted of each person, without repeats, is in the order of the feed. */
function expectOrder(deliveries: readonly Received[]): void {
  const seen = new Map<string, number[]>()
  for (const { about, seq } of deliveries) {
    const before = seen.get(about) ?? []
    if (!before.includes(seq)) seen.set(about, [...before, seq])
  }
  for (const seqs of seen.values()) expect(seqs).toEqual(unique(seqs))
}

/** Everything arrives sooner or later: follows, and lets time pass, until nothing is left. */
async function followToTheEnd(tenant: Tenant): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    const { state, nextDueMs } = await tenant.follow()
    if (state === 'done' && nextDueMs === undefined) return
    tenant.pass(Math.max(61_000, (nextDueMs ?? 0) - tenant.context.now().getTime()))
  }
  throw new Error('It never ends.')
}

test('a message carries what changed, who the person is now, and a signature that the reference library accepts', async () => {
  const tenant = await newTenant()
  const id = await tenant.person('ada', { displayName: 'Ada', active: true })
  expect(await tenant.follow()).toEqual({ state: 'done', nextDueMs: undefined })
  const [created, changed] = receiver.received
  expect(created?.data).toEqual({
    tenant: SLUG,
    seq: 1,
    type: 'user.created',
    id,
    time: expect.any(String) as string,
    correlation: expect.any(String) as string,
    revision: 1,
    changes: { userName: { after: 'ada' }, displayName: { after: 'Ada' }, active: { after: true } },
    person: { userName: 'ada', active: true, role: 'No access', grantsAccess: false },
  })
  expect(changed).toMatchObject({ type: 'role.changed', id: `${SLUG}.2`, seq: 2 })
  const secret = secretText(await testKeys.newest('webhooks'), tenant.endpoint, 1)
  expect(new Webhook(secret).verify(created!.text, created!.headers as Record<string, string>)).toMatchObject({
    type: 'user.created',
  })
  await tenant.follow()
  expect(receiver.received).toHaveLength(2)
})

test('two secrets sign side by side until the older one ends', async () => {
  const tenant = await newTenant()
  const { context, endpoint } = tenant
  const [created, ends] = [context.now().toISOString(), new Date(context.now().getTime() + 60_000).toISOString()]
  await changeEndpoint(context.table, endpoint, () => ({
    secrets: [
      { number: 1, key: 'local', created, ends },
      { number: 2, key: 'local', created },
    ],
  }))
  await tenant.person('ada')
  await tenant.follow()
  const first = receiver.received[0]!
  for (const number of [1, 2]) {
    const secret = secretText(await testKeys.newest('webhooks'), endpoint, number)
    expect(() => new Webhook(secret).verify(first.text, first.headers as Record<string, string>)).not.toThrow()
  }
  const signatures = String(first.headers['webhook-signature']).split(' ')
  expect(new Set(signatures).size).toBe(2)
  expect(signatures.at(-1)).toBe(signatures.at(-2)) // for receivers that never look at the last one
  tenant.pass(61_000)
  await tenant.person('grace')
  await tenant.follow()
  expect(String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ')).toHaveLength(1)
})

test('only the wanted types are sent', async () => {
  const tenant = await newTenant(['role.changed'])
  const id = await tenant.person('ada')
  await tenant.group('Readers', [id])
  await tenant.follow()
  expect(receiver.received.map(({ type }) => type)).toEqual(['role.changed'])
  await tenant.change(id, { title: 'Countess' })
  await tenant.follow()
  expect(receiver.received).toHaveLength(1)
})

test('a successful delivery writes nothing but the place of the reader, once for a batch', async () => {
  const tenant = await newTenant()
  for (let i = 0; i < 10; i += 1) await tenant.person(`person${i}`)
  await tenant.follow()
  expect(receiver.received).toHaveLength(20)
  const rows = await tenant.context.table.all({ from: 'w!', before: 'w"' })
  expect(rows.map(({ key }) => key)).toEqual([`w!e!${tenant.endpoint}`])
})

test('nothing to deliver costs four reads and no write', async () => {
  const tenant = await newTenant()
  await tenant.person('ada')
  await tenant.follow()
  const { table } = tenant.context
  const calls: string[] = []
  const counted: Table = {
    get: (...given) => (calls.push('get'), table.get(...given)),
    page: (...given) => (calls.push('page'), table.page(...given)),
    all: (...given) => (calls.push('all'), table.all(...given)),
    commit: (...given) => (calls.push('commit'), table.commit(...given)),
  }
  await deliverWebhooks({ ...tenant.context, table: counted }, { slug: SLUG, send, maxMs: 30_000 })
  expect(calls.sort()).toEqual(['all', 'all', 'all', 'get'])
})

test('what is too large for a message is told by name', async () => {
  const tenant = await newTenant(['group.created'])
  const { table } = tenant.context
  const facts = { members: { added: Array.from({ length: 2000 }, newId) }, changes: { displayName: { after: 'All' } } }
  const values = {
    type: 'group.created',
    id: newId(),
    v: 1,
    time: tenant.context.now().toISOString(),
    ...toChunks(JSON.stringify(facts)),
  }
  await table.commit([{ type: 'create', key: outboxKey('0'), values }])
  await tenant.follow()
  const [received] = receiver.received
  expect(received?.data).toMatchObject({ changed: ['displayName'], shortened: true, seq: 1 })
  expect(received?.text.length).toBeLessThan(1000)
})

test.each([
  ['answers 500', 500, 'status'],
  ['redirects', 302, 'redirect'],
  ['is slow', 0, 'timeout'],
])('a receiver that %s for one person holds up that person alone', async (_what, status, error) => {
  const tenant = await newTenant()
  const how = status === 0 ? { send: hastySend } : {}
  const ada = await tenant.person('ada')
  receiver.answer = ({ about }) => (about === ada ? status : 204)
  const { nextDueMs } = await tenant.follow(how)
  expect(nextDueMs).toBeGreaterThan(tenant.context.now().getTime())
  const grace = await tenant.person('grace')
  await tenant.change(ada, { title: 'Countess' })
  await tenant.follow(how)
  expect(new Set(receiver.accepted().map(({ about }) => about))).toEqual(new Set([grace]))
  expect(unique(seqsOf(receiver.received.filter(({ about }) => about === ada)))).toEqual([1])
  expect(await readRetryQueues(tenant.context.table, tenant.endpoint)).toMatchObject([{ entry: ada, seqs: [1, 2, 4] }])
  expect(await listFailedAttempts(tenant.context.table, tenant.endpoint)).toEqual(
    expect.arrayContaining([expect.objectContaining({ seq: 1, type: 'user.created', attempt: 1, error })]),
  )
  receiver.answer = () => 204
  await followToTheEnd(tenant)
  expect(unique(seqsOf(receiver.accepted()))).toEqual(await allSeqs(tenant))
  expectOrder(receiver.accepted())
})

test('the waits grow to hours, and after three days a record is parked and the next one tried', async () => {
  const tenant = await newTenant(['user.created', 'user.updated'])
  const id = await tenant.person('ada')
  receiver.answer = () => 503
  const waits: number[] = []
  for (let attempt = 0; attempt < 17; attempt += 1) {
    const { nextDueMs = 0 } = await tenant.follow()
    const wait = nextDueMs - tenant.context.now().getTime()
    waits.push(Math.round(wait / 1000))
    tenant.pass(wait + 1000)
  }
  expect(waits.slice(0, 8)).toEqual([5, 30, 120, 600, 3600, 21600, 21600, 21600])
  await tenant.change(id, { title: 'Countess' })
  for (let i = 0; i < 3; i += 1) {
    tenant.pass(6 * 3_600_000)
    await tenant.follow()
  }
  const deadLetters = await listDeadLetters(tenant.context.table, tenant.endpoint, { after: 0, limit: 10 })
  expect(deadLetters).toMatchObject([{ seq: 1, type: 'user.created', error: 'status' }])
  expect(receiver.received.at(-1)?.type).toBe('user.updated')
  receiver.answer = () => 204
  await followToTheEnd(tenant)
  receiver.received.length = 0
  await changeEndpoint(tenant.context.table, tenant.endpoint, () => ({ commands: { retry: [1] } }))
  await tenant.follow()
  expect(seqsOf(receiver.accepted())).toEqual([1])
  expect(await listDeadLetters(tenant.context.table, tenant.endpoint, { after: 0, limit: 10 })).toEqual([])
})

test('a dead letter that is retried goes before what waits for the same person, and none of that is lost', async () => {
  const tenant = await newTenant(['user.created', 'user.updated'])
  const id = await tenant.person('ada')
  receiver.answer = () => 503
  await tenant.follow()
  for (let day = 0; day < 4; day += 1) {
    tenant.pass(24 * 3_600_000)
    await tenant.follow()
  }
  expect(await listDeadLetters(tenant.context.table, tenant.endpoint, { after: 0, limit: 10 })).toMatchObject([{ seq: 1 }])
  for (const title of ['Countess', 'Lady']) await tenant.change(id, { title })
  await tenant.follow()
  const [waiting] = await readRetryQueues(tenant.context.table, tenant.endpoint)
  expect(waiting?.seqs).toHaveLength(2)
  await changeEndpoint(tenant.context.table, tenant.endpoint, () => ({ commands: { retry: [1] } }))
  receiver.answer = () => 204
  receiver.received.length = 0
  await followToTheEnd(tenant)
  expect(seqsOf(receiver.accepted())).toEqual([1, ...(waiting?.seqs ?? [])])
})

test('with more people due than one step takes, each of them stays in order', async () => {
  const tenant = await newTenant(['user.created', 'user.updated'])
  const ids: string[] = []
  for (let i = 0; i < 40; i += 1) ids.push(await tenant.person(`person${i}`))
  receiver.answer = ({ type }) => (type === 'user.created' ? 503 : 204)
  await tenant.follow()
  for (const id of ids) await tenant.change(id, { title: 'Lead' })
  await tenant.follow()
  expect(receiver.accepted()).toEqual([])
  receiver.answer = () => 204
  tenant.pass(7 * 3_600_000)
  const next = await tenant.person('newcomer')
  await tenant.change(next, { title: 'Lead' })
  for (const id of ids) await tenant.change(id, { title: 'Head' })
  await followToTheEnd(tenant)
  expectOrder(receiver.accepted())
  expect(unique(seqsOf(receiver.accepted()))).toHaveLength(3 * ids.length + 2)
})

test('a receiver that is down takes no new records in beyond a hundred people, and loses none', async () => {
  const tenant = await newTenant(['user.created'])
  await Promise.all(Array.from({ length: 150 }, (_, i) => tenant.person(`person${i}`)))
  receiver.answer = () => 500
  await tenant.follow()
  const queues = await readRetryQueues(tenant.context.table, tenant.endpoint)
  expect(queues.length).toBeGreaterThanOrEqual(100)
  expect(queues.length).toBeLessThan(150)
  receiver.answer = () => 204
  receiver.received.length = 0
  await followToTheEnd(tenant)
  expect(seqsOf(receiver.accepted())).toHaveLength(150)
})

test('a receiver that answers again gets what waits at once, whatever the waits have come to', async () => {
  const tenant = await newTenant(['user.created'])
  receiver.answer = () => 500
  await tenant.person('ada')
  for (let i = 0; i < 5; i += 1) {
    await tenant.follow()
    tenant.pass(20 * 60_000)
  }
  await tenant.follow()
  receiver.answer = () => 204
  await tenant.person('grace')
  expect(await tenant.follow()).toEqual({ state: 'done', nextDueMs: undefined })
  expect(unique(seqsOf(receiver.accepted()))).toEqual(await allSeqsOfType(tenant, 'user.created'))
})

async function allSeqsOfType(tenant: Tenant, type: string): Promise<number[]> {
  const rows = await tenant.context.table.all({ from: 'f!', before: 'f"' })
  return rows.filter(({ values }) => values['type'] === type).map(({ key }) => Number(key.slice(2)))
}

test('410 pauses the endpoint; resumed, it goes on where it was', async () => {
  const tenant = await newTenant()
  await tenant.person('ada')
  receiver.answer = () => 410
  await tenant.follow()
  expect(await readEndpoint(tenant.context.table, tenant.endpoint)).toMatchObject({ state: 'paused', isGone: true })
  await tenant.person('grace')
  await tenant.follow()
  expect(receiver.received).toHaveLength(1)
  receiver.answer = () => 204
  await changeEndpoint(tenant.context.table, tenant.endpoint, () => ({
    state: 'active',
    isGone: false,
    commands: { retryNow: true },
  }))
  await tenant.follow()
  expect(unique(seqsOf(receiver.accepted()))).toEqual(await allSeqs(tenant))
})

test('a replay sends everything behind the number again, under the same ids', async () => {
  const tenant = await newTenant()
  await tenant.person('ada')
  await tenant.person('grace')
  await tenant.follow()
  const before = receiver.received.map(({ id }) => id).sort()
  receiver.received.length = 0
  await changeEndpoint(tenant.context.table, tenant.endpoint, () => ({ commands: { replayAfter: 1 } }))
  await tenant.follow()
  expect(receiver.received.map(({ id }) => id).sort()).toEqual(before.filter((id) => id !== `${SLUG}.1`))
})

test('a deleted person is told of without what is gone', async () => {
  const tenant = await newTenant()
  const id = await tenant.person('ada')
  await tenant.follow()
  await deleteResource(tenant.context, userType, id)
  await tenant.follow()
  expect(receiver.received.at(-1)?.data).not.toHaveProperty('person')
  expect(receiver.received.map(({ type }) => type)).toContain('user.deleted')
})

test('records that the feed keeps no longer are passed over', async () => {
  const tenant = await newTenant()
  receiver.answer = () => 500
  await tenant.person('ada')
  await tenant.follow()
  await tenant.context.table.commit([{ type: 'delete', key: feedKey(1) }])
  receiver.answer = () => 204
  await followToTheEnd(tenant)
  expect(seqsOf(receiver.accepted())).toEqual([2])
})

test('an endpoint that is removed while its reader is at work leaves nothing behind', async () => {
  const tenant = await newTenant()
  await tenant.person('ada')
  receiver.answer = async () => {
    await removeEndpoint(tenant.context.table, tenant.endpoint)
    return 500
  }
  await tenant.follow()
  expect(await tenant.context.table.all({ from: 'w!', before: 'w"' })).toEqual([])
  expect(await tenant.context.table.get(consumerKey(consumerOf(tenant.endpoint)))).toBeUndefined()
  expect(await removeEndpoint(tenant.context.table, tenant.endpoint)).toBe(false)
})

describe('faults', () => {
  test('a crash between commit and numbering, or between numbering and delivery, loses nothing', async () => {
    const tenant = await newTenant()
    await tenant.person('ada') // nobody follows
    await tenant.person('grace')
    await numberOutbox(tenant.context.table) // nobody delivers
    await tenant.person('alan')
    await tenant.follow()
    expect(unique(seqsOf(receiver.accepted()))).toEqual(await allSeqs(tenant))
  })

  test('a crash between delivery and checkpoint repeats with the same ids, in order', async () => {
    const tenant = await newTenant()
    const ada = await tenant.person('ada')
    await tenant.change(ada, { title: 'Countess' })
    await tenant.person('grace')
    await expect(tenant.follow({ table: stopping(tenant, false) })).rejects.toThrow('stopped')
    const first = receiver.received.map(({ id }) => id).sort()
    expect(first).toHaveLength(await headOf(tenant))
    tenant.pass(31_000) // the lease
    receiver.received.length = 0
    await tenant.follow()
    expect(receiver.received.map(({ id }) => id).sort()).toEqual(first)
    expectOrder(receiver.accepted())
  })

  test('a crash right after the checkpoint sends nothing again', async () => {
    const tenant = await newTenant()
    await tenant.person('ada')
    await expect(tenant.follow({ table: stopping(tenant, true) })).rejects.toThrow('stopped')
    tenant.pass(31_000)
    await tenant.follow()
    expect(seqsOf(receiver.received)).toEqual(await allSeqs(tenant))
  })

  test('of two readers at once one delivers, and each record comes once', async () => {
    const tenant = await newTenant()
    for (let i = 0; i < 10; i += 1) await tenant.person(`person${i}`)
    const ends = await Promise.all([tenant.follow(), tenant.follow(), tenant.follow()])
    expect(ends.map(({ state }) => state)).toContain('done')
    await tenant.follow()
    expect(unique(seqsOf(receiver.received))).toEqual(await allSeqs(tenant))
    expect(receiver.received).toHaveLength(await headOf(tenant))
  })

  test('a lease that expires in the middle: the second reader repeats, the first one stores nothing', async () => {
    const tenant = await newTenant()
    const ada = await tenant.person('ada')
    await tenant.change(ada, { title: 'Countess' })
    let isFirst = true
    receiver.answer = async () => {
      if (!isFirst) return 204
      isFirst = false
      tenant.pass(31_000)
      await tenant.follow()
      return 500
    }
    expect(await tenant.follow()).toMatchObject({ state: 'later' })
    expect(await readRetryQueues(tenant.context.table, tenant.endpoint)).toEqual([])
    await tenant.follow()
    expect(unique(seqsOf(receiver.accepted()))).toEqual(await allSeqs(tenant))
    expectOrder(receiver.accepted())
  })

  test('nothing begins in the last fifteen seconds of the lease; it goes on after it', async () => {
    const tenant = await newTenant(['user.created'])
    for (let i = 0; i < 12; i += 1) await tenant.person(`person${i}`)
    let passed = false
    receiver.answer = () => {
      if (!passed) tenant.pass(20_000)
      passed = true
      return 204
    }
    expect(await tenant.follow()).toEqual({ state: 'done', nextDueMs: undefined })
    expect(seqsOf(receiver.received)).toHaveLength(12)
  })
})

/** The tenant's table as a worker sees it that ends when it stores what it delivered: before that, or right after. */
function stopping({ context: { table } }: Tenant, isStored: boolean): Table {
  return {
    ...table,
    commit: async (actions) => {
      const isCheckpoint = actions.some((action) => 'values' in action && action.values['delivered'] !== undefined)
      if (isCheckpoint && !isStored) throw new Error('stopped')
      const outcome = await table.commit(actions)
      if (isCheckpoint) throw new Error('stopped')
      return outcome
    },
  }
}

test('a receiver that fails a third of the time ends with all records, each person in order', async () => {
  const tenant = await newTenant()
  const people = await Promise.all(Array.from({ length: 20 }, (_, i) => tenant.person(`person${i}`)))
  let state = 7
  receiver.answer = () => ((state = (state * 48271) % 2147483647) % 3 === 0 ? 500 : 204) // every third in turn may hit one person always
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(people.map((id) => tenant.change(id, { title: `Title ${round}`, active: round % 2 === 0 })))
    await tenant.follow()
  }
  await followToTheEnd(tenant)
  expect(unique(seqsOf(receiver.accepted()))).toEqual(await allSeqs(tenant))
  expectOrder(receiver.accepted())
  const roles = new Map(receiver.accepted().map(({ about, data }) => [about, (data['person'] as { role?: string }).role]))
  for (const id of people) expect(roles.get(id)).toBe((await tenant.context.table.get(`o!${id}`))?.values['role'])
})
