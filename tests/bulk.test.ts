import { brokenInvariants, feedOf, settled } from './support/check-table'
import { filtered, patchOf, startService, type Answer, type TestService, type TestTenant } from './support/service'

/** Bulk requests (RFC 7644 section 3.7) on stored directories. */

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

let service: TestService
let tenant: TestTenant
beforeAll(async () => {
  service = await startService()
  tenant = service.tenant()
})
afterAll(() => service.close())

interface Result {
  readonly method: string
  readonly bulkId?: string
  readonly location?: string
  readonly version?: string
  readonly status: string
  readonly response?: { readonly detail: string }
}

async function bulk(operations: readonly object[], more: object = {}, to = tenant): Promise<Result[]> {
  const answer = await to.send('POST', '/Bulk', { schemas: [BULK_REQUEST], Operations: operations, ...more })
  expect({ status: answer.status, schemas: answer.body['schemas'] }).toEqual({
    status: 200,
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
  })
  return answer.body['Operations'] as Result[]
}

const user = (bulkId: string, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: `${bulkId}@contoso.example`, ...more },
})
const group = (bulkId: string, ...members: string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: members.map((value) => ({ value })) },
})
const managed = (manager: string) => ({ [ENTERPRISE]: { manager: { value: manager }, department: 'Sales' } })

const statuses = (results: readonly Result[]) => results.map(({ status }) => status)
const pathOf = (result: Result | undefined) => result?.location?.slice(tenant.url.length) ?? ''
const idOf = (result: Result | undefined) => pathOf(result).split('/')[2]
const read = (result: Result | undefined): Promise<Answer> => tenant.send('GET', pathOf(result))
const membersOf = async (result: Result | undefined) =>
  ((await read(result)).body['members'] as { value: string }[] | undefined)?.map(({ value }) => value).sort()
const wellKept = async () => {
  await settled(tenant.table())
  return brokenInvariants(tenant.table())
}

test('ServiceProviderConfig states the limits', async () => {
  expect((await tenant.send('GET', '/ServiceProviderConfig')).body['bulk']).toEqual({
    supported: true,
    maxOperations: 1000,
    maxPayloadSize: 1_048_576,
  })
})

test('people, a group of them and changes of both in one request, answered in its order', async () => {
  const results = await bulk([
    group('Tour', 'bulkId:ana', 'bulkId:bo'),
    user('ana', managed('bulkId:bo')),
    { method: 'PATCH', path: '/Users/bulkId:ana', data: patchOf({ op: 'add', path: 'title', value: 'Lead' }) },
    user('bo'),
    { method: 'patch', path: '/Groups/bulkId:Tour', bulkId: 'p', data: patchOf({ op: 'remove', path: 'members' }) },
    { method: 'PUT', path: '/Users/bulkId:bo', data: { userName: 'bo@contoso.example', nickName: 'B' } },
  ])
  expect(results.map(({ method, bulkId, status }) => [method, bulkId, status])).toEqual([
    ['POST', 'Tour', '201'],
    ['POST', 'ana', '201'],
    ['PATCH', undefined, '200'],
    ['POST', 'bo', '201'],
    ['PATCH', 'p', '204'],
    ['PUT', undefined, '200'],
  ])
  for (const [i, result] of results.entries()) {
    expect(result).not.toHaveProperty('response')
    const { body, headers } = await read(result)
    expect(body).toMatchObject({ meta: { location: result.location } })
    if (i === 2 || i > 3) expect(headers.get('etag')).toBe(result.version)
  }
  expect((await read(results[1])).body).toMatchObject({ title: 'Lead', [ENTERPRISE]: { manager: { value: idOf(results[3]) } } })
  expect(await membersOf(results[0])).toBeUndefined()

  const gone = await bulk([
    { method: 'DELETE', path: pathOf(results[1]) },
    { method: 'DELETE', path: results[3]?.location, version: 'W/"99"' },
    { method: 'DELETE', path: `/users/${idOf(results[3]) ?? ''}`, version: results[5]?.version },
  ])
  expect(gone.map(({ status, location }) => [status, location])).toEqual([
    ['204', results[1]?.location],
    ['412', results[3]?.location],
    ['204', results[3]?.location],
  ])
  expect(await wellKept()).toEqual([])
})

