import { ENTERPRISE_URN, GROUP_URN, USER_URN } from '../shared/scim/schema/schemas'
import { expectError } from './support/refusals'
import { filtered, patchOf, startService, type TestService, type TestTenant } from './support/service'
import { saveSettings } from './support/tenant-settings'

const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'

let service: TestService
let strict: TestTenant
let lenient: TestTenant
beforeAll(async () => {
  service = await startService()
  strict = service.tenant(0)
  lenient = service.tenant(1)
  await saveSettings(strict.slug, { strict: true })
})
afterAll(() => service.close())

const person = (userName: string, given: object = {}) => ({ schemas: [USER_URN], userName, ...given })
let names = 0
const newName = () => `user${(names += 1)}@contoso.example`

async function made(tenant: TestTenant, body: object = person(newName()), path = '/Users'): Promise<string> {
  const answer = await tenant.send('POST', path, body)
  expect(answer.status).toBe(201)
  return `${path}/${String(answer.body['id'])}`
}

test.each<[string, object, string]>([
  ['an unknown attribute', { shoeSize: 42 }, 'invalidSyntax'],
  ['an attribute of an extension that nobody declared', { [CONTOSO]: { badge: 'b' } }, 'invalidSyntax'],
  ['a dotted key', { 'name.givenName': 'Ana' }, 'invalidSyntax'],
  ['a boolean as text', { active: 'False' }, 'invalidValue'],
  ['a list of one', { active: [false] }, 'invalidValue'],
  ['a text in an object', { displayName: { value: 'Ana' } }, 'invalidValue'],
  ['one object for a list', { emails: { value: 'w@contoso.example' } }, 'invalidValue'],
  [
    'two primary e-mails',
    {
      emails: [
        { value: 'a@c.example', primary: true },
        { value: 'b@c.example', primary: true },
      ],
    },
    'invalidValue',
  ],
  ['a schema named twice', { schemas: [USER_URN, USER_URN] }, 'invalidSyntax'],
  ['a manager as text', { schemas: [USER_URN, ENTERPRISE_URN], [ENTERPRISE_URN]: { manager: '77c0' } }, 'invalidValue'],
])('POST and PUT with %s are 400 for a strict tenant and taken by another', async (_, given, scimType) => {
  const path = await made(strict)
  const before = (await strict.send('GET', path)).body
  expectError(await strict.send('POST', '/Users', person(newName(), given)), { status: 400, scimType })
  expectError(await strict.send('PUT', path, person(newName(), given)), { status: 400, scimType })
  expect((await strict.send('GET', path)).body).toEqual(before)
  await made(lenient, person(newName(), given))
})

test.each<[string, object[], string]>([
  ['an unknown path', [{ op: 'replace', path: 'shoeSize', value: 42 }], 'invalidPath'],
  ['an extension that nobody declared', [{ op: 'add', path: `${CONTOSO}:badge`, value: 'b' }], 'invalidPath'],
  ['a string boolean', [{ op: 'replace', path: 'active', value: 'False' }], 'invalidValue'],
  ['a filter that matches nothing', [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'w' }], 'noTarget'],
  ['a removal with value', [{ op: 'remove', path: 'emails', value: [{ value: 'x' }] }], 'invalidValue'],
  ['one object for a list', [{ op: 'add', path: 'emails', value: { value: 'w@contoso.example' } }], 'invalidValue'],
  [
    'two primary e-mails',
    [{ op: 'replace', path: 'emails', value: ['a', 'b'].map((value) => ({ value, primary: true })) }],
    'invalidValue',
  ],
  ['no path (a rule of the interoperability profile)', [{ op: 'replace', value: { title: 'x' } }], 'invalidSyntax'],
  ['no operation', [], 'invalidSyntax'],
  [
    'a good operation before a bad one',
    [
      { op: 'replace', path: 'title', value: 'x' },
      { op: 'add', path: 'shoe', value: 1 },
    ],
    'invalidPath',
  ],
])('a PATCH with %s is 400 for a strict tenant, changes nothing, and is taken by another', async (_, operations, scimType) => {
  const path = await made(strict)
  const before = (await strict.send('GET', path)).body
  expectError(await strict.send('PATCH', path, patchOf(...operations)), { status: 400, scimType })
  expect((await strict.send('GET', path)).body).toEqual(before)
  expect((await lenient.send('PATCH', await made(lenient), patchOf(...operations))).status).toBe(200)
})

