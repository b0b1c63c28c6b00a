import { createMeter } from '../../../shared/storage/meter'
import type { Table } from '../../../shared/storage/table'
import { describeFaults } from '../../support/table-faults'
import { describeTable, newTableName } from '../../support/table-contract'
import type { Fault } from './faults'
import type { Partition, Write } from './partition'
import { newTestStore } from './store'

describe('the contract', () => {
  describeTable(newTestStore({ requestMs: 600 }).tables) // it reads more than a second's share
})

const times = (count: number, fault: Fault) => Array.from({ length: count }, () => fault)

describe('faults', () => {
  const store = newTestStore()
  let meter = createMeter()
  let table: Table
  beforeEach(async () => {
    const name = newTableName()
    await store.tables.create(name)
    meter = createMeter()
    table = store.tables.open(name, meter)
  })
  describeFaults(() => ({
    table,
    calls: () => meter.calls,
    requests: store.requests,
    busy: (count) => {
      store.next(...times(count, { kind: 'busy' }))
    },
    loseRequest: () => {
      store.next({ kind: 'request-lost' })
    },
    loseAnswer: (count) => {
      store.next(...times(count, { kind: 'answer-lost' }))
    },
    emptyPage: (count) => {
      store.next(...times(count, { kind: 'cut-page', looks: 0 }))
    },
  }))
})

async function newTable(options: { timeoutMs?: number } = {}) {
  const store = newTestStore(options)
  const name = newTableName()
  await store.tables.create(name)
  return { store, name, table: store.tables.open(name, createMeter()), partition: store.account.partition(name) }
}

const write = (key: string, values: Record<string, unknown> = {}): Write => ({ kind: 'create', key, values })
const keysOf = (partition: Partition) =>
  partition.page({ from: '', before: '\uffff', rows: 1000, looks: Infinity }).rows.map(({ key }) => key)

test('a page that is cut has the rows that were looked at, and goes on behind them', async () => {
  const { store, table } = await newTable()
  await table.commit(['a', 'b', 'c'].map((key) => ({ type: 'create', key, values: {} })))
  store.next({ kind: 'cut-page', looks: 2 })
  const page = await table.page({ from: 'a', before: 'z' })
  expect(page.rows.map(({ key }) => key)).toEqual(['a', 'b'])
  expect((await table.page({ from: 'a', before: 'z' }, { next: page.next! })).rows.map(({ key }) => key)).toEqual(['c'])
})

test('a service that is silent has done what it was asked', async () => {
  const { store, table } = await newTable({ timeoutMs: 50 })
  store.next({ kind: 'silent' })
  await expect(table.commit([{ type: 'create', key: 'a', values: {} }])).rejects.toThrow('no answer in 50 ms')
  await expect(table.get('a')).resolves.toMatchObject({ key: 'a' })
})

test('500 OperationTimedOut is throttling too', async () => {
  const { store, table } = await newTable()
  store.next(...times(3, { kind: 'timed-out' }))
  await expect(table.get('a')).rejects.toMatchObject({ name: 'StorageUnavailable', throttled: true })
})

test('the clock of a partition that moved may be behind, and no ETag comes twice', async () => {
  const { store, table } = await newTable()
  const values = {}
  await table.commit([{ type: 'create', key: 'a', values }])
  const first = await table.get('a')
  store.next({ kind: 'moved', skewMs: -5000 })
  await table.commit([{ type: 'create', key: 'b', values }])
  const second = await table.get('b')
  expect(second!.timestamp < first!.timestamp).toBe(true)
  const etags = new Set<string>()
  for (let n = 0; n < 100; n += 1) {
    if (n === 50) store.next({ kind: 'moved', skewMs: -5000 })
    const outcome = await table.commit([{ type: 'merge', key: 'a', values, etag: '*' }])
    etags.add(String(outcome.ok && outcome.etags[0]))
  }
  expect(etags.size).toBe(100)
})

