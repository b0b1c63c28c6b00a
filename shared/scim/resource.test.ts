import { withLearnt } from './schema/learnt'
import { ScimError } from './errors'
import { entryMatcher } from './filter/match'
import { isObject, own, type Json, type JsonObject } from './json'
import { parsePatchPath } from './patch/path'
import { readResource, schemasOf } from './resource'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from './schema/schemas'

const person = (body: JsonObject) => readResource(userType, { userName: 'ana@contoso.example', ...body }).attributes
const bare = { userName: 'ana@contoso.example', active: true }

/** What stands at a PATCH path: the reading that Entra ID does of an answer. */
function valueAt(attributes: JsonObject, text: string): Json | undefined {
  const { path, filter, sub } = parsePatchPath(text, userType)
  if (path.kind !== 'attribute') throw new Error(`${text} names no attribute.`)
  const holder = path.urn === undefined ? attributes : own(attributes, path.urn)
  const held = isObject(holder) ? own(holder, path.attribute.name) : undefined
  const entry = filter && Array.isArray(held) ? held.find((one) => entryMatcher(filter, () => undefined)(one)) : held
  const name = sub?.name ?? path.sub?.name
  return name !== undefined && isObject(entry) ? own(entry, name) : entry
}

test("a POST with Entra ID's default mapping reads back at every mapped path as it was sent", () => {
  const attributes = person({
    schemas: [USER_URN, ENTERPRISE_URN],
    externalId: 'aruiz',
    active: true,
    displayName: 'Ana Ruiz ',
    title: 'Planner',
    preferredLanguage: 'es',
    name: { formatted: 'Ana Ruiz', givenName: 'Ana', familyName: 'Ruiz' },
    emails: [
      { primary: true, type: 'work', value: 'Ana.Ruiz@Contoso.example' },
      { primary: false, type: 'other', value: 'smtp:ana@contoso.example' },
    ],
    phoneNumbers: [
      { primary: true, type: 'work', value: '+34 91 555 01 00' },
      { primary: false, type: 'mobile', value: '+34 600 555 010' },
      { primary: false, type: 'fax', value: '(91) 555-0101' },
    ],
    addresses: [
      {
        type: 'work',
        primary: false,
        formatted: 'Planta 3',
        streetAddress: 'Gran Vía 1',
        locality: 'Madrid',
        region: 'MD',
        postalCode: '28013',
        country: 'ES',
      },
    ],
    roles: [],
    meta: { resourceType: 'User' },
    [ENTERPRISE_URN]: { employeeNumber: '0040117', department: 'Operations', manager: '77c0' },
  })
  const mapped: Record<string, Json> = {
    userName: 'ana@contoso.example',
    active: true,
    displayName: 'Ana Ruiz ',
    title: 'Planner',
    'emails[type eq "work"].value': 'Ana.Ruiz@Contoso.example',
    'emails[type eq "other"].value': 'smtp:ana@contoso.example',
    preferredLanguage: 'es',
    'name.givenName': 'Ana',
    'name.familyName': 'Ruiz',
    'name.formatted': 'Ana Ruiz',
    'addresses[type eq "work"].formatted': 'Planta 3',
    'addresses[type eq "work"].streetAddress': 'Gran Vía 1',
    'addresses[type eq "work"].locality': 'Madrid',
    'addresses[type eq "work"].region': 'MD',
    'addresses[type eq "work"].postalCode': '28013',
    'addresses[type eq "work"].country': 'ES',
    'phoneNumbers[type eq "work"].value': '+34 91 555 01 00',
    'phoneNumbers[type eq "mobile"].value': '+34 600 555 010',
    'phoneNumbers[type eq "fax"].value': '(91) 555-0101',
    externalId: 'aruiz',
    [`${ENTERPRISE_URN}:employeeNumber`]: '0040117',
    [`${ENTERPRISE_URN}:department`]: 'Operations',
    [`${ENTERPRISE_URN}:manager.value`]: '77c0',
  }
  expect(Object.fromEntries(Object.keys(mapped).map((path) => [path, valueAt(attributes, path)]))).toStrictEqual(mapped)
  expect(Object.keys(attributes)).not.toContain('roles')
  expect(schemasOf(userType, attributes)).toEqual([USER_URN, ENTERPRISE_URN])
})

