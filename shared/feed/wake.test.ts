import { atMostEvery, onceATime } from './wake'

test('a key has its turn once in the interval, each key for itself', () => {
  const turn = atMostEvery(60_000, 10)
  expect([turn('a'), turn('a'), turn('b'), turn('a')]).toEqual([true, false, true, false])
})

test('beyond its bound it forgets, so that nobody is held back for ever', () => {
  const turn = atMostEvery(60_000, 2)
  expect([turn('a'), turn('b'), turn('c'), turn('a')]).toEqual([true, true, true, true])
})

/** Work whose runs a test ends one by one. */
function heldWork() {
  const runs: { key: string; end: () => void; fail: (error: Error) => void }[] = []
  const work = (key: string) =>
    new Promise<void>((resolve, reject) => {
      runs.push({ key, end: resolve, fail: reject })
    })
  return { runs, work }
}

test('calls that come during a run share one further run', async () => {
  const { runs, work } = heldWork()
  const run = onceATime(work)
  const first = run('a', 0)
  const second = run('a', 0)
  const third = run('a', 0)
  expect(runs).toHaveLength(1)
  runs[0]?.end()
  await first
  await new Promise(setImmediate)
  expect(runs).toHaveLength(2)
  runs[1]?.end()
  await Promise.all([second, third])
  expect(runs).toHaveLength(2)
})

test('keys run side by side', () => {
  const { runs, work } = heldWork()
  const run = onceATime(work)
  void run('a', 0)
  void run('b', 0)
  expect(runs.map(({ key }) => key)).toEqual(['a', 'b'])
})

test('a failure is told to the callers of that run only', async () => {
  const { runs, work } = heldWork()
  const run = onceATime(work)
  const first = run('a', 0)
  const second = run('a', 0)
  runs[0]?.fail(new Error('storage is down'))
  await expect(first).rejects.toThrow('storage is down')
  await new Promise(setImmediate)
  runs[1]?.end()
  await expect(second).resolves.toBeUndefined()
})
