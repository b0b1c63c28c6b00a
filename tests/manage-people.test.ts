import { parse } from 'csv-parse/sync'
import { readConfig } from '../shared/config'
import { documentValues } from '../shared/directory/documents/document'
import { createServices } from '../shared/app/services'
import { HEAD_KEY, userKey } from '../shared/storage/keys'
import type { Action } from '../shared/storage/table'
import { customerOf, type Customer } from './support/customer'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { patchOf } from './support/service'
import { followed } from './support/followed'
import { OPENING } from './support/trips'

type Json = Record<string, unknown>

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

let taken = 0
const customer = () => customerOf(service, taken++)

async function listed({ admin, path }: Customer, query = ''): Promise<Json> {
  const answer = await admin('GET', `${path}/people${query}`)
  expect(answer.status).toBe(200)
  return answer.body
}

/** userNames of a list, sorted. */
async function named(one: Customer, query: string): Promise<string[]> {
  return itemsOf(await listed(one, query))
    .map((item) => String(item['userName']))
    .sort()
}

/** Rules that give the groups' members roles, in order. */
async function saveRules({ save }: Customer, ...rules: readonly [groupId: string, role: string][]): Promise<void> {
  expect((await save(rules.map(([groupId, role]) => ({ groupId, role })))).status).toBe(200)
}

const itemsOf = (body: Json) => body['items'] as Json[]
const work = (value: string) => ({
  emails: [
    { type: 'home', value: `home-${value}` },
    { type: 'work', value },
  ],
})

/** Every page of a list. */
async function pagesOf(one: Customer, query: string): Promise<Json[][]> {
  const pages: Json[][] = []
  let after = ''
  do {
    const body = await listed(one, `${query}${after}`)
    pages.push(itemsOf(body))
    after = typeof body['next'] === 'string' ? `&after=${body['next']}` : ''
  } while (after !== '')
  return pages
}

async function csvOf(path: string): Promise<{ text: string; headers: Headers; rows: string[][] }> {
  const authorization = `Bearer ${await service.issuer.token({ roles: ['Rollcall.Reader'] })}`
  const answer = await fetch(`${service.origin}/api/manage${path}`, { headers: { authorization } })
  expect(answer.status).toBe(200)
  const text = Buffer.from(await answer.arrayBuffer()).toString('utf8')
  return { text, headers: answer.headers, rows: parse(text, { bom: true }) }
}

