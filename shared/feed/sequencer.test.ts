import { connectTables } from '../storage/connect'
import { feedKey, HEAD_KEY, outboxKey } from '../storage/keys'
import { createMeter } from '../storage/meter'
import type { Action, Row, Table } from '../storage/table'
import { startFaultProxy, type FaultProxy } from '../../tests/support/fault-proxy'
import { inCommitOrder, numberOutbox } from './sequencer'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
let made = 0

async function newTable(): Promise<Table> {
  made += 1
  const name = `feed${process.pid}x${made}`
  await tables.create(name)
  return tables.open(name, createMeter())
}

const record = (table: Table, id: string, values: Record<string, string | number> = {}) =>
  table.commit([{ type: 'create', key: outboxKey(id), values: { type: 'user.updated', id: 'person', v: 0, ...values } }])

const feed = async (table: Table) => (await table.all({ from: 'f!', before: 'f"' })).map((row) => row.values['w'])

test('records are numbered from 1 without a gap, over several transactions', async () => {
  const table = await newTable()
  for (let i = 0; i < 120; i += 1) await record(table, `r${String(i).padStart(3, '0')}`)
  expect(await numberOutbox(table)).toBe(120)
  const rows = await table.all({ from: 'f!', before: 'f"' })
  expect(rows.map((row) => row.key)).toEqual(Array.from({ length: 120 }, (_, i) => feedKey(i + 1)))
  expect(await numberOutbox(table)).toBe(0)
  expect((await table.get(HEAD_KEY))?.values['seq']).toBe(120)
})

test('eight workers at once give each record one number', async () => {
  const table = await newTable()
  await Promise.all(Array.from({ length: 100 }, (_, i) => record(table, `r${i}`)))
  const numbered = await Promise.all(Array.from({ length: 8 }, () => numberOutbox(table)))
  expect(numbered.reduce((sum, count) => sum + count, 0)).toBe(100)
  const told = await feed(table)
  expect(told).toHaveLength(100)
  expect(new Set(told).size).toBe(100)
})

test('what commits later has the greater number', async () => {
  const table = await newTable()
  await record(table, 'zzz')
  await numberOutbox(table)
  await record(table, 'aaa')
  await numberOutbox(table)
  expect(await feed(table)).toEqual(['zzz', 'aaa'])
})

test('the head counts users and groups that came and went', async () => {
  const table = await newTable()
  const types = ['user.created', 'user.created', 'group.created', 'user.deleted', 'user.updated']
  for (const [i, type] of types.entries()) await record(table, `r${i}`, { type })
  await numberOutbox(table)
  expect((await table.get(HEAD_KEY))?.values).toMatchObject({ seq: 5, users: 1, groups: 1, moves: 4 })
})

describe('an outbox of several pages', () => {
  let proxy: FaultProxy
  beforeAll(async () => {
    proxy = await startFaultProxy(process.env['TEST_TABLES_CONNECTION_STRING'] ?? '')
  })
  afterAll(() => proxy.close())

  const pages = { method: 'GET', path: "RowKey ge 'p!'" }
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `r${String(i).padStart(4, '0')}`)

  async function proxiedTable(): Promise<Table> {
    const table = await newTable()
    const proxied = connectTables({ connectionString: proxy.connectionString }).open(`feed${process.pid}x${made}`, createMeter())
    return { ...proxied, commit: (actions) => table.commit(actions) }
  }

  async function backlog(table: Table, records: readonly string[]): Promise<void> {
    for (let i = 0; i < records.length; i += 100) {
      const values = { type: 'user.updated', id: 'person', v: 0 }
      await table.commit(records.slice(i, i + 100).map((id): Action => ({ type: 'create', key: outboxKey(id), values })))
    }
  }

  test('are read twice, however many transactions it takes', async () => {
    const table = await proxiedTable()
    await backlog(table, ids(2500))
    const before = proxy.requests.length
    expect(await numberOutbox(table)).toBe(2500)
    const reads = proxy.requests.slice(before).filter(({ method }) => method === 'GET')
    expect(reads).toHaveLength(4 + 3) // the very first page is a short one
    expect((await table.get(HEAD_KEY))?.values['seq']).toBe(2500)
    expect(new Set(await feed(table)).size).toBe(2500)
  })

  test('an empty first page is not the end', async () => {
    const table = await proxiedTable()
    await backlog(table, ids(3))
    proxy.emptyPage(pages)
    expect(await numberOutbox(table)).toBe(3)
  })

  test('a first page with the head alone is not the end', async () => {
    const table = await newTable()
    await backlog(table, ids(1))
    await numberOutbox(table)
    await backlog(table, ['later', 'latest'])
    const pagesOfOne: Table = { ...table, page: (range, options) => table.page(range, { ...options, limit: 1 }) }
    expect(await numberOutbox(pagesOfOne)).toBe(2)
  })

  test('what commits on a page already read keeps its place before what commits on one to come', async () => {
    const table = await proxiedTable()
    await backlog(table, ids(1100))
    let reads = 0
    proxy.before({ ...pages, times: 4 }, async () => {
      reads += 1
      if (reads < 4) return
      await record(table, 'a')
      await record(table, 'z')
    })
    expect(await numberOutbox(table)).toBe(1102)
    expect((await feed(table)).slice(-2)).toEqual(['a', 'z'])
  })
})

const row = (key: string, timestamp: string, id: string, v: number): Row => ({ key, etag: '*', timestamp, values: { id, v } })

test('the clock orders records, then their ids; revisions of one resource are in order whatever the clock says', () => {
  const rows = [row('p!3', 't1', 'a', 2), row('p!2', 't2', 'a', 1), row('p!1', 't1', 'b', 1), row('p!0', 't3', 'g', 0)]
  expect(inCommitOrder(rows).map(({ key }) => key)).toEqual(['p!1', 'p!2', 'p!3', 'p!0'])
})
