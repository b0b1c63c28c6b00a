import { startBehindProxy } from './support/behind-proxy'
import { filtered, patchOf, startService, type Answer, type TestService, type TestTenant } from './support/service'
import type { FaultProxy, Match } from './support/fault-proxy'

let proxy: FaultProxy
let service: TestService
let tenant: TestTenant
let ids: Record<'person' | 'group', string>

beforeAll(async () => {
  ;({ proxy, service } = await startBehindProxy(startService))
  tenant = service.tenant()
  const person = await tenant.send('POST', '/Users', { userName: 'steady@contoso.example', title: 'Before' })
  const group = await tenant.send('POST', '/Groups', { displayName: 'Steady' })
  ids = { person: String(person.body['id']), group: String(group.body['id']) }
})
afterEach(() => {
  proxy.calm()
})
afterAll(() => service.close())

function expectUnavailable({ status, headers, body }: Answer): void {
  expect({ status, ...body }).toEqual({
    status: '503',
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    detail: expect.stringContaining('Repeat the request') as string,
  })
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(headers.get('content-type')).toBe('application/scim+json; charset=utf-8')
}

describe('storage that stays busy is 503 with Retry-After, never 404 and never an empty list', () => {
  const change = patchOf({ op: 'replace', path: 'title', value: 'After' })
  const requests: Record<string, () => Promise<Answer>> = {
    GET: () => tenant.send('GET', `/Users/${ids.person}`),
    'GET of a group': () => tenant.send('GET', `/Groups/${ids.group}`),
    'a filter': () => tenant.send('GET', `/Users${filtered('userName eq "steady@contoso.example"')}`),
    'a filter without match': () => tenant.send('GET', `/Users${filtered('userName eq "nobody@contoso.example"')}`),
    'a list': () => tenant.send('GET', '/Users'),
    'a list by cursor': () => tenant.send('GET', '/Users?cursor'),
    POST: () => tenant.send('POST', '/Users', { userName: 'busy@contoso.example' }),
    PUT: () => tenant.send('PUT', `/Users/${ids.person}`, { userName: 'steady@contoso.example', title: 'After' }),
    PATCH: () => tenant.send('PATCH', `/Users/${ids.person}`, change),
    'PATCH of members': () =>
      tenant.send('PATCH', `/Groups/${ids.group}`, patchOf({ op: 'add', path: 'members', value: [{ value: ids.person }] })),
    DELETE: () => tenant.send('DELETE', `/Users/${ids.person}`),
  }
  test.each(Object.keys(requests))('%s', async (name) => {
    proxy.busy(1000)
    const answer = await requests[name]?.()
    proxy.calm()
    expect(answer).toBeDefined()
    if (answer !== undefined) expectUnavailable(answer)
    expect(await tenant.send('GET', `/Users/${ids.person}`)).toMatchObject({ status: 200, body: { title: 'Before' } })
    expect((await tenant.send('GET', `/Users${filtered('userName eq "busy@contoso.example"')}`)).body).toMatchObject({
      totalResults: 0,
    })
    expect((await tenant.send('GET', `/Groups/${ids.group}`)).body).not.toHaveProperty('members')
  })

  /** The last one of that function: the follower writes lines of its own meanwhile. */
  const lineOf = (operation: string) => service.lines.findLast((line) => line['operation'] === operation)

  test('its line of the log has the status of the answer', async () => {
    proxy.busy(1000, { status: 403, code: 'AuthorizationFailure' })
    expect((await tenant.send('GET', `/Users/${ids.person}`)).status).toBe(503)
    expect(lineOf('users')).toMatchObject({ status: 503, error: 'StorageForbidden' })
  })

  test('what this service does not have is no failure of it', async () => {
    expect((await tenant.send('GET', '/Me')).status).toBe(501)
    expect(lineOf('me')).toMatchObject({ status: 501 })
    expect(lineOf('me')).not.toHaveProperty('error')
  })

  test('a wait that storage asks for reaches the client', async () => {
    proxy.busy(1000, { retryAfter: '17' })
    const answer = await tenant.send('GET', `/Users/${ids.person}`)
    expectUnavailable(answer)
    expect(answer.headers.get('retry-after')).toBe('17')
  })

  test('when the tenant cannot be looked up, the token is not called wrong', async () => {
    proxy.busy(1000)
    expectUnavailable(await service.tenant(5).send('GET', '/Users'))
    proxy.calm()
    expect((await service.tenant(5).send('GET', '/Users')).status).toBe(200)
  })
})

