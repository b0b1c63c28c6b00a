import type { Attribute } from './schema'
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

/** Characteristics as RFC 7643 section 8.7.1 lists them, but for those that have the default of section 2.2. */
const RFC_TABLE: Record<string, readonly string[]> = {
  'User.userName': ['required', 'uniqueness=server'],
  'User.name': ['complex'],
  ...singles('User.name.', ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix']),
  ...singles('User.', ['displayName', 'nickName', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone']),
  'User.profileUrl': ['reference', 'caseExact', 'references=external'],
  'User.active': ['boolean'],
  'User.password': ['caseExact', 'mutability=writeOnly', 'returned=never'],
  ...plural('emails', ['work', 'home', 'other']),
  ...plural('phoneNumbers', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
  ...plural('ims', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
  ...plural('photos', ['photo', 'thumbnail'], ['reference', 'caseExact', 'references=external']),
  'User.addresses': ['complex', 'multiValued'],
  ...singles('User.addresses.', ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country']),
  'User.addresses.type': ['values=work,home,other'],
  'User.addresses.primary': ['boolean'],
  'User.groups': ['complex', 'multiValued', 'mutability=readOnly', 'returned=request'],
  'User.groups.value': ['caseExact', 'mutability=readOnly'],
  'User.groups.$ref': ['reference', 'caseExact', 'mutability=readOnly', 'references=User,Group'],
  'User.groups.display': ['mutability=readOnly'],
  'User.groups.type': ['mutability=readOnly', 'values=direct,indirect'],
  ...plural('entitlements'),
  ...plural('roles'),
  ...plural('x509Certificates', undefined, ['binary', 'caseExact']),
  ...singles('EnterpriseUser.', ['employeeNumber', 'costCenter', 'organization', 'division', 'department']),
  'EnterpriseUser.manager': ['complex'],
  'EnterpriseUser.manager.value': ['caseExact'],
  'EnterpriseUser.manager.$ref': ['reference', 'caseExact', 'references=User'],
  'EnterpriseUser.manager.displayName': ['mutability=readOnly'],
  'Group.displayName': ['required'],
  'Group.members': ['complex', 'multiValued'],
  'Group.members.value': ['caseExact', 'mutability=immutable'],
  'Group.members.$ref': ['reference', 'caseExact', 'mutability=immutable', 'references=User,Group'],
  'Group.members.type': ['mutability=immutable', 'values=User,Group'],
  'Group.members.display': ['mutability=immutable'],
  'common.schemas': ['reference', 'multiValued', 'caseExact', 'returned=always'],
  'common.id': ['caseExact', 'mutability=readOnly', 'returned=always', 'uniqueness=server'],
  'common.externalId': ['caseExact'],
  'common.meta': ['complex', 'mutability=readOnly'],
  'common.meta.resourceType': ['caseExact', 'mutability=readOnly'],
  'common.meta.created': ['dateTime', 'mutability=readOnly'],
  'common.meta.lastModified': ['dateTime', 'mutability=readOnly'],
  'common.meta.location': ['reference', 'caseExact', 'mutability=readOnly', 'references=uri'],
  'common.meta.version': ['caseExact', 'mutability=readOnly'],
}

function singles(where: string, names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [where + name, []]))
}

/** Four sub-attributes (RFC 7643 section 2.4). Without canonical values the gallery's reader looks for `primary`. */
function plural(name: string, types?: readonly string[], value: readonly string[] = []): Record<string, readonly string[]> {
  return {
    [`User.${name}`]: ['complex', 'multiValued'],
    [`User.${name}.value`]: value,
    [`User.${name}.display`]: [],
    [`User.${name}.type`]: types === undefined ? [] : [`values=${types.join(',')}`],
    [`User.${name}.primary`]: ['boolean'],
  }
}

/** What of the attribute differs from the defaults, in the words of the table. */
function deviations(attribute: Attribute): string[] {
  const { type, required, multiValued, caseExact, mutability, returned, uniqueness } = attribute
  return [
    ...(type === 'string' ? [] : [type]),
    ...(required ? ['required'] : []),
    ...(multiValued ? ['multiValued'] : []),
    ...(caseExact ? ['caseExact'] : []),
    ...(mutability === 'readWrite' ? [] : [`mutability=${mutability}`]),
    ...(returned === 'default' ? [] : [`returned=${returned}`]),
    ...(uniqueness === 'none' ? [] : [`uniqueness=${uniqueness}`]),
    ...(attribute.canonicalValues ? [`values=${attribute.canonicalValues.join(',')}`] : []),
    ...(attribute.referenceTypes ? [`references=${attribute.referenceTypes.join(',')}`] : []),
  ]
}

const byPlace = new Map(all)
test.each(Object.entries(RFC_TABLE))('%s is as RFC 7643 says: %j', (place, wanted) => {
  const attribute = byPlace.get(place)
  expect(attribute && deviations(attribute)).toEqual(wanted)
})

test('the schemas have the attributes of RFC 7643 and no others', () => {
  expect(all.map(([place]) => place).sort()).toEqual(Object.keys(RFC_TABLE).sort())
})

test('types name their schemas', () => {
  expect([userType.schema.id, ...userType.extensions.map(({ id }) => id)]).toEqual([USER_URN, ENTERPRISE_URN])
  expect([groupType.schema.id, ...groupType.extensions.map(({ id }) => id)]).toEqual([GROUP_URN])
})
