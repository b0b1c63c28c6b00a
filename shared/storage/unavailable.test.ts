import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { startFaultProxy } from '../../tests/support/fault-proxy'
import type { FaultProxy } from '../../tests/support/fault-proxy'
import { describeFaults } from '../../tests/support/table-faults'
import { connectTables } from './connect'
import { createMeter } from './meter'
import type { Meter } from './meter'
import type { Action, Table } from './table'
import { retryAfterSeconds, StorageUnavailable } from './unavailable'

const connectionString = process.env['TEST_TABLES_CONNECTION_STRING']!
const name = `t${randomUUID().replaceAll('-', '')}`
const everything = { from: '', before: '\uffff' }
const create = (key: string): Action => ({ type: 'create', key, values: { text: 'Jane Doe' } })

let proxy: FaultProxy
let meter: Meter
let table: Table
/** The table reached without the proxy. */
const direct = connectTables({ connectionString })

beforeAll(async () => {
  proxy = await startFaultProxy(connectionString)
  await direct.create(name)
})
afterAll(() => proxy.close())

describeFaults(() => ({
  table,
  calls: () => meter.calls,
  requests: () => proxy.requests.length,
  busy: (times) => {
    proxy.busy(times)
  },
  loseRequest: () => {
    proxy.loseRequest()
  },
  loseAnswer: (times) => {
    proxy.loseAnswer({ path: '$batch', times })
  },
  emptyPage: (times) => {
    proxy.emptyPage({ times })
  },
}))

beforeEach(async () => {
  proxy.calm()
  meter = createMeter()
  table = connectTables({ connectionString: proxy.connectionString }).open(name, meter)
  const rows = await direct.open(name, createMeter()).all(everything)
  if (rows.length > 0) await direct.open(name, createMeter()).commit(rows.map((row) => ({ type: 'delete', key: row.key })))
})

async function failure(call: Promise<unknown>): Promise<StorageUnavailable> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof StorageUnavailable)) throw new Error(`Not StorageUnavailable: ${String(error)}`)
  return error
}

/** Requests the proxy sees while the call runs. */
async function requestsOf(call: () => Promise<unknown>): Promise<number> {
  const before = proxy.requests.length
  await call()
  return proxy.requests.length - before
}

describe('a busy service', () => {
  test('fails creating and dropping a table too', async () => {
    const tables = connectTables({ connectionString: proxy.connectionString })
    proxy.busy(9)
    await failure(tables.create('another'))
    await failure(tables.drop('another'))
  })

  test('that asks for a long wait is not waited for', async () => {
    proxy.busy(9, { retryAfter: '37' })
    let error: unknown
    expect(await requestsOf(async () => (error = await failure(table.commit([create('a')]))))).toBe(1)
    expect(error).toMatchObject({ throttled: true, retryAfterSeconds: 37 })
  })

  test('that asks for a short wait is waited for', async () => {
    proxy.busy(1, { retryAfter: '1' })
    await expect(table.commit([create('a')])).resolves.toMatchObject({ ok: true })
  })

  test.each([
    [500, 'OperationTimedOut', true],
    [429, 'TooManyRequests', true],
    [500, 'InternalError', false],
    [502, 'BadGateway', false],
    [408, 'RequestTimeout', false],
  ])('that answers %d %s is unavailable, throttled: %p', async (status, code, throttled) => {
    proxy.busy(9, { status, code })
    expect(await failure(table.get('a'))).toMatchObject({ throttled })
    expect(await failure(table.commit([create('a')]))).toMatchObject({ throttled })
  })

  test.each([
    [400, 'InvalidInput'],
    [409, 'TableBeingDeleted'],
    [404, 'TableNotFound'],
  ])('an answer %d %s is a refusal, passed on as it is and not repeated', async (status, code) => {
    proxy.busy(9, { status, code })
    expect(await requestsOf(() => expect(table.get('a')).rejects.toMatchObject({ name: 'RestError', statusCode: status }))).toBe(
      1,
    )
    await expect(table.commit([create('a')])).rejects.toMatchObject({ name: 'RestError', statusCode: status })
  })
})

