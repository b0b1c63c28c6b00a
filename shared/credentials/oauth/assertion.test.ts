import { startIssuer, SIGN_IN_TENANT, type TestIssuer } from '../../../tests/support/issuer'
import type { Trust } from '../../tenants/directory-sign-in'
import { checkAssertion } from './assertion'
import { compareClaims } from './explain-assertion'
import { federationKeys, tenantOfIssuer } from './federation-keys'
import { randomFrom } from '../../../tests/support/random'

const AUDIENCE = 'cccccccc-1111-4222-8333-444444444444'
const SUBJECT = 'dddddddd-1111-4222-8333-444444444444'
const MINUTE = 60
const HOUR_MS = 3_600_000

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startIssuer()
})
beforeEach(() => {
  issuer.fail(undefined)
})
afterAll(() => issuer.close())

const trust = (): Trust => ({
  id: 'a'.repeat(32),
  label: 'Entra',
  issuer: issuer.issuer,
  subject: SUBJECT,
  tenantId: SIGN_IN_TENANT,
  audiences: [AUDIENCE, `api://${AUDIENCE}`],
  created: '2026-01-01T00:00:00.000Z',
})

/** As Entra ID sends it: no jti, no roles, and the same one again and again. */
const claims = (more: Readonly<Record<string, unknown>> = {}) => ({
  aud: AUDIENCE,
  sub: SUBJECT,
  oid: SUBJECT,
  azpacr: '2',
  uti: 'x',
  name: undefined,
  roles: undefined,
  ...more,
})
const assertion = (more?: Readonly<Record<string, unknown>>, how?: Parameters<TestIssuer['token']>[1]) =>
  issuer.token(claims(more), how)

function checker(now: () => number = Date.now) {
  const clock = { now }
  const keysOf = federationKeys({ testIssuer: new URL(issuer.issuer).origin, now: () => clock.now() })
  return (text: string, trusts: readonly Trust[] = [trust()]) => checkAssertion(text, trusts, { keysOf, nowMs: clock.now() })
}

const outcome = async (check: ReturnType<typeof checker>, text: string, trusts?: readonly Trust[]) => {
  const checked = await check(text, trusts)
  return checked.kind === 'accepted' ? 'accepted' : checked.reason
}
const seconds = (ms = Date.now()) => Math.floor(ms / 1000)

test('an assertion of the trusted identity is accepted, as often as it comes, until it ends', async () => {
  const check = checker()
  const exp = seconds() + 65 * MINUTE
  const text = await assertion({ exp })
  for (let i = 0; i < 3; i += 1) {
    expect(await check(text)).toMatchObject({ kind: 'accepted', trust: { id: trust().id }, expiresAt: exp })
  }
  expect(issuer.requests.filter((path) => path.endsWith('/keys'))).toHaveLength(1)
})

test('each of the audiences fits by itself, and no prefix of one', async () => {
  const check = checker()
  expect(await outcome(check, await assertion({ aud: `api://${AUDIENCE}` }))).toBe('accepted')
  expect(await outcome(check, await assertion({ aud: [AUDIENCE] }))).toBe('accepted')
  for (const aud of [`${AUDIENCE}/x`, AUDIENCE.slice(0, -1), AUDIENCE.toUpperCase(), '', [AUDIENCE, 'other'], []]) {
    expect(await outcome(check, await assertion({ aud }))).toBe('wrongAudience')
  }
})

