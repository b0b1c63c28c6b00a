import { customerOf, type Customer } from './support/customer'
import { startManaged, type ManagedService } from './support/manage'
import { patchOf } from './support/service'

/** /Roles and /Entitlements: the access roles as a directory may find and assign them. */

const ROLE_URN = 'urn:okta:scim:schemas:core:1.0:Role'

let service: ManagedService
let listing: Customer
let silent: Customer
beforeAll(async () => {
  service = await startManaged()
  ;[listing, silent] = [await customerOf(service, 0), await customerOf(service, 1)]
  await listing.save([{ kind: 'appRole', appRole: 'Loanee', role: 'Loanee' }], {
    roles: ['Admin/Owner', 'Loanee', 'No access'],
    grantsAccess: ['Admin/Owner', 'Loanee'],
  })
  const { admin, path } = listing
  await admin('PUT', `${path}/roles/labels`, {
    version: await versionOf(listing),
    labels: [{ role: 'Loanee', label: 'Ausleihe' }],
  })
  expect(await listAt('Roles')).toMatchObject({ status: 200, body: { roleEndpoint: 'Roles' } })
})
afterAll(() => service.close())

async function listAt(roleEndpoint: string) {
  const { admin, path } = listing
  const { version, strict, staging, matching } = (await admin('GET', `${path}/settings`)).body
  const paths = (matching as { type: string; path: string }[]).map(({ type, path: of }) => ({ type, path: of }))
  return admin('PUT', `${path}/settings`, { version, strict, staging, matching: paths, roleEndpoint })
}

const versionOf = async ({ admin, path }: Customer) => (await admin('GET', `${path}/roles`)).body['version']
const role = (id: string, displayName = id) => ({ schemas: [ROLE_URN], id, displayName })

test('a tenant that lists its roles shows them with their labels, one by one and by pages', async () => {
  const { tenant } = listing
  const all = await tenant.send('GET', '/Roles')
  expect(all.status).toBe(200)
  expect(all.body).toMatchObject({
    totalResults: 3,
    startIndex: 1,
    itemsPerPage: 3,
    Resources: [role('Admin/Owner'), role('Loanee', 'Ausleihe'), role('No access')],
  })
  for (const { meta, ...shown } of all.body['Resources'] as { meta: { location: string } }[]) {
    const one = await tenant.send('GET', meta.location.slice(meta.location.indexOf('/Roles')))
    expect([one.status, one.body]).toEqual([200, { ...shown, meta }])
  }
  expect((await tenant.send('GET', '/Roles?startIndex=3&count=5')).body).toMatchObject({
    totalResults: 3,
    Resources: [role('No access')],
  })
  expect((await tenant.send('GET', '/Roles?startIndex=4')).body).toMatchObject({ totalResults: 3, Resources: [] })
})

test('discovery names them', async () => {
  const { tenant } = listing
  expect((await tenant.send('GET', '/ResourceTypes/Role')).body).toMatchObject({ endpoint: '/Roles', schema: ROLE_URN })
  expect((await tenant.send('GET', `/Schemas/${ROLE_URN}`)).body).toMatchObject({
    name: 'Role',
    attributes: [{ name: 'displayName' }],
  })
  expect((await tenant.send('GET', '/ResourceTypes')).body['totalResults']).toBe(3)
})

test('who is assigned one by its id has the role, by a rule for an app role', async () => {
  const { tenant, admin, path, person } = listing
  const id = await person('ada@contoso.example')
  await tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'add', path: 'roles', value: [{ value: 'Loanee' }] }))
  expect((await admin('GET', `${path}/people/${id}`)).body).toMatchObject({ role: 'Loanee' })
})

test('they are read only, not filtered, and what is not there is 404', async () => {
  const { tenant } = listing
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await tenant.send(method, '/Roles/Loanee', method === 'DELETE' ? undefined : { displayName: 'x' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
  }
  expect((await tenant.send('GET', `/Roles?filter=${encodeURIComponent('displayName eq "x"')}`)).status).toBe(501)
  for (const id of ['Nobody', '__proto__', 'loanee', 'Disabled'])
    expect((await tenant.send('GET', `/Roles/${id}`)).status).toBe(404)
})

test('another tenant lists none, and says how that can change; without a token nothing is told', async () => {
  const { tenant } = silent
  const answer = await tenant.send('GET', '/Roles')
  expect(answer.status).toBe(404)
  expect(answer.body['detail']).toContain('in the settings of the tenant')
  expect((await tenant.send('GET', '/ResourceTypes/Role')).status).toBe(404)
  expect((await tenant.send('GET', `/Schemas/${ROLE_URN}`)).status).toBe(404)
  const open = await fetch(`${service.origin}/scim/${listing.tenant.slug}/ResourceTypes`)
  expect(((await open.json()) as { totalResults: number }).totalResults).toBe(2)
  expect((await fetch(`${service.origin}/scim/${listing.tenant.slug}/Roles`)).status).toBe(401)
})

test('as entitlements they have a type, and who is assigned one has the role', async () => {
  const { tenant, admin, path, person } = listing
  const urn = 'urn:okta:scim:schemas:core:1.0:Entitlement'
  await listAt('Entitlements')
  expect((await tenant.send('GET', '/Entitlements')).body).toMatchObject({ totalResults: 3 })
  expect((await tenant.send('GET', '/Entitlements/Loanee')).body).toMatchObject({
    schemas: [urn],
    id: 'Loanee',
    displayName: 'Ausleihe',
    type: 'Role',
    meta: { resourceType: 'Entitlement' },
  })
  expect((await tenant.send('GET', '/ResourceTypes/Entitlement')).body).toMatchObject({ endpoint: '/Entitlements', schema: urn })
  expect((await tenant.send('GET', `/Schemas/${urn}`)).body).toMatchObject({
    attributes: [{ name: 'displayName' }, { name: 'type' }],
  })
  const elsewhere = await tenant.send('GET', '/Roles')
  expect([elsewhere.status, elsewhere.body['detail']]).toEqual([404, expect.stringContaining('at /Entitlements')])
  expect((await tenant.send('GET', '/ResourceTypes/Role')).status).toBe(404)

  const id = await person('eve@contoso.example')
  const role = async () => (await admin('GET', `${path}/people/${id}`)).body['role']
  const entitlements = [{ value: 'Loanee', type: 'Role' }]
  await tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'add', path: 'entitlements', value: entitlements }))
  expect(await role()).toBe('Loanee')
  await tenant.send('PATCH', `/Users/${id}`, patchOf({ op: 'remove', path: 'entitlements' }))
  expect(await role()).toBe('No access')
  await listAt('none')
  expect((await tenant.send('GET', '/Entitlements')).status).toBe(404)
})
