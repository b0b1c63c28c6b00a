import { customAttribute, customUserType, CUSTOM_URN } from '../../tests/support/custom-user-type'
import { ScimError } from './errors'
import type { JsonObject } from './json'
import { DEFAULT_PROJECTION, project, readProjection, shows } from './projection'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from './schema/schemas'

const enterprise = { department: 'Operations', division: 'Iberia', manager: { value: '77c0', $ref: 'https://x/Users/77c0' } }
const emails = [
  { type: 'work', value: 'a@x' },
  { type: 'home', value: 'h@x', display: 'H' },
]
const person: JsonObject = {
  schemas: [USER_URN, ENTERPRISE_URN],
  id: '5a1e',
  externalId: 'e',
  userName: 'ana',
  name: { givenName: 'Ana', familyName: 'Ruiz' },
  emails,
  [ENTERPRISE_URN]: enterprise,
  groups: [{ value: 'g', display: 'Sales' }],
  meta: { resourceType: 'User', version: 'W/"1"' },
}
const always = { schemas: person['schemas'], id: '5a1e' }

const only = (...names: string[]) => project(userType, readProjection(userType, names, []), person)
const without = (...names: string[]) => project(userType, readProjection(userType, [], names), person)

test('by default everything is shown but what is returned on request', () => {
  const { groups, ...rest } = person
  expect(groups).toBeDefined()
  expect(project(userType, DEFAULT_PROJECTION, person)).toStrictEqual(rest)
  expect(without()).toStrictEqual(rest)
})

test.each<[string, string[], JsonObject]>([
  ['one attribute', ['userName'], { userName: 'ana' }],
  ['any case', ['USERNAME', 'Name.GIVENNAME'], { userName: 'ana', name: { givenName: 'Ana' } }],
  ['the core URN before a name', [`${USER_URN}:userName`], { userName: 'ana' }],
  ['two sub-attributes', ['name.givenName', 'name.familyName'], { name: person['name']! }],
  ['a whole attribute and a part of it', ['name', 'name.givenName'], { name: person['name']! }],
  ['a sub-attribute of entries', ['emails.value'], { emails: [{ value: 'a@x' }, { value: 'h@x' }] }],
  ['entries that have the sub-attribute', ['emails.display'], { emails: [{ display: 'H' }] }],
  ['what is returned on request', ['groups'], { groups: person['groups']! }],
  ['common attributes', ['externalId', 'meta.version'], { externalId: 'e', meta: { version: 'W/"1"' } }],
  ['an extension', [ENTERPRISE_URN], { [ENTERPRISE_URN]: enterprise }],
  ['an extension and a part of it', [`${ENTERPRISE_URN}:manager.value`, ENTERPRISE_URN], { [ENTERPRISE_URN]: enterprise }],
  ['an attribute of an extension', [`${ENTERPRISE_URN}:department`], { [ENTERPRISE_URN]: { department: 'Operations' } }],
  ['its name alone', ['manager.value'], { [ENTERPRISE_URN]: { manager: { value: '77c0' } } }],
  ['the id alone', ['id'], {}],
  ['what no schema knows', ['shoeSize', 'name.shoe', 'constructor', 'urn:x:y:z'], {}],
  ['what is never returned', ['password'], {}],
])('attributes=: %s, with schemas and id', (_, names, shown) => {
  expect(only(...names)).toStrictEqual({ ...always, ...shown })
})

test('attributes= with the core URN alone shows its attributes and no extension', () => {
  const shown = only(USER_URN)
  expect(shown).toMatchObject({ ...always, userName: 'ana', name: person['name'], emails })
  expect(Object.keys(shown)).not.toContain(ENTERPRISE_URN)
})

