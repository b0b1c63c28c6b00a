import { forgetTarget, nextDue, pauseAfter, triedWell, tryLater, type Retries } from './retries'

const trouble = { target: 'north', id: 'i1', kind: 'u', reason: 'exists' } as const

test.each([
  [0, 60_000],
  [1, 120_000],
  [5, 1_920_000],
  [6, 3_600_000],
  [1_000, 3_600_000],
])('after %i tries the pause is %i ms at most, and four fifths of it at least', (tries, most) => {
  expect(pauseAfter(tries, 1)).toBe(most)
  expect(pauseAfter(tries, 0)).toBe(0.8 * most)
})

test('tries are counted until it goes well', () => {
  const retries: Retries = new Map()
  expect(tryLater(retries, trouble, 0)).toMatchObject({ type: 'upsert', key: 'y!north!i1', values: { tries: 0 } })
  expect(tryLater(retries, trouble, 0)).toMatchObject({ values: { tries: 1 } })
  expect(nextDue(retries)).toBeGreaterThanOrEqual(96_000)
  expect(triedWell(retries, 'north', 'i1')).toEqual([{ type: 'delete', key: 'y!north!i1' }])
  expect(triedWell(retries, 'north', 'i1')).toEqual([]) // a delete of an absent row would fail the transaction
  expect(nextDue(retries)).toBeUndefined()
})

test('a target is forgotten as a whole, and no other', () => {
  const retries: Retries = new Map()
  tryLater(retries, trouble, 0)
  tryLater(retries, { ...trouble, id: '' }, 0)
  tryLater(retries, { ...trouble, target: 'south' }, 0)
  expect(forgetTarget(retries, 'north').map((action) => action.key)).toEqual(['y!north!i1', 'y!north!'])
  expect([...retries.keys()]).toEqual(['y!south!i1'])
})