describe('people who are found', () => {
  let one: Customer
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    one = await customer()
    ids['ada'] = await one.person('ada@contoso.example', {
      externalId: 'EXT-1',
      displayName: 'Countess Lovelace',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      ...work('augusta@mail.example'),
    })
    ids['adam'] = await one.person('Adam#EXT#@contoso.example', { displayName: 'Adam', ...work('adam@contoso.example') })
    ids['bob'] = await one.person('bob@contoso.example', { active: false, emails: [{ value: 'ada.fan@mail.example' }] })
    ids['zoe'] = await one.person('zoë@contoso.example', { externalId: 'ext-1', name: { familyName: 'Ångström' } })
    const admins = await one.group('Admins', [ids['ada'], ids['bob'], ids['zoe']])
    await saveRules(one, [admins, 'Admin'])
    await one.admin('PUT', `${one.path}/people/${ids['zoe']}/lock`, {})
    await service.operator('PUT', `${one.path}/people/${ids['ada']}/product-id`, { productId: 'P-7' })
  })

  test.each([
    ['everybody', '', ['Adam#EXT#@contoso.example', 'ada@contoso.example', 'bob@contoso.example', 'zoë@contoso.example']],
    [
      'by userName and e-mail address',
      '?search=ADA',
      ['Adam#EXT#@contoso.example', 'ada@contoso.example', 'bob@contoso.example'],
    ],
    ['by an escaped character', '?search=adam%23', ['Adam#EXT#@contoso.example']],
    ['without composition', `?search=${encodeURIComponent('ZOE\u0308')}`, ['zoë@contoso.example']],
    ['by the address alone', '?search=augusta', ['ada@contoso.example']],
    ['by externalId, letter case kept', '?search=EXT-1', ['ada@contoso.example']],
    ['by product id', '?search=P-7', ['ada@contoso.example']],
    ['not by the beginning of a product id', '?search=P-', []],
    ['by part of a displayName', '?search=love', ['ada@contoso.example']],
    ['by family name', '?search=%C3%A5ng', ['zoë@contoso.example']],
    ['not by a domain', '?search=mail.example', []],
    ['by role', '?role=admin', ['ada@contoso.example', 'zoë@contoso.example']],
    ['by the reserved role', '?role=Disabled', ['bob@contoso.example']],
    ['by a role of nobody', '?role=Loanee', []],
    ['the active', '?status=active', ['Adam#EXT#@contoso.example', 'ada@contoso.example', 'zoë@contoso.example']],
    ['the disabled', '?status=disabled', ['bob@contoso.example']],
    ['the pending', '?status=pending', []],
    ['the locked', '?status=locked', ['zoë@contoso.example']],
    ['by all of these', '?search=ada&role=Admin&status=active', ['ada@contoso.example']],
  ])('%s', async (_, query, expected) => {
    expect(await named(one, query)).toEqual(expected)
  })

  test('by id', async () => {
    expect(await named(one, `?search=${ids['bob']}`)).toEqual(['bob@contoso.example'])
  })

  test('once each over pages of one, in every order of finding', async () => {
    const pages = await pagesOf(one, '?search=ad&limit=1')
    expect(pages.map((page) => page.map((item) => item['userName']))).toEqual([
      ['ada@contoso.example'],
      ['Adam#EXT#@contoso.example'],
      ['bob@contoso.example'],
    ])
  })

  test('with role, reason and all that is kept of them', async () => {
    const [ada] = itemsOf(await listed(one, '?search=P-7'))
    expect(ada).toMatchObject({
      id: ids['ada'],
      userName: 'ada@contoso.example',
      displayName: 'Countess Lovelace',
      email: 'augusta@mail.example',
      active: true,
      role: 'Admin',
      reason: { kind: 'rule', groupName: 'Admins', words: 'Member of Admins.', others: [], more: 0 },
      productId: 'P-7',
      staged: false,
    })
    const [zoe] = itemsOf(await listed(one, '?status=locked'))
    const lock = { role: 'Admin', by: 'Carla Customer (setup link)' }
    expect(zoe).toMatchObject({ role: 'Admin', lock, reason: { kind: 'locked', would: 'Admin', by: lock.by } })
    expect(await listed(one, '?search=x')).toEqual({ items: [], complete: true })
  })

  test.each([
    ['?limit=0', '?limit'],
    ['?limit=201', '?limit'],
    ['?status=gone', '?status'],
    [`?search=${'x'.repeat(201)}`, '?search'],
    ['?after=nonsense', '?after'],
  ])('not with %s', async (query, path) => {
    const answer = await one.admin('GET', `${one.path}/people${query}`)
    expect(answer).toMatchObject({ status: 400, body: { errors: [expect.objectContaining({ path })] } })
  })

  test('not with the place of another list', async () => {
    const { next } = await listed(one, '?limit=1')
    expect((await one.admin('GET', `${one.path}/people?limit=1&role=Admin&after=${String(next)}`)).status).toBe(400)
    expect(itemsOf(await listed(one, `?limit=2&after=${String(next)}`))).toHaveLength(2)
  })

  test.each(['__proto__', "' or 1 eq 1", '"', '\\', '%', '\u0000', '😀', 'x!em!', '{', '~', 'A'.repeat(200), 'ß'.repeat(200)])(
    'nobody by %j',
    async (text) => {
      expect(await named(one, `?search=${encodeURIComponent(text)}`)).toEqual([])
    },
  )
})

