import { parse } from 'csv-parse/sync'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { patchOf, type TestTenant } from './support/service'
import { OPENING } from './support/trips'

type Json = Record<string, unknown>

let service: ManagedService
let tenant: TestTenant
let reader: Manage
let path = ''
const groups: Record<string, string> = {}
const people: string[] = []
beforeAll(async () => {
  service = await startManaged()
  tenant = service.tenant(0)
  path = `/tenants/${tenant.slug}/groups`
  for (let i = 0; i < 7; i += 1) people.push(await made('/Users', { userName: `p${i}@contoso.example`, displayName: '=Person' }))
  const names = ['Admins', 'admin helpers', 'Ádmins', 'Staff', 'Staff #1', 'Übung', 'x'.repeat(300)]
  for (const displayName of names) groups[displayName] = await made('/Groups', { displayName })
  groups['second'] = await made('/Groups', { displayName: 'Staff', externalId: 'ext' })
  reader = await linkOf(service, tenant.slug, 'reader')
  const rules = [
    { id: 'one', groupId: groups['Staff'], role: 'User' },
    { id: 'two', groupId: groups['Staff'], role: 'No access' },
  ]
  const body = { version: 1, roles: ['User', 'No access'], grantsAccess: [], defaultRole: 'No access', rules }
  expect((await service.operator('PUT', `/tenants/${tenant.slug}/roles`, body)).status).toBe(200)
  const values = [...people, groups['Admins']].map((value) => ({ value }))
  await tenant.send('PATCH', `/Groups/${groups['Staff']}`, patchOf({ op: 'add', path: 'members', value: values }))
})
afterAll(() => service.close())

async function made(resources: string, body: object): Promise<string> {
  const answer = await tenant.send('POST', resources, body)
  expect(answer.status).toBe(201)
  return String(answer.body['id'])
}

async function listed(query: string): Promise<Json[]> {
  const answer = await reader('GET', path + query)
  expect(answer.status).toBe(200)
  return answer.body['items'] as Json[]
}

/** Every page of a list. */
async function pagesOf(list: string): Promise<Json[][]> {
  const pages: Json[][] = []
  let after = ''
  do {
    const { body } = await reader('GET', `${list}${after}`)
    pages.push(body['items'] as Json[])
    after = typeof body['next'] === 'string' ? `&after=${body['next']}` : ''
  } while (after !== '')
  return pages
}

test.each([
  ['ADMIN', ['admin helpers', 'Admins']],
  ['a\u0301dmins', ['Ádmins']],
  ['staff', ['Staff', 'Staff', 'Staff #1']],
  ['staff #', ['Staff #1']],
  ['helpers', []],
  ['x'.repeat(190), ['x'.repeat(300)]],
  ['ü', ['Übung']],
  ['{', []],
  ['__proto__', []],
])('groups whose name begins with %s', async (search, expected) => {
  const found = await listed(`?search=${encodeURIComponent(search)}`)
  expect(found.map((group) => group['displayName'])).toEqual(expected)
})

test('all groups come by name, page by page, with the rules that name them', async () => {
  const all = await listed('')
  expect(all).toHaveLength(8)
  expect(all.filter((group) => group['displayName'] === 'Staff')).toEqual([
    {
      id: groups['Staff'],
      displayName: 'Staff',
      rules: [
        { id: 'one', role: 'User' },
        { id: 'two', role: 'No access' },
      ],
    },
    { id: groups['second'], displayName: 'Staff', externalId: 'ext', rules: [] },
  ])
  const pages = await pagesOf(`${path}?limit=3`)
  expect(pages.map((page) => page.length)).toEqual([3, 3, 2])
  expect(pages.flat()).toEqual(all)
  const line = service.lines.findLast((one) => one['manage'] === 'listGroups')
  expect(line).toMatchObject({ trips: OPENING.link + 2 })
})

