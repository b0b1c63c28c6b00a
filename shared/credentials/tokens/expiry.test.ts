import { expiryWarnings, type UsedToken } from './expiry'

const now = Date.UTC(2026, 10, 22)
const day = 86_400_000

/** A live token, made on the day of its number, that ends in a year and was never used. */
const token = (made: number, facts: Partial<UsedToken> = {}): UsedToken => ({
  id: `token-${made}`,
  label: 'Entra ID',
  lastFour: '3fa9',
  createdAt: now - 1000 * day + made * day,
  notBefore: undefined,
  expiresAt: now + 365 * day,
  enabled: true,
  replaces: undefined,
  digest: undefined,
  lastUsedAt: undefined,
  ...facts,
})
const stages = (tokens: readonly UsedToken[]) => expiryWarnings(tokens, now).map(({ id, daysLeft }) => [id, daysLeft])

test.each<[string, number | undefined, number | undefined]>([
  ['a millisecond more than 30 days', 30 * day + 1, undefined],
  ['30 days', 30 * day, 30],
  ['a millisecond more than 7 days', 7 * day + 1, 30],
  ['7 days', 7 * day, 7],
  ['a millisecond more than a day', day + 1, 7],
  ['a day', day, 1],
  ['a millisecond', 1, 1],
  ['nothing: it has ended', 0, undefined],
  ['no end', undefined, undefined],
])('a token with %s left', (_, leftMs, daysLeft) => {
  const expiresAt = leftMs === undefined ? undefined : now + leftMs
  expect(stages([token(1, { expiresAt })])).toEqual(daysLeft === undefined ? [] : [['token-1', daysLeft]])
})

test('a warning names the token by what people know of it', () => {
  const expiresAt = now + 3 * day
  expect(expiryWarnings([token(1, { expiresAt, lastUsedAt: now - 60_000 })], now)).toEqual([
    { id: 'token-1', daysLeft: 7, lastFour: '3fa9', expiresAt, inUse: true },
  ])
})

test('after a rotation the old token ends in peace once the new one is used and the old one was not for a day', () => {
  const old = (lastUsedAt: number) => token(1, { expiresAt: now + day, lastUsedAt })
  const fresh = (lastUsedAt?: number) => token(2, { lastUsedAt })
  expect(stages([old(now - 2 * day), fresh(now - day)])).toEqual([])
  expect(stages([old(now - day + 1), fresh(now)])).toEqual([['token-1', 1]])
  // Nobody has pasted the new one yet, so the last cycle, however long ago, was with the old one.
  expect(stages([old(now - 20 * day), fresh()])).toEqual([['token-1', 1]])
})

test('the newest token counts before its first use, an older unused one does not', () => {
  const soon = { expiresAt: now + 5 * day }
  expect(expiryWarnings([token(1, soon), token(2, soon)], now)).toMatchObject([{ id: 'token-2', daysLeft: 7, inUse: false }])
})

test('a disabled token neither warns nor is the newest', () => {
  const soon = { expiresAt: now + 5 * day }
  expect(stages([token(1, soon), token(2, { ...soon, enabled: false, lastUsedAt: now })])).toEqual([['token-1', 7]])
})

test('no tokens, no warnings', () => {
  expect(expiryWarnings([], now)).toEqual([])
})