describe('circles', () => {
  test('groups that are members of each other, beside others', async () => {
    const results = await bulk([group('Day', 'bulkId:Night', 'bulkId:cy'), group('Night', 'bulkId:Day'), user('cy')])
    expect(statuses(results)).toEqual(['201', '201', '201'])
    expect(await membersOf(results[0])).toEqual([idOf(results[1]), idOf(results[2])].sort())
    expect(await membersOf(results[1])).toEqual([idOf(results[0])])
    expect((await read(results[0])).headers.get('etag')).toBe(results[0]?.version)
  })

  test('managers of each other, and of themselves', async () => {
    const results = await bulk([
      user('dee', managed('bulkId:eli')),
      user('eli', managed('bulkId:dee')),
      user('flo', { [ENTERPRISE]: { manager: 'bulkId:flo' } }),
    ])
    expect(statuses(results)).toEqual(['201', '201', '201'])
    for (const [i, manager] of [1, 0, 2].entries()) {
      const wanted = { manager: { value: idOf(results[manager]) }, ...(i < 2 && { department: 'Sales' }) }
      expect((await read(results[i])).body[ENTERPRISE]).toMatchObject(wanted)
    }
  })

  test('one that cannot be closed leaves nothing behind', async () => {
    const results = await bulk([
      group('Own', 'bulkId:Own'),
      group('Left', 'bulkId:Right'),
      group('Right', 'bulkId:Left', 'nobody'),
      group('Above', 'bulkId:Left'),
    ])
    expect(statuses(results)).toEqual(['400', '409', '400', '409'])
    expect(results.map(({ response }) => response?.detail)).toEqual([
      expect.stringContaining('cannot be a member of itself'),
      expect.stringContaining('bulkId:Right'),
      expect.stringContaining('nobody'),
      expect.stringContaining('bulkId:Left'),
    ])
    for (const result of results) expect(result).not.toHaveProperty('location')
    for (const name of ['Own', 'Left', 'Right', 'Above']) {
      expect((await tenant.send('GET', `/Groups${filtered(`displayName eq "${name}"`)}`)).body['totalResults']).toBe(0)
    }
    expect(await wellKept()).toEqual([])
  })
})

test("each failure is the operation's own, with what a single request would answer, and names that JavaScript knows are names", async () => {
  const nobody = '0'.repeat(32)
  const results = await bulk([
    user('gus'),
    { ...user('gus2'), data: { userName: 'GUS@contoso.example' } },
    { method: 'POST', path: '/Users', bulkId: '__proto__', data: { displayName: 'no userName' } },
    group('hub', 'bulkId:__proto__', 'bulkId:constructor'),
    group('toString', 'bulkId:valueOf'),
    { method: 'POST', path: '/Users', bulkId: 'x' },
    { method: 'POST', path: '/Users/1', bulkId: 'y', data: {} },
    { method: 'POST', path: '/Users/.search', bulkId: 'z', data: {} },
    { method: 'DELETE', path: '/Users' },
    { method: 'DELETE', path: `/Users/${nobody}` },
    { method: 'PATCH', path: '/Users/bulkId:gone', data: patchOf() },
    { method: 'PUT', path: '/Schemas/1', data: {} },
    { method: 'POST', path: '/Bulk', bulkId: 'b', data: {} },
    { method: 'PUT', path: '/Users/a/b', data: {} },
    {
      method: 'PUT',
      path: `/Users/${nobody}`,
      data: { userName: 'deep@contoso.example', title: JSON.parse('['.repeat(90) + ']'.repeat(90)) as unknown },
    },
  ])
  expect(statuses(results)).toEqual([
    ...['201', '409', '400', '409', '409', '400', '400', '400', '400', '404', '409', '404', '404', '404', '400'],
  ])
  expect(results[1]?.response).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '409',
    scimType: 'uniqueness',
    detail: expect.stringContaining('userName') as string,
  })
  for (const result of results.slice(1)) expect(result.response).toMatchObject({ status: result.status })
  expect(results[9]?.location).toBe(`${tenant.url}/Users/${nobody}`)
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('value')
})

test('failOnErrors of 0 accepts no error: the first one ends the work', async () => {
  const results = await bulk([user('una'), user('una2', { userName: 'una@contoso.example' }), user('uta')], { failOnErrors: 0 })
  expect(statuses(results)).toEqual(['201', '409'])
})

