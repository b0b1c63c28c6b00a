import { OAuthError } from './oauth-error'
import { readTokenRequest } from './token-request'

const GRANT = 'grant_type=client_credentials'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const secretOf = (form: string, authorization: string | null = null) => {
  const { clientId, proof } = readTokenRequest(form, authorization)
  return [clientId, proof.kind === 'secret' ? proof.secret : proof.assertion]
}

function refusal(form: string, authorization: string | null = null): unknown {
  try {
    return readTokenRequest(form, authorization)
  } catch (error) {
    return error instanceof OAuthError ? [error.status, error.code] : error
  }
}

test.each([
  ['plain', 'id:secret', ['id', 'secret']],
  ['with what a form escapes', 'i%3Ad:a%25b%2Bc%3Ad', ['i:d', 'a%b+c:d']],
  ['with a plus for a space', 'id:a+b', ['id', 'a b']],
  ['with a colon in the secret that nobody escaped', 'id:a:b', ['id', 'a:b']],
  ['with a percent sign that nobody escaped', 'id:100%', ['id', '100%']],
  ['without a secret', 'id:', ['id', '']],
])('a Basic header %s is read', (_what, text, expected) => {
  expect(secretOf(GRANT, basic(text))).toEqual(expected)
})

test('its scheme has no case', () => {
  expect(secretOf(GRANT, basic('id:secret').replace('Basic', 'bAsIc'))).toEqual(['id', 'secret'])
})

test('an empty parameter counts as none', () => {
  expect(secretOf(`${GRANT}&scope=&client_id=&client_assertion=`, basic('id:secret'))).toEqual(['id', 'secret'])
})

test('an assertion needs no client id', () => {
  const type = encodeURIComponent('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  expect(secretOf(`${GRANT}&client_assertion_type=${type}&client_assertion=a.b.c`)).toEqual([undefined, 'a.b.c'])
})

test.each(['', ':secret', 'nothing'])('a Basic header of %j is nobody', (text) => {
  expect(refusal(GRANT, basic(text))).toEqual([401, 'invalid_client'])
})

test('what is no form has no grant type', () => {
  for (const form of ['', '{"grant_type":"client_credentials"}', 'grant_type', '&&&', '%', 'Grant_Type=client_credentials']) {
    expect(refusal(form)).toEqual([400, 'invalid_request'])
  }
})
