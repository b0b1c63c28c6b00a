import { brokenInvariants, feedOf, settled } from './support/check-table'
import { patchOf, startService, type Answer, type TestService, type TestTenant } from './support/service'

/** Entra ID patches one group by the hundred, over several connections: nothing may be lost, refused or left dangling. */

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

async function createUsers(tenant: TestTenant, count: number, prefix = 'user'): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, i) => tenant.send('POST', '/Users', { userName: `${prefix}${i}@contoso.example` })),
  )
  return answers.map((answer) => String(answer.body['id']))
}

async function createGroup(tenant: TestTenant, displayName: string, members: readonly string[] = []): Promise<string> {
  const { body } = await tenant.send('POST', '/Groups', { displayName, members: members.map((value) => ({ value })) })
  return String(body['id'])
}

async function membersOf(tenant: TestTenant, group: string): Promise<string[]> {
  const { body } = await tenant.send('GET', `/Groups/${group}`)
  return ((body['members'] ?? []) as { value: string }[]).map((member) => member.value).sort()
}

const add = (tenant: TestTenant, group: string, id: string) =>
  tenant.send('PATCH', `/Groups/${group}`, patchOf({ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] }))
const remove = (tenant: TestTenant, group: string, id: string) =>
  tenant.send('PATCH', `/Groups/${group}`, patchOf({ op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] }))

/** Two hundred requests at once, on a machine that has other tests beside. */
jest.setTimeout(120_000)

const statuses = (answers: readonly Answer[]) => [...new Set(answers.map((answer) => answer.status))].sort()

test('200 parallel PATCHes of one member each, adds and removes interleaved: none lost, all 204', async () => {
  const tenant = service.tenant(0)
  const users = await createUsers(tenant, 200)
  const leaving = users.slice(0, 100)
  const joining = users.slice(100)
  const group = await createGroup(tenant, 'Everybody', leaving)
  const answers = await Promise.all(
    users.map((_, i) => (i % 2 === 0 ? add(tenant, group, joining[i / 2]!) : remove(tenant, group, leaving[(i - 1) / 2]!))),
  )
  expect(statuses(answers)).toEqual([204])
  expect(await membersOf(tenant, group)).toEqual([...joining].sort())
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('the same member added and removed by 40 requests at once: every answer 204, both directions agree', async () => {
  const tenant = service.tenant(1)
  const [id = ''] = await createUsers(tenant, 1)
  const group = await createGroup(tenant, 'Contended')
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? add(tenant, group, id) : remove(tenant, group, id))),
  )
  expect(statuses(answers)).toEqual([204])
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
  const told = (await feedOf(tenant.table())).filter((row) => row.values['id'] === group).map((row) => String(row.values['j0']))
  const turns = told.map((text) => (text.includes('"added"') ? 'added' : text.includes('"removed"') ? 'removed' : 'created'))
  expect(turns.slice(1)).toEqual(turns.slice(1).map((_, i) => (i % 2 === 0 ? 'added' : 'removed')))
  expect(await membersOf(tenant, group)).toEqual(turns.at(-1) === 'added' ? [id] : [])
})

