import { brokenInvariants, settled } from './support/check-table'
import { patchOf, startService, type TestService, type TestTenant } from './support/service'

/** Groups beyond what one transaction holds. */

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

async function createUsers(tenant: TestTenant, count: number): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) {
    const batch = Array.from({ length: Math.min(50, count - ids.length) }, (_, i) => `user${ids.length + i}@contoso.example`)
    const answers = await Promise.all(batch.map((userName) => tenant.send('POST', '/Users', { userName })))
    ids.push(...answers.map((answer) => String(answer.body['id'])))
  }
  return ids
}

const values = (ids: readonly string[]) => ids.map((value) => ({ value }))

test('storage calls of a PATCH grow with its members, not with their square', async () => {
  const tenant = service.tenant(0)
  const users = await createUsers(tenant, 600)
  const { body } = await tenant.send('POST', '/Groups', { displayName: 'Everybody' })
  const path = `/Groups/${String(body['id'])}`
  const callsOf = async (patch: object) => {
    expect((await tenant.send('PATCH', path, patch)).status).toBe(204)
    return Number(service.lines.findLast((line) => line['method'] === 'PATCH')?.['calls'])
  }
  // An anchor and perhaps a membership read for each member, one transaction for each 31, and the document and anchor.
  expect(await callsOf(patchOf({ op: 'Add', path: 'members', value: values(users) }))).toBeLessThan(600 + 600 / 30 + 40)
  expect(await callsOf(patchOf({ op: 'Remove', path: 'members', value: values(users.slice(0, 300)) }))).toBeLessThan(
    300 + 300 / 45 + 10,
  )
  const read = await tenant.send('GET', path)
  expect(read.body['members']).toHaveLength(300)
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
}, 60_000)

test('a large PATCH that names one unknown member changes nothing', async () => {
  const tenant = service.tenant(1)
  const users = await createUsers(tenant, 80)
  const { body } = await tenant.send('POST', '/Groups', { displayName: 'Everybody' })
  const path = `/Groups/${String(body['id'])}`
  const unknown = '0'.repeat(32)
  const patch = patchOf(
    { op: 'Replace', path: 'displayName', value: 'Renamed' },
    { op: 'Add', path: 'members', value: values([...users, unknown]) },
  )
  const answer = await tenant.send('PATCH', path, patch)
  expect(answer.status).toBe(400)
  expect(answer.body['detail']).toContain(unknown)
  const read = await tenant.send('GET', path)
  expect(read.body).toMatchObject({ displayName: 'Everybody' })
  expect(read.body).not.toHaveProperty('members')
})

test('with If-Match a change of members since then is refused, and the right version goes through in several transactions', async () => {
  const tenant = service.tenant(2)
  const users = await createUsers(tenant, 70)
  const { body, headers } = await tenant.send('POST', '/Groups', { displayName: 'Versioned' })
  const path = `/Groups/${String(body['id'])}`
  const stale = { 'if-match': headers.get('etag') ?? '' }
  await tenant.send('PATCH', path, patchOf({ op: 'Add', path: 'members', value: values(users.slice(0, 1)) }))
  expect((await tenant.send('PATCH', path, patchOf({ op: 'Replace', path: 'displayName', value: 'X' }), stale)).status).toBe(412)
  const fresh = { 'if-match': (await tenant.send('GET', `${path}?excludedAttributes=members`)).headers.get('etag') ?? '' }
  expect((await tenant.send('PATCH', path, patchOf({ op: 'Add', path: 'members', value: values(users) }), fresh)).status).toBe(
    204,
  )
  expect((await tenant.send('GET', path)).body['members']).toHaveLength(70)
})

test('filters that would be matched millions of times are refused', async () => {
  const tenant = service.tenant(3)
  const users = await createUsers(tenant, 60)
  const { body } = await tenant.send('POST', '/Groups', { displayName: 'Filtered', members: values(users) })
  const terms = Array.from({ length: 60 }, (_, i) => `value sw "${i}x"`).join(' or ')
  const operations = Array.from({ length: 40 }, () => ({ op: 'remove', path: `members[${terms}]` }))
  const answer = await tenant.send('PATCH', `/Groups/${String(body['id'])}`, patchOf(...operations))
  expect(answer.status).toBe(400)
  expect(answer.body['scimType']).toBe('tooMany')
  const few = await tenant.send(
    'PATCH',
    `/Groups/${String(body['id'])}`,
    patchOf({ op: 'remove', path: 'members[type eq "Group"]' }),
  )
  expect(few.status).toBe(204)
})

test('pages by startIndex are right after people came and went, though the keys were cached', async () => {
  const tenant = service.tenant(4)
  const users = await createUsers(tenant, 12)
  const pageIds = async (startIndex: number) => {
    const { body } = await tenant.send('GET', `/Users?startIndex=${startIndex}&count=5`)
    return { total: body['totalResults'], ids: (body['Resources'] as { id: string }[]).map(({ id }) => id) }
  }
  expect((await pageIds(1)).total).toBe(12)
  await tenant.send('DELETE', `/Users/${users[0]!}`)
  const more = await createUsers(service.tenant(5), 1)
  expect(more).toHaveLength(1)
  const pages = [await pageIds(1), await pageIds(6), await pageIds(11)]
  expect(pages.map(({ total }) => total)).toEqual([11, 11, 11])
  expect(pages.flatMap(({ ids }) => ids).sort()).toEqual(users.slice(1).sort())
  await settled(tenant.table())
  expect((await pageIds(6)).ids).toEqual(pages[1]?.ids)
})
