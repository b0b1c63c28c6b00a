import { vaultError } from '../credentials/vault/vault-errors'
import { VaultForbidden, VaultUnavailable } from './outage'
import { readConfig } from '../config'
import { notFound, uniqueness } from '../scim/errors'
import { StorageUnavailable } from '../storage/unavailable'
import { describeError, errorReply } from './error-reply'
import { methodNotAllowed } from '../scim-api/refusals'

test.each<[string, unknown, { status: number; scimType?: string; headers?: Record<string, string> }]>([
  ['a refusal', uniqueness('Taken already.'), { status: 409, scimType: 'uniqueness' }],
  ['a refusal without keyword', notFound('Not here.'), { status: 404 }],
  ['a refusal with a header', methodNotAllowed(['GET', 'POST']), { status: 405, headers: { Allow: 'GET, POST' } }],
  [
    'busy storage',
    new StorageUnavailable('secret', { retryAfterSeconds: 7, throttled: true }),
    { status: 503, headers: { 'Retry-After': '7' } },
  ],
  [
    'a vault out of reach',
    new VaultUnavailable('secret', { retryAfterSeconds: 9 }),
    { status: 503, headers: { 'Retry-After': '9' } },
  ],
  ['a vault that refuses us', new VaultForbidden('secret'), { status: 503, headers: { 'Retry-After': '60' } }],
  ['a defect of ours', new TypeError('secret'), { status: 500 }],
  ['something thrown that is no error', 'secret', { status: 500 }],
])('%s', (_name, error, { status, scimType, headers = {} }) => {
  const reply = errorReply(error)
  expect(reply).toMatchObject({
    status,
    headers,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status) },
  })
  expect(Object.keys(reply.headers ?? {})).toEqual(Object.keys(headers))
  expect(Object(reply.body)).toHaveProperty('detail')
  expect((reply.body as Record<string, unknown>)['scimType']).toBe(scimType)
  expect(JSON.stringify(reply)).not.toContain('secret')
})

test('a log learns name, code, status and places of an error and none of its words', () => {
  const error = Object.assign(new RangeError('ana@contoso.example\n    at ana@contoso.example'), {
    code: 'InvalidInput',
    statusCode: 400,
    body: 'ana',
  })
  const described = describeError(error)
  expect(described).toMatchObject({ error: 'RangeError', code: 'InvalidInput', upstreamStatus: 400 })
  expect(described).not.toHaveProperty('status')
  expect(JSON.stringify(described)).not.toContain('ana@')
  expect(JSON.stringify(described)).toContain('error-reply.test.ts')
  expect(describeError('ana')).toEqual({ error: 'string' })
})

test('the operator reads which setting is wrong, which role is missing and how storage answered', () => {
  let missing: unknown
  try {
    readConfig({ REQUEST_BURST: 'many' })
  } catch (error) {
    missing = error
  }
  expect(describeError(missing)).toMatchObject({
    error: 'ConfigError',
    message: expect.stringMatching(/REQUEST_BURST must be .*\n.*TABLES_URL is missing/s) as string,
  })
  const refused = Object.assign(new Error('Caller: ana@contoso.example'), { name: 'RestError', statusCode: 403 })
  const forbidden = describeError(vaultError(refused, 'scim-token-contoso-1'))
  expect(forbidden).toMatchObject({ message: expect.stringContaining('Key Vault Secrets User') as string })
  expect(JSON.stringify(forbidden)).not.toContain('ana@')
  expect(describeError(new VaultUnavailable('Key Vault answered 503.'))).toMatchObject({ message: 'Key Vault answered 503.' })
  expect(describeError(new StorageUnavailable('503 ServerBusy'))).toMatchObject({
    message: expect.stringContaining('503 ServerBusy') as string,
  })
})
