import { isDeepStrictEqual } from 'node:util'
import { startAzurite } from './support/azurite'
import { customerOf, type Customer } from './support/customer'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { productOf, type Item } from './support/product'
import { until } from './support/super-tenant'

/** What the operator says of roles, and what tenants can make of it. Storage of its own: there is one catalogue. */

let service: ManagedService
beforeAll(async () => {
  process.env['TEST_TABLES_CONNECTION_STRING'] = await startAzurite()
  service = await startManaged()
})
afterAll(() => service.close())

const CATALOGUE = {
  roles: [
    { name: 'Teller', description: 'Sees accounts of the branch.', grantsAccess: true },
    { name: 'Auditor', description: 'Sees everything, changes nothing.', grantsAccess: true },
    { name: 'Blocked', description: 'Enters nothing.', grantsAccess: false },
  ],
  freeText: false,
}

const versionOf = async () => Number((await service.operator('GET', '/role-catalogue')).body['version'])
const put = async (catalogue: object) => service.operator('PUT', '/role-catalogue', { version: await versionOf(), ...catalogue })
const saveRoles = async ({ admin, path }: Customer, sent: object) => {
  const { version } = (await admin('GET', `${path}/roles`)).body
  return admin('PUT', `${path}/roles`, { version, rules: [], ...sent })
}
const errorsOf = ({ body }: { body: Record<string, unknown> }) => body['errors']

test('before an operator says anything a tenant may name roles of its own, and there is one that lets people in', async () => {
  const { body } = await service.operator('GET', '/role-catalogue')
  expect(body).toMatchObject({ version: 1, freeText: true })
  expect((body['roles'] as Item[]).map(({ name, grantsAccess }) => [name, grantsAccess])).toEqual([
    ['User', true],
    ['No access', false],
  ])
})

test('it is the operator’s: customers read what they may choose, and change nothing', async () => {
  const { tenant, admin, path } = await customerOf(service, 0)
  expect((await admin('GET', '/role-catalogue')).status).toBe(403)
  expect((await admin('PUT', '/role-catalogue', { version: 1, ...CATALOGUE })).status).toBe(403)
  expect((await service.reader('PUT', '/role-catalogue', { version: 1, ...CATALOGUE })).status).toBe(403)
  expect((await service.reader('GET', '/role-catalogue')).status).toBe(200)
  const reader = await linkOf(service, tenant.slug, 'reader')
  expect((await reader('GET', `${path}/role-catalogue`)).body).toMatchObject({ freeText: true })
})

test.each([
  [{ roles: [], freeText: true }],
  [{ roles: [{ name: 'Disabled', description: '', grantsAccess: false }], freeText: true }],
  [{ roles: [{ name: 'All in', description: '', grantsAccess: true }], freeText: true }],
  [{ roles: [CATALOGUE.roles[2], { ...CATALOGUE.roles[2], name: 'BLOCKED' }], freeText: true }],
  [{ roles: [{ name: 'x'.repeat(61), description: '', grantsAccess: false }], freeText: true }],
  [{ roles: [{ name: 'A\nB', description: '', grantsAccess: false }], freeText: true }],
  [{ roles: [{ name: 'Out', description: 'x'.repeat(301), grantsAccess: false }], freeText: true }],
  [{ roles: CATALOGUE.roles }],
  [{ ...CATALOGUE, version: 'x' }],
])('%j is no catalogue', async (sent) => {
  expect((await put(sent)).status).toBe(400)
})

