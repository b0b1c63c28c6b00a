import type { DeclaredAttribute } from '../shared/scim/schema/declared'
import { ENTERPRISE_URN, GROUP_URN, USER_URN } from '../shared/scim/schema/schemas'
import { expectError } from './support/refusals'
import { patchOf, send, startService, type TestService, type TestTenant } from './support/service'
import { saveSettings } from './support/tenant-settings'

const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const SHARED = 'urn:ietf:params:scim:schemas:extension:Shared:2.0'
const declare = (given: Partial<DeclaredAttribute> & { name: string }): DeclaredAttribute => ({
  type: 'User',
  urn: CONTOSO,
  valueType: 'string',
  multiValued: false,
  ...given,
})

let service: TestService
let tenant: TestTenant
beforeAll(async () => {
  service = await startService()
  tenant = service.tenant(0)
  const cost = { urn: SHARED, name: 'cost', valueType: 'decimal' as const }
  await saveSettings(tenant.slug, {
    declared: [
      declare({ name: 'badgeColor', caseExact: true, canonicalValues: ['blue', 'red'], description: 'Color of the badge.' }),
      declare({
        name: 'cards',
        valueType: 'complex',
        multiValued: true,
        mutability: 'immutable',
        returned: 'request',
        sensitive: true,
        subAttributes: [
          { name: 'value', valueType: 'string' },
          { name: 'type', valueType: 'string', canonicalValues: ['door', 'gate'] },
        ],
      }),
      declare(cost),
      declare({ ...cost, type: 'Group' }),
      declare({ urn: SHARED, name: 'shoe' }),
      declare({ urn: SHARED, type: 'Group', name: 'room' }),
    ],
  })
})
afterAll(() => service.close())

interface Described {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly canonicalValues?: readonly string[]
  readonly subAttributes?: readonly Described[]
}
interface SchemaBody {
  readonly id: string
  readonly attributes: readonly Described[]
}

async function schemas(): Promise<readonly SchemaBody[]> {
  const answer = await tenant.send('GET', '/Schemas')
  expect(answer.status).toBe(200)
  return answer.body['Resources'] as SchemaBody[]
}

/** The names of mapping targets as the App Gallery validation makes them of a schema (docs/entra-facts.md section 4.6). */
function targets({ id, attributes }: SchemaBody): string[] {
  if (id.includes(':extension:')) return attributes.map(({ name }) => `${id}:${name}`)
  return attributes.flatMap(({ name, type, multiValued, subAttributes = [] }) => {
    if (type !== 'complex') return [name]
    const types = subAttributes.find((sub) => sub.name === 'type')?.canonicalValues
    const places = !multiValued ? [''] : (types?.map((one) => `[type eq "${one}"]`) ?? ['[primary eq "True"]'])
    return [name, ...places.flatMap((place) => subAttributes.map((sub) => `${name}${place}.${sub.name}`))]
  })
}

const address = (name: string) => `addresses[type eq "work"].${name}`
test.each([
  ...['userName', 'active', 'displayName', 'title', 'preferredLanguage', 'externalId', 'members'],
  ...['name.givenName', 'name.familyName', 'name.formatted'],
  ...['emails[type eq "work"].value', 'emails[type eq "other"].value', 'addresses[type eq "other"].formatted'],
  ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map(address),
  ...['work', 'mobile', 'fax'].map((type) => `phoneNumbers[type eq "${type}"].value`),
  ...['employeeNumber', 'department', 'manager', 'costCenter', 'division'].map((name) => `${ENTERPRISE_URN}:${name}`),
  ...['value', 'display', 'type'].map((name) => `roles[primary eq "True"].${name}`),
  ...[`${CONTOSO}:badgeColor`, `${CONTOSO}:cards`, `${SHARED}:cost`],
])('who flattens /Schemas finds the mapping target %s', async (target) => {
  const found = new Set((await schemas()).flatMap(targets).map((one) => one.toLowerCase()))
  expect(found).toContain(target.toLowerCase())
})

test('both core schemas list externalId, which groups and people are matched by', async () => {
  for (const { id, attributes } of (await schemas()).filter((schema) => [USER_URN, GROUP_URN].includes(schema.id))) {
    expect([id, attributes.filter(({ name }) => name === 'externalId')]).toEqual([
      id,
      [expect.objectContaining({ type: 'string', caseExact: true, required: false, uniqueness: 'none' })],
    ])
  }
})

test('a declared attribute is served with its characteristics and nothing else', async () => {
  const answer = await tenant.send('GET', `/Schemas/${CONTOSO.toLowerCase()}`)
  const characteristics = { required: false, mutability: 'readWrite', returned: 'default', uniqueness: 'none' }
  const given = {
    ...characteristics,
    type: 'string',
    multiValued: false,
    caseExact: false,
    description: 'Declared for this directory.',
  }
  expect(answer.body).toEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: CONTOSO,
    name: 'User',
    description: 'Attributes declared for this directory.',
    attributes: [
      { ...given, name: 'badgeColor', caseExact: true, canonicalValues: ['blue', 'red'], description: 'Color of the badge.' },
      {
        ...given,
        name: 'cards',
        type: 'complex',
        multiValued: true,
        mutability: 'immutable',
        returned: 'request',
        subAttributes: [
          { ...given, name: 'value' },
          { ...given, name: 'type', canonicalValues: ['door', 'gate'] },
        ],
      },
    ],
    meta: { resourceType: 'Schema', location: `${tenant.url}/Schemas/${CONTOSO}` },
  })
})