test.each<[string, string[], (keyof typeof person)[], JsonObject]>([
  ['one attribute', ['emails'], ['emails'], {}],
  ['what is always returned', ['id', 'schemas'], [], {}],
  ['a sub-attribute', ['name.givenName'], [], { name: { familyName: 'Ruiz' } }],
  ['every sub-attribute', ['name.givenName', 'NAME.familyName'], ['name'], {}],
  ['a sub-attribute of entries', ['emails.value', 'emails.type'], [], { emails: [{ display: 'H' }] }],
  ['an extension', [ENTERPRISE_URN.toLowerCase()], [ENTERPRISE_URN], {}],
  ['an extension and a part of it', [ENTERPRISE_URN, `${ENTERPRISE_URN}:manager.value`], [ENTERPRISE_URN], {}],
  [
    'attributes of an extension',
    ['department', `${ENTERPRISE_URN}:manager.$ref`],
    [],
    { [ENTERPRISE_URN]: { division: 'Iberia', manager: { value: '77c0' } } },
  ],
  ['what no schema knows', ['shoeSize'], [], {}],
])('excludedAttributes=: %s', (_, names, gone, changed) => {
  const rest = Object.entries(person).filter(([name]) => name !== 'groups' && !gone.includes(name))
  expect(without(...names)).toStrictEqual({ ...Object.fromEntries(rest), ...changed })
})

test('members of a group need not be read when they are not shown', () => {
  const of = (attributes: string[], excluded: string[]) =>
    shows(groupType, readProjection(groupType, attributes, excluded), 'members')
  expect(of([], [])).toBe(true)
  expect(of([], ['members'])).toBe(false)
  expect(of([], [`${GROUP_URN}:MEMBERS`])).toBe(false)
  expect(of([], ['members.display'])).toBe(true)
  expect(of(['displayName'], [])).toBe(false)
  expect(of(['members.value'], [])).toBe(true)
  expect(shows(userType, DEFAULT_PROJECTION, 'groups')).toBe(false)
  expect(shows(userType, readProjection(userType, ['groups'], []), 'groups')).toBe(true)
  expect(shows(userType, DEFAULT_PROJECTION, 'shoeSize')).toBe(false)
})

test('values without sub-attributes and learnt ones are shown like others', () => {
  const resource = { id: 'x', [CUSTOM_URN]: { tags: ['a'], badge: 7 }, 'urn:x:gone': { a: 1 } }
  expect(project(customUserType, DEFAULT_PROJECTION, resource)).toStrictEqual({
    id: 'x',
    [CUSTOM_URN]: { tags: ['a'], badge: 7 },
  })
  expect(project(customUserType, readProjection(customUserType, [`${CUSTOM_URN}:badge`], []), resource)).toStrictEqual({
    id: 'x',
    [CUSTOM_URN]: { badge: 7 },
  })
})

test("a sub-attribute has its own 'returned' (RFC 7643 section 7)", () => {
  const badge = customAttribute('badge', {
    type: 'complex',
    subAttributes: [
      customAttribute('number', { returned: 'always' }),
      customAttribute('level'),
      customAttribute('seen', { returned: 'request' }),
      customAttribute('pin', { returned: 'never' }),
    ],
  })
  const type = { ...userType, extensions: [{ id: CUSTOM_URN, name: 'x', description: 'x', attributes: [badge] }] }
  const resource = { [CUSTOM_URN]: { badge: { number: '7', level: 'A', seen: 'today', pin: '0000' } } }
  const shown = (attributes: string[], excluded: string[]) =>
    project(type, readProjection(type, attributes, excluded), resource)[CUSTOM_URN]
  expect(shown([], [])).toStrictEqual({ badge: { number: '7', level: 'A' } })
  expect(shown(['badge'], [])).toStrictEqual({ badge: { number: '7', level: 'A' } })
  expect(shown(['badge.seen'], [])).toStrictEqual({ badge: { number: '7', seen: 'today' } })
  expect(shown(['badge.pin'], [])).toStrictEqual({ badge: { number: '7' } })
  expect(shown([], ['badge.number', 'badge.level'])).toStrictEqual({ badge: { number: '7' } })
  expect(shown([], ['badge'])).toBeUndefined()
})

test.each([
  [['userName'], ['emails'], 'invalidValue'],
  [['user name'], [], 'invalidValue'],
  [[], ['__proto__'], 'invalidValue'],
  [[], ['a.b.c'], 'invalidValue'],
])('attributes=%j with excludedAttributes=%j is %s', (attributes, excluded, scimType) => {
  expect(() => readProjection(userType, attributes, excluded)).toThrow(ScimError)
  expect(() => readProjection(userType, attributes, excluded)).toThrow(
    expect.objectContaining({ status: 400, scimType }) as Error,
  )
})
