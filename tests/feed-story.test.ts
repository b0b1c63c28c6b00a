import { localRootKeys, rootKeys } from '../shared/credentials/keys/root-keys'
import { tenantKeys } from '../shared/credentials/keys/tenant-keys'
import { Webhook } from 'standardwebhooks'
import { bearer } from '../dev/sign-in/token-source'
import { incrementalCycle } from '../dev/simulator/changes'
import { openClient } from '../dev/simulator/client'
import { deleteSome } from '../dev/simulator/deletion'
import { disableAndRestore } from '../dev/simulator/disable'
import { initialCycle } from '../dev/simulator/initial-cycle'
import { createLedger } from '../dev/simulator/ledger'
import { makePopulation } from '../dev/simulator/population'
import type { Family, World } from '../dev/simulator/world'
import type { DirectoryContext } from '../shared/directory/context'
import { readCheckpoint } from '../shared/feed/lease'
import { groupType, userType } from '../shared/scim/schema/schemas'
import { readTenant } from '../shared/tenants/registry'
import { deliverWebhooks } from '../shared/webhooks/deliver'
import { webhookSender } from '../shared/webhooks/send'
import { brokenInvariants, settled } from './support/check-table'
import { customerOf, type Customer } from './support/customer'
import { newCopy, readDirectory, seqsIn } from './support/feed-copy'
import { startManaged, type ManagedService } from './support/manage'
import { productOf, type Item, type TestProduct } from './support/product'
import { startReceiver, type Received, type Receiver } from './support/receiver'
import { patchOf } from './support/service'
import { tenantStorage } from './support/tenant-settings'
import { newWork } from '../shared/scim/work'

/**
 * From the directory to the product: two directories provision one tenant at the same time while admins change rules and
 * lock people, and a receiver of webhooks fails a third of the time. FEED_STORY_PEOPLE=500 plays it at full size.
 */

const PEOPLE = Number(process.env['FEED_STORY_PEOPLE'] ?? 28)
const GROUPS = 4
const RESTLESS = 8
const IMPATIENT_MS = 100
const LATE_MS = 150
/** While others get through, those that wait are tried at least every ten minutes. */
const HURRY_MS = 11 * 60_000

let service: ManagedService
let receiver: Receiver
let customer: Customer
let product: TestProduct
beforeAll(async () => {
  service = await startManaged({ WEBHOOK_ALLOW_LOCAL: 'true' })
  receiver = await startReceiver()
  customer = await customerOf(service, 0)
  product = await productOf(service, customer.tenant)
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

/** Numbers from 0 to n-1, the same for the same seed. */
function chance(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (state * 48271) % 2147483647
    return state % n
  }
}

/** The product's side: it verifies, applies, and in a third of all cases does not say so. */
function receiveInto(copy: ReturnType<typeof newCopy>, secret: string): (delivery: Omit<Received, 'status'>) => Promise<number> {
  const draw = chance(7)
  const webhook = new Webhook(secret)
  const apply = ({ id, text, headers, data }: Omit<Received, 'status'>) => {
    const sent = new Date(Number(headers['webhook-timestamp']) * 1000) // far ahead at the end, which verify() would refuse
    if (headers['webhook-signature'] !== webhook.sign(id, sent, text)) throw new Error('the signature is wrong')
    copy.apply(data)
  }
  return async (delivery) => {
    const turn = draw(42)
    if (turn < 5) return 500
    if (turn < 9) return 503
    if (turn === 9) throw new Error('the connection is cut before anything was read')
    apply(delivery)
    if (turn === 10) throw new Error('the connection is cut instead of an answer')
    if (turn < 13) return 502
    if (turn === 13) await new Promise((resolve) => setTimeout(resolve, LATE_MS))
    return 204
  }
}

function worldOf(family: Family): World {
  const { url: tenantUrl, token } = customer.tenant
  const ledger = createLedger()
  const client = openClient({ tenantUrl, tokens: bearer(token), seed: 1, parallel: 4, timeoutMs: 60_000 }, ledger)
  const population = makePopulation({ seed: 1, family }, Math.round((PEOPLE - RESTLESS) / 2), GROUPS)
  return { family, seed: 1, parallel: 4, client, ledger, ...population, patchesInUnchangedCycle: 0 }
}

/** Entra ID's cycles; what it objects is told. */
async function provision(family: Family, afterEach: () => Promise<void>): Promise<unknown[]> {
  const world = worldOf(family)
  for (const cycle of [initialCycle, incrementalCycle, disableAndRestore, deleteSome]) {
    await cycle(world)
    await afterEach()
  }
  world.client.close()
  return [...world.ledger.tally().objections]
}

/** Saves other rules of other groups and another default, beside whoever else saves. */
function ruleChanger(): () => Promise<void> {
  const draw = chance(11)
  const roles = ['Admin', 'Editor', 'Reader', 'No access']
  return async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const groups = await product.all('/groups')
      const chosen = groups.filter(() => draw(3) === 0).slice(0, 5)
      const rules = chosen.map(({ id }) => ({ id: `rule-of-${String(id)}`, groupId: id, role: roles[draw(4)] }))
      const { status } = await customer.save(rules, { roles, defaultRole: roles[draw(4)] })
      if (status === 200) return // else a group is gone by now, or another save was faster
    }
    throw new Error('The rules could not be saved.')
  }
}