test('a table that was dropped takes a minute to go', async () => {
  const { store, name, table } = await newTable()
  await store.tables.drop(name)
  await expect(table.get('a')).rejects.toMatchObject({ statusCode: 404 })
  await expect(store.tables.create(name)).rejects.toMatchObject({ name: 'RestError', code: 'TableBeingDeleted' })
  store.pass(60_000)
  await store.tables.create(name)
  await expect(table.get('a')).resolves.toBeUndefined()
})

describe('over the rate the service is busy, and takes more later:', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, n) => write(`k${n}`))

  test('2,000 entities a second in a partition, whatever the others do', async () => {
    const { store, name, table } = await newTable()
    for (let n = 0; n < 20; n += 1) store.account.spend(name, 100)
    expect(() => {
      store.account.spend(name, 1)
    }).toThrow('The server is busy')
    await expect(table.get('a')).rejects.toMatchObject({ throttled: true })
    await store.tables.create('another')
    await expect(store.tables.open('another', createMeter()).get('a')).resolves.toBeUndefined()
    store.pass(1000)
    await expect(table.get('a')).resolves.toBeUndefined()
  })

  test('20,000 in an account', async () => {
    const { store } = await newTable()
    for (let n = 0; n < 10; n += 1) {
      await store.tables.create(`table${n}`)
      store.account.spend(`table${n}`, 2000)
    }
    await store.tables.create('fresh')
    await expect(store.tables.open('fresh', createMeter()).get('a')).rejects.toMatchObject({ throttled: true })
  })

  test('a page counts by what it holds', async () => {
    const { partition, store, name, table } = await newTable()
    for (let n = 0; n < 4; n += 1) partition.transact(rows(4).map((row) => ({ ...row, key: `${row.key}-${n}`, values: large })))
    expect(keysOf(partition)).toHaveLength(16)
    await table.all({ from: 'k', before: 'l' })
    await expect(table.get('a')).rejects.toMatchObject({ throttled: true })
    expect(store.account.tables()).toEqual([name])
  })
  const large = Object.fromEntries(Array.from({ length: 2 }, (_, n) => [`j${n}`, 'é'.repeat(32_000)]))
})

describe('the service refuses', () => {
  const text = 'x'.repeat(32 * 1024)
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, 1]))
  const texts = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, text]))

  test.each<[string, readonly Write[], string]>([
    ['a row over 1 MiB', [write('a', texts(16))], 'EntityTooLarge'],
    ['more than 252 properties of its own', [write('a', many(253))], 'TooManyProperties'],
    ['a text over 64 KiB', [write('a', { p: `${text}x` })], 'PropertyValueTooLarge'],
    ['a key over 1 KiB', [write('x'.repeat(513))], 'PropertyValueTooLarge'],
    ['a slash in a key', [write('a/b')], 'OutOfRangeInput'],
    ['a control character in a key', [write('a\u0001b')], 'OutOfRangeInput'],
    ['a name over 255 characters', [write('a', { ['p'.repeat(256)]: 1 })], 'PropertyNameTooLong'],
    ['a whole number beyond Int32 whose type is not named', [write('a', { p: 2 ** 31 })], 'InvalidInput'],
    ['more than 100 actions', Array.from({ length: 101 }, (_, n) => write(`k${n}`)), 'InvalidInput'],
    ['a row twice', [write('a'), write('a')], 'InvalidDuplicateRow'],
    ['more than 4 MiB', Array.from({ length: 9 }, (_, n) => write(`k${n}`, texts(15))), 'RequestBodyTooLarge'],
  ])('%s, and stores nothing', async (_name, writes, code) => {
    const { partition } = await newTable()
    expect(() => partition.transact([write('before'), ...writes])).toThrow(expect.objectContaining({ code }) as Error)
    expect(keysOf(partition)).toEqual([])
  })

  test('nothing that is just within', async () => {
    const { partition } = await newTable()
    partition.transact([write('x'.repeat(512), { ...texts(15), ...many(200) })])
    partition.transact([write('b', many(252))])
    partition.transact(Array.from({ length: 8 }, (_, n) => write(`k${n}`, texts(15))))
    expect(keysOf(partition)).toHaveLength(10)
  })
})
