import { atMostEvery } from './at-most-every'

test('a key has its turn once in the interval, each key for itself', () => {
  const turn = atMostEvery(60_000, 10)
  expect([turn('a'), turn('a'), turn('b'), turn('a')]).toEqual([true, false, true, false])
})

test('beyond its bound it forgets, so that nobody is held back for ever', () => {
  const turn = atMostEvery(60_000, 2)
  expect([turn('a'), turn('b'), turn('c'), turn('a')]).toEqual([true, true, true, true])
})
