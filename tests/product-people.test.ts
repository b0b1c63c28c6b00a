import { createHash } from 'node:crypto'
import { startManaged, type ManagedService } from './support/manage'
import { productOf, type Item, type TestProduct } from './support/product'
import { patchOf, type TestTenant } from './support/service'
import { saveSettings } from './support/tenant-settings'
import { fewestTrips, OPENING } from './support/trips'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

let service: ManagedService
let tenant: TestTenant
let product: TestProduct
beforeAll(async () => {
  service = await startManaged()
  tenant = service.tenant(0)
  await saveSettings(tenant.slug, {})
  product = await productOf(service, tenant)
})
afterAll(() => service.close())

const created = async (path: string, body: object, of = tenant) => String((await of.send('POST', path, body)).body['id'])
const newGroup = (displayName: string, ...members: string[]) =>
  created('/Groups', { displayName, members: members.map((value) => ({ value })) })
const replaced = (path: string, value: unknown) => patchOf({ op: 'replace', path, value })
const personOf = (id: string) => product.get(`/people/${id}`)
const lastTrips = (manage: string) => service.lines.filter((line) => line['manage'] === manage).at(-1)?.['trips']
let made = 0
const newUser = (more: object = {}) => created('/Users', { userName: `p${(made += 1)}@contoso.com`, ...more })

test('a person is shown whole: attributes, groups, manager with the product id of the manager, role and its reason', async () => {
  const boss = await newUser({ displayName: 'Charles' })
  await product.send('PUT', `/people/${boss}/product-id`, { productId: 'boss-17' })
  const id = await newUser({
    userName: 'Ada@contoso.com',
    externalId: 'oid-ada',
    displayName: 'Ada',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ value: 'ada@contoso.com', type: 'work', primary: true }],
    [ENTERPRISE]: { department: 'R&D', manager: { value: boss } },
  })
  const group = await newGroup('Lab', id)
  const shown = await personOf(id)
  expect(shown).toEqual({
    id,
    productId: null,
    userName: 'Ada@contoso.com',
    externalId: 'oid-ada',
    active: true,
    role: 'No access',
    grantsAccess: false,
    reason: { kind: 'default' },
    reasonText: 'No rule matches, so the default role applies.',
    displayName: 'Ada',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ value: 'ada@contoso.com', type: 'work', primary: true }],
    attributes: expect.objectContaining({ [ENTERPRISE]: { department: 'R&D', manager: { value: boss } } }) as unknown,
    groups: [{ id: group, displayName: 'Lab' }],
    manager: { id: boss, productId: 'boss-17', displayName: 'Charles' },
    revision: 1,
    lastModified: expect.stringMatching(/Z$/) as unknown,
    version: expect.stringMatching(/^W\/"[\w-]{22}"$/) as unknown,
  })
  expect(lastTrips('readPersonForProduct')).toBe(OPENING.product + 2)
})

test('a person without groups and manager costs one trip, and lacks nothing in the answer', async () => {
  const shown = await personOf(await newUser())
  expect(shown).toMatchObject({
    productId: null,
    externalId: null,
    displayName: null,
    name: null,
    emails: [],
    groups: [],
    manager: null,
  })
  expect(lastTrips('readPersonForProduct')).toBe(OPENING.product + 1)
})

test('the role comes from the rules, and goes at once with the membership, the group or a disable', async () => {
  const other = service.tenant(1)
  await other.send('GET', '/Users?count=0')
  const [id, lab, office] = [
    await created('/Users', { userName: 'role@contoso.com' }, other),
    await created('/Groups', { displayName: 'Lab' }, other),
    await created('/Groups', { displayName: 'Office' }, other),
  ]
  const path = `/tenants/${other.slug}/roles`
  const { version } = (await service.operator('GET', path)).body
  const rules = [
    { groupId: lab, role: 'Admin' },
    { groupId: office, role: 'Staff' },
  ]
  const policy = { version, roles: ['Admin', 'Staff', 'No access'], grantsAccess: [], defaultRole: 'No access', rules }
  expect((await service.operator('PUT', path, policy)).status).toBe(200)
  const rolled = await productOf(service, other)
  const roleOf = async () => (await rolled.get(`/people/${id}`))['role']
  for (const group of [lab, office]) {
    await other.send('PATCH', `/Groups/${group}`, patchOf({ op: 'add', path: 'members', value: [{ value: id }] }))
  }
  expect(await roleOf()).toBe('Admin')
  await other.send('DELETE', `/Groups/${lab}`)
  expect(await roleOf()).toBe('Staff')
  await other.send('PATCH', `/Groups/${office}`, patchOf({ op: 'remove', path: `members[value eq "${id}"]` }))
  expect(await roleOf()).toBe('No access')
  await other.send('PATCH', `/Users/${id}`, replaced('active', false))
  expect(await roleOf()).toBe('Disabled')
})

