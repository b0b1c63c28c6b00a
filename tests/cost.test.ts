import { filtered, patchOf, startService, type TestService, type TestTenant } from './support/service'

/** The cost table of docs/storage.md: storage round trips of each request, warm, as the access log counts them. */

let service: TestService
let tenant: TestTenant
const created: string[] = []
const groups: string[] = []

beforeAll(async () => {
  service = await startService()
  tenant = service.tenant()
  for (let i = 0; i < 70; i += 1) {
    const { body } = await tenant.send('POST', '/Users', {
      userName: `person${i}@contoso.example`,
      externalId: `ext-${i}`,
      emails: [{ type: 'work', value: `mail${i}@contoso.example` }],
    })
    created.push(String(body['id']))
  }
  for (let i = 0; i < 3; i += 1)
    groups.push(String((await tenant.send('POST', '/Groups', { displayName: `Group ${i}` })).body['id']))
})
afterAll(() => service.close())

/** Sends the request and tells its trips. */
async function tripsOf(method: string, path: string, body?: unknown, wanted = 200): Promise<number> {
  const answer = await tenant.send(method, path, body)
  expect(answer.status).toBe(wanted)
  return Number(service.lines.findLast((line) => line['method'] === method)?.['trips'])
}

const lastCalls = (method: string) => service.lines.findLast((line) => line['method'] === method)?.['calls']

const id = (i: number) => created[i] ?? ''
const group = (i: number) => groups[i] ?? ''
const members = (from: number, to: number) => created.slice(from, to).map((value) => ({ value }))

test('GET of a user by id: 1', async () => {
  expect(await tripsOf('GET', `/Users/${id(0)}`)).toBe(1)
})

test.each([
  ['userName eq "nobody@contoso.example"', 0, 1],
  ['userName eq "PERSON3@contoso.example"', 1, 2],
  ['externalId eq "nothing"', 0, 1],
  ['externalId eq "ext-3"', 1, 2],
  ['emails[type eq "work"].value eq "nobody@contoso.example"', 0, 1],
  ['emails[type eq "work"].value eq "mail3@contoso.example"', 1, 2],
])('filter %s: %i found in %i', async (filter, found, trips) => {
  expect(await tripsOf('GET', `/Users${filtered(filter)}`)).toBe(trips)
  expect((await tenant.send('GET', `/Users${filtered(filter)}`)).body['totalResults']).toBe(found)
})

test("Entra ID's filter for a group without members: 1 without a match, 2 with one", async () => {
  expect(await tripsOf('GET', `/Groups${filtered('displayName eq "No such"', '&excludedAttributes=members')}`)).toBe(1)
  expect(await tripsOf('GET', `/Groups${filtered('displayName eq "group 1"', '&excludedAttributes=members')}`)).toBe(2)
})

test('POST: 1, a duplicate 2', async () => {
  expect(await tripsOf('POST', '/Users', { userName: 'once@contoso.example' }, 201)).toBe(1)
  expect(await tripsOf('POST', '/Users', { userName: 'ONCE@contoso.example' }, 409)).toBe(2)
  expect(await tripsOf('POST', '/Groups', { displayName: 'Once', members: [] }, 201)).toBe(1)
  expect(await tripsOf('POST', '/Groups', { displayName: 'once' }, 409)).toBe(2)
})

test('PATCH and PUT of a user: 2, one that changes nothing 1', async () => {
  const patch = patchOf(
    { op: 'Replace', path: 'title', value: 'Planner' },
    { op: 'Replace', path: 'userName', value: 'renamed@contoso.example' },
  )
  expect(await tripsOf('PATCH', `/Users/${id(1)}`, patch)).toBe(2)
  expect(await tripsOf('PATCH', `/Users/${id(1)}`, patch)).toBe(1)
  expect(await tripsOf('PUT', `/Users/${id(1)}`, { userName: 'put@contoso.example' })).toBe(2)
})

test('PATCH of 30 members, into an empty group and into one that has others: 2', async () => {
  expect(await tripsOf('PATCH', `/Groups/${group(0)}`, patchOf({ op: 'Add', path: 'members', value: members(0, 30) }), 204)).toBe(
    2,
  )
  expect(
    await tripsOf('PATCH', `/Groups/${group(0)}`, patchOf({ op: 'Add', path: 'members', value: members(30, 60) }), 204),
  ).toBe(2)
  expect(
    await tripsOf('PATCH', `/Groups/${group(0)}`, patchOf({ op: 'Remove', path: 'members', value: members(15, 45) }), 204),
  ).toBe(2)
  expect(await tripsOf('PATCH', `/Groups/${group(0)}`, patchOf({ op: 'Add', path: 'members', value: members(0, 1) }), 204)).toBe(
    1,
  )
  const byFilter = patchOf({ op: 'remove', path: `members[value eq "${id(0)}"]` })
  expect(await tripsOf('PATCH', `/Groups/${group(0)}`, byFilter, 204)).toBe(2)
})

test('GET of a group, with and without members: 1', async () => {
  expect(await tripsOf('GET', `/Groups/${group(0)}?excludedAttributes=members`)).toBe(1)
  expect(await tripsOf('GET', `/Groups/${group(0)}`)).toBe(1)
})

test('GET of a user with groups, which only who asks pays for: 2', async () => {
  expect(await tripsOf('GET', `/Users/${id(50)}?attributes=userName,groups`)).toBe(2)
})

test('DELETE of a user and of a group with members: 2, with a call for each kind of row', async () => {
  expect(await tripsOf('DELETE', `/Users/${id(50)}`, undefined, 204)).toBe(2)
  expect(lastCalls('DELETE')).toBe(3) // the document, the memberships, the transaction
  expect(await tripsOf('DELETE', `/Groups/${group(0)}`, undefined, 204)).toBe(2)
  expect(lastCalls('DELETE')).toBe(4) // members as well
})

test('a page by cursor: 1, the next page too', async () => {
  expect(await tripsOf('GET', '/Users?cursor=&count=10')).toBe(1)
  const { body } = await tenant.send('GET', '/Users?cursor=&count=10')
  expect(await tripsOf('GET', `/Users?count=10&cursor=${String(body['nextCursor'])}`)).toBe(1)
})

test('a page by startIndex: 2 once the keys are known', async () => {
  await tenant.send('GET', '/Users?startIndex=1&count=10')
  expect(await tripsOf('GET', '/Users?startIndex=1&count=10')).toBeLessThanOrEqual(2)
  expect(await tripsOf('GET', '/Users?startIndex=11&count=10')).toBeLessThanOrEqual(2)
})
