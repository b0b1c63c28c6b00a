import { rateLimit } from './rate-limit'

/** A limit of 2 a second with a burst of 4, and its clock. */
function limitWithClock() {
  const clock = { ms: 0 }
  const limit = rateLimit(2, 4, () => clock.ms)
  /** How many of so many requests are let in. */
  const letIn = (key: string, requests: number) =>
    Array.from({ length: requests }, () => limit.take(key)).filter((wait) => wait === undefined).length
  return { clock, limit, letIn }
}

test('a burst is let in, then as many as flow in', () => {
  const { clock, letIn } = limitWithClock()
  expect(letIn('a', 10)).toBe(4)
  clock.ms += 1500
  expect(letIn('a', 10)).toBe(3)
  clock.ms += 3_600_000
  expect(letIn('a', 10)).toBe(4)
})

test('what was spent on credit is waited for', () => {
  const { clock, limit, letIn } = limitWithClock()
  expect(letIn('a', 1)).toBe(1)
  limit.spend('a', 9)
  expect(limit.take('a')).toBe(4)
  clock.ms += 3_500
  expect(letIn('a', 10)).toBe(1)
})

test('each key has its own', () => {
  const { letIn } = limitWithClock()
  expect([letIn('a', 10), letIn('b', 10)]).toEqual([4, 4])
})

test('the wait is in whole seconds, at least one, and long enough', () => {
  const { clock, limit, letIn } = limitWithClock()
  letIn('a', 4)
  expect(limit.take('a')).toBe(1)
  clock.ms += 1000
  expect(limit.take('a')).toBeUndefined()
  const slow = rateLimit(0.25, 1, () => clock.ms)
  slow.take('a')
  expect(slow.take('a')).toBe(4)
  clock.ms += 4000
  expect(slow.take('a')).toBeUndefined()
})

test('while storage is busy the rate halves for ten seconds, and the wait says so', () => {
  const { clock, limit, letIn } = limitWithClock()
  limit.slowDown('a')
  expect(letIn('a', 10)).toBe(2)
  clock.ms += 2000
  expect(letIn('a', 10)).toBe(2)
  clock.ms += 8000
  letIn('a', 10)
  clock.ms += 2000
  expect(letIn('a', 10)).toBe(4)

  const slow = rateLimit(0.5, 1, () => clock.ms)
  slow.take('b')
  slow.slowDown('b')
  expect(slow.take('b')).toBe(4)
})

test('a clock that goes back takes nothing away', () => {
  const { clock, letIn } = limitWithClock()
  letIn('a', 1)
  clock.ms -= 60_000
  expect(letIn('a', 10)).toBe(3)
})

test('keys that nobody used for long are forgotten', () => {
  const { limit, letIn } = limitWithClock()
  letIn('a', 4)
  for (let i = 0; i < 1000; i += 1) limit.take(`other-${i}`)
  expect(letIn('a', 10)).toBe(4)
})
