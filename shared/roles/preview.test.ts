import { count, newTally, summed, type PreviewedPerson, type Tally } from './preview'

const person = (id: string, from: string, to: string): PreviewedPerson => ({
  id,
  userName: `${id}@contoso.example`,
  from: { role: from, grantsAccess: from === 'a', reason: { kind: 'default' } },
  to: { role: to, grantsAccess: to === 'a', reason: { kind: 'default' } },
})

function tallyOf(...people: readonly [from: string, to: string, times: number][]): Tally {
  const tally = newTally()
  for (const [from, to, times] of people) for (let i = 0; i < times; i += 1) count(tally, person(`${from}${i}`, from, to))
  return tally
}

test('nobody gives an empty preview', () => {
  expect(summed([newTally(), newTally()])).toEqual({ people: 0, changed: 0, gain: 0, lose: 0, moves: [], first: [] })
})

test('ranges are summed by role before and after, most first; who stays is counted, not shown', () => {
  const preview = summed([tallyOf(['a', 'b', 2], ['a', 'a', 7]), tallyOf(['b', 'a', 1], ['a', 'b', 1], ['a', 'c', 1])])
  expect(preview).toMatchObject({ people: 12, changed: 5 })
  expect(preview.moves).toEqual([
    { from: 'a', to: 'b', count: 3 },
    { from: 'a', to: 'c', count: 1 },
    { from: 'b', to: 'a', count: 1 },
  ])
  expect(preview.first.map(({ id }) => id)).toEqual(['a0', 'a1', 'b0', 'a0', 'a0'])
})

test('a hundred are shown, in the order of the ranges, and no range keeps more', () => {
  const tallies = [tallyOf(['a', 'b', 60]), tallyOf(['b', 'c', 300])]
  const { first, changed } = summed(tallies)
  expect(changed).toBe(360)
  expect(first).toHaveLength(100)
  expect(first[60]?.from.role).toBe('b')
  expect(tallies[1]?.first).toHaveLength(100)
})

test('names of roles are names, whatever objects inherit', () => {
  expect(summed([tallyOf(['__proto__', 'constructor', 2])]).moves).toEqual([{ from: '__proto__', to: 'constructor', count: 2 }])
})
