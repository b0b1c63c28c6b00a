import { difference } from './difference'

test('only what differs is kept', () => {
  expect(difference({ strict: false, staging: false }, { strict: true, staging: false })).toEqual({
    before: { strict: false },
    after: { strict: true },
  })
  expect(difference({ a: 1 }, { a: 1 })).toEqual({})
})

test('what begins or ends has one side', () => {
  expect(difference(undefined, { label: 'CI', expires: undefined })).toEqual({ after: { label: 'CI' } })
  expect(difference({ label: 'CI' }, undefined)).toEqual({ before: { label: 'CI' } })
})

test('of lists each side names what the other has not', () => {
  const [one, two, three] = [1, 2, 3].map((id) => ({ id }))
  expect(difference({ rules: [one, two] }, { rules: [two, three] })).toEqual({
    before: { rules: [one] },
    after: { rules: [three] },
  })
})

test('a list whose order alone changed is kept as a whole', () => {
  expect(difference({ roles: ['a', 'b'] }, { roles: ['b', 'a'] })).toEqual({
    before: { roles: ['a', 'b'] },
    after: { roles: ['b', 'a'] },
  })
})

test('what is too large is named without its value', () => {
  const large = 'x'.repeat(8001)
  expect(difference({ logo: '' }, { logo: large, name: 'n' })).toEqual({
    before: { logo: '' },
    after: { logo: 'too large to be kept', name: 'n' },
  })
  const five = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`f${n}`, 'y'.repeat(7000)]))
  expect(new Set(Object.values(difference(undefined, five).after ?? {}))).toEqual(new Set(['too large to be kept']))
})

test('what one side alone has is told', () => {
  expect(difference({ a: 1, logo: 'x' }, { a: 1 })).toEqual({ before: { logo: 'x' } })
})

test('an entry more hides no change of the order', () => {
  expect(difference({ rules: ['a', 'b'] }, { rules: ['b', 'a', 'c'] })).toEqual({
    before: { rules: ['a', 'b'] },
    after: { rules: ['b', 'a', 'c'] },
  })
})

test('of a long list as much is kept as has room, and how many are left out', () => {
  const rules = Array.from({ length: 500 }, (_, i) => ({ id: i, text: 'z'.repeat(200) }))
  const kept = difference({ rules: [] }, { rules }).after?.['rules'] as unknown[]
  expect(kept.length).toBeGreaterThan(90)
  expect(kept.at(-1)).toBe(`and ${500 - (kept.length - 1)} more`)
  expect(kept.slice(0, -1)).toEqual(rules.slice(0, kept.length - 1))
})