test('members of a strict tenant are added as objects and removed by filter, never by a value', async () => {
  const id = (await made(strict)).split('/').at(-1)
  const path = await made(strict, { schemas: [GROUP_URN], displayName: 'Sales', members: [{ value: id }] }, '/Groups')
  const members = async () => ((await strict.send('GET', path)).body['members'] as unknown[] | undefined)?.length ?? 0
  const byValue = patchOf({ op: 'remove', path: 'members', value: [{ value: id }] })
  expectError(await strict.send('PATCH', path, byValue), { status: 400, scimType: 'invalidValue' })
  expectError(await strict.send('PATCH', path, patchOf({ op: 'add', path: 'members', value: [id] })), {
    status: 400,
    scimType: 'invalidValue',
  })
  expect(await members()).toBe(1)
  expect((await strict.send('PATCH', path, patchOf({ op: 'remove', path: `members[value eq "${id}"]` }))).status).toBe(204)
  expect(await members()).toBe(0)
})

test('a strict tenant learns nothing, and queries work as everywhere', async () => {
  await strict.send('POST', '/Users', person('badge@contoso.example', { [CONTOSO]: { badge: 'b' } }))
  expect((await strict.send('GET', `/Schemas/${CONTOSO}`)).status).toBe(404)
  expect((await strict.send('GET', `/Users${filtered('userName eq "badge@contoso.example"')}`)).body).toMatchObject({
    totalResults: 0,
    Resources: [],
  })
})

test.each([
  'shoeSize eq 42',
  'userName pr and not (shoeSize pr)',
  'shoeSize[value eq "x"]',
  'emails[shoe eq "x"]',
  `${CONTOSO}:badge eq "b"`,
])('a filter by %s is 400 for a strict tenant, and finds nobody for another', async (filter) => {
  const refused = { status: 400, scimType: 'invalidFilter' }
  expectError(await strict.send('GET', `/Users${filtered(filter)}`), refused)
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter }
  for (const path of ['/Users/.search', '/.search']) expectError(await strict.send('POST', path, search), refused)
  expect((await lenient.send('GET', `/Users${filtered(filter)}`)).status).toBe(200)
})

test('a search over both types may name what one of them has', async () => {
  const group = await made(strict, { schemas: [GROUP_URN], displayName: 'Searched' }, '/Groups')
  const search = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    filter: 'displayName eq "Searched" and not (members pr)',
  }
  const { body } = await strict.send('POST', '/.search', search)
  expect(body).toMatchObject({ totalResults: 1, Resources: [{ id: group.split('/').at(-1) }] })
})

test('/ServiceProviderConfig of a strict tenant says that it conforms to the interoperability profile', async () => {
  const said = async (tenant: TestTenant) => (await tenant.send('GET', '/ServiceProviderConfig')).body['interopProfileConformant']
  expect([await said(strict), await said(lenient)]).toEqual([true, undefined])
})

test('a message has to say what it is', async () => {
  const path = await made(strict)
  const messages: readonly (readonly [method: string, path: string, body: object])[] = [
    ['PATCH', path, { Operations: [{ op: 'replace', path: 'title', value: 'Lead' }] }],
    ['PATCH', path, { schemas: [], Operations: [{ op: 'replace', path: 'title', value: 'Lead' }] }],
    ['POST', '/Users/.search', { filter: 'userName pr' }],
    ['POST', '/Bulk', { Operations: [{ method: 'DELETE', path }] }],
  ]
  for (const [method, at, body] of messages) {
    const answer = await strict.send(method, at, body)
    expectError(answer, { status: 400, scimType: 'invalidSyntax' })
    expect(answer.body['detail']).toMatch(/^schemas must contain "urn:/)
  }
})