test('a page of 100 costs a trip, warm, with rules two, and one more for names of groups', async () => {
  const one = await customer()
  const ids = await Promise.all(
    Array.from({ length: 105 }, (_, i) => one.person(`p${i}@contoso.example`, { active: i % 2 === 0 })),
  )
  const tripsOf = async (query: string) => {
    await listed(one, query)
    return service.lines.findLast((line) => line['manage'] === 'listPeople')?.['trips']
  }
  await tripsOf('') // an instance that has not seen this tenant's people yet begins with a small page
  expect(await tripsOf('')).toBe(OPENING.link + 1)
  await saveRules(one, [await one.group('Staff', ids.slice(80)), 'Loanee'], [await one.group('Nobody'), 'Admin'])
  expect(await tripsOf('?role=No%20access&limit=10')).toBe(OPENING.link + 2)
  await saveRules(one, [await one.group('All', ids.slice(0, 80)), 'Loanee'])
  expect(await tripsOf('')).toBe(OPENING.link + 3)
  const pages = await pagesOf(one, '?limit=50')
  expect(pages.map((page) => page.length)).toEqual([50, 50, 5])
  expect(pages.flat().map((item) => item['id'])).toEqual([...ids].sort())
  const disabled = await pagesOf(one, '?status=disabled&limit=20')
  expect(disabled.map((page) => page.length)).toEqual([20, 20, 12])
  const loanees = (await pagesOf(one, '?role=Loanee&limit=30')).flat()
  expect(loanees).toHaveLength(40)
  expect((await pagesOf(one, '?search=p1&limit=3')).flat()).toHaveLength(16) // p1, p10 to p19, p100 to p104
})

test('in a large directory a page that filters leave empty leads on, and names are not looked into', async () => {
  const one = await customer()
  const { tenant, person } = one
  await person('last@contoso.example', { active: false, displayName: 'Needle' })
  await followed(createServices(readConfig()), tenant.slug)
  const time = new Date().toISOString()
  const rowOf = (i: number): Action => {
    const id = i.toString(16).padStart(32, '0')
    const document = { id, attributes: { userName: `p${i}` }, revision: 1, writeId: id, created: time, lastModified: time }
    return { type: 'create', key: userKey(id), values: documentValues({ ...document, access: {}, indexed: [] }) }
  }
  for (let i = 0; i < 2100; i += 100) await tenant.table().commit(Array.from({ length: 100 }, (_, j) => rowOf(i + j)))
  expect(itemsOf(await listed(one, '?search=needle'))).toHaveLength(1)
  const first = await listed(one, '?status=disabled')
  expect(first).toMatchObject({ items: [], next: expect.any(String) as unknown })
  const second = await listed(one, `?status=disabled&after=${String(first['next'])}`)
  expect(itemsOf(second).map((item) => item['userName'])).toEqual(['last@contoso.example'])
  expect(second).not.toHaveProperty('next')

  await tenant.table().commit([{ type: 'merge', key: HEAD_KEY, values: { users: 10_001 }, etag: '*' }])
  expect(await listed(one, '?search=needle')).toEqual({ items: [], complete: false })
  expect(await named(one, '?search=last')).toEqual(['last@contoso.example'])
})

test('one person, with everything', async () => {
  const one = await customer()
  const { admin, path, person, group, tenant } = one
  const boss = await person('boss', { displayName: 'Big Boss' })
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
  const ada = await person('ada', { title: 'Countess', [enterprise]: { manager: { value: boss }, department: 'Numbers' } })
  const [staff, admins] = [await group('Staff', [ada]), await group('Admins', [ada])]
  await group('Around', [staff])
  await saveRules(one, [admins, 'Admin'], [staff, 'Loanee'])
  const read = () => admin('GET', `${path}/people/${ada}`)
  expect((await read()).body).toMatchObject({
    role: 'Admin',
    reason: { kind: 'rule', others: [{ groupName: 'Staff', role: 'Loanee' }] },
    groups: [
      { id: admins, displayName: 'Admins' },
      { id: staff, displayName: 'Staff' },
    ],
    rules: [
      { groupId: admins, role: 'Admin' },
      { groupId: staff, role: 'Loanee' },
    ],
    manager: { id: boss, name: 'Big Boss' },
    attributes: { userName: 'ada', title: 'Countess', [enterprise]: { department: 'Numbers' } },
  })
  await tenant.send('PATCH', `/Users/${ada}`, patchOf({ op: 'replace', path: 'active', value: false }))
  await tenant.send('PATCH', `/Users/${ada}`, patchOf({ op: 'replace', path: `${enterprise}:manager`, value: 'nobody here' }))
  expect((await read()).body).toMatchObject({
    role: 'Disabled',
    reason: { kind: 'inactive' },
    rules: [{ role: 'Admin' }, { role: 'Loanee' }],
    manager: { id: 'nobody here' },
  })
  await tenant.send('DELETE', `/Users/${ada}`)
  expect((await read()).status).toBe(404)
})

