import { consumerKey } from '../storage/keys'
import type { Action, Table } from '../storage/table'
import { newDirectory, type TestDirectory } from '../../tests/support/directory'
import { LeaseLost, readCheckpoint, takeLease, checkpointOf } from './lease'

const begin = { offset: 7, sweep: '' }
const take = async ({ context: { now, table } }: TestDirectory, through: Table = table) => {
  const row = await table.get(consumerKey('test'))
  return takeLease({ now, table: through }, { name: 'test' }, { row, checkpoint: row === undefined ? begin : checkpointOf(row) })
}

const mark = { type: 'upsert', key: 'o!mark', values: { n: 1 } } as const

test('begins with the checkpoint given and goes on where it was left', async () => {
  const directory = await newDirectory()
  expect(await readCheckpoint(directory.context.table, 'test')).toBeUndefined()
  const first = await take(directory)
  expect(first?.checkpoint).toEqual(begin)
  await first?.commit({ offset: 9 })
  await first?.release()
  expect(await readCheckpoint(directory.context.table, 'test')).toEqual({ offset: 9 })
  expect((await take(directory))?.checkpoint).toEqual({ offset: 9 })
})

test('of those who have read the same row one has it', async () => {
  const { context } = await newDirectory()
  const found = { row: undefined, checkpoint: begin }
  const taken = await Promise.all(Array.from({ length: 8 }, () => takeLease(context, { name: 'test' }, found)))
  expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1)
})

test('is not fresh in its last 15 s, and is again when it commits', async () => {
  const directory = await newDirectory()
  const held = await take(directory)
  expect(held?.isFresh()).toBe(true)
  directory.pass(15_001)
  expect(held?.isFresh()).toBe(false)
  await held?.commit({ offset: 8 })
  expect(held?.isFresh()).toBe(true)
})

test('one that was taken over stores neither checkpoint nor effects, and releases nothing', async () => {
  const directory = await newDirectory()
  const { table } = directory.context
  const slow = await take(directory)
  const next = await take(directory)
  await expect(slow?.commit({ offset: 100 }, [[mark]])).rejects.toThrow(LeaseLost)
  expect(await table.get('o!mark')).toBeUndefined()
  const held = await table.get(consumerKey('test'))
  await slow?.release()
  expect(await table.get(consumerKey('test'))).toEqual(held)
  await next?.commit({ offset: 8 }, [[mark]])
  expect(await table.get('o!mark')).toBeDefined()
  expect(await readCheckpoint(table, 'test')).toEqual({ offset: 8 })
})

test('an effect that is refused leaves the checkpoint where it was', async () => {
  const directory = await newDirectory()
  const held = await take(directory)
  await expect(held?.commit({ offset: 8 }, [[{ type: 'delete', key: 'o!nothing' }]])).rejects.toThrow(LeaseLost)
  expect(await readCheckpoint(directory.context.table, 'test')).toEqual(begin)
})

test('what does not fit in one transaction goes before, with the checkpoint of before or the one given, and pairs stay together', async () => {
  const directory = await newDirectory()
  const { table } = directory.context
  const committed: { length: number; values: unknown }[] = []
  const noting: Table = {
    ...table,
    commit: (actions) => {
      const [first] = actions
      committed.push({ length: actions.length, values: first !== undefined && 'values' in first && first.values })
      return table.commit(actions)
    },
  }
  const pairs = (from: number) =>
    Array.from({ length: 60 }, (_, i) =>
      ['a', 'b'].map((part): Action => ({ type: 'upsert', key: `o!${part}${from + i}`, values: {} })),
    )
  const held = await take(directory, noting)
  await held?.commit({ offset: 8 }, pairs(0))
  await held?.commit({ offset: 9 }, pairs(100), { offset: 8, due: 1 })
  expect(committed.slice(1)).toMatchObject([
    { length: 99, values: begin },
    { length: 23, values: { offset: 8 } },
    { length: 99, values: { offset: 8, due: 1 } },
    { length: 23, values: { offset: 9 } },
  ])
})

test('a transaction that the client repeats after a lost answer counts once and as done', async () => {
  const directory = await newDirectory()
  const { table } = directory.context
  const twice: Table = {
    ...table,
    commit: async (actions) => {
      await table.commit(actions)
      return table.commit(actions)
    },
  }
  const held = await take(directory, twice)
  await held?.commit({ offset: 8 }, [[mark]])
  await held?.commit({ offset: 9 })
  expect((await table.get(consumerKey('test')))?.values['offset']).toBe(9)
})

test('a row without an offset is refused in words, and not read on from nowhere', async () => {
  const { context } = await newDirectory()
  await context.table.commit([{ type: 'create', key: consumerKey('test'), values: { seq: 7 } }])
  await expect(readCheckpoint(context.table, 'test')).rejects.toThrow('Row l!test holds no offset')
})
