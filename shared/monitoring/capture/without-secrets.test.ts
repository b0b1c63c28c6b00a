import { answerWithoutPasswords, beginningWithoutTokens, cleanPath, withoutPasswordsIn, withoutTokens } from './without-secrets'

const TOKEN = 'a"b\\c/d=e+f&g'

test.each([
  ['as it is', `x ${TOKEN} y`],
  ['inside of JSON', JSON.stringify({ title: TOKEN })],
  ['in a URL', `/Users?t=${encodeURIComponent(TOKEN)}`],
])('a token goes %s', (_, text) => {
  const cleaned = withoutTokens(text, TOKEN)
  expect(cleaned).toContain('(removed)')
  for (const piece of ['a"b', 'a\\"b', 'a%22b']) expect(cleaned).not.toContain(piece)
})

test.each([
  'rc_0123456789abcdef0123',
  'rcs_demo.1.1d3d0123456789abcdef',
  'rcl_demo.1.1d3d0123456789abcdef',
  'rk_0123456789_abcdef012345',
  'whsec_0123456789abcdef=',
  'Bearer abcdefgh',
  'bearer%20abcdefgh',
])('what looks like a secret goes: %s', (secret) => {
  const cleaned = withoutTokens(`before ${secret} behind`, '')
  expect(cleaned).toMatch(/^before (bearer( |%20))?\(removed\) behind$/i)
})

test.each([
  ['{ "userName":  "ana" }', '{ "userName":  "ana" }'],
  ['not JSON', 'not JSON'],
  ['{"PassWord":"x","a":[{"password":{"value":"y"}}]}', '{"PassWord":"(removed)","a":[{"password":"(removed)"}]}'],
  ['{"op":"add","path":"urn:x:User:password","Value":"x"}', '{"op":"add","path":"urn:x:User:password","Value":"(removed)"}'],
  ['{"op":"add","Path":"password","value":"x"}', '{"op":"add","Path":"password","value":"(removed)"}'],
  ['{"PATH":"password","path":"title","value":"x"}', '{"PATH":"password","path":"title","value":"(removed)"}'],
  ['{"path":"a[password eq \\"x\\"].b","value":"y"}', '{"path":"(removed)","value":"(removed)"}'],
  ['{"path":"/Users?filter=password eq x"}', '{"path":"(removed)"}'],
  ['{"filter":"password eq \\"x\\"","count":1}', '{"filter":"(removed)","count":1}'],
  ['{"Filter":["a pr",{"b":"PassWord eq 1"}]}', '{"Filter":["a pr",{"b":"(removed)"}]}'],
  ['{"filter":"userName eq \\"password\\""}', '{"filter":"(removed)"}'],
  ['{"title":"forgot password"}', '{"title":"forgot password"}'],
  ['{"p\\u0061ssword":"x","n":"\\u00e9"}', '{"password":"(removed)","n":"é"}'],
  ['{"a":{"password":"x"},"a":1}', '{"a":1}'],
  ['{"password":"x"', undefined],
  ['{"p\\u0061ssword":"x"', undefined],
])('of the body %s stays %s', (text, cleaned) => {
  expect(withoutPasswordsIn(text)).toBe(cleaned)
})

test('a query that mentions a password goes whole', () => {
  const path = (text: string) => cleanPath(new URL(text, 'http://host'), 'the-token', 100)
  expect(path('/scim/a/Users?filter=password%20eq%20%22x%22')).toBe('/scim/a/Users?(removed)')
  expect(path('/scim/a/Users?filter=p%61ssword')).toBe('/scim/a/Users?(removed)')
  expect(path('/scim/a/Users?t=the-token')).toBe('/scim/a/Users?t=(removed)')
  expect(path('/scim/a/Users?filter=%zz')).toBe('/scim/a/Users?filter=%zz')
})

test('an answer is cleaned without being read again', () => {
  expect(answerWithoutPasswords({ title: '\ud800', Password: 'x' })).toBe('{"title":"\\ud800","Password":"(removed)"}')
  expect(answerWithoutPasswords({ title: '\u0000' })).toBe('{"title":"\\u0000"}')
})

describe('a beginning', () => {
  const token = 'a"b\\c/d=e+f&g'.repeat(15)
  const forms = [token, JSON.stringify(token).slice(1, -1), encodeURIComponent(token)]
  const others = [`rc_${'x'.repeat(15)}`, `whsec_${'x'.repeat(40)}`, 'rk_0123456789_abcdef012345', '###']
  const bearers = ['Bearer abcdefgh', `bearer${' '.repeat(300)}abcdefghi`, 'bearer%20rc_abcdefghi']

  test.each([...forms, ...others, ...bearers])('of a text that is cut anywhere inside of %s shows no part of it', (secret) => {
    const filler = '<'.repeat(1_000)
    const whole = withoutTokens(secret, token)
    for (let max = 300; max < 1_000 + 2 * secret.length; max += 1) {
      const { text, isCut } = beginningWithoutTokens(filler + secret + filler, token, max)
      expect(text.length).toBeLessThanOrEqual(max)
      expect((filler + whole + filler).startsWith(text)).toBe(true)
      expect(isCut).toBe(true)
    }
  })

  test('is whole where there is room for it', () => {
    expect(beginningWithoutTokens('as it is', token, 8)).toEqual({ text: 'as it is', isCut: false })
    expect(beginningWithoutTokens('as it is', token, 7)).toEqual({ text: 'as it i', isCut: true })
    expect(beginningWithoutTokens(`${'x'.repeat(10)}${token}`, token, 30)).toEqual({ text: 'xxxxxxxxxx(removed)', isCut: false })
    expect(beginningWithoutTokens('😀😀', token, 3)).toEqual({ text: '😀', isCut: true })
    expect(beginningWithoutTokens('😀'.repeat(5_000), token, 3)).toEqual({ text: '😀', isCut: true })
    expect(beginningWithoutTokens('', token, 3)).toEqual({ text: '', isCut: false })
  })

  test('costs what is kept, not what was sent', () => {
    const secrets = `rc_${'x'.repeat(20)} `.repeat(10_000)
    const { text, isCut } = beginningWithoutTokens(secrets, '', 480)
    expect(text).toMatch(/^(?:\(removed\) )+(?:\(rem)?/)
    expect(text.length).toBeLessThan(480) // of 480 characters, which hold 20 secrets
    expect(isCut).toBe(true)
  })
})
