import { refusal } from '../../../tests/support/patched'
import { withDeclared } from './declared'
import { ScimError } from '../errors'
import type { JsonObject } from '../json'
import { unknownOfBody, unknownOfPatch } from './learnt'
import type { PatchOperation } from '../patch/operation'
import { readResource } from '../resource'
import type { ResourceType } from './schema'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from './schemas'

const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const lenient = withDeclared(userType, [
  { type: 'User', urn: CONTOSO, name: 'level', valueType: 'integer', multiValued: false },
  {
    type: 'User',
    urn: CONTOSO,
    name: 'cards',
    valueType: 'complex',
    multiValued: true,
    subAttributes: [
      { name: 'value', valueType: 'string' },
      { name: 'lost', valueType: 'boolean' },
    ],
  },
])
const strict: ResourceType = { ...lenient, strict: true }
const before = { userName: 'u', emails: [{ type: 'work', value: 'w' }] }

function read(type: ResourceType, body: JsonObject): string {
  try {
    readResource(type, body)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return `${error.status} ${error.scimType ?? ''}`
  }
}

const person = (given: JsonObject, ...urns: string[]): JsonObject => ({ schemas: [USER_URN, ...urns], userName: 'u', ...given })

test.each<[string, JsonObject, string]>([
  ['an unknown attribute', person({ shoeSize: 42 }), 'invalidSyntax'],
  ['an unknown attribute named like a property of every object', person({ constructor: 'x' }), 'invalidSyntax'],
  ['an unknown sub-attribute', person({ emails: [{ value: 'a', shoe: 1 }] }), 'invalidSyntax'],
  ['another name for a sub-attribute', person({ roles: [{ value: 'a', displayName: 'A' }] }), 'invalidSyntax'],
  ['an unknown extension', person({ 'urn:x:y': { badge: 'b' } }), 'invalidSyntax'],
  ['an extension that schemas does not name', person({ [ENTERPRISE_URN]: { department: 'd' } }), 'invalidSyntax'],
  ['a schema that is none of the type', person({}, GROUP_URN), 'invalidSyntax'],
  ['no schemas', { userName: 'u' }, 'invalidSyntax'],
  ['empty schemas', { userName: 'u', schemas: [] }, 'invalidSyntax'],
  ['a dotted key', person({ 'name.givenName': 'Ana' }), 'invalidSyntax'],
  ['a key with a URN before it', person({ [`${ENTERPRISE_URN}:department`]: 'd' }, ENTERPRISE_URN), 'invalidSyntax'],
  ['an attribute of an extension without its URN', person({ manager: { value: '77c0' } }), 'invalidSyntax'],
  ['a boolean as text', person({ active: 'True' }), 'invalidValue'],
  ['a boolean as text in an entry', person({ emails: [{ value: 'a', primary: 'true' }] }), 'invalidValue'],
  ['a number as text', person({ [CONTOSO]: { level: '7' } }, CONTOSO), 'invalidValue'],
  ['a boolean as text in an extension', person({ [CONTOSO]: { cards: [{ lost: 'False' }] } }, CONTOSO), 'invalidValue'],
  ['text for a complex value', person({ [ENTERPRISE_URN]: { manager: '77c0' } }, ENTERPRISE_URN), 'invalidValue'],
  ['a list for a single value', person({ [ENTERPRISE_URN]: { manager: [{ value: '77c0' }] } }, ENTERPRISE_URN), 'invalidValue'],
  ['text for an entry', person({ emails: ['a'] }), 'invalidValue'],
  ['one object for a list', person({ emails: { value: 'a' } }), 'invalidValue'],
  ['one object for a list in an extension', person({ [CONTOSO]: { cards: { value: 'a' } } }, CONTOSO), 'invalidValue'],
  [
    'two primary entries',
    person({
      emails: [
        { value: 'a', primary: true },
        { value: 'b', Primary: true },
      ],
    }),
    'invalidValue',
  ],
  ['a schema named twice', person({}, USER_URN), 'invalidSyntax'],
  ['a schema named twice in other letter case', person({}, USER_URN.toUpperCase()), 'invalidSyntax'],
])('strict mode refuses a body with %s', (_, body, scimType) => {
  expect(read(strict, body)).toBe(`400 ${scimType}`)
  expect(read(lenient, body)).toBe('accepted')
})

test('a name that its schema lacks is refused in any mode', () => {
  const body = person({ [ENTERPRISE_URN]: { shoe: 1 } }, ENTERPRISE_URN)
  expect([read(strict, body), read(lenient, body)]).toEqual(['400 invalidSyntax', '400 invalidSyntax'])
})

