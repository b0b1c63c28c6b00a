import { bearerToken } from '../tokens/bearer'
import { digestToHex, tokenDigest } from '../tokens/token-digest'
import { claimedTenant, linkName, looksLikeSession, newLink, newSession, sessionName } from './setup-link'

const contoso = { slug: 'contoso', generation: 2 }
const link = newLink(contoso)
const session = newSession({ ...contoso, linkId: link.id })

test('a link goes into a URL and a header, and names where it is kept; its digest tells nothing else', () => {
  expect(link.text).toMatch(/^rcl_contoso\.2\.[0-9a-f]{32}\.[\w-]{43}$/)
  expect(encodeURIComponent(link.text)).toBe(link.text)
  expect(bearerToken(`Bearer ${link.text}`)).toBe(link.text)
  expect(linkName(link.text)).toMatchObject({ ...contoso, linkId: link.id })
  expect(claimedTenant(link.text)).toEqual(contoso)
  expect(link.digest).toBe(digestToHex(tokenDigest(link.text)))
})

test('a session names its link as well', () => {
  expect(session.text).toMatch(/^rcs_contoso\.2\.[0-9a-f]{32}\.[0-9a-f]{32}\.[\w-]{43}$/)
  expect(sessionName(session.text)).toEqual({ ...contoso, linkId: link.id, sessionId: session.id })
  expect(claimedTenant(session.text)).toEqual(contoso)
  expect([session.text, link.text].map(looksLikeSession)).toEqual([true, false])
})

test('no two have an id or a secret in common', () => {
  const parts = Array.from({ length: 50 }, () => newLink(contoso).text.split('.').slice(2)).flat()
  expect(new Set(parts).size).toBe(100)
})

test.each<Partial<typeof contoso>>([{ slug: 'a' }, { slug: `${'x'.repeat(39)}1` }, { generation: 999_999_999 }])(
  'the longest of %j have the shape',
  (parts) => {
    const owner = { ...contoso, ...parts }
    const made = newLink(owner)
    expect(linkName(made.text)).toMatchObject(owner)
    expect(sessionName(newSession({ ...owner, linkId: made.id }).text)).toMatchObject(owner)
  },
)

test.each<[string, Partial<typeof contoso>]>([
  ['a slug that is none', { slug: 'a.b' }],
  ['an empty slug', { slug: '' }],
  ['a slug over 40 characters', { slug: 'x'.repeat(41) }],
  ['a generation that is no whole number', { generation: 1.5 }],
  ['a negative generation', { generation: -1 }],
])('nothing is made for %s', (_, parts) => {
  expect(() => newLink({ ...contoso, ...parts })).toThrow(RangeError)
  expect(() => newSession({ ...contoso, linkId: link.id, ...parts })).toThrow(RangeError)
})

test.each(['', 'a.b', 'x'.repeat(32), '0'.repeat(33)])('no session is made for the link %j', (linkId) => {
  expect(() => newSession({ ...contoso, linkId })).toThrow(RangeError)
})

test.each([
  ['nothing', ''],
  ['the prefix alone', 'rcl_'],
  ['a beginning', link.text.slice(0, -1)],
  ['more', `${link.text}a`],
  ['a line end', `${link.text}\n`],
  ['padding', `${link.text}=`],
  ['no secret', link.text.slice(0, link.text.lastIndexOf('.') + 1)],
  ['a SCIM token', `rc_${'x'.repeat(43)}`],
  ['another case of the prefix', link.text.replace('rcl', 'RCL')],
  ['an id that a key of storage cannot have', link.text.replace(link.id, 'x!/..\\#?')],
  ['an id in upper case', link.text.replace(link.id, 'A'.repeat(32))],
  ['a link as it was signed once', `rcl_contoso.2.${link.id}.admin.1800000000.${'x'.repeat(43)}`],
  ['a million characters', 'rcl_' + 'a-'.repeat(500_000)],
])('%s has the shape of neither', (_, text) => {
  expect([linkName(text), sessionName(text), claimedTenant(text)]).toEqual([undefined, undefined, undefined])
})

test('a link has not the shape of a session, nor the other way round, whatever its prefix', () => {
  for (const text of [link.text, link.text.replace('rcl_', 'rcs_')]) expect(sessionName(text)).toBeUndefined()
  for (const text of [session.text, session.text.replace('rcs_', 'rcl_')]) expect(linkName(text)).toBeUndefined()
})
