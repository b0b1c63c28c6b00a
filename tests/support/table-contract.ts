import { randomUUID } from 'node:crypto'
import type { Tables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { prefixRange } from '../../shared/storage/table'
import type { Action, Scalar, Table } from '../../shared/storage/table'

const everything = { from: '', before: '\uffff' }

export const newTableName = () => `t${randomUUID().replaceAll('-', '')}`

const create = (key: string, values: Record<string, Scalar> = {}): Action => ({ type: 'create', key, values })
const keys = (rows: readonly { key: string }[]) => rows.map((row) => row.key)

async function etagOf(table: Table, key: string): Promise<string> {
  const row = await table.get(key)
  return row!.etag
}

/** What shared/storage/table.ts promises, as tests of these tables. */
export function describeTable(tables: Tables): void {
  async function newTable(rows: Action[] = []): Promise<Table> {
    const name = newTableName()
    await tables.create(name)
    const table = tables.open(name, createMeter())
    if (rows.length > 0) await table.commit(rows)
    return table
  }

  describe('get', () => {
    test('answers the row with its own properties only', async () => {
      const table = await newTable([create('a', { name: 'x', n: 1, yes: true })])
      const row = await table.get('a')
      expect(row).toEqual({
        key: 'a',
        etag: expect.stringMatching(/^W\/"/) as string,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        values: { name: 'x', n: 1, yes: true },
      })
    })

    test('answers undefined when there is no such row', async () => {
      const table = await newTable()
      await expect(table.get('nobody')).resolves.toBeUndefined()
    })

    test('refuses a key that Azure does not allow', async () => {
      const table = await newTable()
      await expect(table.get('a/b')).rejects.toThrow('A key must not hold')
    })

    test('finds keys with quotes, percent signs and letters beyond ASCII', async () => {
      const odd = ["o'brien", 'a%20b', 'a%b', 'a b+c', '{x}', 'é😀', '=0041', 'x'.repeat(512)]
      const table = await newTable(odd.map((key) => create(key, { key })))
      for (const key of odd) expect((await table.get(key))?.values['key']).toBe(key)
    })
  })

  test.each<[string, Scalar]>([
    ['zero', 0],
    ['the smallest Int32', -2_147_483_648],
    ['the largest Int32', 2_147_483_647],
    ['a whole number above Int32', 2_147_483_648],
    ['the largest safe number', Number.MAX_SAFE_INTEGER],
    ['a fraction', 1.5],
    ['a tiny number', 5e-324],
    ['a huge number', 1e300],
    ['false', false],
    ['the empty string', ''],
    ['text that looks like a date', '2026-01-01T00:00:00Z'],
    ['text that looks like a GUID', '6f1f1a3e-0000-4000-8000-000000000000'],
    ['control characters', '\0\t\r\n\u007f\u0085'],
    ['line separators', 'a\u2028b\u2029c'],
    ['characters outside the basic plane', '😀𝒳'],
    ['noncharacters', '\uffff\ufffe\ufeff'],
    [
      'text that looks like a part of a transaction',
      '--changeset_1\r\n\r\nPOST http://x HTTP/1.1\r\n\r\n{"odata.error":{}}\r\n--batch_1--',
    ],
  ])('%s comes back as it was stored', async (_name, value) => {
    const table = await newTable([create('a', { value })])
    expect((await table.get('a'))?.values).toEqual({ value })
  })

  describe('a range', () => {
    const sorted = ['!', '-', '1', '10', '2', 'A', 'B', 'a', 'a!', 'a!b', 'a"', 'é']

    test('holds from, not before, in order of code units', async () => {
      const table = await newTable(sorted.toReversed().map((key) => create(key)))
      expect(keys(await table.all(everything))).toEqual(sorted)
      expect(keys(await table.all({ from: '10', before: 'B' }))).toEqual(['10', '2', 'A'])
      expect(await table.all({ from: 'x', before: 'y' })).toEqual([])
    })

    test('of a prefix holds its rows and no neighbour', async () => {
      const table = await newTable(['r', 'r!', 'r!1', 'r!1!2', 'r"', 'r1', 'rr!1', 'q!1'].map((key) => create(key)))
      expect(keys(await table.all(prefixRange('r')))).toEqual(['r!', 'r!1', 'r!1!2'])
    })

    test('may have quotes in its bounds', async () => {
      const table = await newTable(["o'a", "o'b"].map((key) => create(key)))
      expect(keys(await table.all({ from: "o'a", before: "o'b" }))).toEqual(["o'a"])
    })
  })

  describe('page', () => {
    const five = ['a', 'b', 'c', 'd', 'e']

    test('resumes after its last row and ends without next', async () => {
      const table = await newTable(five.map((key) => create(key)))
      const first = await table.page(everything, { limit: 2 })
      const second = await table.page(everything, { limit: 2, next: first.next! })
      const third = await table.page(everything, { limit: 2, next: second.next! })
      expect([first, second, third].map((page) => keys(page.rows))).toEqual([['a', 'b'], ['c', 'd'], ['e']])
      expect(third.next).toBeUndefined()
    })

    test('resumes at the next row although rows before it were deleted', async () => {
      const table = await newTable(five.map((key) => create(key)))
      const first = await table.page(everything, { limit: 2 })
      await table.commit([
        { type: 'delete', key: 'b' },
        { type: 'delete', key: 'c' },
      ])
      expect(keys((await table.page(everything, { next: first.next! })).rows)).toEqual(['d', 'e'])
    })

    test('carries the selected properties, key, ETag and timestamp', async () => {
      const table = await newTable([create('a', { x: 1, y: 2 }), create('b', { y: 3 })])
      const whole = await table.all(everything)
      const { rows } = await table.page(everything, { select: ['x'] })
      expect(rows).toEqual([
        { ...whole[0], values: { x: 1 } },
        { ...whole[1], values: {} },
      ])
    })

    test('leaves out rows whose text is not between two, and goes on behind them', async () => {
      const times = ['2026-11-22T10:00:00.000Z', '2026-11-22T10:00:00.001Z', "it's", '']
      const table = await newTable([...times.map((c, n) => create(`a${n}`, { c })), create('b', { d: times[0]! })])
      const within = (from: string, to: string, more = {}) =>
        table.page(everything, { where: { property: 'c', from, to }, ...more })
      expect(keys((await within(times[0]!, times[0]!)).rows)).toEqual(['a0'])
      expect(keys((await within(times[0]!, times[1]!)).rows)).toEqual(['a0', 'a1'])
      expect(keys((await within("it's", "it's")).rows)).toEqual(['a2'])
      const first = await within('2', 'z', { limit: 2, select: [] })
      expect(keys(first.rows)).toEqual(['a0', 'a1'])
      expect(keys((await within('2', 'z', { next: first.next })).rows)).toEqual(['a2'])
    })

    test('has at most 1,000 rows, and all goes on', async () => {
      const table = await newTable()
      for (let batch = 0; batch < 11; batch += 1) {
        await table.commit(Array.from({ length: 100 }, (_, n) => create(`k${String(batch * 100 + n).padStart(4, '0')}`)))
      }
      expect((await table.page(everything, { limit: 5000 })).rows).toHaveLength(1000)
      const found = keys(await table.all(everything))
      expect(found).toHaveLength(1100)
      expect(found).toEqual(found.toSorted())
      expect(await table.all(everything, { limit: 1050 })).toHaveLength(1050)
    })

    test('of no rows is a defect of the caller', async () => {
      const table = await newTable()
      await expect(table.page(everything, { limit: 0 })).rejects.toThrow('at least one row')
      await expect(table.all(everything, { limit: 0 })).resolves.toEqual([])
    })
  })

  describe('commit', () => {
    test('stores every action and answers their ETags in order', async () => {
      const table = await newTable(['merged', 'replaced', 'upserted', 'deleted'].map((key) => create(key, { old: 1 })))
      const outcome = await table.commit([
        { type: 'delete', key: 'deleted' },
        { type: 'merge', key: 'merged', values: { new: 2 }, etag: await etagOf(table, 'merged') },
        create('created', { new: 2 }),
        { type: 'replace', key: 'replaced', values: { new: 2 }, etag: '*' },
        { type: 'upsert', key: 'upserted', values: { new: 2 } },
        { type: 'upsert', key: 'zero', values: { new: 2 } },
      ])
      const rows = await table.all(everything)
      expect(rows.map((row) => [row.key, row.values])).toEqual([
        ['created', { new: 2 }],
        ['merged', { old: 1, new: 2 }],
        ['replaced', { new: 2 }],
        ['upserted', { new: 2 }],
        ['zero', { new: 2 }],
      ])
      const etags = Object.fromEntries(rows.map((row) => [row.key, row.etag]))
      const expected = ['merged', 'created', 'replaced', 'upserted', 'zero'].map((key) => etags[key])
      expect(outcome).toEqual({ ok: true, etags: [undefined, ...expected] })
    })

    test.each<[string, Action, 'exists' | 'missing' | 'changed']>([
      ['a create of a row that exists', create('a'), 'exists'],
      [
        'a replace under a stale ETag',
        { type: 'replace', key: 'a', values: {}, etag: `W/"datetime'2020-01-01T00%3A00%3A00.0000000Z'"` },
        'changed',
      ],
      [
        'a merge under a stale ETag',
        { type: 'merge', key: 'a', values: {}, etag: `W/"datetime'2020-01-01T00%3A00%3A00.0000000Z'"` },
        'changed',
      ],
      ['a replace of any version of no row', { type: 'replace', key: 'no', values: {}, etag: '*' }, 'missing'],
      ['a merge into any version of no row', { type: 'merge', key: 'no', values: {}, etag: '*' }, 'missing'],
      ['a delete of no row', { type: 'delete', key: 'no' }, 'missing'],
    ])('%s names the action and stores nothing', async (_name, action, reason) => {
      const table = await newTable([create('a', { old: 1 })])
      await expect(table.commit([create('before'), action, create('after')])).resolves.toEqual({ ok: false, reason, index: 1 })
      await expect(table.commit([action])).resolves.toEqual({ ok: false, reason, index: 0 })
      expect((await table.all(everything)).map((row) => [row.key, row.values])).toEqual([['a', { old: 1 }]])
    })

    test('a replace under the ETag of the last commit succeeds once', async () => {
      const table = await newTable()
      const created = await table.commit([create('a')])
      if (!created.ok) throw new Error('not created')
      const replace: Action = { type: 'replace', key: 'a', values: { n: 1 }, etag: created.etags[0]! }
      await expect(table.commit([replace])).resolves.toMatchObject({ ok: true })
      await expect(table.commit([replace])).resolves.toEqual({ ok: false, reason: 'changed', index: 0 })
    })

    test('parallel merges of any version lose nothing', async () => {
      const table = await newTable([create('a')])
      const names = Array.from({ length: 16 }, (_, n) => `p${n}`)
      await Promise.all(names.map((name) => table.commit([{ type: 'merge', key: 'a', values: { [name]: 1 }, etag: '*' }])))
      expect(Object.keys((await table.get('a'))!.values).toSorted()).toEqual(names.toSorted())
    })

    test('of parallel creates of one key, one succeeds', async () => {
      const table = await newTable()
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, n) => table.commit([create('a', { n })])))
      expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1)
      expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'exists')).toHaveLength(7)
    })

    test('takes 100 actions, and a row of nearly 1 MiB', async () => {
      const table = await newTable()
      await table.commit(Array.from({ length: 100 }, (_, n) => create(`k${n}`)))
      expect(await table.all(everything)).toHaveLength(100)
      const values = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`j${n}`, 'é'.repeat(32_000)]))
      await expect(table.commit([create('large', values)])).resolves.toMatchObject({ ok: true })
      expect((await table.get('large'))?.values).toEqual(values)
    })

    test('sends nothing that is over a limit', async () => {
      const meter = createMeter()
      const name = newTableName()
      await tables.create(name)
      await expect(tables.open(name, meter).commit([])).rejects.toThrow('1 to 100 actions')
      expect(meter.calls).toBe(0)
    })
  })

  describe('a table that does not exist', () => {
    const table = tables.open(newTableName(), createMeter())

    test.each<[string, () => Promise<unknown>]>([
      ['get', () => table.get('a')],
      ['page', () => table.page(everything)],
      ['all', () => table.all(everything)],
      ['create', () => table.commit([create('a')])],
      ['merge', () => table.commit([{ type: 'merge', key: 'a', values: {}, etag: '*' }])],
      ['delete', () => table.commit([{ type: 'delete', key: 'a' }])],
    ])('is an error for %s, never an absent row', async (_name, call) => {
      await expect(call()).rejects.toMatchObject({ name: 'RestError', statusCode: 404 })
    })
  })

  test('each call is metered once, each page is a call', async () => {
    const name = newTableName()
    await tables.create(name)
    const meter = createMeter()
    const table = tables.open(name, meter)
    await table.commit([create('a'), create('b'), create('c')])
    await Promise.all([table.get('a'), table.get('nobody')])
    expect(meter).toMatchObject({ calls: 3, trips: 2 })
    for (let next: string | undefined, page = 0; page === 0 || next !== undefined; page += 1) {
      ;({ next } = await table.page(everything, { limit: 1, ...(next !== undefined && { next }) }))
    }
    expect(meter).toMatchObject({ calls: 6, trips: 5 })
  })
}
