import { SIGN_IN_CLIENT, SIGN_IN_TENANT, startIssuer, type SignWith, type TestIssuer } from '../../../tests/support/issuer'
import { adminSignIn, type ReadSignIn } from './admin-sign-in'

let issuer: TestIssuer
beforeEach(async () => {
  issuer = await startIssuer()
})
afterEach(() => issuer.close())

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow

/** A service that pins the test's issuer, with a clock set by hand. */
function service(options: { issuer?: string; tenantId?: string; timeoutMs?: number } = {}) {
  const clock = { now: Date.now() }
  const failures: unknown[] = []
  const signIn = adminSignIn({
    issuer: issuer.issuer,
    tenantId: SIGN_IN_TENANT,
    clientId: SIGN_IN_CLIENT,
    now: () => clock.now,
    onFailure: (error) => failures.push(error),
    ...options,
  })
  return { clock, failures, signIn }
}

const outcome = async (signIn: ReadSignIn, token: string) => {
  const answer = await signIn(`Bearer ${token}`)
  return answer.kind === 'operator' ? answer.role : answer.reason
}

test('an operator signs in by an app role, and the token tells who it is', async () => {
  expect(await service().signIn(`Bearer ${await issuer.token()}`)).toEqual({
    kind: 'operator',
    role: 'admin',
    subject: '99999999-8888-4777-8666-555555555555',
    name: 'Olga Operator',
  })
})

test('the same goes for ids in upper case in the settings', async () => {
  const { signIn } = service({ tenantId: SIGN_IN_TENANT.toUpperCase() })
  expect(await outcome(signIn, await issuer.token())).toBe('admin')
})

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['the admin role', { roles: ['Rollcall.Admin'] }, 'admin'],
  ['the reader role', { roles: ['Rollcall.Reader'] }, 'reader'],
  ['both roles', { roles: ['Rollcall.Reader', 'Rollcall.Admin'] }, 'admin'],
  ['roles of other apps beside ours', { roles: ['Other', 'Rollcall.Reader'] }, 'reader'],
  ['the application id URI as audience', { aud: `api://${SIGN_IN_CLIENT}` }, 'admin'],
  ['several audiences, ours among them', { aud: ['other', SIGN_IN_CLIENT] }, 'admin'],
  ['no name', { name: undefined }, 'admin'],
  ['an expiry within the skew of clocks', { exp: seconds(-30) }, 'admin'],
  ['a start within the skew of clocks', { nbf: seconds(30) }, 'admin'],
  ['no roles', { roles: undefined }, 'noRole'],
  ['an empty list of roles', { roles: [] }, 'noRole'],
  ['another role', { roles: ['Admin'] }, 'noRole'],
  ['a role in another case', { roles: ['rollcall.admin'] }, 'noRole'],
  ['a role as text', { roles: 'Rollcall.Admin' }, 'noRole'],
  ['another audience', { aud: '00000003-0000-0000-c000-000000000000' }, 'wrongAudience'],
  ['no audience', { aud: undefined }, 'malformed'],
  ['another issuer', { iss: 'https://login.microsoftonline.com/common/v2.0' }, 'wrongIssuer'],
  ['no issuer', { iss: undefined }, 'malformed'],
  ['another tenant', { tid: '00000000-2222-4333-8444-555555555555' }, 'wrongTenant'],
  ['no tenant', { tid: undefined }, 'malformed'],
  ['an expiry in the past', { exp: seconds(-61) }, 'expired'],
  ['no expiry', { exp: undefined }, 'malformed'],
  ['a start in the future', { nbf: seconds(120) }, 'notYetValid'],
  ['no start', { nbf: undefined }, 'malformed'],
  ['no object id', { oid: undefined }, 'malformed'],
  ['an object id that is no text', { oid: ['x'] }, 'malformed'],
  ['the version 1.0', { ver: '1.0' }, 'notAnAccessToken'],
  ['no client, as an id token', { azp: undefined, nonce: 'n' }, 'notAnAccessToken'],
])('a token with %s: %s', async (_, claims, expected) => {
  expect(await outcome(service().signIn, await issuer.token(claims))).toBe(expected)
})

