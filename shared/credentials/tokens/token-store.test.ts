import { newToken } from './bearer'
import { lastFourOf } from './token-digest'
import { newestFirst, partTokens, TokenRefused, valueToAdd, type NewToken, type TokenFacts } from './token-store'

const now = Date.UTC(2026, 10, 22)
const facts = (id: string, some: Partial<TokenFacts> = {}): TokenFacts => ({
  id,
  label: undefined,
  lastFour: undefined,
  createdAt: undefined,
  notBefore: undefined,
  expiresAt: undefined,
  enabled: true,
  replaces: undefined,
  digest: undefined,
  ...some,
})
const some = (count: number, more: Partial<TokenFacts> = {}) => Array.from({ length: count }, (_, i) => facts(String(i), more))
const added = (token: Partial<NewToken>, present: readonly TokenFacts[] = []) =>
  valueToAdd({ label: 'Entra ID', expiresAt: now + 1, ...token }, present, now)

describe('a token to add', () => {
  test('is a new one, or the one that was made up', () => {
    expect(added({})).toMatch(/^rc_[\w-]{43}$/)
    expect(added({})).not.toBe(added({}))
    expect(added({ value: 'made-up!' })).toBe('made-up!')
  })

  test.each<[string, Partial<NewToken>]>([
    ['an empty value', { value: '' }],
    ['a value with a space', { value: 'a b' }],
    ['a value with a line end', { value: 'abc\n' }],
    ['a value outside ASCII', { value: 'abcdefgé' }],
    ['257 characters', { value: 'x'.repeat(257) }],
    ['an empty label', { label: '' }],
    ['a blank label', { label: '  ' }],
    ['a label of two lines', { label: 'a\nb' }],
    ['a label of 101 characters', { label: 'x'.repeat(101) }],
    ['an end that is now', { expiresAt: now }],
    ['no time as its end', { expiresAt: NaN }],
  ])('is refused with %s, which the message does not repeat', (_, token) => {
    expect(() => added({ value: 'made-up-value', ...token })).toThrow(RangeError)
    expect(() => added({ value: 'made-up-value', ...token })).not.toThrow(/made-up-value/)
  })

  test.each<[string, readonly TokenFacts[], boolean]>([
    ['four live ones', some(4), true],
    ['five live ones', some(5), false],
    ['four live ones and a dead one', [...some(4), facts('dead', { enabled: false })], true],
    ['four live ones and an expired one', [...some(4), facts('over', { expiresAt: now })], true],
    ['four live ones and one not yet valid', [...some(4), facts('next', { notBefore: now + 1 })], false],
  ])('beside %s is allowed or not', (_, present, isAllowed) => {
    if (isAllowed) expect(added({}, present)).toBeDefined()
    else expect(() => added({}, present)).toThrow(TokenRefused)
    expect(added({ mayEndOldest: true }, present)).toBeDefined()
  })
})

test('five of the live ones count, the newest; the other ones and the ended ones are dead', () => {
  const tokens = [5, 2, 7, 1, 3, 6, 4].map((age) =>
    facts(`age ${age}`, { createdAt: now - age, ...(age === 3 && { enabled: false }) }),
  )
  const { live, dead } = partTokens(newestFirst(tokens), now)
  expect(live.map(({ id }) => id)).toEqual(['age 1', 'age 2', 'age 4', 'age 5', 'age 6'])
  expect(dead.map(({ id }) => id)).toEqual(['age 3', 'age 7'])
})

test('four characters of a token are shown where they are little of it', () => {
  const token = newToken()
  expect(lastFourOf(token)).toBe(token.slice(-4))
  expect(['', 'abcd', 'x'.repeat(23)].map(lastFourOf)).toEqual([undefined, undefined, undefined])
})