/** People who are disabled, restored, renamed, linked, locked, deleted and created again, and a group as well. */
async function beRestless(isOver: () => boolean): Promise<void> {
  const { tenant, admin, path, person, group } = customer
  const draw = chance(13)
  const names = Array.from({ length: RESTLESS }, (_, i) => `restless${i}@contoso.example`)
  const ids = await Promise.all(names.map((name) => person(name, { active: true })))
  let team = await group('Restless', ids, 'restless-group')
  const act = async (turn: number, i: number) => {
    const [id = '', name = ''] = [ids[i], names[i]]
    const patch = (attribute: string, value: unknown) =>
      tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: attribute, value }))
    if (turn < 4) await patch('active', turn % 2 === 0)
    else if (turn === 4) await patch('title', `Title ${draw(1000)}`)
    else if (turn === 5)
      await product.send('PUT', `/people/${id}/product-id`, { productId: draw(3) === 0 ? null : `${name} ${draw(9)}` })
    else if (turn === 6) await admin('PUT', `${path}/people/${id}/lock`, {})
    else if (turn === 7) await admin('DELETE', `${path}/people/${id}/lock`)
    else if (turn === 8) {
      await tenant.send('DELETE', `/Users/${id}`)
      ids[i] = await person(name, { active: true })
    } else await tenant.send('PATCH', `/Groups/${team}`, patchOf({ op: 'add', path: 'members', value: [{ value: id }] }))
  }
  while (!isOver()) {
    const [some, turns] = [[0, 1, 2, 3].map((part) => part * 2 + draw(2)), [0, 1, 2, 3].map(() => draw(10))]
    await Promise.all(some.map((i, at) => act(turns[at] ?? 0, i)))
    if (draw(10) > 0) continue
    await tenant.send('DELETE', `/Groups/${team}`)
    team = await group('Restless', ids, 'restless-group')
  }
}

