import { newDirectory } from '../../../tests/support/directory'
import { anchorKey, belongsKey, groupKey, memberKey, userKey } from '../../storage/keys'
import type { Action, Table } from '../../storage/table'
import { createMeter } from '../../storage/meter'
import { documentValues } from '../documents/document'
import { newId } from '../identifiers'
import { limitOf, linksOf } from './links'
import { visitRowsAt } from '../query/near'
import { complete } from '../documents/read'

const hex = (n: number) => n.toString(16).padStart(32, '0')
/** Ids at even distances, as many random ones nearly are. */
const spread = (n: number, of: number) =>
  Math.floor((16 ** 12 * (n + 1)) / (of + 1))
    .toString(16)
    .padStart(12, '0')
    .padEnd(32, '0')
const anchor = (id: string): Action => ({ type: 'create', key: anchorKey(id), values: { k: 'u', w: 'w' } })
const belongs = (id: string, group: string): Action => ({ type: 'create', key: belongsKey(id, group), values: { w: 'w' } })
const member = (group: string, id: string, k = 'u'): Action => ({
  type: 'create',
  key: memberKey(group, id),
  values: { k, w: 'w' },
})

async function write(table: Table, rows: readonly Action[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 100) expect(await table.commit(rows.slice(i, i + 100))).toMatchObject({ ok: true })
}

/** The table, with pages of at most 20 rows and its calls counted: a thousand rows take long to write. */
function small(table: Table) {
  let calls = 0
  const counted: Table = {
    ...table,
    get: (key) => ((calls += 1), table.get(key)),
    page: (range, options) => ((calls += 1), table.page(range, { ...options, limit: Math.min(options?.limit ?? 20, 20) })),
  }
  return { table: counted, calls: () => calls }
}

/** 60 people by id, the n-th in `groupsOf(n)` groups. */
async function peopleIn(groupsOf: (n: number) => number) {
  const { table } = (await newDirectory()).context
  const held = Array.from({ length: 60 }, (_, n) =>
    Array.from({ length: groupsOf(n) }, (_g, group) => spread(group, groupsOf(n))),
  )
  await write(
    table,
    held.flatMap((groups, n) => [anchor(hex(n)), ...groups.map((group) => belongs(hex(n), group))]),
  )
  return { table, wanted: (ids: readonly number[]) => ids.filter((n) => groupsOf(n) > 0).map((n) => [hex(n), held[n]] as const) }
}

async function linked(table: Table, ids: readonly number[], options = {}) {
  const links = await linksOf(table, 'r', ids.map(hex), options)
  return [...links].map(([id, groups]) => [id, groups.map((group) => group.id)] as const).sort(([a], [b]) => (a < b ? -1 : 1))
}

const everybody = Array.from({ length: 60 }, (_, n) => n)