test.each<[string, JsonObject, JsonObject]>([
  ['active absent means true', {}, {}],
  ['active null means true', { active: null }, {}],
  ['active may be text', { active: 'False' }, { active: false }],
  ['null, "" and [] are absent', { title: null, addresses: null, nickName: '', emails: [], name: {}, externalId: [] }, {}],
  ['a manager that is null is absent, and so is the extension', { [ENTERPRISE_URN]: { manager: null } }, {}],
  ['an extension may be null', { [ENTERPRISE_URN]: null }, {}],
  ['an empty extension is absent', { [ENTERPRISE_URN]: {} }, {}],
  [
    'what the service says itself is ignored',
    { schemas: ['urn:x:y'], id: 'x', meta: { version: 'x' }, groups: [{ value: 'g' }] },
    {},
  ],
  ['a password is accepted and dropped', { password: 'secret' }, {}],
  [
    'what no schema knows is ignored',
    { shoeSize: 42, members: [{ value: 'x' }], name: { shoe: 1, givenName: 'Ana' } },
    { name: { givenName: 'Ana' } },
  ],
  ['names have no case', { DISPLAYNAME: 'Ana', EMAILS: [{ VALUE: 'a@x' }] }, { displayName: 'Ana', emails: [{ value: 'a@x' }] }],
  [
    'text for the boolean of an entry',
    { roles: [{ primary: 'True', type: 't', value: '25' }] },
    { roles: [{ primary: true, type: 't', value: '25' }] },
  ],
  [
    'the first of several primary entries keeps the mark',
    {
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    },
    {
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: false },
      ],
    },
  ],
  ['equal entries become one', { emails: [{ value: 'a' }, { value: 'a' }] }, { emails: [{ value: 'a' }] }],
  [
    'an address keeps primary',
    { addresses: [{ type: 'work', primary: 'false', country: 'ES' }] },
    { addresses: [{ type: 'work', primary: false, country: 'ES' }] },
  ],
  [
    'keys may be paths',
    { 'name.givenName': 'Ana', 'emails[type eq "work"].value': 'a@x' },
    { name: { givenName: 'Ana' }, emails: [{ type: 'work', value: 'a@x' }] },
  ],
  ['attributes may stand under the core URN', { [USER_URN]: { title: 'Planner', schemas: [], id: 'x' } }, { title: 'Planner' }],
  ['names of the extension without its URN', { department: 'Operations' }, { [ENTERPRISE_URN]: { department: 'Operations' } }],
  [
    'keys with the URN',
    { [`${ENTERPRISE_URN}:manager`]: { value: '77c0' } },
    { [ENTERPRISE_URN]: { manager: { value: '77c0' } } },
  ],
])('%s', (_, body, attributes) => {
  expect(person(body)).toStrictEqual({ ...bare, ...attributes })
})

test.each([
  ['http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group', {}],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0User', { department: 'x' }],
  ['urn:ietf:params:scim:schemas:extension:contoso:1.0', {}],
  ['urn:x', { a: 1 }],
  ['urn:', 1],
  ['@odata.type', 'x'],
  ['_links', {}],
  ['$schema', 'x'],
  ['', 'x'],
  ['two words', 'x'],
  ['a.b.c', 'x'],
  ['x'.repeat(5000), 'x'],
])('the key %s, which is no attribute path, is ignored as unknown', (key, value) => {
  expect(person({ [key]: value })).toStrictEqual(bare)
})

test.each(['__proto__', 'constructor', 'prototype', 'toString'])('%s is an unknown name at every level', (name) => {
  const polluting = { polluted: true, value: 'x' }
  const body = JSON.stringify({
    [name]: polluting,
    name: { givenName: 'Ana', [name]: polluting },
    emails: [{ value: 'a@x', [name]: polluting }],
    [ENTERPRISE_URN]: { department: 'D', manager: { [name]: polluting } },
    [`urn:y:${name}`]: polluting,
    [`urn:x:${name}`]: { [name]: polluting },
  })
  expect(body.split(name).length).toBeGreaterThan(6)
  expect(person(JSON.parse(body) as JsonObject)).toStrictEqual({
    ...bare,
    name: { givenName: 'Ana' },
    emails: [{ value: 'a@x' }],
    [ENTERPRISE_URN]: { department: 'D' },
  })
  for (const given of [
    { [ENTERPRISE_URN]: { [name]: polluting } },
    { [`${ENTERPRISE_URN}:${name}`]: polluting },
    { [USER_URN]: { [name]: polluting } },
  ]) {
    expect(() => person(JSON.parse(JSON.stringify(given)) as JsonObject)).toThrow(ScimError)
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('a deeply nested core URN is refused and does not crash', () => {
  const deep = `{"${USER_URN}":`.repeat(15_000) + '{"title":"x"}' + '}'.repeat(15_000)
  expect(() => person(JSON.parse(deep) as JsonObject)).toThrow(ScimError)
})

test.each<[string, JsonObject]>([
  ['no userName', {}],
  ['an empty userName', { userName: '' }],
  ['userName null', { userName: null }],
  ['a list of two as userName', { userName: ['ana', 'ben'] }],
  ['text for an extension', { userName: 'u', [ENTERPRISE_URN]: 'x' }],
  ['a word for a boolean', { userName: 'u', active: 'yes' }],
])('%s is 400 invalidValue', (_, body) => {
  expect(() => readResource(userType, body)).toThrow(ScimError)
  expect(() => readResource(userType, body)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidValue' }) as Error)
})

test('a group is read apart from its members', () => {
  const body = {
    schemas: [GROUP_URN, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: 'c8d1f7aa-52fd-4d54-9c37-70f31cf0a1de',
    displayName: 'Sales & "North" (Ñ)',
    members: [{ $ref: null, value: '5a1e' }, '77c0'],
    meta: { resourceType: 'Group' },
  }
  expect(readResource(groupType, body)).toStrictEqual({
    attributes: { externalId: body.externalId, displayName: body.displayName },
    memberIds: ['5a1e', '77c0'],
  })
  for (const members of [[], null, '']) {
    expect(readResource(groupType, { displayName: 'Sales', members })).toStrictEqual({
      attributes: { displayName: 'Sales' },
      memberIds: [],
    })
  }
  expect(() => readResource(groupType, { displayName: '' })).toThrow(
    expect.objectContaining({ scimType: 'invalidValue' }) as Error,
  )
})

test('a name learnt under a URN captures no bare key of that name', () => {
  const type = withLearnt(userType, [{ type: 'User', urn: 'urn:x:y', name: 'constructor' }])
  expect(readResource(type, { userName: 'u', constructor: { prototype: 1 } }).attributes).toEqual({ userName: 'u', active: true })
})

test('a PUT without active keeps what is held: nobody comes back by omission', () => {
  expect(readResource(userType, { userName: 'u' }, { userName: 'u', active: false }).attributes).toEqual({
    userName: 'u',
    active: false,
  })
})
