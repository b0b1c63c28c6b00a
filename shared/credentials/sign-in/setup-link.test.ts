import { randomBytes } from 'node:crypto'
import { bearerToken } from '../tokens/bearer'
import {
  claimedTenant,
  looksLikeSession,
  newLinkId,
  readLink,
  readSession,
  signLink,
  startSession,
  type SetupAccess,
} from './setup-link'

const now = Date.UTC(2026, 10, 22, 12)
const hour = 3_600_000
const key = randomBytes(32).toString('hex')
const live = { now, isLive: () => true }
const contoso: SetupAccess = { slug: 'contoso', generation: 2, linkId: newLinkId(), role: 'admin', expiresAt: now + 72 * hour }
const link = signLink(key, contoso)

test('a link tells what it allows, goes into a URL and a header, and names its tenant before it is proved', () => {
  expect(readLink(key, link, live)).toEqual(contoso)
  expect(link).toMatch(/^rcl_contoso\./)
  expect(encodeURIComponent(link)).toBe(link)
  expect(bearerToken(`Bearer ${link}`)).toBe(link)
  expect(claimedTenant(link)).toEqual({ slug: 'contoso', generation: 2 })
})

test.each<Partial<SetupAccess>>([
  { role: 'reader' },
  { slug: 'a' },
  { slug: `${'x'.repeat(39)}-1`.slice(-40) },
  { generation: 999_999_999 },
  { linkId: 'x'.repeat(64) },
])('a link may have %j', (parts) => {
  const access = { ...contoso, ...parts }
  expect(readLink(key, signLink(key, access), live)).toEqual(access)
})

test.each<[string, Partial<SetupAccess>]>([
  ['a slug that is none', { slug: 'a.b' }],
  ['an empty slug', { slug: '' }],
  ['a slug over 40 characters', { slug: 'x'.repeat(41) }],
  ['a link id with a separator', { linkId: 'a.b' }],
  ['an empty link id', { linkId: '' }],
  ['a generation that is no whole number', { generation: 1.5 }],
  ['a negative generation', { generation: -1 }],
  ['a time that is none', { expiresAt: NaN }],
])('no link is signed for %s', (_, parts) => {
  expect(() => signLink(key, { ...contoso, ...parts })).toThrow(RangeError)
})

test.each(['', 'short', 'x'.repeat(64), `${key}00`])('the key %j is refused: it is a defect of the caller', (wrong) => {
  expect(() => signLink(wrong, contoso)).toThrow(RangeError)
  expect(() => readLink(wrong, link, live)).toThrow(RangeError)
})

test('no character of a link can be changed', () => {
  for (let i = 0; i < link.length; i += 1) {
    for (const other of ['a', '0', '-', '_', '.', 'B']) {
      if (link.charAt(i) === other) continue
      const changed = link.slice(0, i) + other + link.slice(i + 1)
      expect([changed, readLink(key, changed, live)]).toEqual([changed, undefined])
    }
  }
})

test.each([
  ['nothing', ''],
  ['the prefix alone', 'rcl_'],
  ['a beginning', link.slice(0, -1)],
  ['more', `${link}a`],
  ['a line end', `${link}\n`],
  ['padding', `${link}=`],
  ['no signature', link.slice(0, link.lastIndexOf('.') + 1)],
  ['a SCIM token', `rc_${'x'.repeat(43)}`],
  ['a session', startSession(key, contoso, now).token],
  ['a link of another tenant, by its own key', signLink(randomBytes(32).toString('hex'), contoso)],
  ['another case of the prefix', link.replace('rcl', 'RCL')],
  ['a million characters', 'rcl_' + 'a-'.repeat(500_000)],
])('%s is no link', (_, token) => {
  expect(readLink(key, token, live)).toBeUndefined()
})

test.each([
  ['a millisecond before its end', contoso.expiresAt - 1, contoso],
  ['at its end', contoso.expiresAt, undefined],
])('%s a link opens the tenant or does not', (_, time, expected) => {
  expect(readLink(key, link, { ...live, now: time })).toEqual(expected)
})

test('a link that the settings list no longer is refused; the question names its id', () => {
  const asked: string[] = []
  const isLive = (linkId: string) => asked.push(linkId) < 0
  expect(readLink(key, link, { now, isLive })).toBeUndefined()
  expect(asked).toEqual([contoso.linkId])
})

test('whether a forged link is live is never asked', () => {
  const isLive = () => {
    throw new Error('asked')
  }
  expect(readLink(randomBytes(32).toString('hex'), link, { now, isLive })).toBeUndefined()
})

describe('a session', () => {
  const session = startSession(key, contoso, now)

  test('carries what its link allows for eight hours, and is no link', () => {
    expect(session.expiresAt).toBe(now + 8 * hour)
    expect(readSession(key, session.token, live)).toEqual({ ...contoso, expiresAt: session.expiresAt })
    expect(readSession(key, session.token, { ...live, now: session.expiresAt })).toBeUndefined()
    expect(readLink(key, session.token, live)).toBeUndefined()
    expect([session.token, link].map(looksLikeSession)).toEqual([true, false])
    expect(claimedTenant(session.token)).toEqual({ slug: 'contoso', generation: 2 })
  })

  test('ends with its link', () => {
    const short = startSession(key, { ...contoso, expiresAt: now + hour }, now)
    expect(short.expiresAt).toBe(now + hour)
    const revoked = (linkId: string) => linkId !== contoso.linkId
    expect(readSession(key, session.token, { now, isLive: revoked })).toBeUndefined()
  })

  test('is not made of a link by changing the prefix', () => {
    expect(readSession(key, link.replace('rcl_', 'rcs_'), live)).toBeUndefined()
  })
})