test('a lock keeps the role of now, and nobody without one can have it', async () => {
  const one = await customer()
  const { admin, path, person, group, tenant } = one
  const [ada, bob, cid] = [await person('ada'), await person('bob', { active: false }), await person('cid')]
  const admins = await group('Admins', [ada])
  await saveRules(one, [admins, 'Admin'])
  const lock = (id: string) => `${path}/people/${id}/lock`
  expect(await admin('PUT', lock(ada), {})).toMatchObject({ status: 200, body: { role: 'Admin', lock: { role: 'Admin' } } })
  expect((await admin('PUT', lock(ada), {})).status).toBe(200)
  await saveRules(one)
  expect((await admin('GET', `${path}/people/${ada}`)).body).toMatchObject({ role: 'Admin', reason: { would: 'No access' } })

  const disabled = await admin('PUT', lock(bob), {})
  expect(disabled).toMatchObject({ status: 409, body: { type: 'urn:rollcall:problem:conflict' } })
  expect(disabled.body['detail']).toContain('inactive')
  await tenant.send('PATCH', `/Users/${ada}`, patchOf({ op: 'replace', path: 'active', value: false }))
  expect((await admin('DELETE', lock(ada))).body).toMatchObject({ role: 'Disabled' })
  expect(await named(one, '?status=locked')).toEqual([])

  const missing = '0'.repeat(32)
  const many = await admin('POST', `${path}/people/locks`, { ids: [cid, bob, missing, '../x', cid], locked: true })
  expect(many).toMatchObject({
    status: 200,
    body: {
      results: [
        { id: cid, ok: true },
        { id: bob, ok: false, detail: disabled.body['detail'] },
        { id: missing, ok: false, detail: 'There is no such person.' },
        { id: '../x', ok: false },
      ],
    },
  })
  expect(await named(one, '?status=locked')).toEqual(['cid'])
  expect((await admin('POST', `${path}/people/locks`, { ids: [cid, bob], locked: false })).body).toEqual({
    results: [
      { id: cid, ok: true },
      { id: bob, ok: true },
    ],
  })
  expect(await named(one, '?status=locked')).toEqual([])
})

test('who is provisioned under staging waits until released, and has no role to lock before', async () => {
  const one = await customer()
  const { admin, path, person } = one
  const early = await person('early')
  const { version } = (await admin('GET', `${path}/settings`)).body
  await admin('PUT', `${path}/settings`, { version, strict: false, staging: true, matching: [] })
  const late = await Promise.all(['one', 'two', 'three', 'four'].map((name) => person(name)))
  const [first = '', second = ''] = late
  expect(await named(one, '?status=pending')).toEqual(['four', 'one', 'three', 'two'])
  expect(await named(one, '?role=Pending')).toEqual(['four', 'one', 'three', 'two'])
  const locked = await admin('PUT', `${path}/people/${first}/lock`, {})
  expect(locked.status).toBe(409)
  expect(locked.body['detail']).toContain('waits for a release')
  const release = () => admin('POST', `${path}/people/${first}/release`)
  expect(await release()).toMatchObject({ status: 200, body: { role: 'No access', staged: false } })
  expect((await release()).status).toBe(200)
  const releases = `${path}/people/releases`
  expect((await admin('POST', releases, { ids: [second, early] })).body).toEqual({
    results: [
      { id: second, ok: true },
      { id: early, ok: true },
    ],
    left: 0,
  })
  expect(await named(one, '?status=pending')).toEqual(['four', 'three'])
  expect(await admin('GET', releases)).toMatchObject({ status: 200, body: { waiting: 2 } })
  const all = await admin('POST', releases, { all: true })
  expect(all.body).toMatchObject({ left: 0 })
  expect(all.body['results']).toHaveLength(2)
  expect((await admin('POST', releases, { all: true })).body).toEqual({ results: [], left: 0 })
  expect((await admin('GET', releases)).body).toEqual({ waiting: 0 })
})