test('an extension of people and groups appears once, with the attributes of both, and each type names it', async () => {
  const learnt = await tenant.send('POST', '/Groups', { displayName: 'g', [SHARED]: { floor: 3 } })
  expect(learnt.status).toBe(201)
  const list = (await tenant.send('GET', '/Schemas')).body
  const found = list['Resources'] as SchemaBody[]
  expect(found.map(({ id }) => id)).toEqual([USER_URN, ENTERPRISE_URN, CONTOSO, SHARED, GROUP_URN])
  expect(found[3]?.attributes.map(({ name }) => name)).toEqual(['cost', 'shoe', 'room', 'floor'])
  expect(list).toMatchObject({ totalResults: 5, itemsPerPage: 5, startIndex: 1 })
  const types = (await tenant.send('GET', '/ResourceTypes')).body['Resources']
  const listed = (...urns: string[]) => urns.map((schema) => ({ schema, required: false }))
  expect(types).toMatchObject([
    { id: 'User', schema: USER_URN, schemaExtensions: listed(ENTERPRISE_URN, CONTOSO, SHARED) },
    { id: 'Group', schema: GROUP_URN, schemaExtensions: listed(SHARED) },
  ])
})

test('every schema that a resource type names is found under its location', async () => {
  for (const { schema, schemaExtensions = [] } of (await tenant.send('GET', '/ResourceTypes')).body['Resources'] as {
    schema: string
    schemaExtensions?: { schema: string }[]
  }[]) {
    for (const id of [schema, ...schemaExtensions.map((extension) => extension.schema)]) {
      expect((await tenant.send('GET', `/Schemas/${id}`)).body).toMatchObject({
        id,
        meta: { location: `${tenant.url}/Schemas/${id}` },
      })
    }
  }
})

test.each(['/Schemas/urn:x:nobody', '/Schemas/constructor', '/ResourceTypes/Device', '/ResourceTypes/__proto__'])(
  '%s is 404',
  async (path) => {
    expectError(await tenant.send('GET', path), { status: 404 })
  },
)

test('discovery refuses a filter with 403, ignores other parameters, and takes GET alone', async () => {
  for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
    expectError(await tenant.send('GET', `${path}?filter=id%20eq%20%22x%22`), { status: 403 })
    expect(await tenant.send('GET', `${path}?attributes=id&count=0&startIndex=9&sortBy=id`)).toMatchObject({
      status: 200,
      body: (await tenant.send('GET', path)).body,
    })
    const refused = await tenant.send('POST', path, patchOf())
    expectError(refused, { status: 405 })
    expect(refused.headers.get('allow')).toBe('GET')
  }
})

test('without a token there are the core schemas alone; the scheme bearer counts in any case', async () => {
  const bare = await send(`${tenant.url}/Schemas`, { method: 'GET' })
  expect((bare.body['Resources'] as SchemaBody[]).map(({ id }) => id)).toEqual([USER_URN, ENTERPRISE_URN, GROUP_URN])
  expect((await send(`${tenant.url}/Schemas/${CONTOSO}`, { method: 'GET' })).status).toBe(404)
  for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
    const headers = { authorization: `${scheme} ${tenant.token}` }
    expect((await send(`${tenant.url}/Schemas/${CONTOSO}`, { method: 'GET', headers })).status).toBe(200)
  }
})

test('what is not stored is not offered: a member has no display in /Schemas, and one that is sent is taken', async () => {
  const tenant = service.tenant(9)
  const { body } = await tenant.send('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group')
  const members = (body['attributes'] as { name: string; subAttributes?: { name: string }[] }[]).find(
    ({ name }) => name === 'members',
  )
  expect(members?.subAttributes?.map(({ name }) => name)).toEqual(['value', '$ref', 'type'])
  const ada = (await tenant.send('POST', '/Users', { userName: 'ada@contoso.example' })).body['id']
  const group = await tenant.send('POST', '/Groups', { displayName: 'Lab', members: [{ value: ada, display: 'Ada' }] })
  expect(group.status).toBe(201)
  expect(group.body['members']).toEqual([{ value: ada, type: 'User', $ref: expect.any(String) as string }])
})

test('schemas and types have the descriptions of RFC 7643, by which clients find them', async () => {
  const described = async (path: string) => {
    const { body } = await service.tenant(9).send('GET', path)
    return (body['Resources'] as { name: string; description: string }[]).map(({ name, description }) => [name, description])
  }
  expect(await described('/Schemas')).toEqual([
    ['User', 'User Account'],
    ['EnterpriseUser', 'Enterprise User'],
    ['Group', 'Group'],
  ])
  expect(await described('/ResourceTypes')).toEqual([
    ['User', 'User Account'],
    ['Group', 'Group'],
  ])
})