test.each([
  ['another issuer', { iss: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0' }, 'unknownIssuer'],
  ['another subject', { sub: AUDIENCE }, 'unknownSubject'],
  ['another tenant', { tid: AUDIENCE }, 'wrongTenant'],
  ['no issuer', { iss: undefined }, 'unknownIssuer'],
  ['no subject', { sub: undefined }, 'unknownSubject'],
  ['no audience', { aud: undefined }, 'malformed'],
  ['no tenant', { tid: undefined }, 'malformed'],
  ['no expiry', { exp: undefined }, 'malformed'],
  ['no begin', { nbf: undefined }, 'malformed'],
  ['an expiry that is a text', { exp: '9999999999' }, 'malformed'],
  ['an expiry that was', { exp: seconds() - 1 }, 'expired'],
  ['an expiry long ago', { exp: seconds() - 90 }, 'expired'],
  ['a begin in two minutes', { nbf: seconds() + 120 }, 'notYetValid'],
  ['a begin within the minute', { nbf: seconds() + 30 }, 'accepted'],
])('%s', async (_what, more, expected) => {
  expect(await outcome(checker(), await assertion(more))).toBe(expected)
})

test('another algorithm, another key and a changed signature are refused; who signs with the public key as a secret too', async () => {
  const check = checker()
  expect(await outcome(check, await assertion({}, { header: { kid: 'nobody' } }))).toBe('unknownKey')
  const secret = Buffer.from(await issuer.publicKeyPem())
  expect(await outcome(check, await assertion({}, { header: { alg: 'HS256' }, secret }))).toBe('wrongAlgorithm')
  const [header = '', payload = '', signature = ''] = (await assertion()).split('.')
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
  expect(await outcome(check, `${unsigned}.${payload}.${signature}`)).toBe('wrongAlgorithm')
  expect(await outcome(check, `${unsigned}.${payload}.`)).toBe('malformed')
  expect(await outcome(check, `${header}.${payload}.${signature.slice(0, -4)}AAAA`)).toBe('badSignature')
})

test('a claim that stands twice is refused whichever counts', async () => {
  const [header = '', payload = '', signature = ''] = (await assertion()).split('.')
  const text = Buffer.from(payload, 'base64url').toString()
  const twice = Buffer.from(text.replace('{', `{"sub":"${SUBJECT}",`)).toString('base64url')
  expect(await outcome(checker(), `${header}.${twice}.${signature}`)).toBe('malformed')
})

test('what is no JWT, or far too long or deep, is refused without a look at keys', async () => {
  const check = checker()
  const before = issuer.requests.length
  const deep = Buffer.from(`{"iss":${'['.repeat(5000)}${']'.repeat(5000)}}`).toString('base64url')
  const odd = ['', 'x', 'a.b', 'a.b.c', '..', 'e30.e30.e30', 'bnVsbA.bnVsbA.x', `e30.${deep}.x`, 'x'.repeat(20_000)]
  for (const text of odd) expect(await outcome(check, text)).toMatch(/^(malformed|unknownIssuer)$/)
  expect(issuer.requests.length).toBe(before)
})

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'

/** One edit: a character of another value, one more, one less, two parts swapped, a part doubled or cut. */
function mutated(text: string, below: (n: number) => number): string {
  const at = below(text.length)
  const character = ALPHABET.charAt(below(ALPHABET.length))
  const parts = text.split('.')
  const edits = [
    () => text.slice(0, at) + character + text.slice(at + 1),
    () => text.slice(0, at) + character + text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at),
    () => text.slice(at),
    () => [parts[1], parts[0], parts[2]].join('.'),
    () => [...parts, character].join('.'),
    () => `${text}${character}`,
  ]
  return (edits[below(edits.length)] ?? (() => ''))()
}

test('10,000 mutations of a good assertion: none passes', async () => {
  const check = checker()
  const good = await assertion()
  const random = randomFrom(12)
  const below = (n: number) => Math.floor(random() * n)
  const passed: string[] = []
  let tried = 0
  while (tried < 10_000) {
    const text = mutated(good, below)
    if (text === good) continue
    tried += 1
    if ((await outcome(check, text)) === 'accepted' && !saysTheSame(text, good)) passed.push(text)
  }
  expect(passed).toEqual([])
  expect(await outcome(check, good)).toBe('accepted')
}, 60_000)

/** The last character of a part may hold bits that say nothing (RFC 4648 section 3.5): such a text is the same assertion. */
const saysTheSame = (one: string, other: string) => bytesOf(one) === bytesOf(other)
const bytesOf = (text: string) =>
  text
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.')

describe('the keys of an issuer', () => {
  const isKeys = (path: string) => path.endsWith('/keys')
  const fetched = () => issuer.requests.filter(isKeys).length

  test('are fetched again for an unknown one once in five minutes, however many come', async () => {
    let now = Date.now()
    const check = checker(() => now)
    await check(await assertion())
    const before = fetched()
    const unknown = await assertion({}, { header: { kid: 'nobody' } })
    now += 5 * 60_000
    for (let i = 0; i < 20; i += 1) expect(await outcome(check, unknown)).toBe('unknownKey')
    expect(fetched()).toBe(before + 1)
    now += 4 * 60_000
    await check(unknown)
    expect(fetched()).toBe(before + 1)
  })

  test('that cannot be had anew say nothing of a key that is not among the older ones', async () => {
    let now = Date.now()
    const check = checker(() => now)
    await check(await assertion())
    issuer.fail({ status: 503 })
    now += 6 * 60_000
    const unknown = await assertion({}, { header: { kid: 'nobody' } })
    for (let i = 0; i < 3; i += 1) await expect(check(unknown)).rejects.toMatchObject({ name: 'IssuerUnavailable' })
    expect(await outcome(check, await assertion())).toBe('accepted')
  })

  test('leave out one that says it is of another issuer', async () => {
    const listed = (await (await fetch(`${issuer.issuer.replace('/v2.0', '')}/discovery/v2.0/keys`)).json()) as { keys: object[] }
    const named = (name: string) => ({ body: JSON.stringify({ keys: listed.keys.map((key) => ({ ...key, issuer: name })) }) })
    const { origin } = new URL(issuer.issuer)
    issuer.fail(named(`${origin}/{tenantid}/v2.0`))
    expect(await outcome(checker(), await assertion())).toBe('accepted')
    issuer.fail(named(`${origin}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`))
    await expect(checker()(await assertion())).rejects.toMatchObject({ name: 'IssuerUnavailable' })
  })

  test.each([
    ['down', { status: 503 }],
    ['no JSON', { body: '<html>' }],
    ['empty', { body: '{"keys":[]}' }],
    ['huge', { body: JSON.stringify({ keys: [], padding: 'x'.repeat(2_000_000) }) }],
    [
      'of too many keys',
      { body: JSON.stringify({ keys: Array.from({ length: 101 }, (_, i) => ({ kty: 'RSA', kid: `${i}`, n: 'x', e: 'AQAB' })) }) },
    ],
  ])('that are %s give nobody anything, and nobody a refusal', async (_what, how) => {
    issuer.fail(how)
    const text = await assertion()
    await expect(checker()(text)).rejects.toMatchObject({ name: 'IssuerUnavailable' })
  })

  test.each([
    ['elsewhere', 'http://localhost:1/keys'],
    ['to another host that only begins like one of Entra ID', 'https://login.windows.net.example.org/keys'],
    ['in a circle', `/${SIGN_IN_TENANT}/discovery/v2.0/keys`],
  ])('that redirect %s are not followed', async (_what, location) => {
    issuer.fail({ status: 302, location })
    const before = fetched()
    const text = await assertion()
    await expect(checker()(text)).rejects.toMatchObject({ name: 'IssuerUnavailable' })
    expect(fetched()).toBe(before + (location.startsWith('/') ? 4 : 1))
  })

  test('are found behind a redirect to a host of Entra ID', async () => {
    issuer.fail({ status: 302, location: '/discovery/v2.0/keys', only: SIGN_IN_TENANT })
    expect(await outcome(checker(), await assertion())).toBe('accepted')
  })

  test('that are too slow are waited for no longer', async () => {
    issuer.fail('hang')
    const keysOf = federationKeys({ testIssuer: new URL(issuer.issuer).origin, timeoutMs: 50 })
    const checked = checkAssertion(await assertion(), [trust()], { keysOf, nowMs: Date.now() })
    await expect(checked).rejects.toMatchObject({ name: 'IssuerUnavailable' })
  })

  test('serve on through an outage of less than two days', async () => {
    let now = Date.now()
    const check = checker(() => now)
    const text = await assertion({ exp: seconds() + 7 * 24 * 60 * MINUTE })
    await check(text)
    issuer.fail({ status: 503 })
    now += 47 * HOUR_MS
    expect(await outcome(check, text)).toBe('accepted')
    now += 2 * HOUR_MS
    await expect(check(text)).rejects.toMatchObject({ name: 'IssuerUnavailable' })
  })
})

test('only an issuer of Entra ID may be trusted', () => {
  const tenant = SIGN_IN_TENANT
  for (const host of ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn']) {
    expect(tenantOfIssuer(`https://${host}/${tenant}/v2.0`)).toBe(tenant)
  }
  const odd = [
    `http://login.microsoftonline.com/${tenant}/v2.0`,
    `https://login.microsoftonline.com.example.org/${tenant}/v2.0`,
    `https://example.org/${tenant}/v2.0`,
    `https://login.microsoftonline.com:444/${tenant}/v2.0`,
    `https://login.microsoftonline.com/${tenant}/v2.0/`,
    `https://login.microsoftonline.com/${tenant}`,
    `https://login.microsoftonline.com/common/v2.0`,
    `https://login.microsoftonline.com/${tenant.replaceAll('-', '')}/v2.0`,
    `https://x@login.microsoftonline.com/${tenant}/v2.0`,
    `https://login.microsoftonline.com/${tenant}/v2.0?x`,
    `https://LOGIN.microsoftonline.com/${tenant}/v2.0`,
    'login.microsoftonline.com',
    '',
  ]
  for (const one of odd) expect([one, tenantOfIssuer(one)]).toEqual([one, undefined])
  expect(tenantOfIssuer(issuer.issuer)).toBeUndefined()
  expect(tenantOfIssuer(issuer.issuer, new URL(issuer.issuer).origin)).toBe(tenant)
})

describe('claims side by side', () => {
  const compared = async (more: Readonly<Record<string, unknown>>, trusts = [trust()]) => {
    const checked = await checker()(await assertion(more), trusts)
    const refusal = checked.kind === 'refused' ? checked.reason : undefined
    return compareClaims(checked.seen, trusts, { refusal, nowMs: Date.now() })
  }

  test('show what was expected and what came, of the trust that comes nearest', async () => {
    const other: Trust = { ...trust(), id: 'b'.repeat(32), subject: AUDIENCE, audiences: ['x'] }
    const claimsSeen = await compared({ aud: 'api://elsewhere' }, [other, trust()])
    expect(claimsSeen.filter(({ fits }) => !fits)).toEqual([
      { claim: 'aud', expected: `${AUDIENCE} or api://${AUDIENCE}`, seen: 'api://elsewhere', fits: false },
    ])
    expect(claimsSeen.find(({ claim }) => claim === 'sub')).toEqual({
      claim: 'sub',
      expected: SUBJECT,
      seen: SUBJECT,
      fits: true,
    })
  })

  test('name the signature once it was looked at', async () => {
    expect((await compared({})).at(-1)).toMatchObject({ claim: 'signature', fits: true })
    expect((await compared({})).every(({ fits }) => fits)).toBe(true)
    expect((await compared({ sub: 'x' })).some(({ claim }) => claim === 'signature')).toBe(false)
  })

  test('are cut, and times that no calendar has are shown as they came', async () => {
    const claimsSeen = await compared({ aud: 'x'.repeat(2000), exp: 1e15, nbf: -1e15 })
    expect(claimsSeen.find(({ claim }) => claim === 'aud')?.seen).toHaveLength(300)
    expect(claimsSeen.find(({ claim }) => claim === 'exp')?.seen).toBe('1000000000000000')
  })
})
