import { bearerToken, matchToken, newToken, whyRefused, type TokenRefusal } from './bearer'
import { tokenDigest } from './token-digest'
import type { TokenVersion } from './token-digest'

describe('bearerToken', () => {
  test.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['Bearer a-b_c.d~e+f/g==', 'a-b_c.d~e+f/g=='],
    ['Bearer made:up,by"an@admin!', 'made:up,by"an@admin!'],
    [`Bearer ${'x'.repeat(256)}`, 'x'.repeat(256)],
  ])('finds the token in %j', (header, token) => {
    expect(bearerToken(header)).toBe(token)
  })

  test.each([
    ['no header', null],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['the scheme and a space', 'Bearer '],
    ['a token alone', 'abc'],
    ['no space after the scheme', 'Bearerabc'],
    ['a tab after the scheme', 'Bearer\tabc'],
    ['another scheme', 'Basic YWJjOmRlZg=='],
    ['another scheme that ends alike', 'NotBearer abc'],
    ['something before the scheme', ' Bearer abc'],
    ['two tokens', 'Bearer abc def'],
    ['two headers joined', 'Bearer abc, Bearer def'],
    ['something after the token', 'Bearer abc '],
    ['a second line', 'Bearer abc\ndef'],
    ['a trailing line end', 'Bearer abc\n'],
    ['a control character', 'Bearer abc\u0000'],
    ['a letter outside ASCII', 'Bearer abcé'],
    ['257 characters', `Bearer ${'x'.repeat(257)}`],
  ])('finds none in %s', (_, header) => {
    expect(bearerToken(header)).toBeUndefined()
  })
})

describe('matchToken', () => {
  const now = Date.UTC(2026, 7, 1)
  const version = (id: string, token: string, times: Partial<TokenVersion> = {}): TokenVersion => ({
    id,
    digest: tokenDigest(token),
    ...times,
  })
  const match = (token: string, versions: readonly TokenVersion[], revoked: readonly string[] = []) =>
    matchToken(token, versions, { now, revoked: new Set(revoked) })?.id

  test('both live versions are good while a rotation overlaps', () => {
    const versions = [version('new', 'second'), version('old', 'first')]
    expect(match('first', versions)).toBe('old')
    expect(match('second', versions)).toBe('new')
  })

  test.each([
    ['another token', 'other'],
    ['another case', 'Secret'],
    ['a beginning of it', 'secre'],
    ['more than it', 'secrets'],
    ['nothing', ''],
    ['its digest', Buffer.from(tokenDigest('secret')).toString('hex')],
  ])('%s is no match', (_, token) => {
    expect(match(token, [version('v', 'secret')])).toBeUndefined()
  })

  test('no token matches a tenant that has none', () => {
    expect(match('', [])).toBeUndefined()
    expect(match('secret', [])).toBeUndefined()
  })

  test.each<[string, Partial<TokenVersion>, string | undefined]>([
    ['no times', {}, 'v'],
    ['expiry a millisecond ahead', { expiresAt: now + 1 }, 'v'],
    ['expiry now', { expiresAt: now }, undefined],
    ['expiry at the epoch', { expiresAt: 0 }, undefined],
    ['a start now', { notBefore: now }, 'v'],
    ['a start a millisecond ahead', { notBefore: now + 1 }, undefined],
    ['a start and an expiry around now', { notBefore: now - 1, expiresAt: now + 1 }, 'v'],
    ['its end where it is kept', { disabled: true }, undefined],
    ['an expiry before its start', { notBefore: now - 1, expiresAt: now - 2 }, undefined],
  ])('honours %s', (_, times, expected) => {
    expect(match('secret', [version('v', 'secret', times)])).toBe(expected)
  })

  test('a revoked version is refused, the other ones go on', () => {
    const versions = [version('new', 'second'), version('old', 'first')]
    expect(match('first', versions, ['old'])).toBeUndefined()
    expect(match('second', versions, ['old'])).toBe('new')
  })

  test('a version that is over does not hide a live one of the same text', () => {
    const versions = [
      version('expired', 'secret', { expiresAt: now - 1 }),
      version('revoked', 'secret'),
      version('live', 'secret'),
    ]
    expect(match('secret', versions, ['revoked'])).toBe('live')
  })

  test.each([0, 1, 2])('every version is compared, whichever matches (%d)', (matching) => {
    let compared = 0
    const versions = ['a', 'b', 'c'].map((token, i): TokenVersion => ({
      id: String(i),
      get digest() {
        compared += 1
        return tokenDigest(token)
      },
    }))
    expect(match('abc'.charAt(matching), versions)).toBe(String(matching))
    expect(compared).toBe(3)
  })
})