describe('versions', () => {
  const isKnown = async (id: string, version: unknown) =>
    (await product.send('GET', `/people/${id}`, undefined, { 'if-none-match': String(version) })).status === 304

  test('If-None-Match saves the body while nothing has changed', async () => {
    const id = await newUser()
    const { headers } = await product.send('GET', `/people/${id}`)
    const same = await product.send('GET', `/people/${id}`, undefined, { 'if-none-match': headers.get('etag')! })
    expect({ status: same.status, etag: same.headers.get('etag'), body: same.body }).toEqual({
      status: 304,
      etag: headers.get('etag'),
      body: {},
    })
  })

  test('every change of what is shown is a new version: attribute, group, its name, role, product id, the manager', async () => {
    const boss = await newUser()
    const id = await newUser({ [ENTERPRISE]: { manager: { value: boss } } })
    const group = await newGroup('Before')
    const changes = [
      () => tenant.send('PATCH', `/Users/${id}`, replaced('title', 'Lead')),
      () => tenant.send('PATCH', `/Groups/${group}`, patchOf({ op: 'add', path: 'members', value: [{ value: id }] })),
      () => tenant.send('PATCH', `/Groups/${group}`, replaced('displayName', 'After')),
      () => tenant.send('PATCH', `/Users/${id}`, replaced('active', false)),
      () => product.send('PUT', `/people/${id}/product-id`, { productId: 'version-1' }),
      () => product.send('PUT', `/people/${boss}/product-id`, { productId: 'version-2' }),
    ]
    for (const change of changes) {
      const { version } = await personOf(id)
      expect(await isKnown(id, version)).toBe(true)
      expect((await change()).status).toBeLessThan(300)
      expect(await isKnown(id, version)).toBe(false)
    }
  })
})

