import { erasuresOf, forgetTarget, merged, nextDue, pauseAfter, triedWell, tryLater, type Retries } from './retries'

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

test('an erasure is forgotten by nothing but its own success, or with its target', () => {
  const retries: Retries = new Map()
  tryLater(retries, { ...trouble, reason: 'erase' }, 0)
  expect(triedWell(retries, 'north', 'i1')).toEqual([])
  expect(tryLater(retries, { ...trouble, reason: 'failed' }, 0)).toMatchObject({ values: { reason: 'erase', tries: 1 } })
  expect([erasuresOf(retries, 'north'), erasuresOf(retries, 'south')]).toEqual([['i1'], []])
  expect(forgetTarget(retries, 'north')).toHaveLength(1)
})

test('a step has one action for each row, and no delete of one that is not stored', () => {
  const stored: Retries = new Map()
  tryLater(stored, trouble, 0)
  const again = [...triedWell(stored, 'north', 'i1'), tryLater(stored, trouble, 0)]
  expect(merged(again)).toMatchObject([{ type: 'upsert', key: 'y!north!i1' }])
  const gone = [tryLater(stored, trouble, 0), ...triedWell(stored, 'north', 'i1')]
  expect(merged(gone)).toEqual([{ type: 'delete', key: 'y!north!i1' }])
  expect(merged([tryLater(stored, trouble, 0), ...triedWell(stored, 'north', 'i1')])).toEqual([])
})