describe('whyRefused', () => {
  const now = Date.UTC(2026, 7, 1)
  const text = (name: string) => `${name}-made-up-for-tests-${name}`
  const version = (name: string, facts: Partial<TokenVersion> = {}): TokenVersion => ({
    id: name,
    digest: tokenDigest(text(name)),
    ...facts,
  })
  const known = {
    live: [
      version('good'),
      version('over', { expiresAt: now }),
      version('early', { notBefore: now + 1 }),
      version('listed'),
      version('twice'),
      { id: 'short', digest: tokenDigest('made-up'), expiresAt: now },
    ],
    dead: [
      version('old', { expiresAt: now - 1 }),
      version('off', { disabled: true }),
      version('off-and-old', { disabled: true, expiresAt: now - 1 }),
      version('displaced'),
      version('twice', { disabled: true }),
    ],
  }
  const why = (header: string | null) => whyRefused(header, known, { now, revoked: new Set(['listed']) })

  test.each<[string, string | null, TokenRefusal | undefined]>([
    ['no header', null, { reason: 'missing' }],
    ['an empty header', '', { reason: 'missing' }],
    ['another scheme', 'Basic YTpi', { reason: 'malformed' }],
    ['the scheme alone', 'Bearer', { reason: 'malformed' }],
    ['too long a token', `Bearer ${'x'.repeat(257)}`, { reason: 'malformed' }],
    ['a token nobody knows', 'Bearer abcdefghijklmnopqrstuvwxyz', { reason: 'unknown' }],
    ['the Bearer word twice', 'Bearer Bearer abc', { reason: 'malformed' }],
    ['one that expired since it was read', `Bearer ${text('over')}`, { reason: 'expired', lastFour: 'over' }],
    ['one that is not valid yet', `Bearer ${text('early')}`, { reason: 'notYetValid', lastFour: 'arly' }],
    ['one that the settings revoke', `Bearer ${text('listed')}`, { reason: 'revoked', lastFour: 'sted' }],
    ['one that expired long ago', `Bearer ${text('old')}`, { reason: 'expired', lastFour: '-old' }],
    ['one that was disabled', `Bearer ${text('off')}`, { reason: 'revoked', lastFour: '-off' }],
    ['one that was disabled and expired', `Bearer ${text('off-and-old')}`, { reason: 'revoked', lastFour: '-old' }],
    ['one that newer ones displaced', `Bearer ${text('displaced')}`, { reason: 'revoked', lastFour: 'aced' }],
    ['a short one, of which nothing is shown', 'Bearer made-up', { reason: 'expired' }],
    ['a good one', `Bearer ${text('good')}`, undefined],
    ['a good one that stands among the dead as well', `Bearer ${text('twice')}`, undefined],
  ])('says of %s what it is', (_, header, expected) => {
    expect(why(header)).toEqual(expected)
  })

  test('says undefined exactly where matchToken finds a version', () => {
    const options = { now, revoked: new Set(['listed']) }
    for (const name of ['good', 'over', 'early', 'listed', 'twice', 'old', 'off', 'displaced', 'nobody']) {
      const matched = matchToken(text(name), known.live, options)
      expect([name, whyRefused(`Bearer ${text(name)}`, known, options) === undefined]).toEqual([name, matched !== undefined])
    }
  })

  test('compares every version, live and dead, whichever matches', () => {
    let compared = 0
    const counted = (name: string): TokenVersion => ({
      id: name,
      get digest() {
        compared += 1
        return tokenDigest(text(name))
      },
    })
    const versions = { live: [counted('a'), counted('b')], dead: [counted('c'), counted('d')] }
    whyRefused(`Bearer ${text('a')}`, versions, { now, revoked: new Set(['a']) })
    expect(compared).toBe(4)
  })
})

describe('newToken', () => {
  test('is opaque, has the prefix, and fits a URL, a header and the limit', () => {
    const token = newToken()
    expect(token).toMatch(/^rc_[\w-]{43}$/)
    expect(encodeURIComponent(token)).toBe(token)
    expect(bearerToken(`Bearer ${token}`)).toBe(token)
  })

  test('never comes twice', () => {
    expect(new Set(Array.from({ length: 100 }, newToken)).size).toBe(100)
  })
})
