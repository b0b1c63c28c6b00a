import { startService, type Answer, type TestService, type TestTenant } from './support/service'

/** Queries by POST (RFC 7644 section 3.4.3) beside their GET forms; single requests stand in tests/clients/rfc/search.json. */

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

let service: TestService
let tenant: TestTenant
beforeAll(async () => {
  service = await startService()
  tenant = service.tenant()
  for (let i = 0; i < 5; i += 1) {
    const { body } = await tenant.send('POST', '/Users', { userName: `user${i}`, displayName: `Name ${9 - i}`, title: 'x' })
    await tenant.send('POST', '/Groups', { displayName: `Name ${i}`, members: [{ value: body['id'] }] })
  }
})
afterAll(() => service.close())

const search = (path: string, members: object = {}) => tenant.send('POST', path, { schemas: [SEARCH], ...members })
const resourcesOf = ({ body }: Answer) =>
  body['Resources'] as { id: string; displayName: string; meta: { resourceType: string } }[]
const shown = (answer: Answer) => resourcesOf(answer).map(({ displayName, meta }) => `${meta.resourceType} ${displayName}`)

async function tripsOf(path: string, members: object): Promise<number> {
  expect((await search(path, members)).status).toBe(200)
  return Number(service.lines.findLast((line) => line['method'] === 'POST')?.['trips'])
}

test.each([
  {},
  { startIndex: 2, count: 2 },
  { count: 0 },
  { filter: 'userName sw "user"', sortBy: 'displayName', sortOrder: 'descending' },
  { filter: 'title pr', attributes: 'userName,meta.created', startIndex: 4 },
  { excludedAttributes: 'meta,title', count: 1 },
  { filter: 'nonsense' },
  { attributes: 'a b' },
  { sortBy: 'name' },
  { count: 'x', cursor: '' },
])('a search answers what the GET answers: %j', async (members) => {
  const pairs = Object.entries(members).map(([name, value]): [string, string] => [name, String(value)])
  const wanted = await tenant.send('GET', `/Users?${new URLSearchParams(pairs).toString()}`)
  const { status, body } = await search('/Users/.search', members)
  expect(status).toBe(wanted.status)
  if (status === 200) expect(body).toEqual(wanted.body)
  else expect({ ...body, detail: '' }).toEqual({ ...wanted.body, detail: '' })
})

test('pages by index over both types hold each resource once, in the order of creation', async () => {
  const seen: string[] = []
  for (let startIndex = 1; startIndex <= 10; startIndex += 3) {
    const page = await search('/.search', { startIndex, count: 3 })
    expect(page.body).toMatchObject({ totalResults: 10, startIndex })
    seen.push(...shown(page))
  }
  expect(seen).toEqual([0, 1, 2, 3, 4].flatMap((i) => [`User Name ${9 - i}`, `Group Name ${i}`]))
})

async function byCursor(members: object): Promise<Answer[]> {
  const pages = [await search('/.search', { ...members, cursor: '' })]
  for (let next = pages[0]?.body['nextCursor']; typeof next === 'string'; next = pages.at(-1)?.body['nextCursor']) {
    pages.push(await search('/.search', { ...members, cursor: next }))
  }
  return pages
}

test('pages by cursor over both types hold each resource once', async () => {
  const pages = await byCursor({ count: 4 })
  expect(pages.map(({ body }) => [body['itemsPerPage'], body['totalResults']])).toEqual([
    [4, 10],
    [4, 10],
    [2, 10],
  ])
  expect(new Set(pages.flatMap(resourcesOf).map(({ id }) => id)).size).toBe(10)
})

test('a list sorted over both types is one order, by index and by cursor', async () => {
  const sorted = [0, 1, 2, 3, 4].map((i) => `Group Name ${i}`).concat([5, 6, 7, 8, 9].map((i) => `User Name ${i}`))
  expect(shown(await search('/.search', { sortBy: 'displayName' }))).toEqual(sorted)
  expect((await byCursor({ sortBy: 'displayName', count: 3 })).flatMap(shown)).toEqual(sorted)
})

test('a group shows its members in a search over both types, when they are asked for', async () => {
  const all = await search('/.search', { filter: 'displayName eq "Name 3"' })
  expect(all.body).toMatchObject({ totalResults: 1, Resources: [{ members: [{ type: 'User' }] }] })
  const without = await search('/.search', { filter: 'displayName eq "Name 3"', excludedAttributes: ['members'] })
  expect(resourcesOf(without)[0]).not.toHaveProperty('members')
})

test('an attribute that only one type has costs nothing of the other', async () => {
  expect(await tripsOf('/.search', { filter: 'userName eq "nobody"' })).toBe(1)
  expect(await tripsOf('/.search', { filter: 'meta.resourceType eq "User" and userName eq "user1"' })).toBe(2)
  await search('/.search', { filter: 'meta.resourceType eq "User"' })
  expect(await tripsOf('/.search', { filter: 'meta.resourceType eq "User"', count: 5 })).toBe(2)
})

test.each(['/.search', '/Users/.search', '/Groups/.search', '//.search', '/.SEARCH'])('%s takes POST alone', async (path) => {
  expect((await search(path)).status).toBe(200)
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await tenant.send(method, path, method === 'GET' ? undefined : {})
    expect({ method, status: answer.status, allow: answer.headers.get('allow') }).toEqual({ method, status: 405, allow: 'POST' })
  }
})

test.each(['/.search/x', '/Users/.search/x'])('%s is nothing', async (path) => {
  expect((await search(path)).status).toBe(404)
})

test('a search sees its own tenant alone, and nothing without a token', async () => {
  const body = { schemas: [SEARCH] }
  expect((await service.tenant(1).send('POST', '/.search', body)).body).toMatchObject({ totalResults: 0, Resources: [] })
  expect((await tenant.send('POST', '/.search', body, { authorization: 'Bearer x' })).status).toBe(401)
})
