import { setTimeout as pause } from 'node:timers/promises'
import { readConfig } from '../shared/config'
import { createServices } from '../shared/app/services'
import { brokenInvariants, feedOf } from './support/check-table'
import { startFaultProxy } from './support/fault-proxy'
import { startManaged, type ManagedService } from './support/manage'
import { startReceiver, type Receiver } from './support/receiver'
import { patchOf, send } from './support/service'
import { startInstance } from './support/story'

/**
 * An instance may end at any moment after it has answered. What it left is done by the timer of any other: the test lets so many
 * calls to the storage through after the answer, and none from then on, as if the process had been killed there.
 */

/** A lease may still be held for 30 s; a busy machine takes some more. */
const MAX_MS = 90_000
/** The timer's minute, shortened. */
const EVERY_MS = 2_000
/** A disable takes about 35 calls until its webhook is sent and all leases are given back. */
const KILL_POINTS = [0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36]

let service: ManagedService
let receiver: Receiver
beforeAll(async () => {
  service = await startManaged({ WEBHOOK_ALLOW_LOCAL: 'true' })
  receiver = await startReceiver()
})
afterAll(async () => {
  await service.close()
  await receiver.close()
})

const until = async (holds: () => Promise<boolean> | boolean, maxMs: number) => {
  for (const deadline = performance.now() + maxMs; !(await holds());) {
    if (performance.now() > deadline) return false
    await pause(100)
  }
  return true
}

const told = (id: string) => receiver.accepted().filter((one) => one.about === id && one.type === 'role.changed')

/** Somebody with a role that the receiver knows of, in a tenant of its own. */
async function newcomer(index: number) {
  const tenant = service.tenant(index)
  expect((await tenant.send('GET', '/Users')).status).toBe(200) // which makes it
  const made = { url: receiver.url, events: ['role.changed', 'user.updated'] }
  expect((await service.operator('POST', `/tenants/${tenant.slug}/webhooks`, made)).status).toBe(201)
  const { body } = await tenant.send('POST', '/Users', { userName: 'ada@contoso.example', active: true })
  const id = String(body['id'])
  expect(await until(() => told(id).length === 1, 60_000)).toBe(true)
  return { tenant, id }
}

async function killedAfter(calls: number, index: number): Promise<void> {
  const { tenant, id } = await newcomer(index)
  const proxy = await startFaultProxy(process.env['TEST_TABLES_CONNECTION_STRING'] ?? '')
  const dying = await startInstance({ TABLES_CONNECTION_STRING: proxy.connectionString })
  const call = { headers: { authorization: `Bearer ${tenant.token}` } }
  expect((await send(`${dying.origin}/scim/${tenant.slug}/Users/${id}`, { ...call, method: 'GET' })).status).toBe(200)
  let left = Number.POSITIVE_INFINITY
  const isGone = new Promise(() => undefined)
  proxy.before({ times: 100_000 }, () => {
    left -= 1
    return left < 0 ? isGone : Promise.resolve()
  })
  const disable = patchOf({ op: 'replace', path: 'active', value: false })
  const answer = await send(`${dying.origin}/scim/${tenant.slug}/Users/${id}`, { ...call, method: 'PATCH', body: disable })
  left = calls
  expect(answer.status).toBe(200)

  expect(await until(() => told(id).length >= 2, MAX_MS)).toBe(true)
  expect(told(id)[1]?.data).toMatchObject({ role: { after: 'Disabled' } })
  const types = async () => (await feedOf(tenant.table())).map(({ values }) => values['type'])
  expect((await types()).filter((type) => type !== 'health.changed')).toEqual([
    'user.created',
    'role.changed',
    'user.updated',
    'role.changed',
  ])
  expect(await brokenInvariants(tenant.table())).toEqual([])
  await proxy.close()
  await dying.close()
}

test('what an instance left that was killed after its answer is done by the timer of another, wherever it stood', async () => {
  const other = createServices(readConfig())
  const warned = jest.spyOn(console, 'warn').mockReturnValue(undefined) // what is cut off complains
  const over = new AbortController()
  const timer = (async () => {
    while (!over.signal.aborted) {
      await other.followAll()
      await pause(EVERY_MS)
    }
  })()
  const ends = await Promise.allSettled(KILL_POINTS.map((calls, index) => killedAfter(calls, index)))
  over.abort()
  await timer
  await other.end()
  warned.mockRestore()
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([])
}, 240_000)
