import { readerKey } from '../storage/keys'
import type { Table } from '../storage/table'
import { newDirectory, type TestDirectory } from '../../tests/support/directory'
import { readPlace, takeCheckpoint } from './checkpoint'

const begin = () => Promise.resolve({ seq: 7, sweep: '' })
const take = ({ context }: TestDirectory, table: Table = context.table) =>
  takeCheckpoint(table, 'test', { begin, now: context.now })

const mark = { type: 'upsert', key: 'o!mark', values: { n: 1 } } as const

test('begins at the place given and goes on where it was left', async () => {
  const directory = await newDirectory()
  expect(await readPlace(directory.context.table, 'test')).toBeUndefined()
  const first = await take(directory)
  expect(first?.place).toEqual({ seq: 7, sweep: '' })
  expect(await first?.advance({ seq: 9 })).toBe(true)
  await first?.release()
  expect(await readPlace(directory.context.table, 'test')).toEqual({ seq: 9 })
  expect((await take(directory))?.place).toEqual({ seq: 9 })
})

test('is held by one worker, until it lets go or 30 s have passed', async () => {
  const directory = await newDirectory()
  const taken = await Promise.all(Array.from({ length: 8 }, () => take(directory)))
  const [held, ...others] = taken.filter((checkpoint) => checkpoint !== undefined)
  expect(others).toEqual([])
  await held?.release()
  expect(await take(directory)).toBeDefined()
  directory.pass(29_000)
  expect(await take(directory)).toBeUndefined()
  directory.pass(1001)
  expect(await take(directory)).toBeDefined()
})

test('is not fresh in its last 15 s, and is again when it advances', async () => {
  const directory = await newDirectory()
  const held = await take(directory)
  expect(held?.isFresh()).toBe(true)
  directory.pass(15_001)
  expect(held?.isFresh()).toBe(false)
  await held?.advance({ seq: 8 })
  expect(held?.isFresh()).toBe(true)
})

test('one that was taken over stores neither place nor effects, and releases nothing', async () => {
  const directory = await newDirectory()
  const { table } = directory.context
  const slow = await take(directory)
  directory.pass(30_001)
  const next = await take(directory)
  expect(await slow?.advance({ seq: 100 }, [mark])).toBe(false)
  expect(await table.get('o!mark')).toBeUndefined()
  await slow?.release()
  expect(await take(directory)).toBeUndefined()
  expect(await next?.advance({ seq: 8 }, [mark])).toBe(true)
  expect(await table.get('o!mark')).toBeDefined()
  expect(await readPlace(table, 'test')).toEqual({ seq: 8 })
})

test('an effect that is refused leaves the place where it was', async () => {
  const directory = await newDirectory()
  const held = await take(directory)
  expect(await held?.advance({ seq: 8 }, [{ type: 'delete', key: 'o!nothing' }])).toBe(false)
  expect(await readPlace(directory.context.table, 'test')).toEqual({ seq: 7, sweep: '' })
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
  expect(await held?.advance({ seq: 8 }, [mark])).toBe(true)
  expect(await held?.advance({ seq: 9 })).toBe(true)
  expect((await table.get(readerKey('test')))?.values['seq']).toBe(9)
})