describe('memberships of many', () => {
  test.each<[name: string, groupsOf: (n: number) => number, ids: readonly number[], atMost: number]>([
    ['neighbours in few groups', (n) => n % 3, everybody, 9], // 119 rows
    ['the first in more than fit a page', (n) => (n === 0 ? 45 : 1), everybody, 24],
    ['one between in more than fit a page', (n) => (n === 30 ? 45 : 1), everybody, 15],
    ['everybody in more than fit a page', () => 25, everybody, 200],
    ['who are far apart, by themselves', () => 3, [3, 25, 59], 4],
    ['one', () => 25, [7], 3],
    ['none', () => 1, [], 0],
    ['nobody in a group', () => 0, everybody, 5],
  ])('%s', async (_name, groupsOf, ids, atMost) => {
    const { table, wanted } = await peopleIn(groupsOf)
    const counted = small(table)
    expect(await linked(counted.table, ids)).toEqual(wanted(ids))
    expect(counted.calls()).toBeLessThanOrEqual(atMost)
  })

  test('are told once each while they are read, and reading ends with the limit', async () => {
    const { table } = await peopleIn((n) => (n === 5 ? 60 : 4))
    let told = 0
    await linked(small(table).table, everybody, { count: (links: number) => (told += links) })
    expect(told).toBe(59 * 4 + 60)
    await expect(linked(small(table).table, everybody, { count: limitOf(100, () => new Error('enough')) })).rejects.toThrow(
      'enough',
    )
    expect(await linked(table, everybody, { count: limitOf(296, () => new Error('enough')) })).toHaveLength(60)
  })

  test('are found behind an empty page that leads on, as Azure may answer', async () => {
    const { table, wanted } = await peopleIn(() => 2)
    let first = true
    const page: Table['page'] = (...given) => {
      if (!first) return table.page(...given)
      first = false
      return Promise.resolve({ rows: [], next: 'more' })
    }
    expect(await linked({ ...table, page }, everybody)).toEqual(wanted(everybody))
  })

  test('of one with several pages come in as many calls as they fill, two trips', async () => {
    const { table } = (await newDirectory()).context
    const [group, ids] = [newId(), Array.from({ length: 95 }, (_, n) => spread(n, 95))]
    await write(
      table,
      ids.map((id) => member(group, id)),
    )
    const meter = createMeter()
    const counted = small(table)
    const metered: Table = { ...table, page: (...given) => meter.run(() => counted.table.page(...given)) }
    expect((await linksOf(metered, 'm', [group])).get(group)?.map(({ id }) => id)).toEqual(ids)
    expect(meter).toMatchObject({ trips: 2, calls: 6 }) // the first 20 of 95, then 75 in parts of 15
  })

  test('of groups with many members come in order and with the kind of each member', async () => {
    const { table } = (await newDirectory()).context
    const [groups, ids] = [Array.from({ length: 30 }, (_, n) => hex(n)), Array.from({ length: 50 }, newId).sort()]
    await write(
      table,
      groups.flatMap((group, n) => ids.slice(0, n === 12 ? 50 : 2).map((id, i) => member(group, id, i === 1 ? 'g' : 'u'))),
    )
    const links = await linksOf(small(table).table, 'm', groups)
    expect(links.size).toBe(30)
    for (const [group, members] of links) {
      const wanted = ids.slice(0, group === hex(12) ? 50 : 2)
      expect(members).toEqual(wanted.map((id, i) => ({ id, type: i === 1 ? 'Group' : 'User' })))
    }
  })
})

test('a page of people in more than 100,000 groups together is refused while it is read', async () => {
  const { context } = await newDirectory()
  const { table, types } = context
  const person = hex(1)
  await write(table, [anchor(person)])
  let calls = 0
  const rows = Array.from({ length: 1000 }, (_, n) => ({ key: belongsKey(person, hex(n)), etag: '', timestamp: '', values: {} }))
  const endless: Table = { ...table, page: () => ((calls += 1), Promise.resolve({ rows, next: 'more' })) }
  const document = {
    id: person,
    attributes: {},
    revision: 1,
    writeId: '',
    created: '',
    lastModified: '',
    access: {},
    indexed: [],
    etag: '',
    characters: 0,
  }
  const asked = complete({ ...context, table: endless }, types.User, [document], { members: false, groups: true })
  await expect(asked).rejects.toMatchObject({
    status: 400,
    scimType: 'tooMany',
    message: expect.stringContaining('smaller count') as unknown,
  })
  expect(calls).toBeLessThanOrEqual(102 + 16) // some are under way by then
})

test('rows by key: neighbours come in pages, the others one by one, who is absent not at all', async () => {
  const { table } = (await newDirectory()).context
  const value = documentValues({
    attributes: {},
    revision: 1,
    writeId: 'w',
    created: '',
    lastModified: '',
    access: {},
    indexed: [],
  })
  const keys = Array.from({ length: 200 }, (_, n) => groupKey(hex(n)))
  await write(
    table,
    keys.map((key) => ({ type: 'create', key, values: value })),
  )
  await write(table, [{ type: 'create', key: userKey(hex(1)), values: value }])
  const read = async (wanted: readonly string[]) => {
    const found: string[] = []
    const counted = small(table)
    await visitRowsAt(counted.table, wanted, ({ key }) => found.push(key))
    return { found: found.sort(), calls: counted.calls() }
  }
  expect(await read(keys)).toEqual({ found: keys, calls: 10 })
  expect(await read(keys.slice(0, 10))).toEqual({ found: keys.slice(0, 10), calls: 10 })
  const thin = keys.filter((_, n) => n % 8 === 0)
  expect(await read(thin)).toEqual({ found: thin, calls: 1 + 25 - 3 })
  const absent = Array.from({ length: 30 }, (_, n) => groupKey(hex(1000 + n)))
  expect(await read([...absent, ...keys.slice(0, 20), ...keys.slice(0, 20)])).toMatchObject({ found: keys.slice(0, 20) })
  expect(await read([])).toEqual({ found: [], calls: 0 })
})