test('one group, with how many members it has', async () => {
  expect((await reader('GET', `${path}/${groups['Staff']}`)).body).toMatchObject({
    id: groups['Staff'],
    displayName: 'Staff',
    rules: [{ id: 'one' }, { id: 'two' }],
    members: { people: 7, groups: 1, more: false },
  })
})

test('members come by id, page by page, and a group among them is marked', async () => {
  const pages = await pagesOf(`${path}/${groups['Staff']}/members?limit=3`)
  expect(pages.map((page) => page.length)).toEqual([3, 3, 2])
  const members = pages.flat()
  expect(members.map((member) => member['id'])).toEqual([...people, groups['Admins']].sort())
  expect(members).toContainEqual({
    id: people[0],
    type: 'User',
    userName: 'p0@contoso.example',
    displayName: '=Person',
    active: true,
  })
  const nested = members.find((member) => member['type'] === 'Group')
  expect(nested).toMatchObject({ id: groups['Admins'], displayName: 'Admins' })
  expect(nested?.['note']).toContain('not expanded')
})

test('members as a table for spreadsheets', async () => {
  const authorization = `Bearer ${await service.issuer.token({ roles: ['Rollcall.Reader'] })}`
  const url = `${service.origin}/api/manage${path}/${groups['Staff']}/members/csv`
  const answer = await fetch(url, { headers: { authorization } })
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const rows: string[][] = parse(Buffer.from(await answer.arrayBuffer()), { bom: true })
  expect(rows).toHaveLength(9)
  expect(rows[0]).toEqual(['id', 'type', 'userName', 'displayName', 'email', 'active', 'note'])
  expect(rows).toContainEqual([people[3], 'User', 'p3@contoso.example', "'=Person", '', 'true', ''])
})

test('who is deleted is a member no more, and a deleted group is gone', async () => {
  const gone = await made('/Users', { userName: 'gone@contoso.example' })
  const group = await made('/Groups', { displayName: 'Short-lived', members: [{ value: gone }, { value: people[0] }] })
  await tenant.send('DELETE', `/Users/${gone}`)
  expect((await reader('GET', `${path}/${group}`)).body['members']).toEqual({ people: 1, groups: 0, more: false })
  expect((await pagesOf(`${path}/${group}/members?limit=5`)).flat()).toHaveLength(1)
  await tenant.send('DELETE', `/Groups/${group}`)
  expect((await reader('GET', `${path}/${group}`)).status).toBe(404)
  expect((await reader('GET', `${path}/${group}/members`)).status).toBe(404)
  expect(await listed('?search=short')).toEqual([])
})

test.each<[path: string, status: number, field: string | undefined]>([
  ['?limit=1000', 400, '?limit'],
  ['?limit=x', 400, '?limit'],
  ['?after=nonsense', 400, '?after'],
  ['/nobody', 404, undefined],
  ['/nobody/members', 404, undefined],
  ['/nobody/members/csv', 404, undefined],
  [`/${'0'.repeat(32)}/members`, 404, undefined],
  [`/${'0'.repeat(32)}/members?after=x!y`, 400, '?after'],
  ['/a/members/csv/x', 404, undefined],
])('refused: GET %s: %i', async (below, status, field) => {
  const answer = await reader('GET', path + below)
  expect(answer.status).toBe(status)
  if (field !== undefined) expect(answer.body).toMatchObject({ errors: [expect.objectContaining({ path: field })] })
})

test('a person is no group, nor is a group of another tenant', async () => {
  expect((await reader('GET', `${path}/${people[0]}`)).status).toBe(404)
  const other = service.tenant(1)
  const { body } = await other.send('POST', '/Groups', { displayName: 'Foreign' })
  expect((await reader('GET', `${path}/${String(body['id'])}`)).status).toBe(404)
  expect((await reader('GET', `/tenants/${other.slug}/groups`)).status).toBe(404)
  expect((await reader('POST', path, {})).status).toBe(405)
})
