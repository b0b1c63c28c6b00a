import { CUSTOM_URN, customAttribute } from '../../../tests/support/custom-user-type'
import { MAX_PATH_CHARACTERS, parseAttributePath, printPath } from './attribute-path'
import { invalidFilter, type ScimError } from '../errors'
import type { ResourceType } from './schema'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from './schemas'

const learnt = customAttribute('badgeColor', { learnt: true })
/** Extensions whose URNs are prefixes of one another, which a client can bring about by what it sends. */
const crowdedType: ResourceType = {
  ...userType,
  extensions: [
    ...userType.extensions,
    { id: 'urn:ietf:params:scim:schemas:extension', name: 'short', description: '', attributes: [{ ...learnt, name: 'shade' }] },
    { id: CUSTOM_URN, name: 'Contoso', description: '', attributes: [learnt] },
  ],
}

test.each([
  ['userName', 'userName'],
  ['USERNAME', 'userName'],
  ['name.givenName', 'name.givenName'],
  ['Name.GIVENNAME', 'name.givenName'],
  ['emails.value', 'emails.value'],
  ['groups.$ref', 'groups.$ref'],
  ['groups.$REF', 'groups.$ref'],
  ['id', 'id'],
  ['schemas', 'schemas'],
  ['meta.lastModified', 'meta.lastModified'],
  [`${USER_URN}:userName`, 'userName'],
  [`${USER_URN.toUpperCase()}:name.familyname`, 'name.familyName'],
  [`${USER_URN}:meta.created`, 'meta.created'],
  [`${ENTERPRISE_URN}:department`, `${ENTERPRISE_URN}:department`],
  [`${ENTERPRISE_URN.toLowerCase()}:MANAGER.value`, `${ENTERPRISE_URN}:manager.value`],
  [`${ENTERPRISE_URN}:manager.$ref`, `${ENTERPRISE_URN}:manager.$ref`],
  ['manager', `${ENTERPRISE_URN}:manager`],
  ['Manager.Value', `${ENTERPRISE_URN}:manager.value`],
  ['badgecolor', `${CUSTOM_URN}:badgeColor`],
  [`${CUSTOM_URN.toLowerCase()}:BADGECOLOR`, `${CUSTOM_URN}:badgeColor`],
])('%s resolves to the attribute %s', (text, printed) => {
  const path = parseAttributePath(text, crowdedType)
  expect(path.kind).toBe('attribute')
  expect(printPath(path)).toBe(printed)
})

test('a resolved path carries the attribute of the schema', () => {
  expect(parseAttributePath('emails.type', userType)).toEqual({
    kind: 'attribute',
    attribute: expect.objectContaining({ name: 'emails', multiValued: true }) as unknown,
    sub: expect.objectContaining({ name: 'type', canonicalValues: ['work', 'home', 'other'] }) as unknown,
  })
})

test.each([
  [ENTERPRISE_URN, ENTERPRISE_URN],
  [ENTERPRISE_URN.toUpperCase(), ENTERPRISE_URN],
  [USER_URN.toLowerCase(), USER_URN],
])('the URN %s alone is the schema as a whole', (text, urn) => {
  expect(parseAttributePath(text, userType)).toEqual({ kind: 'extension', urn })
})

test.each([
  ['shoeSize', { name: 'shoeSize' }],
  ['shoeSize.left', { name: 'shoeSize', sub: 'left' }],
  ['name.shoeSize', { name: 'name', sub: 'shoeSize' }],
  ['userName.value', { name: 'userName', sub: 'value' }],
  ['$ref', { name: '$ref' }],
  ['constructor', { name: 'constructor' }],
  ['prototype.toString', { name: 'prototype', sub: 'toString' }],
  ['name.constructor', { name: 'name', sub: 'constructor' }],
  ['hasOwnProperty', { name: 'hasOwnProperty' }],
  [`${USER_URN.toUpperCase()}:shoeSize`, { urn: USER_URN, name: 'shoeSize' }],
  [`${USER_URN}:department`, { urn: USER_URN, name: 'department' }],
  [`${ENTERPRISE_URN}:userName`, { urn: ENTERPRISE_URN, name: 'userName' }],
  [`${ENTERPRISE_URN}:manager.age`, { urn: ENTERPRISE_URN, name: 'manager', sub: 'age' }],
  [`${GROUP_URN}:displayName`, { urn: GROUP_URN, name: 'displayName' }],
  [`${CUSTOM_URN}:badgeColor`, { urn: CUSTOM_URN, name: 'badgeColor' }],
  [`${CUSTOM_URN}:badge.color`, { urn: CUSTOM_URN, name: 'badge', sub: 'color' }],
  [`${ENTERPRISE_URN.replace(':User', 'User')}:department`, { urn: ENTERPRISE_URN.replace(':User', 'User'), name: 'department' }],
])('%s is known to no schema', (text, expected) => {
  expect(parseAttributePath(text, userType)).toEqual({ kind: 'unknown', ...expected })
})

test('the longest URN that fits is the schema, whatever shorter ones are registered', () => {
  expect(parseAttributePath(`${ENTERPRISE_URN}:costCenter`, crowdedType).kind).toBe('attribute')
  expect(parseAttributePath('urn:ietf:params:scim:schemas:extension:shade', crowdedType).kind).toBe('attribute')
  expect(parseAttributePath('urn:ietf:params:scim:schemas:extension:Other:2.0:User:shade', crowdedType)).toEqual({
    kind: 'unknown',
    urn: 'urn:ietf:params:scim:schemas:extension:Other:2.0:User',
    name: 'shade',
  })
})

test("another type's attributes are unknown", () => {
  expect(parseAttributePath('members', userType).kind).toBe('unknown')
  expect(parseAttributePath('manager', groupType).kind).toBe('unknown')
})

test.each([
  ['', 'An attribute name is missing.'],
  ['.value', 'An attribute name is missing.'],
  ['emails.', 'An attribute name is missing.'],
  [`${ENTERPRISE_URN}:`, 'An attribute name is missing.'],
  ['1st', '"1st" is not an attribute name'],
  ['__proto__', '"__proto__" is not an attribute name'],
  ['name.__proto__', '"__proto__" is not an attribute name'],
  [`${CUSTOM_URN}:__proto__`, '"__proto__" is not an attribute name'],
  ['$schema', '"$schema" is not an attribute name'],
  ['a.b.c', '"a.b.c" has more than one "."'],
  ['user name', 'This text is not an attribute name'],
  ['ana.ruiz@contoso.example', 'This text is not an attribute name'],
  ['größe', 'This text is not an attribute name'],
  ['userName ', 'This text is not an attribute name'],
  ['urn:userName', '"urn" before ":" is not a schema URN'],
  ['http://contoso.example:badge', 'This text before ":" is not a schema URN'],
  ['urn:ietf:params:scim:schemas:extension:Contoso:2.0', '"2" is not an attribute name'],
  ['urn:a b:c:badge', 'This text before ":" is not a schema URN'],
  ['a'.repeat(MAX_PATH_CHARACTERS + 1), 'An attribute path may have at most 4096 characters, this one has 4097.'],
])('%s is refused, telling why', (text, detail) => {
  expect(() => parseAttributePath(text, userType)).toThrow(
    expect.objectContaining({
      status: 400,
      scimType: 'invalidPath',
      message: expect.stringContaining(detail) as string,
    }) as ScimError,
  )
})

test('the caller decides which error a malformed path is', () => {
  expect(() => parseAttributePath('1st', userType, invalidFilter)).toThrow(
    expect.objectContaining({ scimType: 'invalidFilter' }) as ScimError,
  )
})
