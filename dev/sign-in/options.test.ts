import { readFlags, UsageError } from '../flags'
import { parseSignIn, SIGN_IN_FLAGS } from './options'

const parse = (flags: string[], environment: Record<string, string> = {}) =>
  parseSignIn(readFlags(flags, SIGN_IN_FLAGS), environment)
const oauth = ['--token-endpoint', 'https://app.example/oauth/demo/token', '--client-id', 'demo']
const client = { endpoint: 'https://app.example/oauth/demo/token', clientId: 'demo' }

test('a method has what it needs', () => {
  expect(parse(['--token', 't'])).toEqual({ method: 'bearer', token: 't' })
  const secret = { SCIM_CLIENT_SECRET: 's' }
  const credentials = { method: 'client-credentials', ...client, secret: 's' }
  expect(parse(['--auth', 'client-credentials', ...oauth], secret)).toEqual({ ...credentials, credentials: 'header' })
  const inBody = parse(['--auth', 'client-credentials', ...oauth, '--credentials', 'body'], secret)
  expect(inBody).toEqual({ ...credentials, credentials: 'body' })
  expect(parse(['--auth', 'federation', ...oauth])).toEqual({ method: 'federation', ...client, issuerPort: 7081 })
})

test.each([
  [[], '--token is missing: give the Secret Token.'],
  [['--auth', 'basic'], '--auth takes bearer, client-credentials or federation.'],
  [['--auth', 'federation'], '--token-endpoint is missing: give the address of the token endpoint.'],
  [['--auth', 'federation', ...oauth.slice(0, 2)], '--client-id is missing: give the client id.'],
  [['--auth', 'client-credentials', ...oauth], 'The environment variable SCIM_CLIENT_SECRET is missing: give the client secret.'],
  [['--auth', 'client-credentials', ...oauth, '--credentials', 'both'], '--credentials takes header or body.'],
  [['--auth', 'federation', ...oauth, '--issuer-port', '70000'], '--issuer-port takes a whole number from 0 to 65535.'],
])('%j is refused with one sentence', (flags, sentence) => {
  expect(() => parse(flags)).toThrow(UsageError)
  expect(() => parse(flags)).toThrow(sentence)
})