describe('an identity without the role', () => {
  test.each([
    [403, 'AuthorizationPermissionMismatch'],
    [401, 'InvalidAuthenticationInfo'],
  ])('is told so at once: %d %s', async (status, code) => {
    proxy.busy(9, { status, code })
    const message = new RegExp(`${code}.*Storage Table Data Contributor`)
    expect(await requestsOf(() => expect(table.get('a')).rejects.toThrow(message))).toBe(1)
    await expect(table.commit([create('a')])).rejects.toMatchObject({ name: 'StorageForbidden' })
  })
})

describe('a broken connection', () => {
  test('in the middle of an answer is never half a row', async () => {
    await table.commit([create('a')])
    proxy.cutAnswer({ method: 'GET' })
    await failure(table.get('a'))
    proxy.cutAnswer({ method: 'GET' })
    await failure(table.page(everything))
  })

  test('to a port where nobody listens', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const nowhere = connectTables({ connectionString: connectionString.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`) })
    await failure(nowhere.open(name, createMeter()).get('a'))
  })
})

describe('a silent service', () => {
  test.each<[string, (table: Table) => Promise<unknown>]>([
    ['get', (table) => table.get('a')],
    ['page', (table) => table.page(everything)],
    ['commit', (table) => table.commit([create('a')])],
  ])('makes %s fail when the time is over, without a repeat', async (_name, call) => {
    const impatient = connectTables({ connectionString: proxy.connectionString, timeoutMs: 100 }).open(name, meter)
    proxy.hang({ times: 9 })
    let error: unknown
    expect(await requestsOf(async () => (error = await failure(call(impatient))))).toBe(1)
    expect(error).toMatchObject({ message: 'Table storage is unavailable: no answer in 100 ms', retryAfterSeconds: 2 })
  })

  test('has one time limit for a call and all its repeats', async () => {
    const impatient = connectTables({ connectionString: proxy.connectionString, timeoutMs: 1500 }).open(name, meter)
    proxy.busy(1)
    proxy.hang({ times: 9 })
    expect(await requestsOf(() => failure(impatient.get('a')))).toBe(2)
  })
})

test('a race can be staged: a rival writes just before the commit arrives', async () => {
  await table.commit([create('a')])
  const { etag } = (await table.get('a'))!
  const rival = direct.open(name, createMeter())
  proxy.before({ path: '$batch', body: "RowKey='a'" }, () =>
    rival.commit([{ type: 'merge', key: 'a', values: { n: 1 }, etag: '*' }]),
  )
  await expect(table.commit([{ type: 'replace', key: 'a', values: {}, etag }])).resolves.toMatchObject({ reason: 'changed' })
})

test('the failure tells status, code and request id, but neither keys, values nor the answer', async () => {
  await table.commit([create('jane@example.com')])
  proxy.cutAnswer({ method: 'GET' })
  const cut = await failure(table.get('jane@example.com'))
  proxy.busy(9)
  const busy = await failure(table.commit([create('jane@example.com')]))
  const { inspect } = await import('node:util')
  expect(inspect([cut, busy], { depth: 9, showHidden: true })).not.toMatch(/jane/i)
  expect(busy.message).toBe('Table storage is unavailable: 503 ServerBusy')
  expect(busy.cause).toMatchObject({ name: 'RestError', statusCode: 503, code: 'ServerBusy' })
})

test.each([
  ['12', 12],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %p is read as %p', (text, seconds) => {
  expect(retryAfterSeconds({ get: () => text })).toEqual(seconds)
})

test('Retry-After may be a date', () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString()
  expect(retryAfterSeconds({ get: () => inAnHour })).toBeGreaterThan(3000)
})
