import { readConfig } from '../shared/config'
import { readBody } from '../shared/directory/documents/record'
import { createServices } from '../shared/app/services'
import { prefixRange } from '../shared/storage/table'
import { customerOf, type Customer } from './support/customer'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { patchOf } from './support/service'
import { followed } from './support/followed'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

interface Rule {
  readonly [name: string]: unknown
  readonly groupId: string
  readonly role: string
}

let taken = 0
const customer = () => customerOf(service, taken++)
const roleOf = async ({ admin, path }: Customer, id: string) => (await admin('GET', `${path}/people/${id}`)).body['role']

const rulesIn = (body: Record<string, unknown>) => body['rules'] as Rule[]

test('a tenant begins with roles that let nobody in', async () => {
  const { admin, path } = await customer()
  expect(await admin('GET', `${path}/roles`)).toMatchObject({
    status: 200,
    body: { version: 1, roles: ['User', 'No access'], grantsAccess: ['User'], defaultRole: 'No access', rules: [] },
  })
})

test('saved rules give roles at once, and the feed tells of the save and of each change', async () => {
  const one = await customer()
  const { admin, path, tenant, person, group, save } = one
  const [ada, bob] = [await person('ada'), await person('bob')]
  const admins = await group('Admins', [ada], 'ext-admins')
  const saved = await save([{ groupId: admins, role: 'Admin', groupName: 'Forged', groupExternalId: 'forged' }])
  expect(saved).toMatchObject({
    status: 200,
    body: {
      version: 2,
      rules: [{ groupId: admins, groupName: 'Admins', groupExternalId: 'ext-admins', role: 'Admin', broken: false }],
    },
  })
  expect(await Promise.all([roleOf(one, ada), roleOf(one, bob)])).toEqual(['Admin', 'No access'])
  await followed(createServices(readConfig()), tenant.slug)
  const records = await tenant.table().all(prefixRange('f'))
  const told = (type: string) => records.filter(({ values }) => values['type'] === type)
  expect(told('rules.saved').map(readBody)).toEqual([
    expect.objectContaining({ version: 2, by: 'Carla Customer (setup link)', rules: 1, defaultRole: 'No access' }),
  ])
  const changes = told('role.changed').map((record) => [record.values['id'], readBody(record)['after']])
  expect(changes).toEqual(
    expect.arrayContaining([
      [ada, 'Admin'],
      [bob, 'No access'],
    ]),
  )
  // What was read can be sent back as it is, and changes nothing.
  const { body } = await admin('GET', `${path}/roles`)
  expect((await admin('PUT', `${path}/roles`, body)).body).toEqual(body)
})

test('a save costs what the log says: link, settings, group, catalogue, and one transaction', async () => {
  const { admin, path, person, group, save } = await customer()
  const admins = await group('Admins', [await person('ada')])
  const callsOf = (id: string) => service.lines.findLast((line) => line['manage'] === id)?.['calls']
  const { body } = await save([{ groupId: admins, role: 'Admin' }])
  const changed = { ...body, roles: [...(body['roles'] as string[]), 'Guest'] }
  expect((await admin('PUT', `${path}/roles`, changed)).status).toBe(200)
  expect(callsOf('saveRoles')).toBe(5)
  await admin('GET', `${path}/roles`)
  expect(callsOf('readRoles')).toBe(3)
  expect((await admin('PUT', `${path}/roles`, changed)).status).toBe(412)
  expect(callsOf('saveRoles')).toBe(2)
})

test('a rule follows its group through a rename, and is shown as broken when the group is gone', async () => {
  const one = await customer()
  const { admin, path, tenant, person, group, save } = one
  const ada = await person('ada')
  const admins = await group('Admins', [ada])
  const { body } = await save([{ id: 'r-1', groupId: admins, role: 'Admin' }])
  await tenant.send('PATCH', `/Groups/${admins}`, patchOf({ op: 'replace', path: 'displayName', value: 'Chiefs' }))
  expect(rulesIn((await admin('GET', `${path}/roles`)).body)).toEqual([
    { kind: 'group', id: 'r-1', groupId: admins, groupName: 'Chiefs', role: 'Admin', broken: false },
  ])
  expect((await admin('GET', `${path}/people/${ada}`)).body).toMatchObject({
    role: 'Admin',
    reason: { kind: 'rule', groupName: 'Chiefs', words: 'Member of Chiefs.' },
  })
  await save(rulesIn(body))
  await tenant.send('DELETE', `/Groups/${admins}`)
  const broken = { kind: 'group', id: 'r-1', groupId: admins, groupName: 'Chiefs', role: 'Admin', broken: true }
  expect(rulesIn((await admin('GET', `${path}/roles`)).body)).toEqual([broken])
  expect(await roleOf(one, ada)).toBe('No access')

  const again = await group('chiefs', [ada])
  const suggestion = { groupId: again, displayName: 'Chiefs' }
  expect(rulesIn((await admin('GET', `${path}/roles`)).body)).toEqual([{ ...broken, suggestion }])
  expect(await roleOf(one, ada)).toBe('No access') // suggested, never done
  await group('CHIEFS', [], 'another')
  expect(rulesIn((await admin('GET', `${path}/roles`)).body)).toEqual([broken]) // which of the two, nobody can tell
  expect(await save([broken, { groupId: again, role: 'Loanee' }])).toMatchObject({ status: 200 })
  expect(await roleOf(one, ada)).toBe('Loanee')
})

