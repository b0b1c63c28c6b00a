import { movableClock } from './clock'

const Real = Date
afterEach(() => {
  globalThis.Date = Real
})

test('all ways to read the time give that of the clock, and it goes on', async () => {
  const clock = movableClock()
  const moment = Real.parse('2026-01-05T08:00:00.000Z')
  clock.setTo(moment)
  const times = [Date.now(), new Date().getTime(), Real.parse(Date())]
  for (const time of times) expect(Math.abs(time - moment)).toBeLessThan(60_000)
  const before = Date.now()
  while (Date.now() === before) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(Date.now()).toBeGreaterThan(before)
  clock.setTo(Real.now())
  expect(Math.abs(Date.now() - Real.now())).toBeLessThan(60_000)
})

test('what a moment is given as stays, and so do the kinds of values', () => {
  movableClock().setTo(0)
  expect(new Date('2026-01-05T08:00:00.000Z').toISOString()).toBe('2026-01-05T08:00:00.000Z')
  expect(Date.UTC(2026, 0, 5)).toBe(Real.UTC(2026, 0, 5))
  expect(new Date()).toBeInstanceOf(Date)
  expect(new Real()).toBeInstanceOf(Date)
})
