import { newDirectory, type TestDirectory } from '../../tests/support/directory'
import { commandKey, consumerKey, feedKey } from '../storage/keys'
import { prefixRange, type Action, type Table } from '../storage/table'
import { consume, type Consumer } from './consume'
import { readCheckpoint } from './lease'
import { seqOf } from './read-feed'

const MAX_MS = 60_000

/** A feed of so many records. */
async function withRecords(count: number): Promise<TestDirectory> {
  const directory = await newDirectory()
  const record = (seq: number): Action => ({ type: 'create', key: feedKey(seq), values: { type: 'user.created' } })
  const records = Array.from({ length: count }, (_, i) => record(i + 1))
  if (count > 0) await directory.context.table.commit(records)
  return directory
}

/** Notes the numbers of the pages that it is given. */
function noting(more: Partial<Consumer> = {}): Consumer & { readonly pages: number[][] } {
  const pages: number[][] = []
  return {
    name: 'test',
    pageSize: 2,
    begin: () => ({ offset: 0 }),
    step: async (lease, read) => {
      const seqs = (await read()).map(seqOf)
      if (seqs.length === 0) return 'done'
      pages.push(seqs)
      await lease.commit({ ...lease.checkpoint, offset: seqs.at(-1) ?? 0 })
      return 'more'
    },
    ...more,
    pages,
  }
}

/** Notes what is asked of the table. */
function counted(table: Table): { readonly table: Table; readonly calls: string[] } {
  const calls: string[] = []
  return {
    calls,
    table: {
      get: (key) => (calls.push(`get ${key}`), table.get(key)),
      page: (...given) => (calls.push('page'), table.page(...given)),
      all: (...given) => (calls.push(`all from ${given[0].from}`), table.all(...given)),
      commit: (actions) => (calls.push(`commit ${actions.length}`), table.commit(actions)),
    },
  }
}

test('page after page from its offset to the end, and from there when more comes', async () => {
  const { context } = await withRecords(5)
  const consumer = noting()
  expect(await consume(context, consumer, MAX_MS)).toBe('done')
  expect(consumer.pages).toEqual([[1, 2], [3, 4], [5]])
  await context.table.commit([{ type: 'create', key: feedKey(6), values: {} }])
  expect(await consume(context, consumer, MAX_MS)).toBe('done')
  expect(consumer.pages.at(-1)).toEqual([6])
  expect(await readCheckpoint(context.table, 'test')).toEqual({ offset: 6 })
})

test('always does one step, and begins none when the time is up or the lease in its last 15 s', async () => {
  const directory = await withRecords(5)
  expect(await consume(directory.context, noting(), 0)).toBe('more')
  const slow = noting()
  const step: Consumer['step'] = async (lease, ...given) => {
    const end = await slow.step(lease, ...given)
    directory.pass(15_001)
    return end
  }
  expect(await consume(directory.context, { ...slow, step }, MAX_MS)).toBe('more')
  expect(slow.pages).toEqual([[3, 4]])
})

test('reads each page once, nothing to do costs two calls, and one that has not begun, or is held, one', async () => {
  const directory = await withRecords(1)
  const { calls, table } = counted(directory.context.table)
  const context = { ...directory.context, table }
  const callsOf = async (consumer: Consumer) => {
    calls.length = 0
    const state = await consume(context, consumer, MAX_MS)
    return [state, ...calls]
  }
  const row = `get ${consumerKey('test')}`
  expect(await callsOf(noting({ begin: () => undefined }))).toEqual(['done', row])
  const lease = 'commit 1'
  const pages = [`all from ${feedKey(1)}`, lease, 'commit 1', `all from ${feedKey(2)}`]
  expect(await callsOf(noting())).toEqual(['done', row, ...pages, lease])
  expect(await callsOf(noting())).toEqual(['done', row, `all from ${feedKey(2)}`])
  await directory.context.table.commit([{ type: 'create', key: feedKey(2), values: {} }])
  const holding = noting({ step: async () => Promise.resolve((await callsOf(noting()))[0] === 'later' ? 'done' : 'more') })
  expect(await consume(directory.context, holding, MAX_MS)).toBe('done')
  expect(calls).toEqual([row])
})