test('a rule takes a group of any name', async () => {
  const { admin, path, group, save } = await customer()
  const long = await group(`\u0001${'😀'.repeat(200)}`, [], 'x'.repeat(300))
  expect((await save([{ groupId: long, role: 'Admin' }])).status).toBe(200)
  const [rule] = rulesIn((await admin('GET', `${path}/roles`)).body)
  expect(rule).toMatchObject({ groupName: ` ${'😀'.repeat(127)} `, broken: false })
  expect(rule).not.toHaveProperty('groupExternalId')
})

test('a preview tells who would change and why, and stores nothing', async () => {
  const { admin, path, person, group, save } = await customer()
  const people = await Promise.all(['ada', 'bob', 'cid', 'dan'].map((name) => person(name)))
  const [ada = '', bob = ''] = people
  const [admins, staff] = [await group('Admins', [ada]), await group('Staff', people)]
  await save([{ groupId: admins, role: 'Admin' }])
  await admin('PUT', `${path}/people/${bob}/lock`, {})
  const before = (await admin('GET', `${path}/roles`)).body
  const wanted = {
    roles: ['Admin', 'Loanee'],
    grantsAccess: [],
    defaultRole: 'Loanee',
    rules: [{ groupId: staff, role: 'Loanee' }],
  }
  const { status, body } = await admin('POST', `${path}/roles/preview`, wanted)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    people: 4,
    changed: 3,
    moves: [
      { from: 'No access', to: 'Loanee', count: 2 },
      { from: 'Admin', to: 'Loanee', count: 1 },
    ],
  })
  expect(body['first']).toContainEqual({
    id: ada,
    userName: 'ada',
    from: { role: 'Admin', grantsAccess: false, reason: 'Member of Admins.' },
    to: { role: 'Loanee', grantsAccess: false, reason: 'Member of Staff.' },
  })
  expect((await admin('GET', `${path}/roles`)).body).toEqual(before)
})

test('a role that people are locked to goes only when somebody says so, and they keep it', async () => {
  const one = await customer()
  const { admin, path, person, group, save } = one
  const people = await Promise.all(['ada', 'bob'].map((name) => person(name)))
  await save([{ groupId: await group('Borrowers', people), role: 'Loanee' }])
  await admin('POST', `${path}/people/locks`, { ids: people, locked: true })
  const without = { roles: ['Admin', 'No access'] }
  const refused = await save([], without)
  expect(refused).toMatchObject({ status: 409, body: { type: 'urn:rollcall:problem:needs-confirmation' } })
  expect(refused.body['detail']).toContain('2 to "Loanee"')
  const { version } = (await admin('GET', `${path}/roles`)).body
  const body = { version, ...without, grantsAccess: [], defaultRole: 'No access', rules: [] }
  expect((await admin('PUT', `${path}/roles?confirm=locks`, body)).status).toBe(200)
  expect(await Promise.all(people.map((id) => roleOf(one, id)))).toEqual(['Loanee', 'Loanee'])
  expect((await save([], { roles: ['Boss', 'No access'] })).status).toBe(200) // nobody is locked to Admin
})

