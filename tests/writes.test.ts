import { startBehindProxy } from './support/behind-proxy'
import { brokenInvariants, settled } from './support/check-table'
import type { FaultProxy } from './support/fault-proxy'
import { filtered, patchOf, startService, type Answer, type TestService, type TestTenant } from './support/service'

/** What POST, PUT and PATCH leave behind when they are refused, cut short or repeated. */

let proxy: FaultProxy
let service: TestService
let tenant: TestTenant
beforeAll(async () => {
  ;({ proxy, service } = await startBehindProxy(startService))
  tenant = service.tenant()
})
afterEach(() => {
  proxy.calm()
})
afterAll(() => service.close())

async function createUser(userName: string, more: object = {}): Promise<string> {
  const { status, body } = await tenant.send('POST', '/Users', { userName: `${userName}@contoso.example`, ...more })
  expect(status).toBe(201)
  return String(body['id'])
}

describe('a POST of a large group that storage cut short', () => {
  let people: string[]
  beforeAll(async () => {
    people = await Promise.all(Array.from({ length: 40 }, (_, i) => createUser(`member${i}`)))
  })
  const posted = (displayName: string, ids: readonly string[], more: object = {}) =>
    tenant.send('POST', '/Groups', {
      displayName,
      externalId: `x-${displayName.toLowerCase()}`,
      members: ids.map((value) => ({ value })),
      ...more,
    })
  /** The group is there with some of its members: the transaction with the rest never gets through. */
  async function cutShort(displayName: string): Promise<{ id: string; members: unknown[] }> {
    proxy.busy(1000, { match: { method: 'POST', path: '$batch', body: `!${people[39]!}` } })
    expect((await posted(displayName, people)).status).toBe(503)
    proxy.calm()
    const { body } = await tenant.send('GET', `/Groups${filtered(`displayName eq "${displayName}"`)}`)
    const [found] = body['Resources'] as { id: string; members: unknown[] }[]
    expect(found?.members.length).toBeGreaterThan(0)
    expect(found?.members.length).toBeLessThan(people.length)
    return found!
  }
  const values = ({ body }: Answer) => (body['members'] as { value: string }[]).map(({ value }) => value).sort()

  test('is completed by its repeat, as the repeat says, and then its name is taken', async () => {
    const { id } = await cutShort('Crew')
    const repeated = await posted('crew', people.slice(1), { 'urn:x:Shop:2.0:Group': { floor: '1' } })
    expect(repeated).toMatchObject({ status: 201, body: { id, displayName: 'crew' } })
    expect(repeated.headers.get('location')).toBe(`${tenant.url}/Groups/${id}`)
    expect(values(repeated)).toEqual(people.slice(1).sort())
    expect(values(await tenant.send('GET', `/Groups/${id}`))).toEqual(people.slice(1).sort())
    expect(await posted('Crew', people)).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    await settled(tenant.table())
    expect(await brokenInvariants(tenant.table())).toEqual([])
  })

  test('belongs to whoever found it and changed its members since', async () => {
    const { id, members } = await cutShort('Staff')
    const joined = await tenant.send(
      'PATCH',
      `/Groups/${id}`,
      patchOf({ op: 'add', path: 'members', value: [{ value: people[39] }] }),
    )
    expect(joined.status).toBe(204)
    expect((await posted('Staff', people)).status).toBe(409)
    expect(values(await tenant.send('GET', `/Groups/${id}`))).toHaveLength(members.length + 1)
  })

  test('does not change what a repeat with few members gets: its name is taken', async () => {
    await cutShort('Fleet')
    expect((await posted('Fleet', people.slice(0, 2))).status).toBe(409)
  })
})

describe('`active`', () => {
  const clearings = [
    { op: 'remove', path: 'active' },
    { op: 'replace', path: 'active', value: null },
    { op: 'replace', path: 'active', value: '' },
    { op: 'replace', value: { active: '' } },
  ]
  test.each([true, false])('that is %s stays so when a PATCH clears it, and filters find it', async (active) => {
    const id = await createUser(`clear-${active}`, { active })
    const path = `/Users/${id}`
    const { headers } = await tenant.send('GET', path)
    for (const clearing of clearings) {
      const answer = await tenant.send('PATCH', path, patchOf(clearing))
      expect(answer).toMatchObject({ status: 200, body: { active } })
      expect(answer.headers.get('etag')).toBe(headers.get('etag')) // nothing has changed
    }
    const mixed = await tenant.send(
      'PATCH',
      path,
      patchOf({ op: 'remove', path: 'active' }, { op: 'add', path: 'title', value: 'T' }),
    )
    expect(mixed.body).toMatchObject({ active, title: 'T' })
    const found = async (filter: string) =>
      (await tenant.send('GET', `/Users${filtered(`id eq "${id}" and ${filter}`)}`)).body['totalResults']
    expect(await found(`active eq ${active}`)).toBe(1)
    expect(await found(`active eq ${!active}`)).toBe(0)
    expect((await tenant.send('PUT', path, { userName: `clear-${active}@contoso.example`, active: null })).body).toMatchObject({
      active,
    })
  })
})

