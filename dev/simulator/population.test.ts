import { MAIL } from './mapping'
import { makePopulation } from './population'

const small = makePopulation({ seed: 1, family: 'legacy' }, 40, 6)
const userNames = (population: typeof small) => population.users.map(({ values }) => String(values.get('userName')))

test('the same seed makes the same directory, another seed or family shares nobody with it', () => {
  expect(makePopulation({ seed: 1, family: 'legacy' }, 40, 6)).toEqual(small)
  const others = [
    ...userNames(makePopulation({ seed: 2, family: 'legacy' }, 40, 6)),
    ...userNames(makePopulation({ seed: 1, family: 'modern' }, 40, 6)),
  ]
  expect(new Set([...userNames(small), ...others]).size).toBe(120)
})

test.each([
  ['an accent', /[äöüéëïñøåŁŠễ]/],
  ['an apostrophe', /'/],
  ['a plus sign', /\+/],
  ['the mark of a guest', /#EXT#@/],
])('some userName has %s', (_, pattern) => {
  expect(userNames(small).some((userName) => pattern.test(userName))).toBe(true)
})

test('some people have no mail, some nothing but a userName', () => {
  expect(small.users.some(({ values }) => !values.has(MAIL) && values.has('title'))).toBe(true)
  expect(small.users.some(({ values }) => [...values.keys()].join() === 'userName,active')).toBe(true)
})

test('the first group holds everybody, the last two nobody', () => {
  const sizes = small.groups.map(({ plannedMembers }) => plannedMembers.length)
  expect([sizes[0], ...sizes.slice(-2)]).toEqual([40, 0, 0])
  expect(Math.min(...sizes.slice(1, -2))).toBeGreaterThan(0)
})