test('a user is deleted while 20 groups add it: answers are 204, 400 or 404, and nothing dangles', async () => {
  const tenant = service.tenant(2)
  const [id = ''] = await createUsers(tenant, 1)
  const groups = await Promise.all(Array.from({ length: 20 }, (_, i) => createGroup(tenant, `Group ${i}`)))
  const [deleted, ...adds] = await Promise.all([
    tenant.send('DELETE', `/Users/${id}`),
    ...groups.map((group) => add(tenant, group, id)),
  ])
  expect(deleted.status).toBe(204)
  expect(statuses(adds).every((status) => status === 204 || status === 400)).toBe(true)
  for (const group of groups) expect(await membersOf(tenant, group)).toEqual([])
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('a group is deleted while 40 members join and others leave: nothing dangles', async () => {
  const tenant = service.tenant(3)
  const users = await createUsers(tenant, 80)
  const group = await createGroup(tenant, 'Short-lived', users.slice(0, 40))
  const [deleted, ...others] = await Promise.all([
    tenant.send('DELETE', `/Groups/${group}`),
    ...users.map((id, i) => (i < 40 ? remove(tenant, group, id) : add(tenant, group, id))),
  ])
  expect(deleted.status).toBe(204)
  expect(statuses(others).every((status) => status === 204 || status === 404)).toBe(true)
  expect((await tenant.send('GET', `/Groups/${group}`)).status).toBe(404)
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('the job of a deleted group unlinks more members than one transaction holds', async () => {
  const tenant = service.tenant(4)
  const users = await createUsers(tenant, 150)
  const group = await createGroup(tenant, 'Large', users)
  expect(await membersOf(tenant, group)).toEqual([...users].sort())
  expect((await tenant.send('DELETE', `/Groups/${group}`)).status).toBe(204)
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
  expect(await tenant.table().all({ from: 'm!', before: 'm"' })).toEqual([])
})

test('a deleted group leaves more groups than one transaction holds', async () => {
  const tenant = service.tenant(10)
  const nested = await createGroup(tenant, 'Nested')
  const parents = await Promise.all(Array.from({ length: 120 }, (_, i) => createGroup(tenant, `Parent ${i}`, [nested])))
  expect(await membersOf(tenant, parents[119] ?? '')).toEqual([nested])
  expect((await tenant.send('DELETE', `/Groups/${nested}`)).status).toBe(204)
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
  expect(await tenant.table().all({ from: 'm!', before: 'm"' })).toEqual([])
  expect(await tenant.table().all({ from: 'r!', before: 'r"' })).toHaveLength(parents.length) // their own anchors
})

test('of 20 PATCHes with the version that all have read one is taken: of a person, of a group, and of its members', async () => {
  const tenant = service.tenant(11)
  const users = await createUsers(tenant, 20)
  const group = await createGroup(tenant, 'Versioned')
  const atOnce = async (path: string, operation: (i: number) => object) => {
    const version = (await tenant.send('GET', path)).headers.get('etag') ?? ''
    const answers = await Promise.all(
      users.map((_, i) => tenant.send('PATCH', path, patchOf(operation(i)), { 'if-match': version })),
    )
    return answers.map(({ status }) => (status < 300 ? 'taken' : String(status))).sort()
  }
  const oneOf20 = [...Array.from({ length: 19 }, () => '412'), 'taken']
  expect(await atOnce(`/Users/${users[0]}`, (i) => ({ op: 'replace', path: 'title', value: `Title ${i}` }))).toEqual(oneOf20)
  expect(await atOnce(`/Groups/${group}`, (i) => ({ op: 'replace', path: 'displayName', value: `Name ${i}` }))).toEqual(oneOf20)
  const joining = (i: number) => ({ op: 'add', path: 'members', value: [{ value: users[i] }] })
  expect(await atOnce(`/Groups/${group}`, joining)).toEqual(oneOf20)
  expect(await membersOf(tenant, group)).toHaveLength(1)
})

test('a deleted manager is cleared from the reports, as a change of each', async () => {
  const tenant = service.tenant(5)
  const [boss = '', report = ''] = await createUsers(tenant, 2)
  const path = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'
  await tenant.send('PATCH', `/Users/${report}`, patchOf({ op: 'Add', path, value: boss }))
  await tenant.send('DELETE', `/Users/${boss}`)
  await settled(tenant.table())
  expect((await tenant.send('GET', `/Users/${report}`)).body).not.toHaveProperty([
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ])
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('64 parallel writers: the numbered feed holds every change once, each person in order', async () => {
  const tenant = service.tenant(6)
  const writers = Array.from({ length: 64 }, async (_, i) => {
    const { body } = await tenant.send('POST', '/Users', { userName: `writer${i}@contoso.example` })
    for (const title of ['one', 'two', 'three']) {
      const answer = await tenant.send(
        'PATCH',
        `/Users/${String(body['id'])}`,
        patchOf({ op: 'replace', path: 'title', value: title }),
      )
      expect(answer.status).toBe(200)
    }
    if (i % 4 === 0) await tenant.send('DELETE', `/Users/${String(body['id'])}`)
  })
  await Promise.all(writers)
  await settled(tenant.table())
  const all = await feedOf(tenant.table())
  expect(all.map((row) => Number(row.key.slice(2)))).toEqual(all.map((_, i) => i + 1))
  const feed = all.filter(({ values }) => values['type'] !== 'role.changed') // what the follower says of it
  expect(new Set(feed.map((row) => row.values['w'])).size).toBe(64 * 4 + 16)
  expect(feed).toHaveLength(64 * 4 + 16)
  const revisions = new Map<string, number[]>()
  for (const { values } of feed)
    revisions.set(String(values['id']), [...(revisions.get(String(values['id'])) ?? []), Number(values['v'])])
  for (const seen of revisions.values()) expect(seen).toEqual(seen.map((_, i) => i + 1))
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('32 parallel PATCHes of one person: all 200, each attribute kept, one revision each', async () => {
  const tenant = service.tenant(7)
  const [id = ''] = await createUsers(tenant, 1)
  const urn = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
  const names = Array.from({ length: 32 }, (_, i) => `field${i}`)
  const answers = await Promise.all(
    names.map((name) => tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'Add', path: `${urn}:${name}`, value: name }))),
  )
  expect(statuses(answers)).toEqual([200])
  const { body } = await tenant.send('GET', `/Users/${id}`)
  expect(body[urn]).toEqual(Object.fromEntries(names.map((name) => [name, name])))
  expect(body['meta']).toMatchObject({ version: 'W/"33"' })
})

test('20 POSTs of one userName at once, in different spellings: one 201, the others 409', async () => {
  const tenant = service.tenant(8)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      tenant.send('POST', '/Users', { userName: i % 2 === 0 ? 'same@contoso.example' : 'SAME@contoso.example' }),
    ),
  )
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
  expect(statuses(answers)).toEqual([201, 409])
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})
