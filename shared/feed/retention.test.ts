import { feedOf } from '../../tests/support/check-table'
import { newDirectory, type TestDirectory } from '../../tests/support/directory'
import { commandKey, consumerKey } from '../storage/keys'
import { numberOutbox } from './sequencer'
import { readFeed, seqOf } from './read-feed'
import { expireRecords } from './retention'

const DAY_MS = 86_400_000
const MAX_MS = 10_000

/** A directory with so many records, of which the consumers of the service have done some. */
async function withRecords(count: number, done = count): Promise<TestDirectory> {
  const directory = await newDirectory()
  for (let i = 0; i < count; i += 1) await directory.person(`p${i}@contoso.com`)
  await numberOutbox(directory.context.table)
  await directory.context.table.commit([{ type: 'create', key: consumerKey('roles'), values: { offset: done } }])
  return directory
}

const read = ({ context }: TestDirectory, after: number, limit = 1000) =>
  readFeed(context, { after, limit, waitMs: 0, tenant: 't' })
const seqsOf = async (directory: TestDirectory) => (await feedOf(directory.context.table)).map(seqOf)

test('records go when they are older than the days given, and not before', async () => {
  const directory = await withRecords(3)
  directory.pass(6.9 * DAY_MS)
  expect(await expireRecords(directory.context, 7, MAX_MS)).toBe(false)
  expect(await seqsOf(directory)).toEqual([1, 2, 3])
  directory.pass(0.2 * DAY_MS)
  expect(await expireRecords(directory.context, 7, MAX_MS)).toBe(false)
  expect(await seqsOf(directory)).toEqual([])
})

test('what the consumer of roles has not done stays; webhooks, and what a consumer is asked, hold nothing up', async () => {
  const directory = await withRecords(4, 2)
  await directory.context.table.commit([{ type: 'create', key: consumerKey('w!1'), values: { offset: 0 } }])
  await directory.context.table.commit([{ type: 'create', key: commandKey('routes', '1'), values: { id: '' } }])
  directory.pass(100 * DAY_MS)
  await expireRecords(directory.context, 7, MAX_MS)
  expect(await seqsOf(directory)).toEqual([3, 4])
})

test('many go in slices, also with several workers at once', async () => {
  const directory = await withRecords(230, 225)
  directory.pass(100 * DAY_MS)
  await Promise.all(Array.from({ length: 3 }, () => expireRecords(directory.context, 7, MAX_MS)))
  while (await expireRecords(directory.context, 7, MAX_MS));
  expect(await seqsOf(directory)).toEqual([226, 227, 228, 229, 230])
})

test('a reader is told that its records have expired, but for a beginning', async () => {
  const directory = await withRecords(4, 2)
  directory.pass(100 * DAY_MS)
  await expireRecords(directory.context, 7, MAX_MS)
  expect(await read(directory, 1)).toBe('expired')
  expect(await read(directory, 0)).toMatchObject({ head: 4, records: [{ key: 'f!000000000003' }, { key: 'f!000000000004' }] })
  expect(await read(directory, 2)).toMatchObject({ records: [{ key: 'f!000000000003' }, { key: 'f!000000000004' }] })
  expect(await read(directory, 4)).toEqual({ head: 4, records: [] })
  expect(await read(directory, 5)).toBe('ahead')
})

test('when all are gone a beginning begins at the head, and every other place has expired', async () => {
  const directory = await withRecords(3)
  directory.pass(100 * DAY_MS)
  await expireRecords(directory.context, 7, MAX_MS)
  expect(await read(directory, 0)).toEqual({ head: 3, records: [] })
  expect(await read(directory, 2)).toBe('expired')
  expect(await read(directory, 3)).toEqual({ head: 3, records: [] })
})

test('readers who read while others write get every record once and in order', async () => {
  const directory = await newDirectory()
  const names = Array.from({ length: 60 }, (_, i) => `w${i}@contoso.com`)
  let isWriting = true
  const writing = Promise.all(names.map((name) => directory.person(name))).finally(() => {
    isWriting = false
  })
  const reader = async (limit: number) => {
    const seqs: number[] = []
    for (let after = 0; ; after = seqs.at(-1) ?? 0) {
      const wasWriting = isWriting
      const page = await read(directory, after, limit)
      if (typeof page === 'string') throw new Error(page)
      seqs.push(...page.records.map(seqOf))
      if (!wasWriting && page.records.length === 0) return seqs
    }
  }
  const read1 = await Promise.all([reader(7), reader(1000), reader(20)])
  await writing
  for (const seqs of read1) expect(seqs).toEqual(names.map((_, i) => i + 1))
})