test('storage that is busy for a moment is not noticed', async () => {
  proxy.busy(1)
  expect((await tenant.send('GET', `/Users/${ids.person}`)).status).toBe(200)
  proxy.busy(1, { match: { method: 'POST', body: 'patient@contoso.example' } })
  expect((await tenant.send('POST', '/Users', { userName: 'patient@contoso.example' })).status).toBe(201)
})

/** Kinds of the records about a resource, in the outbox or numbered. */
async function recordsOf(id: string): Promise<unknown[]> {
  const rows = await tenant.table().all({ from: 'f!', before: 'q!' })
  const types = rows.filter(({ key, values }) => /^[fp]!/.test(key) && values['id'] === id).map(({ values }) => values['type'])
  return types.filter((type) => type !== 'role.changed') // what the follower says of it
}

/** The first time the storage client's own repeat meets what it did itself; the second time all its repeats are lost. */
describe.each([1, 3])('a commit whose answer is lost %i times is a success, and happened once:', (times) => {
  const lose = (match: Match) => {
    proxy.loseAnswer({ method: 'POST', path: '$batch', times, ...match })
  }
  const post = async () => {
    const { status, body } = await tenant.send('POST', '/Users', { userName: `lost-${times}@contoso.example`, title: 'Before' })
    return { status, id: String(body['id']) }
  }

  test('POST, PATCH, PUT, members and DELETE', async () => {
    lose({ body: `lost-${times}@contoso.example` })
    const { status, id } = await post()
    expect(status).toBe(201)
    expect(await recordsOf(id)).toEqual(['user.created'])
    expect((await tenant.send('GET', `/Users${filtered(`userName eq "lost-${times}@contoso.example"`)}`)).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id }],
    })

    lose({ body: `patched-${times}` })
    const change = patchOf({ op: 'replace', path: 'title', value: `patched-${times}` })
    expect(await tenant.send('PATCH', `/Users/${id}`, change)).toMatchObject({ status: 200, body: { title: `patched-${times}` } })
    expect(await recordsOf(id)).toEqual(['user.created', 'user.updated'])

    const { headers } = await tenant.send('GET', `/Users/${id}`)
    lose({ body: `put-${times}` })
    const whole = { userName: `lost-${times}@contoso.example`, title: `put-${times}` }
    const put = await tenant.send('PUT', `/Users/${id}`, whole, { 'if-match': headers.get('etag') ?? '' })
    expect(put).toMatchObject({ status: 200, body: { title: `put-${times}` } })
    expect(await recordsOf(id)).toHaveLength(3)

    const before = await recordsOf(ids.group)
    for (const op of ['add', 'remove']) {
      lose({ body: `m!${ids.group}!${id}` })
      const members = await tenant.send('PATCH', `/Groups/${ids.group}`, patchOf({ op, path: 'members', value: [{ value: id }] }))
      expect(members.status).toBe(204)
      const { body } = await tenant.send('GET', `/Groups/${ids.group}`)
      expect(body['members'] ?? []).toHaveLength(op === 'add' ? 1 : 0)
    }
    expect(await recordsOf(ids.group)).toHaveLength(before.length + 2)

    lose({ body: `d!${id}` })
    expect((await tenant.send('DELETE', `/Users/${id}`)).status).toBe(204)
    expect((await recordsOf(id)).filter((kind) => kind === 'user.deleted')).toHaveLength(1)
    expect((await tenant.send('GET', `/Users/${id}`)).status).toBe(404)
  })
})

test('a commit that never reached storage is done by a repeat', async () => {
  proxy.loseRequest({ method: 'POST', path: '$batch', body: 'unsent@contoso.example' })
  expect((await tenant.send('POST', '/Users', { userName: 'unsent@contoso.example' })).status).toBe(201)
})
