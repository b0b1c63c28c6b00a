import { isLiveKey, looksLikeProductKey, matchProductKey, newProductKey } from './product-key'

const now = Date.parse('2026-11-22T12:00:00Z')
const stored = (more: { expiresAt?: number; revokedAt?: number } = {}) => {
  const { id, digest, value } = newProductKey()
  return { value, key: { id, digest, expiresAt: more.expiresAt, revokedAt: more.revokedAt } }
}

test('a key is found by its text, among others', () => {
  const [one, other] = [stored(), stored()]
  expect(matchProductKey(other.value, [one.key, other.key], now)).toBe(other.key)
})

test.each([
  ['of another id', (value: string) => `rk_${'0'.repeat(32)}${value.slice(35)}`],
  ['with another secret', (value: string) => `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`],
  ['cut short', (value: string) => value.slice(0, -1)],
  ['empty', () => ''],
])('a text that is %s is no key', (_name: string, change: (value: string) => string) => {
  const { value, key } = stored()
  expect(matchProductKey(change(value), [key], now)).toBeUndefined()
})

test('an id without a key matches nothing, and neither does a digest of zeros', () => {
  const { value, key } = stored()
  expect(matchProductKey(value, [key].slice(1), now)).toBeUndefined()
  expect(matchProductKey(value, [{ ...stored().key, digest: '0'.repeat(64) }], now)).toBeUndefined()
})

test.each([
  [{}, true],
  [{ expiresAt: now + 1 }, true],
  [{ expiresAt: now }, false],
  [{ revokedAt: now - 1 }, false],
])('a key with %j is live: %s', (more, isLive) => {
  const { value, key } = stored(more)
  expect(isLiveKey(key, now)).toBe(isLive)
  expect(matchProductKey(value, [key], now)).toBe(isLive ? key : undefined)
})

test.each(['rc_x', 'rk_', `rk_${'g'.repeat(32)}_${'A'.repeat(43)}`])('%s does not look like a key', (text) => {
  expect(looksLikeProductKey(text)).toBe(false)
})
