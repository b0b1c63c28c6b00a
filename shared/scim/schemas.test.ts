import type { Attribute } from './schema'
import { attributeNamed, subAttributeNamed } from './schema'
import {
  COMMON_ATTRIBUTES,
  ENTERPRISE_URN,
  enterpriseUserSchema,
  GROUP_URN,
  groupSchema,
  groupType,
  USER_URN,
  userSchema,
  userType,
} from './schemas'

const schemas = [userSchema, enterpriseUserSchema, groupSchema]

function withPlaces(attributes: readonly Attribute[], where: string): (readonly [string, Attribute])[] {
  return attributes.flatMap((attribute) => {
    const place = `${where}${attribute.name}`
    return [[place, attribute] as const, ...withPlaces(attribute.subAttributes ?? [], `${place}.`)]
  })
}

const all = [
  ...schemas.flatMap((schema) => withPlaces(schema.attributes, `${schema.name}.`)),
  ...withPlaces(COMMON_ATTRIBUTES, 'common.'),
]

test.each(all)('%s has every characteristic (RFC 7643 section 7)', (_, attribute) => {
  expect(attribute.name).toMatch(/^(?:[a-z][A-Za-z0-9_-]*|\$ref)$/)
  expect(attribute.description).toMatch(/^[A-Z].*\.$/)
  expect(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex']).toContain(attribute.type)
  expect(['readOnly', 'readWrite', 'immutable', 'writeOnly']).toContain(attribute.mutability)
  expect(['always', 'never', 'default', 'request']).toContain(attribute.returned)
  expect(['none', 'server', 'global']).toContain(attribute.uniqueness)
  for (const flag of [attribute.multiValued, attribute.required, attribute.caseExact]) expect(typeof flag).toBe('boolean')
  expect(attribute.subAttributes !== undefined).toBe(attribute.type === 'complex')
  expect(attribute.referenceTypes !== undefined).toBe(attribute.type === 'reference' && attribute.name !== 'schemas')
  expect(attribute.canonicalValues).not.toEqual([])
  expect(JSON.stringify(attribute)).not.toContain('null')
})

test('no complex attribute lies in another, and no name occurs twice beside another', () => {
  for (const attributes of [...schemas.map((schema) => schema.attributes), COMMON_ATTRIBUTES]) {
    for (const list of [attributes, ...attributes.map((attribute) => attribute.subAttributes ?? [])]) {
      expect(new Set(list.map(({ name }) => name.toLowerCase())).size).toBe(list.length)
    }
    for (const attribute of attributes) expect(attribute.subAttributes?.map(({ type }) => type) ?? []).not.toContain('complex')
  }
})

/** Entra ID's gallery tests make `emails[type eq "work"].value` of these (entra-scim 4.6). */
test.each([
  ['emails', ['work', 'home', 'other']],
  ['phoneNumbers', ['work', 'home', 'mobile', 'fax', 'pager', 'other']],
  ['ims', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']],
  ['photos', ['photo', 'thumbnail']],
  ['addresses', ['work', 'home', 'other']],
  ['entitlements', undefined],
  ['roles', undefined],
  ['x509Certificates', undefined],
])('the type of %s has the canonical values %j', (name, values) => {
  const attribute = attributeNamed(userSchema.attributes, name)
  expect(attribute && subAttributeNamed(attribute, 'type')?.canonicalValues).toEqual(values)
  expect(attribute && subAttributeNamed(attribute, 'primary')?.type).toBe('boolean')
})

test.each([
  [userSchema.attributes, 'userName', { required: true, uniqueness: 'server', caseExact: false }],
  [userSchema.attributes, 'password', { mutability: 'writeOnly', returned: 'never' }],
  [userSchema.attributes, 'groups', { mutability: 'readOnly', multiValued: true }],
  [userSchema.attributes, 'active', { type: 'boolean', mutability: 'readWrite' }],
  [groupSchema.attributes, 'displayName', { required: true, caseExact: false }],
  [groupSchema.attributes, 'members', { multiValued: true, type: 'complex' }],
  [COMMON_ATTRIBUTES, 'id', { mutability: 'readOnly', returned: 'always', caseExact: true, uniqueness: 'server' }],
  [COMMON_ATTRIBUTES, 'externalId', { mutability: 'readWrite', caseExact: true, uniqueness: 'none' }],
  [COMMON_ATTRIBUTES, 'schemas', { returned: 'always', multiValued: true }],
  [COMMON_ATTRIBUTES, 'meta', { mutability: 'readOnly', type: 'complex' }],
])('of %# the attribute %s is as RFC 7643 says', (attributes, name, characteristics) => {
  expect(attributeNamed(attributes, name)).toMatchObject(characteristics)
})

test('names of RFC 7643 section 4 are all there', () => {
  expect(userSchema.attributes.map(({ name }) => name)).toEqual([
    'userName',
    'name',
    'displayName',
    'nickName',
    'profileUrl',
    'title',
    'userType',
    'preferredLanguage',
    'locale',
    'timezone',
    'active',
    'password',
    'emails',
    'phoneNumbers',
    'ims',
    'photos',
    'addresses',
    'groups',
    'entitlements',
    'roles',
    'x509Certificates',
  ])
  expect(enterpriseUserSchema.attributes.map(({ name }) => name)).toEqual([
    'employeeNumber',
    'costCenter',
    'organization',
    'division',
    'department',
    'manager',
  ])
  expect(groupSchema.attributes.map(({ name }) => name)).toEqual(['displayName', 'members'])
})

test('types name their schemas', () => {
  expect([userType.schema.id, ...userType.extensions.map(({ id }) => id)]).toEqual([USER_URN, ENTERPRISE_URN])
  expect([groupType.schema.id, ...groupType.extensions.map(({ id }) => id)]).toEqual([GROUP_URN])
})