describe('refused', () => {
  let one: Customer
  let group = ''
  const nobody = '0'.repeat(32)
  beforeAll(async () => {
    one = await customer()
    group = await one.group('Staff')
  })

  const at = (...paths: string[]) => ({ errors: paths.map((path): unknown => expect.objectContaining({ path })) })
  test.each<[string, (group: string) => object, object]>([
    [
      'an unknown group',
      (id) => ({
        rules: [
          { groupId: id, role: 'A' },
          { groupId: nobody, role: 'A' },
        ],
      }),
      at('/rules/1/groupId'),
    ],
    ['what is no id at all', () => ({ rules: [{ groupId: '../x', role: 'A' }] }), at('/rules/0/groupId')],
    ['an unknown role', (id) => ({ rules: [{ groupId: id, role: 'B' }] }), at('/rules/0/role')],
    ['both', () => ({ rules: [{ groupId: nobody, role: 'B' }] }), at('/rules/0/groupId', '/rules/0/role')],
    ['an unknown default', () => ({ defaultRole: 'B' }), at('/defaultRole')],
    ['a reserved role', () => ({ roles: ['A', 'disabled'] }), at('/roles/1')],
    ['two roles of one name', () => ({ roles: ['A', 'a'] }), at('/roles/1')],
    ['no role', () => ({ roles: [] }), at('/roles', '/defaultRole')],
    ['two rules of one id', (id) => ({ rules: [0, 1].map(() => ({ id: 'r', groupId: id, role: 'A' })) }), at('/rules/1/id')],
    ['an id that is none', (id) => ({ rules: [{ id: 'a b', groupId: id, role: 'A' }] }), at('/rules/0/id')],
    ['an unknown field', (id) => ({ rules: [{ groupId: id, role: 'A', colour: 'red' }] }), at('/rules/0/colour')],
    ['no list of rules', () => ({ rules: 'all' }), at('/rules')],
    ['501 rules', (id) => ({ rules: Array.from({ length: 501 }, () => ({ groupId: id, role: 'A' })) }), at('/rules')],
  ])('%s, in a save and in a preview', async (_, change, expected) => {
    const body = { roles: ['A'], grantsAccess: [], defaultRole: 'A', rules: [], ...change(group) }
    expect(await one.admin('PUT', `${one.path}/roles`, { ...body, version: 1 })).toMatchObject({ status: 400, body: expected })
    expect(await one.admin('POST', `${one.path}/roles/preview`, body)).toMatchObject({ status: 400, body: expected })
  })

  test("another tenant's group is an unknown one", async () => {
    const other = await customer()
    const foreign = await other.group('Foreign')
    const body = { roles: ['A'], grantsAccess: [], defaultRole: 'A', rules: [{ groupId: foreign, role: 'A' }] }
    expect(await one.admin('POST', `${one.path}/roles/preview`, body)).toMatchObject({
      status: 400,
      body: at('/rules/0/groupId'),
    })
    expect((await one.admin('GET', `${other.path}/roles`)).status).toBe(404)
  })

  test('a stale save: of two at once one is stored', async () => {
    const { version } = (await one.admin('GET', `${one.path}/roles`)).body
    const saves = ['A', 'B', 'C', 'D'].map((role) =>
      one.admin('PUT', `${one.path}/roles`, { version, roles: [role], grantsAccess: [], defaultRole: role, rules: [] }),
    )
    const statuses = (await Promise.all(saves)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 412, 412, 412])
  })

  test('a reader, who may read and preview', async () => {
    const reader = await linkOf(service, one.tenant.slug, 'reader')
    const { version, ...policy } = (await reader('GET', `${one.path}/roles`)).body
    expect((await reader('POST', `${one.path}/roles/preview`, policy)).status).toBe(200)
    expect((await reader('PUT', `${one.path}/roles`, { version, ...policy })).status).toBe(403)
    expect((await service.as(undefined)('GET', `${one.path}/roles`)).status).toBe(401)
  })
})

test('a group that returns under a name too long for a rule gets its rule, with as much of the name as a rule may keep', async () => {
  const { admin, path, tenant, person, group, save } = await customer()
  const ada = await person('ada')
  const lost = await group('Admins', [], 'ext-long')
  await save([{ groupId: lost, role: 'Admin' }])
  await tenant.send('DELETE', `/Groups/${lost}`)
  const fresh = await group(`${'X'.repeat(255)}\u{1F600}${'Y'.repeat(100)}`, [ada], 'ext-long')
  const deadline = Date.now() + 20_000
  let read = await admin('GET', `${path}/roles`)
  while (read.status === 200 && rulesIn(read.body)[0]?.groupId !== fresh && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    read = await admin('GET', `${path}/roles`)
  }
  expect(read).toMatchObject({
    status: 200,
    body: { rules: [{ groupId: fresh, groupName: `${'X'.repeat(255)} `, broken: false }] },
  })
  expect((await tenant.send('GET', '/Users')).status).toBe(200)
})