test('failOnErrors ends the work, and what was not begun has no answer', async () => {
  const results = await bulk([user('ida'), user('ida2', { userName: 'ida@contoso.example' }), user('ivo')], { failOnErrors: 1 })
  expect(statuses(results)).toEqual(['201', '409'])
  expect((await tenant.send('GET', `/Users${filtered('userName eq "ivo@contoso.example"')}`)).body['totalResults']).toBe(0)
})

test('changes of one resource are made in their order, renames may pass on a name', async () => {
  const [one, two] = await bulk([user('jan'), user('kim')])
  const retitled = (value: string) => ({
    method: 'PATCH',
    path: pathOf(one),
    data: patchOf({ op: 'add', path: 'emails', value: [{ type: value, value: `${value}@contoso.example` }] }),
  })
  const rename = (result: Result | undefined, value: string) => ({
    method: 'PATCH',
    path: pathOf(result),
    data: patchOf({ op: 'replace', path: 'userName', value }),
  })
  const order = ['a', 'b', 'c', 'd', 'e']
  const results = await bulk([...order.map(retitled), rename(one, 'jon@contoso.example'), rename(two, 'jan@contoso.example')])
  expect(new Set(statuses(results))).toEqual(new Set(['200']))
  const { body } = await read(one)
  expect((body['emails'] as { type: string }[]).map(({ type }) => type)).toEqual(order)
})

test('an attribute that nobody declared is learnt once and known to the operations after it', async () => {
  const other = service.tenant(1)
  const urn = 'urn:ietf:params:scim:schemas:extension:Shop:2.0:User'
  const many = Array.from({ length: 12 }, (_, i) => user(`shop${i}`, { [urn]: { till: `t${i}`, [`only${i}`]: 'x' } }))
  expect(new Set(statuses(await bulk(many, {}, other)))).toEqual(new Set(['201']))
  const { body } = await other.send('GET', `/Users${filtered(`${urn}:till eq "t11"`)}`)
  expect(body).toMatchObject({ totalResults: 1, Resources: [{ [urn]: { till: 't11', only11: 'x' } }] })
  expect((await other.send('GET', `/Users${filtered(`${urn}:only3 eq "x"`)}`)).body['totalResults']).toBe(1)
})

test('80 people in one request take one storage call and leave one record each, and another tenant reaches none of them', async () => {
  const other = service.tenant(2)
  const people = Array.from({ length: 80 }, (_, i) => user(`many${i}`))
  const results = await bulk(people, {}, other)
  expect(new Set(statuses(results))).toEqual(new Set(['201']))
  expect(service.lines.findLast(({ operation }) => operation === 'bulk')).toMatchObject({ status: 200, calls: 80 })
  await settled(other.table())
  const created = (await feedOf(other.table())).filter(({ values }) => values['type'] === 'user.created') // roles are told beside
  expect(created).toHaveLength(80)
  const stolen = await bulk([{ method: 'DELETE', path: `/Users/${results[0]?.location?.split('/').at(-1) ?? ''}` }])
  expect(statuses(stolen)).toEqual(['404'])
})

test('what is wrong with the whole request refuses it: method, limits, message', async () => {
  const refusals: [string, string, unknown, number][] = [
    ['GET', '/Bulk', undefined, 405],
    ['PUT', '/Bulk', {}, 405],
    ['POST', '/Bulk/x', {}, 404],
    ['POST', '/Bulk', { schemas: ['urn:x'], Operations: [user('lea')] }, 400],
    ['POST', '/Bulk', { schemas: [BULK_REQUEST], Operations: [user('lea'), { method: 'GET', path: '/Users' }] }, 400],
    ['POST', '/Bulk', { schemas: [BULK_REQUEST], Operations: Array.from({ length: 1001 }, () => user('lea')) }, 413],
    ['POST', '/Bulk', { schemas: [BULK_REQUEST], Operations: [user('lea', { title: 'x'.repeat(1_048_576) })] }, 413],
  ]
  for (const [method, path, body, status] of refusals) {
    const answer = await tenant.send(method, path, body)
    expect({ method, path, status: answer.status, told: answer.body['status'] }).toEqual({
      method,
      path,
      status,
      told: String(status),
    })
    if (status === 405) expect(answer.headers.get('allow')).toBe('POST')
    if (status === 413) expect(answer.body['detail']).toMatch(/1000|1048576/)
  }
  expect((await tenant.send('GET', `/Users${filtered('userName eq "lea@contoso.example"')}`)).body['totalResults']).toBe(0)
})