/** Until everything has a number and every role is announced. */
async function announced(): Promise<void> {
  const table = customer.tenant.table()
  for (const deadline = performance.now() + 60_000; performance.now() < deadline;) {
    await settled(table)
    const place = await readCheckpoint(table, 'roles')
    if (place !== undefined && place['sweep'] === undefined && place.offset === (await seqsIn(table)).length) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The reader of roles has not caught up within 60 s.')
}

/** Delivers what waits while the receiver goes on failing: a clock that runs ahead stands for days of tries. */
async function deliverToTheEnd(): Promise<void> {
  const { slug, table } = customer.tenant
  const generation = (await readTenant(tenantStorage(), slug))?.generation ?? 0
  const root = rootKeys(localRootKeys(process.env['TABLES_CONNECTION_STRING'] ?? '')) // as the service derives it
  let passedMs = 61_000 // whatever lease the service holds
  const now = () => new Date(Date.now() + passedMs)
  const context: DirectoryContext = {
    table: table(),
    types: { User: userType, Group: groupType },
    now,
    work: newWork(),
    tenant: slug,
    keys: tenantKeys(root, { slug, generation }),
    matching: [],
  }
  const send = webhookSender({ allowLocal: true, timeoutMs: IMPATIENT_MS })
  for (let round = 0; round < 100; round += 1) {
    const { state, nextDueMs } = await deliverWebhooks(context, { slug, send, maxMs: 30_000 })
    if (state === 'done' && nextDueMs === undefined) return
    passedMs += Math.max(HURRY_MS, (nextDueMs ?? 0) - now().getTime())
  }
  throw new Error('It never ends.')
}

/** Ids of the person or group, and of members that come and go. */
function namedIn({ id, members }: Item): unknown[] {
  const { added = [], removed = [] } = (members ?? {}) as { added?: string[]; removed?: string[] }
  return [id, ...added, ...removed]
}

const roleOf = (person: object | undefined) => (person as { readonly role?: unknown } | undefined)?.role

test('in the end the copy of a receiver that fails a third of the time is the directory, and so is the feed replayed', async () => {
  const made = await customer.admin('POST', `${customer.path}/webhooks`, { url: receiver.url })
  expect(made.status).toBe(201)
  const copy = newCopy({ isChecked: true })
  receiver.answer = receiveInto(copy, String(made.body['secret']))

  const changeRules = ruleChanger()
  const cycles = async () => ({
    objections: await Promise.all([provision('legacy', changeRules), provision('modern', changeRules)]),
    snapshot: await readDirectory(product), // while people are restless still
  })
  let isOver = false
  const end = () => {
    isOver = true
  }
  const [{ objections, snapshot }] = await Promise.all([cycles().finally(end), beRestless(() => isOver)])
  await announced()
  await deliverToTheEnd()

  expect(objections).toEqual([[], []])
  const table = customer.tenant.table()
  expect(await brokenInvariants(table)).toEqual([])
  const { people, groups } = await readDirectory(product)
  const seqs = await seqsIn(table)
  expect(seqs).toEqual(seqs.map((_, i) => i + 1))
  expect([...copy.applied].sort((a, b) => a - b)).toEqual(seqs)
  expect(copy.objections).toEqual([])
  expect(copy.shown()).toEqual({ people, groups })

  const pulled = newCopy({ isChecked: true })
  for (const record of await product.changes(0)) pulled.apply(record)
  expect(pulled.objections).toEqual([])
  expect(pulled.shown()).toEqual({ people, groups })

  const joined = newCopy({ isChecked: false })
  joined.begin(snapshot)
  const behind = await product.changes(snapshot.seq)
  for (const record of behind) joined.apply(record)
  const shown = joined.shown()
  expect(shown.groups).toEqual(groups)
  // A snapshot can show a role that was there for a moment alone, and was never announced: whom a record names is read, as the
  // recipe in docs/product-api.md does. Whose role was announced behind it, or whom nothing names, is as snapshot and records say.
  const announcedIn = new Set(behind.filter(({ type }) => type === 'role.changed').map(({ id }) => id))
  const isRead = new Set(behind.flatMap(namedIn).filter((id) => !announcedIn.has(id)))
  const asRead = ([id, person]: [string, object]) => [id, isRead.has(id) ? { ...person, role: roleOf(people[id]) } : person]
  expect(Object.fromEntries(Object.entries(shown.people).map(asRead))).toEqual(people)

  expect(receiver.received.filter(({ status }) => status !== 204).length).toBeGreaterThan(receiver.received.length / 5)
}, 300_000)
