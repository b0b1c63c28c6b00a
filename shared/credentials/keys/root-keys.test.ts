import { localRootKeys, rootKeys, type RootKey } from './root-keys'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const START = Date.UTC(2026, 10, 30)

const version = (name: string, ageMs: number): RootKey => ({
  version: name,
  bytes: Buffer.alloc(32, name),
  createdAt: START - ageMs,
})

/** A place where keys are kept that can change and fail, and the instances that read it. */
function world(keys: readonly RootKey[]) {
  const state = { keys, now: START, reads: 0, failing: false }
  const failures: unknown[] = []
  const read = () => {
    state.reads += 1
    return state.failing ? Promise.reject(new Error('no answer')) : Promise.resolve(state.keys)
  }
  const root = rootKeys(read, { now: () => state.now, onFailure: (error) => failures.push(error) })
  return { state, failures, root }
}

const namesOf = (keys: readonly RootKey[]) => keys.map(({ version: name }) => name)

test('nothing is read before it is needed, then once for all who ask within five minutes', async () => {
  const { state, root } = world([version('one', MINUTE)])
  expect(state.reads).toBe(0)
  await Promise.all([root.known(), root.known(), root.making()])
  state.now += 5 * MINUTE - 1
  await root.known()
  expect(state.reads).toBe(1)
  state.keys = [version('two', 0), version('one', MINUTE)]
  state.now += 1
  expect(namesOf(await root.known())).toEqual(['two', 'one'])
})

test('what was read goes on to count while reading fails, which is told, and the vault is left alone for five seconds', async () => {
  const { state, failures, root } = world([version('one', MINUTE)])
  await root.known()
  state.failing = true
  state.now += 6 * MINUTE
  for (let i = 0; i < 5; i += 1) expect(namesOf(await root.known())).toEqual(['one'])
  expect(state.reads).toBe(2)
  expect(failures).toHaveLength(1)
  state.failing = false
  state.now += 5 * SECOND
  await root.known()
  expect(state.reads).toBe(3)
})

test('an instance that has read nothing fails, and tries again five seconds later', async () => {
  const { state, root } = world([version('one', MINUTE)])
  state.failing = true
  await expect(root.known()).rejects.toThrow('no answer')
  state.failing = false
  await expect(root.making()).rejects.toThrow('no answer')
  expect(state.reads).toBe(1)
  state.now += 5 * SECOND
  expect(namesOf(await root.known())).toEqual(['one'])
})

test('whoever meets an unknown version has the key read again, at most each ten seconds', async () => {
  const { state, root } = world([version('one', MINUTE)])
  await root.known()
  for (let i = 0; i < 5; i += 1) await root.anew()
  expect(state.reads).toBe(1)
  state.now += 10 * SECOND
  for (let i = 0; i < 5; i += 1) await root.anew()
  expect(state.reads).toBe(2)
  state.failing = true
  state.now += 10 * SECOND
  await expect(root.anew()).rejects.toThrow('no answer') // that it is unknown cannot be said
})

test.each<[string, readonly RootKey[], string]>([
  ['one that is new', [version('new', 0)], 'new'],
  ['an old one beside one that not every instance knows yet', [version('new', 9 * MINUTE), version('old', 90 * MINUTE)], 'old'],
  ['one of ten minutes beside an old one', [version('new', 10 * MINUTE), version('old', 90 * MINUTE)], 'new'],
  ['two that two instances made at once: the first', [version('second', 0), version('first', SECOND)], 'first'],
])('%s makes what is new', async (_, keys, expected) => {
  expect((await world(keys).root.making()).version).toBe(expected)
})

test('locally the key comes of what the environment holds', async () => {
  const [one] = await localRootKeys('a')()
  expect(one).toMatchObject({ version: 'local' })
  expect(one?.bytes).toHaveLength(32)
  expect(await localRootKeys('a')()).toEqual([one])
  expect((await localRootKeys('b')())[0]?.bytes).not.toEqual(one?.bytes)
})