test('work of its own is done without a record; what is known at once spares the page', async () => {
  const directory = await withRecords(0)
  const { calls, table } = counted(directory.context.table)
  const pagesOf = async (hasWork: Consumer['hasWork']) => {
    calls.length = 0
    let steps = 0
    const step = () => {
      steps += 1
      return Promise.resolve('done' as const)
    }
    await consume({ ...directory.context, table }, noting({ ...(hasWork && { hasWork }), step }), MAX_MS)
    return [steps, calls.filter((call) => call.startsWith('all')).length]
  }
  expect(await pagesOf(() => true)).toEqual([1, 0])
  expect(await pagesOf(() => Promise.resolve(true))).toEqual([1, 1])
  expect(await pagesOf(() => Promise.resolve(false))).toEqual([0, 1])
})

test('what it is asked is read with its row, in one call, and given to the steps', async () => {
  const directory = await withRecords(0)
  const { calls, table } = counted(directory.context.table)
  const asked: string[][] = []
  const consumer = noting({
    takesCommands: true,
    step: async (lease, _, commands) => {
      asked.push(commands.map(({ key }) => key))
      await lease.commit(lease.checkpoint, [commands.map(({ key }): Action => ({ type: 'delete', key }))])
      return 'done'
    },
  })
  const commands = [commandKey('test', 'a'), commandKey('test', 'b')]
  const others = [commandKey('other', 'a'), consumerKey('test2')]
  await table.commit([...commands, ...others].map((key): Action => ({ type: 'create', key, values: {} })))
  for (let round = 0; round < 2; round += 1) expect(await consume({ ...directory.context, table }, consumer, MAX_MS)).toBe('done')
  expect(asked).toEqual([commands])
  expect(calls.filter((call) => call.includes(consumerKey('test')))).toEqual(Array(2).fill(`all from ${consumerKey('test')}`))
  expect(calls.filter((call) => call.startsWith('get'))).toEqual([])
})

test('of many workers at once one is at it, and each record is given once', async () => {
  const { context } = await withRecords(20)
  const consumer = noting()
  const states = await Promise.all(Array.from({ length: 8 }, () => consume(context, consumer, MAX_MS)))
  expect(states.sort()).toEqual(['done', ...Array.from({ length: 7 }, () => 'later')])
  expect(consumer.pages.flat()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
})

test('the lease of a worker that died ends after 30 s; that of one that failed at once', async () => {
  const directory = await withRecords(2)
  const { context } = directory
  const dying: Table = { ...context.table, commit: (actions) => (isDead ? never : context.table.commit(actions)) }
  const never = new Promise<never>(() => undefined)
  let isDead = false
  await new Promise<void>((died) => {
    const step = () => {
      isDead = true
      died()
      return Promise.reject(new Error('died'))
    }
    void consume({ ...context, table: dying }, noting({ step }), MAX_MS)
  })
  expect(await consume(context, noting(), MAX_MS)).toBe('later')
  directory.pass(30_001)
  const failing = noting({ step: () => Promise.reject(new Error('failed')) })
  await expect(consume(context, failing, MAX_MS)).rejects.toThrow('failed')
  expect(await consume(context, noting(), MAX_MS)).toBe('done')
})

test('a step whose lease was taken over stores nothing, and is done again by the other', async () => {
  const directory = await withRecords(2)
  const { context } = directory
  const other = noting()
  const slow = noting()
  let ends = 0
  const step: Consumer['step'] = async (lease, ...given) => {
    directory.pass(30_001)
    expect(await consume(context, other, MAX_MS)).toBe('done')
    return slow.step(lease, ...given)
  }
  expect(await consume(context, { ...slow, step, end: () => Promise.resolve(void (ends += 1)) }, MAX_MS)).toBe('later')
  expect(other.pages).toEqual([[1, 2]])
  expect(ends).toBe(1)
})

test('one that retention has left behind goes on with the oldest record that is kept', async () => {
  const { context } = await withRecords(6)
  await consume(context, noting(), 0)
  const gone = (await context.table.all(prefixRange('f'))).slice(0, 4)
  await context.table.commit(gone.map(({ key }): Action => ({ type: 'delete', key })))
  const consumer = noting()
  expect(await consume(context, consumer, MAX_MS)).toBe('done')
  expect(consumer.pages).toEqual([[5, 6]])
})
