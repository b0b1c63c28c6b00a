import type { Action, Table } from '../../shared/storage/table'
import { StorageUnavailable } from '../../shared/storage/unavailable'

/** An empty table, and how its service can be made to fail. */
export interface FaultyTable {
  readonly table: Table
  /** Calls that were metered, and the requests that became of them. */
  readonly calls: () => number
  readonly requests: () => number
  /** The next requests are answered 503 ServerBusy. */
  readonly busy: (times: number) => void
  readonly loseRequest: () => void
  /** The next transactions are done, and their answers are lost. */
  readonly loseAnswer: (times: number) => void
  /** The next pages have no rows and a continuation. */
  readonly emptyPage: (times: number) => void
}

const everything = { from: '', before: '\uffff' }
const create = (key: string): Action => ({ type: 'create', key, values: { text: 'Jane Doe' } })

/** What callers see of a service that fails, as the client repeats and shared/storage sorts it: tests of any such table. */
export function describeFaults(given: () => FaultyTable): void {
  describe('a service that is busy', () => {
    busyTests(given)
  })
  describe('a connection that breaks', () => {
    brokenTests(given)
  })
  describe('a page without rows but with a continuation', () => {
    emptyPageTests(given)
  })
}

function busyTests(given: () => FaultyTable): void {
  test('is asked again, twice at most, and the repeats are no calls of their own', async () => {
    const { table, busy, requests, calls } = given()
    busy(2)
    const before = requests()
    await table.commit([create('a')])
    expect([requests() - before, calls()]).toEqual([3, 1])
    await expect(table.get('a')).resolves.toMatchObject({ key: 'a' })
  })

  test('is unavailable after the third refusal', async () => {
    const { table, busy, requests } = given()
    busy(3)
    const before = requests()
    await expect(table.get('a')).rejects.toThrow(StorageUnavailable)
    expect(requests() - before).toBe(3)
  })

  test.each<[string, (table: Table) => Promise<unknown>]>([
    ['get', (table) => table.get('a')],
    ['page', (table) => table.page(everything)],
    ['all', (table) => table.all(everything)],
    ['commit', (table) => table.commit([create('a')])],
  ])('fails %s as throttled, to be repeated in 2 s', async (_name, call) => {
    const { table, busy } = given()
    busy(3)
    await expect(call(table)).rejects.toMatchObject({ name: 'StorageUnavailable', throttled: true, retryAfterSeconds: 2 })
  })
}

function brokenTests(given: () => FaultyTable): void {
  test('before the request arrived is repaired by a repeat', async () => {
    const { table, loseRequest } = given()
    loseRequest()
    await expect(table.commit([create('a')])).resolves.toMatchObject({ ok: true })
  })

  test('after a create was committed shows as a row that exists', async () => {
    const { table, loseAnswer } = given()
    loseAnswer(1)
    await expect(table.commit([create('a')])).resolves.toEqual({ ok: false, reason: 'exists', index: 0 })
    await expect(table.get('a')).resolves.toMatchObject({ key: 'a' })
  })

  test('after a conditional replace was committed shows as a row that changed', async () => {
    const { table, loseAnswer } = given()
    await table.commit([create('a')])
    const { etag } = (await table.get('a'))!
    loseAnswer(1)
    const replace: Action = { type: 'replace', key: 'a', values: { n: 1 }, etag }
    await expect(table.commit([replace])).resolves.toEqual({ ok: false, reason: 'changed', index: 0 })
    expect((await table.get('a'))?.values).toEqual({ n: 1 })
  })

  test('after a delete was committed shows as a missing row', async () => {
    const { table, loseAnswer } = given()
    await table.commit([create('a')])
    loseAnswer(1)
    await expect(table.commit([{ type: 'delete', key: 'a' }])).resolves.toEqual({ ok: false, reason: 'missing', index: 0 })
  })

  test('each time leaves the outcome unknown: the row may be there', async () => {
    const { table, loseAnswer } = given()
    loseAnswer(3)
    await expect(table.commit([create('a')])).rejects.toMatchObject({ name: 'StorageUnavailable', throttled: false })
    await expect(table.get('a')).resolves.toMatchObject({ key: 'a' })
  })
}

function emptyPageTests(given: () => FaultyTable): void {
  test('is handed to the caller, who resumes', async () => {
    const { table, emptyPage } = given()
    await table.commit(['a', 'b', 'c'].map(create))
    emptyPage(1)
    const page = await table.page({ from: 'b', before: 'z' })
    expect(page.rows).toEqual([])
    const resumed = await table.page({ from: 'b', before: 'z' }, { next: page.next! })
    expect(resumed.rows.map((row) => row.key)).toEqual(['b', 'c'])
  })

  test('is followed by all, first, in the middle and more than once', async () => {
    const { table, emptyPage, calls } = given()
    await table.commit(['a', 'b', 'c'].map(create))
    const before = calls()
    emptyPage(2)
    expect((await table.all(everything)).map((row) => row.key)).toEqual(['a', 'b', 'c'])
    expect(calls() - before).toBe(3)
    const first = await table.page(everything, { limit: 1 })
    emptyPage(1)
    const empty = await table.page(everything, { next: first.next! })
    const rest = await table.page(everything, { next: empty.next! })
    expect([...empty.rows, ...rest.rows].map((row) => row.key)).toEqual(['b', 'c'])
  })
}
