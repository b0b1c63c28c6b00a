import { ScimError } from '../../scim/errors'
import type { JsonObject } from '../../scim/json'
import { BULK_REQUEST_URN, MAX_BULK_OPERATIONS, readBulkMessage } from './bulk-message'

const BASE = 'https://rollcall.example/scim/contoso'
const bulkOf = (more: JsonObject, ...operations: JsonObject[]): JsonObject => ({
  schemas: [BULK_REQUEST_URN],
  Operations: operations,
  ...more,
})
const post = (bulkId: string): JsonObject => ({ method: 'POST', path: '/Users', bulkId, data: {} })
const one = { method: 'DELETE', path: '/Users/1' }

function refusalOf(body: JsonObject): unknown {
  try {
    return readBulkMessage(body, { base: BASE, isStrict: true })
  } catch (error) {
    return error
  }
}

test.each<[string, JsonObject, string]>([
  ['no schemas', { Operations: [one] }, 'schemas'],
  ['schemas of another message', bulkOf({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }, one), 'BulkRequest'],
  ['no operations', bulkOf({}), 'Operations'],
  ['operations that are no list', bulkOf({ Operations: {} }), 'Operations'],
  ['failOnErrors below 0', bulkOf({ failOnErrors: -1 }, one), 'failOnErrors must be at least 0'],
  ['failOnErrors as text', bulkOf({ failOnErrors: '1' }, one), 'failOnErrors must be a number'],
  ['failOnErrors of a half', bulkOf({ failOnErrors: 1.5 }, one), 'failOnErrors'],
  [
    'a method that no operation has',
    bulkOf({}, one, { ...one, method: 'GET' }),
    'Operations.1.method must be one of POST, PUT, PATCH, DELETE',
  ],
  ['an operation without path', bulkOf({}, { method: 'DELETE' }), 'Operations.0.path is missing'],
  ['an operation that is no object', bulkOf({ Operations: ['DELETE'] }), 'Operations.0'],
  ['a POST without bulkId', bulkOf({}, { method: 'POST', path: '/Users', data: {} }), 'Operations.0.bulkId'],
  ['a bulkId used by two POSTs', bulkOf({}, post('__proto__'), post('__proto__')), 'Operations.1.bulkId'],
])('%s is invalidSyntax and named', (_name, body, named) => {
  const refusal = refusalOf(body)
  expect(refusal).toBeInstanceOf(ScimError)
  expect(refusal).toMatchObject({ status: 400, scimType: 'invalidSyntax', message: expect.stringContaining(named) as string })
})

test('more operations than maxOperations are 413, which names the limit', () => {
  const operations = Array.from({ length: MAX_BULK_OPERATIONS + 1 }, () => one)
  expect(refusalOf(bulkOf({}, ...operations))).toMatchObject({
    status: 413,
    message: expect.stringContaining('maxOperations (1000)') as string,
  })
  expect(readBulkMessage(bulkOf({}, ...operations.slice(1)), { base: BASE, isStrict: true }).operations).toHaveLength(
    MAX_BULK_OPERATIONS,
  )
})

test.each([
  ['/Users', ['Users']],
  ['Groups', ['Groups']],
  ['/Users/2819', ['Users', '2819']],
  ['/Users/bulkId:qwerty', ['Users', 'bulkId:qwerty']],
  ['/Users/bulkId%3Aqwerty?attributes=id', ['Users', 'bulkId:qwerty']],
  [`${BASE}/Users/2819`, ['Users', '2819']],
  ['//Users//2819/', ['Users', '2819']],
  ['/../fabrikam/Users/1', ['fabrikam', 'Users', '1']],
  ['https://elsewhere.example/Users/1', ['https:', 'elsewhere.example', 'Users', '1']],
  ['/Users/\ud800', ['Users', '\ufffd']],
])('the path %j names %j', (path, wanted) => {
  expect(readBulkMessage(bulkOf({}, { method: 'delete', path }), { base: BASE, isStrict: true }).operations).toMatchObject([
    { method: 'DELETE', path: wanted },
  ])
})