describe('once it is saved', () => {
  let before: Customer
  beforeAll(async () => {
    before = await customerOf(service, 1)
    const kept = { roles: ['User', 'Legacy', 'No access'], grantsAccess: ['Legacy'], defaultRole: 'No access' }
    expect((await saveRoles(before, kept)).status).toBe(200)
    expect(await put(CATALOGUE)).toMatchObject({ status: 200, body: CATALOGUE })
  })

  test('a save under an older version is refused', async () => {
    expect((await service.operator('PUT', '/role-catalogue', { version: 1, ...CATALOGUE })).status).toBe(412)
  })

  test('of two saves at once under the same version, one is refused', async () => {
    const version = await versionOf()
    const saves = [1, 2].map(() => service.operator('PUT', '/role-catalogue', { version, ...CATALOGUE }))
    expect((await Promise.all(saves)).map(({ status }) => status).sort()).toEqual([200, 412])
  })

  test('a new tenant begins with its roles, and nobody gets in', async () => {
    const slug = 'made-later'
    expect((await service.operator('POST', '/tenants', { slug })).status).toBe(201)
    expect((await service.operator('GET', `/tenants/${slug}/roles`)).body).toMatchObject({
      roles: ['Teller', 'Auditor', 'Blocked'],
      grantsAccess: ['Teller', 'Auditor'],
      defaultRole: 'Blocked',
      rules: [],
    })
  })

  test('a tenant chooses among its roles, spelled as they are; what each grants is not the tenant’s to say', async () => {
    const one = await customerOf(service, 2)
    const sent = { roles: ['Auditor', 'Blocked'], grantsAccess: [], defaultRole: 'Blocked' }
    expect((await saveRoles(one, sent)).body).toMatchObject({ grantsAccess: ['Auditor'] })
    const unknown = { roles: ['auditor', 'Boss', 'Blocked'], grantsAccess: ['Blocked', 'Chef'], defaultRole: 'Blocked' }
    expect(errorsOf(await saveRoles(one, unknown))).toEqual([
      { path: '/roles/0', detail: 'is spelled Auditor' },
      { path: '/roles/1', detail: 'is no role of the product. Choose among Teller, Auditor, Blocked' },
      { path: '/grantsAccess/0', detail: 'is a role of the product that lets nobody in' },
      { path: '/grantsAccess/1', detail: 'is not one of roles' },
    ])
    const { admin, path } = one
    expect((await admin('POST', `${path}/roles/preview`, { ...unknown, rules: [] })).status).toBe(400)
  })

  test('who leaves out what the roles grant is asked to say it, and nobody loses access by that', async () => {
    const one = await customerOf(service, 5)
    const refused = await saveRoles(one, { roles: ['Auditor', 'Blocked'], defaultRole: 'Blocked' })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: '/grantsAccess' }] } })
  })

  test('a tenant that was made since inherits the roles of a super tenant, as one made before does', async () => {
    const [source, slug] = [await customerOf(service, 6), 'fed-later']
    expect((await service.operator('POST', '/tenants', { slug })).status).toBe(201)
    expect((await service.operator('PUT', `${source.path}/connections/${slug}`, {})).status).toBe(200)
    expect((await service.operator('GET', `/tenants/${slug}/roles`)).body).toHaveProperty('inheritedFrom')
  })

  test('a tenant that had roles of its own keeps them, with what they grant, and gets no more', async () => {
    const sent = { roles: ['Legacy', 'User', 'Teller', 'No access'], grantsAccess: ['Legacy'], defaultRole: 'No access' }
    expect((await saveRoles(before, sent)).body).toMatchObject({ grantsAccess: ['Legacy', 'Teller'] })
    expect((await saveRoles(before, { ...sent, roles: [...sent.roles, 'Another'] })).status).toBe(400)
  })

  test('what a role grants cannot turn while a tenant uses it; one that nobody uses may', async () => {
    const turned = (name: string) => ({
      ...CATALOGUE,
      roles: [
        ...CATALOGUE.roles.map((role) => (role.name === name ? { ...role, grantsAccess: !role.grantsAccess } : role)),
        { name: 'Out', description: '', grantsAccess: false },
      ],
    })
    const refused = await put(turned('Auditor'))
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('(Auditor)') as unknown } })
    const roles = [...CATALOGUE.roles, { name: 'Spare', description: '', grantsAccess: false }]
    expect((await put({ ...CATALOGUE, roles })).status).toBe(200)
    // A save that says nothing new of access asks no tenant: one that differs stops no other change.
    const described = CATALOGUE.roles.map((role) => ({ ...role, description: 'Other words.' }))
    expect((await put({ ...CATALOGUE, roles: described })).status).toBe(200)
    const spare = { name: 'Spare', description: '', grantsAccess: true }
    expect((await put({ ...CATALOGUE, roles: [...CATALOGUE.roles, spare] })).status).toBe(200)
  })
})

test('a role that turns in the tenant is announced to everybody who has it, though its name stays', async () => {
  expect((await put({ ...CATALOGUE, freeText: true })).status).toBe(200)
  const one = await customerOf(service, 3)
  const product = await productOf(service, one.tenant)
  const id = await one.person('ada@contoso.example')
  const save = (grantsAccess: string[]) => saveRoles(one, { roles: ['Guest', 'Blocked'], grantsAccess, defaultRole: 'Guest' })
  const told = async () => {
    const items = (await product.changes(0)).filter((item) => item['type'] === 'role.changed' && item['id'] === id)
    const { after, grantsAccess } = items.at(-1)?.['role'] as Item
    return [after, grantsAccess]
  }
  const comes = (...wanted: unknown[]) => until(told, (last) => isDeepStrictEqual(last, wanted))
  expect((await save(['Guest'])).status).toBe(200)
  expect(await comes('Guest', true)).toEqual(['Guest', true])
  const { body } = await one.admin('POST', `${one.path}/roles/preview`, {
    roles: ['Guest', 'Blocked'],
    grantsAccess: [],
    defaultRole: 'Guest',
    rules: [],
  })
  expect(body).toMatchObject({
    changed: 1,
    moves: [],
    gain: 0,
    lose: 1,
    first: [{ id, to: { role: 'Guest', grantsAccess: false } }],
  })
  expect((await save([])).status).toBe(200)
  expect(await comes('Guest', false)).toEqual(['Guest', false])
  expect(await product.get(`/people/${id}`)).toMatchObject({ role: 'Guest', grantsAccess: false })
})

test('who is locked to a role that is taken out keeps what it grants', async () => {
  const one = await customerOf(service, 4)
  const product = await productOf(service, one.tenant)
  const id = await one.person('grace@contoso.example')
  expect((await saveRoles(one, { roles: ['Guest', 'Blocked'], grantsAccess: ['Guest'], defaultRole: 'Guest' })).status).toBe(200)
  expect((await one.admin('PUT', `${one.path}/people/${id}/lock`, {})).status).toBeLessThan(300)
  const { version } = (await one.admin('GET', `${one.path}/roles`)).body
  const without = { version, roles: ['Blocked'], grantsAccess: [], defaultRole: 'Blocked', rules: [] }
  expect((await one.admin('PUT', `${one.path}/roles?confirm=locks`, without)).status).toBe(200)
  expect(await product.get(`/people/${id}`)).toMatchObject({ role: 'Guest', grantsAccess: true })
  const guest = { name: 'Guest', description: '', grantsAccess: false }
  const turned = await put({ ...CATALOGUE, roles: [...CATALOGUE.roles, guest] })
  expect(turned).toMatchObject({ status: 409, body: { detail: expect.stringContaining('(Guest)') as unknown } })
})