describe('search', () => {
  const idsOf = async (query: string) => ((await product.get(`/people?${query}`))['items'] as Item[]).map(({ id }) => id)

  test.each([
    ['userName', 'FIND@contoso.com'],
    ['externalId', 'Find-1'],
    ['email', 'Find.Me@contoso.com'],
    ['productId', 'find 1/ä'],
  ])('by %s', async (name, value) => {
    const id = await findable
    expect(await idsOf(`${name}=${encodeURIComponent(value)}`)).toEqual([id])
    expect(Number(lastTrips('listPeopleForProduct'))).toBeLessThanOrEqual(OPENING.product + 4)
    expect(await idsOf(`${name}=${encodeURIComponent(`${value}x`)}`)).toEqual([])
  })
  let findable: Promise<string>
  beforeAll(() => {
    findable = (async () => {
      const id = await newUser({ userName: 'find@contoso.com', externalId: 'Find-1', emails: [{ value: 'find.me@contoso.com' }] })
      await product.send('PUT', `/people/${id}/product-id`, { productId: 'find 1/ä' })
      return id
    })()
    return findable
  })

  test('quotes and operators in a value are part of it', async () => {
    expect(await idsOf(`userName=${encodeURIComponent('" or userName pr or userName eq "')}`)).toEqual([])
  })

  test.each([
    ['userName=a&email=b', '?email'],
    ['username=a', '?username'],
    ['userName=', '?userName'],
    ['limit=0', '?limit'],
    ['limit=201', '?limit'],
    ['after=nowhere', '?after'],
  ])('%s is refused by the name of the parameter', async (query, path) => {
    const answer = await product.send('GET', `/people?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ path }))
  })
})

test('a list is paged by id, whole and without repeats, and shows people as one by one', async () => {
  const other = service.tenant(3)
  const listed = await productOf(service, other)
  const ids = await Promise.all(Array.from({ length: 7 }, (_, i) => created('/Users', { userName: `l${i}@contoso.com` }, other)))
  const group = await created('/Groups', { displayName: 'G', members: ids.slice(0, 3).map((value) => ({ value })) }, other)
  await other.send('DELETE', `/Users/${ids[6]!}`)
  const people = await listed.all('/people?limit=2')
  expect(people.map(({ id }) => id)).toEqual(ids.slice(0, 6).sort())
  for (const person of people) expect(person).toEqual(await listed.get(`/people/${String(person['id'])}`))
  expect(people.filter(({ groups }) => (groups as Item[])[0]?.['id'] === group)).toHaveLength(3)
  const wanted = OPENING.product + 4
  const trips = await fewestTrips(wanted, async () => {
    await listed.get('/people')
    return lastTrips('listPeopleForProduct')
  })
  expect(trips).toBe(wanted)
})

describe('groups', () => {
  test('one, by name, all, and their members page by page', async () => {
    const members = await Promise.all(Array.from({ length: 5 }, () => newUser()))
    const nested = await newGroup('Nested')
    const id = await newGroup('Listed', ...members, nested)
    await tenant.send('DELETE', `/Users/${members[0]!}`)
    const group = await product.get(`/groups/${id}`)
    expect(group).toMatchObject({ id, displayName: 'Listed', externalId: null, revision: 1 })
    expect((await product.get('/groups?displayName=listed'))['items']).toEqual([group])
    expect(await product.all('/groups?limit=1')).toContainEqual(group)
    const shown = await product.all(`/groups/${id}/members?limit=2`)
    expect((await product.send('GET', `/groups/${id}/members?after=nonsense`)).status).toBe(400)
    const expected = [...members.slice(1).map((one) => ({ id: one, type: 'User' })), { id: nested, type: 'Group' }]
    expect(shown).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)))
  })

  test('a group that was deleted is gone, and so is one that never was', async () => {
    const id = await newGroup('Short-lived')
    await tenant.send('DELETE', `/Groups/${id}`)
    for (const path of [`/groups/${id}`, `/groups/${id}/members`, '/groups/x/members', `/groups/${'0'.repeat(32)}`]) {
      expect((await product.send('GET', path)).status).toBe(404)
    }
  })
})

describe('the product id', () => {
  const set = (id: string, productId: unknown, headers: Record<string, string> = {}) =>
    product.send('PUT', `/people/${id}/product-id`, { productId }, headers)

  test('is set, changed and taken off', async () => {
    const id = await newUser()
    expect((await set(id, 'A-1')).body).toMatchObject({ id, productId: 'A-1' })
    expect((await set(id, 'A-2')).body).toMatchObject({ productId: 'A-2' })
    expect((await set(id, 'A-2')).status).toBe(200)
    expect((await set(id, null)).body).toMatchObject({ productId: null })
  })

  test('is one person’s: another gets 409 that names the holder', async () => {
    const [one, other] = [await newUser(), await newUser()]
    await set(one, 'B-1')
    const refused = await set(other, 'B-1')
    expect(refused.status).toBe(409)
    expect(refused.body['detail']).toContain(one)
    expect((await set(other, 'b-1')).status).toBe(200) // letter case counts
  })

  test('with If-Match it is set only over the version that was read', async () => {
    const id = await newUser()
    const { version } = await personOf(id)
    await tenant.send('PATCH', `/Users/${id}`, replaced('title', 'Changed'))
    expect((await set(id, 'C-1', { 'if-match': String(version) })).status).toBe(412)
    const fresh = String((await personOf(id))['version'])
    const racing = await Promise.all(['C-2', 'C-3', 'C-4'].map((one) => set(id, one, { 'if-match': fresh })))
    expect(racing.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  })

  test.each([
    ['of nobody', '0'.repeat(32), 'X', 404],
    ['under no id', 'x', 'X', 404],
    ['that is empty', undefined, '', 400],
    ['that is too long', undefined, 'x'.repeat(201), 400],
    ['that is a number', undefined, 5, 400],
  ])('one %s is refused', async (_, id, productId, status) => {
    expect((await set(id ?? (await newUser()), productId)).status).toBe(status)
  })
})

test('nobody is shown of another tenant, and deleted people are gone', async () => {
  const id = await newUser()
  const foreign = await productOf(service, service.tenant(4))
  expect((await foreign.send('GET', `/people/${id}`)).status).toBe(404)
  expect((await foreign.send('GET', `/people/${createHash('md5').update(id).digest('hex')}`)).status).toBe(404)
  await tenant.send('DELETE', `/Users/${id}`)
  expect((await product.send('GET', `/people/${id}`)).status).toBe(404)
})