describe('attributes that nobody declared', () => {
  const urn = (name: string) => `urn:ietf:params:scim:schemas:extension:${name}:2.0:User`
  const isKnown = async (name: string) => (await tenant.send('GET', `/Schemas/${urn(name)}`)).status === 200

  test('are not learnt from a request that is refused for what it says', async () => {
    const id = await createUser('lore')
    const wrong = patchOf({ op: 'add', path: `${urn('Wrong')}:a`, value: 'x' }, { op: 'add', path: 'active', value: 'perhaps' })
    expect((await tenant.send('PATCH', `/Users/${id}`, wrong)).status).toBe(400)
    expect((await tenant.send('POST', '/Users', { title: 'no userName', [urn('Wrong')]: { a: 'x' } })).status).toBe(400)
    expect(await isKnown('Wrong')).toBe(false)
  })

  test('are not learnt from a change that what is stored refuses', async () => {
    const id = await createUser('mori')
    const body = { userName: 'mori@contoso.example', [urn('Stale')]: { a: 'x' } }
    expect((await tenant.send('PUT', `/Users/${id}`, body, { 'if-match': 'W/"77"' })).status).toBe(412)
    expect((await tenant.send('PUT', `/Users/${'b'.repeat(32)}`, body)).status).toBe(404)
    const refused = patchOf(
      { op: 'add', path: `${urn('Stale')}:a`, value: 'x' },
      { op: 'replace', path: 'emails[value sw "none"].type', value: 'work' },
    )
    expect(await tenant.send('PATCH', `/Users/${id}`, refused)).toMatchObject({ status: 400, body: { scimType: 'noTarget' } })
    expect(await isKnown('Stale')).toBe(false)
    const { headers } = await tenant.send('GET', `/Users/${id}`)
    const put = await tenant.send('PUT', `/Users/${id}`, body, { 'if-match': headers.get('etag') ?? '' })
    expect(put).toMatchObject({ status: 200, body: { [urn('Stale')]: { a: 'x' } } })
    expect(await isKnown('Stale')).toBe(true)
  })

  test('may be learnt from a POST whose name is taken; no resource changes by that', async () => {
    const id = await createUser('nell')
    const before = (await tenant.send('GET', `/Users/${id}`)).body
    const body = { userName: 'nell@contoso.example', [urn('Late')]: { a: 'x' } }
    expect((await tenant.send('POST', '/Users', body)).status).toBe(409)
    expect((await tenant.send('GET', `/Users/${id}`)).body).toEqual(before)
    expect((await tenant.send('GET', `/Users${filtered(`${urn('Late')}:a pr`)}`)).body['totalResults']).toBe(0)
  })
})

describe('PUT', () => {
  test('never creates', async () => {
    const path = `/Users/${'a'.repeat(32)}`
    expect((await tenant.send('PUT', path, { userName: 'new@contoso.example' })).status).toBe(404)
    expect((await tenant.send('GET', `/Users${filtered('userName eq "new@contoso.example"')}`)).body['totalResults']).toBe(0)
  })

  test('ignores what is read-only and needs what is required', async () => {
    const id = await createUser('nia')
    const { body } = await tenant.send('GET', `/Users/${id}`)
    const put = await tenant.send('PUT', `/Users/${id}`, {
      ...body,
      id: 'other',
      meta: { created: '2001-01-01T00:00:00Z', resourceType: 'Group' },
      groups: [{ value: id }],
      title: 'T',
    })
    const { meta, ...rest } = body as { meta: { created: string } }
    expect(put).toMatchObject({
      status: 200,
      body: { ...rest, title: 'T', meta: { created: meta.created, resourceType: 'User' } },
    })
    expect(put.body).not.toHaveProperty('groups')
    for (const userName of [undefined, '', null]) {
      expect(await tenant.send('PUT', `/Users/${id}`, { userName, title: 'U' })).toMatchObject({
        status: 400,
        body: { scimType: 'invalidValue' },
      })
    }
    expect((await tenant.send('GET', `/Users/${id}`)).body).toMatchObject({ title: 'T' })
  })
})

test('a bulk request through an outage of storage: 503 for each operation that met it, logged once without a name', async () => {
  const id = await createUser('ora')
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
  proxy.busy(1000, { match: { method: 'POST', path: '$batch', body: 'outage' } })
  const post = (name: string) => ({ method: 'POST', path: '/Users', bulkId: name, data: { userName: `${name}@contoso.example` } })
  const title = { op: 'add', path: 'title', value: 'T' }
  const answer = await tenant.send('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [post('outage1'), post('outage2'), { method: 'PATCH', path: `/Users/${id}`, data: patchOf(title) }],
  })
  const results = answer.body['Operations'] as { status: string; response?: { detail: string } }[]
  expect(results.map(({ status }) => status)).toEqual(['503', '503', '200'])
  expect(results[0]?.response?.detail).toContain('Repeat the request')
  expect(warned.mock.calls).toEqual([[expect.stringMatching(/^{"operation":"bulk","error":"StorageUnavailable"/)]])
  expect(JSON.stringify(warned.mock.calls)).not.toContain('outage')
  warned.mockRestore()
})