test('an algorithm other than RS256 is refused before any key is looked up', async () => {
  const { signIn } = service()
  const pem = new TextEncoder().encode(await issuer.publicKeyPem())
  const hmac: SignWith = { header: { alg: 'HS256' }, secret: pem }
  const [, payload = ''] = (await issuer.token()).split('.')
  const none = `${Buffer.from('{"alg":"none","kid":"key-1"}').toString('base64url')}.${payload}.`
  expect(await outcome(signIn, await issuer.token({}, hmac))).toBe('wrongAlgorithm')
  expect(await outcome(signIn, none)).toBe('wrongAlgorithm')
  expect(issuer.requests).toEqual([])
})

test('a changed payload and the signature of another key are refused', async () => {
  const { signIn } = service()
  const [header = '', , signature = ''] = (await issuer.token({ roles: ['Rollcall.Reader'] })).split('.')
  const [, payload = ''] = (await issuer.token({ roles: ['Rollcall.Admin'] })).split('.')
  expect(await outcome(signIn, [header, payload, signature].join('.'))).toBe('badSignature')
  await issuer.rotate()
  expect(await outcome(signIn, await issuer.token({}, { header: { kid: 'key-1' } }))).toBe('badSignature')
})

test.each([
  ['no header', null, 'missing'],
  ['an empty header', '', 'missing'],
  ['another scheme', 'Basic YTpi', 'malformed'],
  ['a text that is no token', 'Bearer abc', 'malformed'],
  ['two dots', 'Bearer ..', 'malformed'],
  ['a header that is no JSON', 'Bearer e30x.e30.e30', 'malformed'],
  ['five parts, as an encrypted one', 'Bearer a.b.c.d.e', 'malformed'],
  ["the tenant's SCIM token", `Bearer rc_${'x'.repeat(43)}`, 'malformed'],
  ['16,385 characters', `Bearer ${'x'.repeat(16_385)}`, 'malformed'],
])('%s is refused without asking the issuer', async (_, header, reason) => {
  expect(await service().signIn(header)).toEqual({ kind: 'refused', reason })
  expect(issuer.requests).toEqual([])
})

test('a token over the size limit is refused although it is good', async () => {
  const token = await issuer.token({ groups: 'x'.repeat(16_384) })
  expect(await outcome(service().signIn, token)).toBe('malformed')
})

