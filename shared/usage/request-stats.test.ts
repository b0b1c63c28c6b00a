import { connectTables } from '../storage/connect'
import { createMeter } from '../storage/meter'
import { clearRefusals, readRefusals } from './refusal-rows'
import { readLastSeen, requestStats } from './request-stats'
import type { Table } from '../storage/table'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
const open = (table: string) => tables.open(table, createMeter())
const START = Date.parse('2026-11-22T08:00:10.000Z')
const DAY_MS = 24 * 60 * 60 * 1000
const expired = { status: 401, reason: 'expired', lastFour: '3fa9', operation: 'users' } as const

let made = 0
async function newTable(): Promise<string> {
  made += 1
  const name = `seen${process.pid}x${made}`
  await tables.create(name)
  return name
}

/** Instances on one clock. */
function instances(count: number) {
  const clock = { now: START }
  const failures: unknown[] = []
  const all = Array.from({ length: count }, () =>
    requestStats(
      open,
      (error) => failures.push(error),
      () => clock.now,
    ),
  )
  return { clock, failures, all }
}

test('what was seen by several instances is known by token, and a probe apart', async () => {
  const table = await newTable()
  const { clock, failures, all } = instances(2)
  all[0]!.recordRequest(table, { tokenId: 'a', isProbe: true })
  await all[0]!.flush()
  clock.now += 5_000
  all[1]!.recordRequest(table, { tokenId: 'b', isProbe: false })
  await all[1]!.flush()
  const seen = await readLastSeen(open(table), ['a', 'b', 'never'])
  expect(seen).toEqual({ request: START + 5_000, probe: START, tokens: new Map([['a', START], ['b', START + 5_000]]) }) // prettier-ignore
  expect(failures).toEqual([])
})

test('a thousand requests in a minute are one write, and the last of them is written a minute later', async () => {
  const table = await newTable()
  const { clock } = instances(0)
  const rows = jest.fn(open)
  const one = requestStats(rows, () => undefined, () => clock.now) // prettier-ignore
  for (let i = 0; i < 1000; i += 1) {
    clock.now = START + i * 50
    one.recordRequest(table, { tokenId: 'a', isProbe: false })
    await one.flush()
  }
  expect(rows).toHaveBeenCalledTimes(1)
  clock.now = START + 61_000
  await one.flush()
  expect(rows).toHaveBeenCalledTimes(2)
  expect((await readLastSeen(open(table), [])).request).toBe(START + 999 * 50)
})

test('whoever wants to see a tenant now has its stats written, and no other', async () => {
  const [table, other] = [await newTable(), await newTable()]
  const { clock, all } = instances(1)
  const [one] = all
  for (const name of [table, other]) one!.recordRequest(name, { tokenId: 'a', isProbe: false })
  await one!.flush()
  clock.now += 1_000
  for (const name of [table, other]) one!.recordRequest(name, { tokenId: 'a', isProbe: true })
  await one!.settle(table)
  expect((await readLastSeen(open(table), [])).probe).toBe(START + 1_000)
  expect((await readLastSeen(open(other), [])).probe).toBeUndefined()
})

test('whoever wants to see it waits for a write that began before', async () => {
  const table = await newTable()
  let goOn: () => void = () => undefined
  const held = new Promise<void>((resolve) => (goOn = resolve))
  const slow = (name: string): Table => {
    const rows = open(name)
    return { ...rows, commit: (actions) => held.then(() => rows.commit(actions)) }
  }
  const one = requestStats(slow, () => undefined, () => START) // prettier-ignore
  one.recordRequest(table, { tokenId: 'a', isProbe: false })
  const flushed = one.flush()
  const settled = one.settle(table)
  goOn()
  await settled
  expect((await readLastSeen(open(table), ['a'])).tokens).toEqual(new Map([['a', START]]))
  await flushed
})

test('refusals are counted by minute and reason over instances', async () => {
  const table = await newTable()
  const { clock, all } = instances(2)
  for (const one of all) for (let i = 0; i < 3; i += 1) one.recordRefusal(table, expired)
  clock.now += 5_000
  all[1]!.recordRefusal(table, expired)
  all[0]!.recordRefusal(table, { status: 400, reason: 'invalidFilter', operation: 'users' })
  clock.now += 55_000
  all[1]!.recordRefusal(table, expired)
  for (const one of all) await one.flush(true)
  const minute = Date.parse('2026-11-22T08:00:00.000Z')
  const counted = await readRefusals(open(table), START - DAY_MS)
  expect(counted).toHaveLength(3)
  expect(counted[0]).toEqual({ ...expired, minute: minute + 60_000, last: START + 60_000, count: 1 })
  expect(counted).toContainEqual({ ...expired, minute, last: START + 5_000, count: 7 })
  expect(counted).toContainEqual({
    status: 400,
    reason: 'invalidFilter',
    operation: 'users',
    lastFour: undefined,
    minute,
    last: START + 5_000,
    count: 1,
  })
})

test('refusals older than a week are deleted, younger ones stay', async () => {
  const table = await newTable()
  const { clock, all } = instances(1)
  all[0]!.recordRefusal(table, expired)
  await all[0]!.flush(true)
  clock.now += 6 * DAY_MS
  all[0]!.recordRefusal(table, expired)
  await all[0]!.flush(true)
  expect(await clearRefusals(open(table), START + 8 * DAY_MS)).toBe(false)
  expect((await readRefusals(open(table), 0)).map(({ minute }) => minute)).toEqual([Date.parse('2026-11-28T08:00:00.000Z')])
})

test('a table that is gone is told to the callback and holds up nobody', async () => {
  const { failures, all } = instances(1)
  all[0]!.recordRequest(`gone${process.pid}`, { tokenId: 'a', isProbe: false })
  await all[0]!.flush()
  expect(failures).toHaveLength(1)
})