test('the userName of an inactive person can be released, and the refusal before says so', async () => {
  const one = await customer()
  const { admin, path, person, tenant } = one
  const id = await person('sam@contoso.example')
  const newcomer = { userName: 'Sam@contoso.example' }
  const post = () => tenant.send('POST', '/Users', newcomer)
  const release = () => admin('POST', `${path}/people/${id}/release-user-name`)
  const active = await post()
  expect(active).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
  expect((await release()).status).toBe(409)

  await tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false }))
  const inactive = await post()
  expect(inactive).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
  expect(inactive.body['detail']).toContain('inactive')
  expect(inactive.body['detail']).toContain('an administrator can release the userName in Rollcall')
  const other = await person('other')
  const renamed = await tenant.send(
    'PATCH',
    `/Users/${other}`,
    patchOf({ op: 'replace', path: 'userName', value: newcomer.userName }),
  )
  expect(renamed.status).toBe(409)
  expect(renamed.body['detail']).toBe(inactive.body['detail'])

  const released = await release()
  expect(released).toMatchObject({ status: 200, body: { id, role: 'Disabled' } })
  expect(released.body['userName']).toMatch(/^sam@contoso\.example#released-[0-9a-f]{8}$/)
  expect((await release()).body['userName']).toBe(released.body['userName'])
  expect((await post()).status).toBe(201)
  expect(itemsOf(await listed(one, '?search=sam'))).toHaveLength(2)
})

test('a product id is unique in the tenant, and for operators to set', async () => {
  const one = await customer()
  const { admin, path, person } = one
  const [ada, bob] = [await person('ada'), await person('bob')]
  const set = (id: string, productId: unknown, by = service.operator) =>
    by('PUT', `${path}/people/${id}/product-id`, { productId })
  expect(await set(ada, 'P-1')).toMatchObject({ status: 200, body: { productId: 'P-1' } })
  const twice = await set(bob, 'P-1')
  expect(twice).toMatchObject({ status: 409, body: { errors: [{ path: '/productId' }] } })
  expect(twice.body['detail']).toContain(ada)
  expect((await set(bob, 'p-1')).status).toBe(200)
  expect((await set(ada, null)).body).not.toHaveProperty('productId')
  expect((await set(bob, 'P-1')).status).toBe(200)
  expect(await set(bob, '')).toMatchObject({ status: 400, body: { errors: [{ path: '/productId' }] } })
  expect((await set(bob, 'P-2', admin)).status).toBe(403)
  expect((await set(bob, 'P-2', service.reader)).status).toBe(403)
})

test('the export is safe to open as a spreadsheet and holds what the list shows', async () => {
  const one = await customer()
  const { admin, path, tenant, person, group } = one
  const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '＝1']
  // Behind what parts cells or rows where the file is read with other separators.
  const inner = {
    '\t=1': "'\t'=1",
    'say "hi", then; go\r\n=1': 'say "hi", then; go\r\n\'=1',
    'x; =1+1;y': "x; '=1+1;y",
    'a;b - c': 'a;b - c',
  }
  const given = [...formulas, ...Object.keys(inner)]
  const ids = await Promise.all(given.map((displayName, i) => person(`p${i}@contoso.example`, { displayName })))
  const [first = ''] = ids
  const staff = await group('=Staff', ids.slice(0, 2))
  await group('Zebra', [first])
  await saveRules(one, [staff, 'Admin'])
  await admin('PUT', `${path}/people/${first}/lock`, {})
  const { text, headers, rows } = await csvOf(`${path}/people/csv`)
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(headers.get('content-disposition')).toBe(`attachment; filename="people-${tenant.slug}.csv"`)
  expect(text.startsWith('\uFEFF"id","userName","displayName"')).toBe(true)
  expect(text.endsWith('\r\n')).toBe(true)
  const [header = [], ...lines] = rows
  expect(header.join()).toBe('id,userName,displayName,email,active,role,label,reason,locked,productId,groups')
  const names = new Map(lines.map((line) => [line[1], line[2]]))
  const wanted = [...formulas.map((name) => `'${name}`), ...Object.values(inner)]
  for (const [i, name] of wanted.entries()) expect(names.get(`p${i}@contoso.example`)).toBe(name)
  const line = lines.find(([id]) => id === first)
  expect(line?.slice(4, 6)).toEqual(['true', 'Admin'])
  expect(line?.slice(8)).toEqual(['true', '', `'=Staff; Zebra`])
  expect((await csvOf(`${path}/people/csv?role=Admin&search=p1`)).rows.map((row) => row[1])).toEqual([
    'userName',
    'p1@contoso.example',
  ])
})