describe('keys', () => {
  test('are fetched once for all sign-ins of half a day', async () => {
    const { clock, signIn } = service()
    const answers = await Promise.all(Array.from({ length: 20 }, async () => outcome(signIn, await issuer.token())))
    expect(new Set(answers)).toEqual(new Set(['admin']))
    clock.now += 11 * HOUR_MS
    await outcome(signIn, await issuer.token({ exp: seconds(24 * 3600) }))
    expect(issuer.requests).toHaveLength(2) // the discovery document and the keys
  })

  test('of tokens nobody issued lead to one fetch a minute, however many come', async () => {
    const { clock, signIn } = service()
    await outcome(signIn, await issuer.token())
    const flood = async () =>
      Promise.all(
        Array.from({ length: 50 }, async (_, i) => outcome(signIn, await issuer.token({}, { header: { kid: `made-up-${i}` } }))),
      )
    expect(new Set(await flood())).toEqual(new Set(['unknownKey']))
    expect(issuer.requests).toHaveLength(2)
    for (const fetches of [2, 3]) {
      clock.now += MINUTE_MS
      await flood()
      await flood()
      expect(issuer.requests).toHaveLength(2 * fetches)
    }
  })

  test('are rotated without anybody being refused, once the minute is over', async () => {
    const { clock, signIn } = service()
    const before = await issuer.token()
    await outcome(signIn, before)
    await issuer.rotate()
    clock.now += MINUTE_MS
    expect(await outcome(signIn, await issuer.token())).toBe('admin')
    expect(await outcome(signIn, before)).toBe('admin')
  })

  test('that the issuer withdrew are refused a day later at the latest', async () => {
    const { clock, signIn } = service()
    const token = await issuer.token({ exp: seconds(7 * 24 * 3600) })
    await outcome(signIn, token)
    await issuer.rotate({ withdraw: true })
    clock.now += 24 * HOUR_MS
    expect(await outcome(signIn, token)).toBe('unknownKey')
  })

  test('go on to work when the issuer is dead, and it is asked again once a minute', async () => {
    const { clock, failures, signIn } = service()
    const token = await issuer.token({ exp: seconds(7 * 24 * 3600) })
    await outcome(signIn, token)
    issuer.fail({ status: 503 })
    clock.now += 47 * HOUR_MS
    for (let i = 0; i < 5; i += 1) expect(await outcome(signIn, token)).toBe('admin')
    expect(failures).toMatchObject([{ name: 'IssuerUnavailable', cause: { message: 'The issuer answered 503.' } }])
    clock.now += MINUTE_MS
    expect(await outcome(signIn, token)).toBe('admin')
    expect(failures).toHaveLength(2)
  })

  test('are believed no longer once the issuer has been dead for two days', async () => {
    const { clock, signIn } = service()
    const token = await issuer.token({ exp: seconds(7 * 24 * 3600) })
    await outcome(signIn, token)
    issuer.fail({ status: 503 })
    clock.now += 48 * HOUR_MS
    for (let i = 0; i < 2; i += 1) expect(await outcome(signIn, token)).toBe('unavailable')
    issuer.fail(undefined)
    clock.now += 5_000
    expect(await outcome(signIn, token)).toBe('admin')
  })

  test('are refreshed behind an answer from half a day on', async () => {
    const { clock, signIn } = service()
    const token = await issuer.token({ exp: seconds(7 * 24 * 3600) })
    await outcome(signIn, token)
    issuer.fail('hang')
    clock.now += 13 * HOUR_MS
    expect(await outcome(signIn, token)).toBe('admin') // though the issuer does not answer
    while (issuer.requests.length < 3) await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('an issuer that gives no keys', () => {
  test.each<[string, Parameters<TestIssuer['fail']>[0]]>([
    ['that is broken', { status: 500 }],
    ['that does not answer', 'hang'],
    ['whose document is no JSON', { body: '<html>' }],
    ['whose document is a list', { body: '[]' }],
    ["whose document is another one's", { body: '{"issuer":"https://other.example","jwks_uri":"https://other.example/keys"}' }],
    ['without keys', { body: '{"keys":[]}', only: 'keys' }],
    [
      'with keys of other kinds',
      { body: '{"keys":[{"kty":"EC","kid":"key-1"},{"kty":"oct","kid":"key-1","k":"AA"},7]}', only: 'keys' },
    ],
    ['with too large an answer', { body: `{"keys":[],"x":"${'x'.repeat(300_000)}"}`, only: 'keys' }],
    ['that sends elsewhere', { status: 302, only: 'keys' }],
  ])('%s: nobody signs in, which is no refusal of the token', async (_, how) => {
    const { failures, signIn } = service({ timeoutMs: 300 })
    issuer.fail(how)
    expect(await outcome(signIn, await issuer.token())).toBe('unavailable')
    expect(failures).toHaveLength(1)
  })

  test('is one that names keys elsewhere by http, which nobody asks for', async () => {
    const { failures, signIn } = service()
    issuer.fail({ body: JSON.stringify({ issuer: issuer.issuer, jwks_uri: 'http://localhost.example.com/keys' }) })
    expect(await outcome(signIn, await issuer.token())).toBe('unavailable')
    expect(failures).toMatchObject([{ cause: { message: 'The address of the keys is not https.' } }])
  })

  test('is asked again five seconds later', async () => {
    const { clock, signIn } = service()
    issuer.fail({ status: 500 })
    const token = await issuer.token()
    expect([await outcome(signIn, token), await outcome(signIn, token)]).toEqual(['unavailable', 'unavailable'])
    expect(issuer.requests).toHaveLength(1)
    issuer.fail(undefined)
    clock.now += 5_000
    expect(await outcome(signIn, token)).toBe('admin')
  })
})

test.each(['http://login.microsoftonline.com/x/v2.0', 'ftp://127.0.0.1/x', 'http://127.0.0.1.example.com', 'not a URL'])(
  'the issuer %s is refused at once',
  (address) => {
    expect(() => service({ issuer: address })).toThrow(RangeError)
  },
)