test('strict mode takes what the RFCs allow: other cases, null, read-only attributes, text that the schema has no values for', () => {
  const body = {
    ...person(
      { USERNAME: 'u', title: null, emails: [{ value: 'a', type: 'untyped', primary: true }] },
      ENTERPRISE_URN.toLowerCase(),
    ),
    id: '1',
    meta: { resourceType: 'User', more: 1 },
    groups: [{ value: 'x', shoe: 1 }],
    externalId: 'e',
    password: 'p',
    phoneNumbers: [],
    [ENTERPRISE_URN]: { department: 'd', manager: { value: '77c0', $ref: '../Users/77c0', displayName: 'Bo' } },
  }
  expect(read(strict, body)).toBe('accepted')
  const group = { schemas: [GROUP_URN], displayName: 'g', members: [{ value: 'x', type: 'User', $ref: null, display: 'X' }] }
  expect(read({ ...groupType, strict: true }, group)).toBe('accepted')
})

test.each<[string, PatchOperation[], string]>([
  ['no operation', [], 'invalidSyntax'],
  ['no path', [{ op: 'replace', value: { title: 'x' } }], 'invalidSyntax'],
  ['an unknown path', [{ op: 'replace', path: 'shoeSize', value: 42 }], 'invalidPath'],
  ['an unknown sub-attribute', [{ op: 'replace', path: 'name.shoe', value: 'x' }], 'invalidPath'],
  ['an unknown sub-attribute behind brackets', [{ op: 'add', path: 'emails[type eq "work"].shoe', value: 'x' }], 'invalidPath'],
  ['an unknown extension', [{ op: 'add', path: 'urn:x:y:badge', value: 'x' }], 'invalidPath'],
  ['an attribute of an extension without URN', [{ op: 'add', path: 'department', value: 'x' }], 'invalidPath'],
  ['a removal of what is unknown', [{ op: 'remove', path: 'shoeSize' }], 'invalidPath'],
  ['a removal with value', [{ op: 'remove', path: 'emails', value: [{ value: 'w' }] }], 'invalidValue'],
  ['a removal with null', [{ op: 'remove', path: 'emails', value: null }], 'invalidValue'],
  ['a boolean as text', [{ op: 'replace', path: 'active', value: 'False' }], 'invalidValue'],
  ['a boolean as text in an entry', [{ op: 'replace', path: 'emails[type eq "work"].primary', value: 'True' }], 'invalidValue'],
  ['an unknown name in a value', [{ op: 'add', path: 'emails', value: [{ value: 'x', shoe: 1 }] }], 'invalidSyntax'],
  ['an unknown name in an extension', [{ op: 'add', path: ENTERPRISE_URN, value: { shoe: 1 } }], 'invalidSyntax'],
  ['text for an extension', [{ op: 'add', path: ENTERPRISE_URN, value: 'x' }], 'invalidValue'],
  ['text for an entry', [{ op: 'add', path: 'emails', value: 'x' }], 'invalidValue'],
  ['text for a matched entry', [{ op: 'replace', path: 'emails[type eq "work"]', value: 'x' }], 'invalidValue'],
  ['a replace that nothing matches', [{ op: 'replace', path: 'emails[type eq "home"].value', value: 'h' }], 'noTarget'],
  ['an add that nothing matches', [{ op: 'add', path: 'emails[type eq "home"].value', value: 'h' }], 'noTarget'],
  ['a clearing that nothing matches', [{ op: 'replace', path: 'emails[type eq "home"].value', value: null }], 'noTarget'],
])('strict mode refuses a PATCH with %s', (_, operations, scimType) => {
  expect(refusal(before, operations, strict).slice(0, 2)).toEqual([400, scimType])
})

test.each<[string, PatchOperation]>([
  ['a boolean', { op: 'replace', path: 'active', value: false }],
  ['a matched entry', { op: 'replace', path: 'emails[type eq "work"].value', value: 'n' }],
  ['a qualified name', { op: 'add', path: `${USER_URN}:title`, value: 'x' }],
  ['an extension', { op: 'add', path: ENTERPRISE_URN, value: { department: 'd' } }],
  ['an attribute of an extension', { op: 'add', path: `${CONTOSO}:cards[value eq "x"]`, value: { value: 'x' } }],
  ['a removal that matches nothing', { op: 'remove', path: 'emails[type eq "home"]' }],
])('strict mode takes a PATCH of %s', (_, operation) => {
  const held = { ...before, [CONTOSO]: { cards: [{ value: 'x' }] } }
  expect(refusal(held, [operation], strict)[0]).toBe('accepted')
})

test('strict mode learns nothing', () => {
  expect(unknownOfBody(strict, { [CONTOSO]: { fresh: 1 } })).toEqual([])
  expect(unknownOfPatch(strict, [{ op: 'add', path: `${CONTOSO}:fresh`, value: 1 }])).toEqual([])
  expect(unknownOfBody(lenient, { [CONTOSO]: { fresh: 1 } })).toHaveLength(1)
})

test("a refusal repeats no text that may be a person's data", () => {
  const body = person({ 'ana ruiz@contoso.example': 1 })
  expect(() => readResource(strict, body)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('ana') as string }) as Error,
  )
})