describe('refused', () => {
  let one: Customer
  let id = ''
  beforeAll(async () => {
    one = await customer()
    id = await one.person('ada')
  })

  test.each<[method: string, path: string, body: unknown, status: number, field: string | undefined]>([
    ['PUT', '/{id}/lock', { role: 'Admin' }, 400, '/role'],
    ['PUT', '/{id}/lock', undefined, 415, undefined],
    ['PUT', '/nobody/lock', {}, 404, undefined],
    ['DELETE', '/nobody/lock', undefined, 404, undefined],
    ['POST', '/nobody/release', undefined, 404, undefined],
    ['POST', '/nobody/release-user-name', undefined, 404, undefined],
    ['PUT', '/nobody/product-id', { productId: 'x' }, 404, undefined],
    ['PUT', '/{id}/product-id', {}, 400, '/productId'],
    ['PUT', '/{id}/product-id', { productId: 7 }, 400, '/productId'],
    ['PUT', '/{id}/product-id', { productId: 'a\nb' }, 400, '/productId'],
    ['GET', `/${'x'.repeat(65)}`, undefined, 400, '{id}'],
    ['GET', '/u!', undefined, 404, undefined],
    ['GET', '/a/b/c', undefined, 404, undefined],
    ['PATCH', '/{id}', {}, 405, undefined],
    ['POST', '/locks', { ids: [], locked: true }, 400, '/ids'],
    ['POST', '/locks', { ids: Array.from({ length: 1001 }, () => 'x'), locked: true }, 400, '/ids'],
    ['POST', '/locks', { ids: ['x'] }, 400, '/locked'],
    ['POST', '/locks', { ids: [7], locked: true }, 400, '/ids/0'],
    ['POST', '/releases', { all: false }, 400, '/all'],
    ['POST', '/releases', { all: true, ids: ['x'] }, 400, ''],
    ['POST', '/releases', {}, 400, ''],
  ])('%s %s with %j: %i', async (...[method, path, body, status, field]) => {
    const answer = await service.operator(method, `${one.path}/people${path.replace('{id}', id)}`, body)
    expect(answer.status).toBe(status)
    if (field !== undefined) expect(answer.body).toMatchObject({ errors: [expect.objectContaining({ path: field })] })
  })

  test('a reader, and whoever belongs to another tenant', async () => {
    const reader = await linkOf(service, one.tenant.slug, 'reader')
    expect((await reader('GET', `${one.path}/people/${id}`)).status).toBe(200)
    for (const [method, path, body] of [
      ['PUT', `/${id}/lock`, {}],
      ['DELETE', `/${id}/lock`, undefined],
      ['POST', '/locks', { ids: [id], locked: true }],
      ['POST', `/${id}/release`, undefined],
      ['POST', '/releases', { all: true }],
      ['POST', `/${id}/release-user-name`, undefined],
    ] as const) {
      expect((await reader(method, `${one.path}/people${path}`, body)).status).toBe(403)
    }
    const other = await linkOf(service, service.tenant(0).slug)
    expect((await other('GET', `${one.path}/people`)).status).toBe(404)
    expect((await other('GET', `/tenants/${service.tenant(0).slug}/people/${id}`)).status).toBe(404)
  })
})
