import { createTurns, type Next, type TurnLimits } from './turns'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

/** Lets so much time pass, and everything that waits for nothing else come to its end. */
const pause = (ms: number) => jest.advanceTimersByTimeAsync(ms)

/** Turns that a test ends one by one. */
function heldTurns(limits: Partial<TurnLimits> = {}) {
  const begun: string[] = []
  const ends: ((next: Next | Error) => void)[] = []
  const failures: string[] = []
  const turn = (key: string) => {
    begun.push(key)
    return new Promise<Next>((resolve, reject) => {
      ends.push((next) => {
        if (next instanceof Error) reject(next)
        else resolve(next)
      })
    })
  }
  const turns = createTurns(turn, { atOnce: 2, restMs: 0, onFailure: (key) => failures.push(key), ...limits })
  const end = async (next: Next | Error = 'done') => {
    ends.shift()?.(next)
    await pause(2)
  }
  return { begun, failures, turns, end }
}

test('so many keys at once, one key never twice; who has more to do goes behind the others', async () => {
  const { begun, turns, end } = heldTurns()
  for (const key of ['a', 'a', 'b', 'c', 'a']) turns.wake(key)
  expect(begun).toEqual(['a', 'b'])
  turns.wake('d')
  await end('more') // a
  await end() // b
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  await end()
  await end()
  expect(begun.slice(4)).toEqual(['a'])
})

test('a key that is woken during its turn has another; woken many times, one', async () => {
  const { begun, turns, end } = heldTurns()
  turns.wake('a')
  turns.wake('a')
  turns.wake('a')
  await end()
  expect(begun).toEqual(['a', 'a'])
  await end()
  expect(begun).toEqual(['a', 'a'])
})

test('under a burst the next turn begins after a rest, counted from the beginning of the last; others need not wait', async () => {
  const { begun, turns, end } = heldTurns({ restMs: 60 })
  turns.wake('a')
  turns.wake('a')
  await end()
  turns.wake('a')
  turns.wake('b')
  expect(begun).toEqual(['a', 'b'])
  await pause(70)
  expect(begun).toEqual(['a', 'b', 'a'])
})

test('a key that was done a moment ago rests as well', async () => {
  const { begun, turns, end } = heldTurns({ restMs: 60 })
  turns.wake('a')
  await end()
  turns.wake('a')
  expect(begun).toEqual(['a'])
  await pause(70)
  expect(begun).toEqual(['a', 'a'])
})

test('a turn that failed or found another worker is followed by one a little later; the failure is told', async () => {
  const { begun, failures, turns, end } = heldTurns()
  turns.wake('a')
  await end(new Error('storage is down'))
  expect([begun, failures]).toEqual([['a'], ['a']])
  await pause(120)
  expect(begun).toEqual(['a', 'a'])
  await end('later')
  await pause(120)
  expect(begun).toHaveLength(2) // the second wait is longer
  await pause(120)
  expect(begun).toHaveLength(3)
})

test('a key has its turn when something is due; what is far off is left to the timer', async () => {
  const { begun, turns, end } = heldTurns()
  turns.wake('a')
  await end(Date.now() + 40)
  turns.wake('b')
  await end(Date.now() + 3_600_000)
  expect(begun).toEqual(['a', 'b'])
  await pause(60)
  expect(begun).toEqual(['a', 'b', 'a'])
})

test('who asks for a turn is told of one that began after they asked, and of its failure, which nobody else hears', async () => {
  const { begun, failures, turns, end } = heldTurns({ restMs: 60_000 })
  turns.wake('a')
  const asked = expect(turns.once('a')).rejects.toThrow('storage is down')
  await end('more')
  expect(begun).toEqual(['a', 'a']) // at once, for all its rest
  await end(new Error('storage is down'))
  await asked
  expect(failures).toEqual([])
})

test('quiet waits for the turn under way and those that wait', async () => {
  const { turns, end } = heldTurns()
  await turns.quiet('a')
  turns.wake('a')
  let isQuiet = false
  const quiet = turns.quiet('a').then(() => (isQuiet = true))
  await end('more')
  expect(isQuiet).toBe(false)
  await end()
  expect(isQuiet).toBe(true)
  await quiet
})

test('at the end no turn begins; those under way are waited for, but not for ever', async () => {
  const { begun, turns, end } = heldTurns({ atOnce: 1 })
  turns.wake('a')
  turns.wake('b')
  const asked = turns.once('b')
  const ended = turns.end(60_000)
  turns.wake('c')
  await end('more')
  await ended
  await expect(asked).resolves.toBe('later')
  await expect(turns.once('a')).resolves.toBe('later')
  expect(begun).toEqual(['a'])

  const { turns: slow } = heldTurns()
  slow.wake('a')
  const late = slow.end(5)
  await pause(5)
  await late
})
