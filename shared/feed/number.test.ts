import { connectTables } from '../storage/connect'
import { feedKey, HEAD_KEY, pendingKey } from '../storage/keys'
import { createMeter } from '../storage/meter'
import type { Row, Table } from '../storage/table'
import { inCommitOrder, numberPending } from './number'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
let made = 0

async function newTable(): Promise<Table> {
  made += 1
  const name = `feed${process.pid}x${made}`
  await tables.create(name)
  return tables.open(name, createMeter())
}

const record = (table: Table, id: string, values: Record<string, string | number> = {}) =>
  table.commit([{ type: 'create', key: pendingKey(id), values: { type: 'user.updated', id: 'person', v: 0, ...values } }])

const feed = async (table: Table) => (await table.all({ from: 'f!', before: 'f"' })).map((row) => row.values['w'])

test('records are numbered from 1 without a gap, over several transactions', async () => {
  const table = await newTable()
  for (let i = 0; i < 120; i += 1) await record(table, `r${String(i).padStart(3, '0')}`)
  expect(await numberPending(table)).toBe(120)
  const rows = await table.all({ from: 'f!', before: 'f"' })
  expect(rows.map((row) => row.key)).toEqual(Array.from({ length: 120 }, (_, i) => feedKey(i + 1)))
  expect(await numberPending(table)).toBe(0)
  expect((await table.get(HEAD_KEY))?.values['seq']).toBe(120)
})

test('eight workers at once give each record one number', async () => {
  const table = await newTable()
  await Promise.all(Array.from({ length: 100 }, (_, i) => record(table, `r${i}`)))
  const numbered = await Promise.all(Array.from({ length: 8 }, () => numberPending(table)))
  expect(numbered.reduce((sum, count) => sum + count, 0)).toBe(100)
  const told = await feed(table)
  expect(told).toHaveLength(100)
  expect(new Set(told).size).toBe(100)
})

test('what commits later has the greater number', async () => {
  const table = await newTable()
  await record(table, 'zzz')
  await numberPending(table)
  await record(table, 'aaa')
  await numberPending(table)
  expect(await feed(table)).toEqual(['zzz', 'aaa'])
})

test('the head counts users and groups that came and went', async () => {
  const table = await newTable()
  const types = ['user.created', 'user.created', 'group.created', 'user.deleted', 'user.updated']
  for (const [i, type] of types.entries()) await record(table, `r${i}`, { type })
  await numberPending(table)
  expect((await table.get(HEAD_KEY))?.values).toMatchObject({ seq: 5, users: 1, groups: 1, moves: 4 })
})

const row = (key: string, timestamp: string, id: string, v: number): Row => ({ key, etag: '*', timestamp, values: { id, v } })

test('the clock orders records, then their ids; revisions of one resource are in order whatever the clock says', () => {
  const rows = [row('p!3', 't1', 'a', 2), row('p!2', 't2', 'a', 1), row('p!1', 't1', 'b', 1), row('p!0', 't3', 'g', 0)]
  expect(inCommitOrder(rows).map(({ key }) => key)).toEqual(['p!1', 'p!2', 'p!3', 'p!0'])
})
