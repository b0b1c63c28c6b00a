import { ana, anaWith, home, patched, work } from '../../../tests/support/patched'
import type { JsonObject } from '../json'
import type { PatchOperation } from './operation'
import { ENTERPRISE_URN, USER_URN } from '../schema/schemas'

/** Requests as Entra ID, its SCIM Validator and other clients send them; op names arrive in lower case here. */

const DEPARTMENT = `${ENTERPRISE_URN}:department`
const MANAGER = `${ENTERPRISE_URN}:manager`
const bare: JsonObject = { userName: 'ana@contoso.example', active: true }

describe('one update in both families comes to the same', () => {
  const legacy: PatchOperation[] = [
    { op: 'replace', path: 'active', value: 'False' },
    { op: 'replace', path: 'displayName', value: 'Ana Ruiz Gil' },
    { op: 'replace', path: 'name.familyName', value: 'Ruiz Gil' },
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'gil@contoso.example' },
    { op: 'add', path: 'addresses[type eq "work"].formatted', value: 'Planta 3' },
    { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '+34 600 555 010' },
    { op: 'replace', path: DEPARTMENT, value: 'Logistics' },
    { op: 'replace', path: 'externalId', value: 'aruizgil' },
  ]
  const merged: PatchOperation[] = [
    {
      op: 'replace',
      value: {
        active: false,
        displayName: 'Ana Ruiz Gil',
        'name.familyName': 'Ruiz Gil',
        [DEPARTMENT]: 'Logistics',
        externalId: 'aruizgil',
      },
    },
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'gil@contoso.example' },
    { op: 'add', path: 'addresses[type eq "work"].formatted', value: 'Planta 3' },
    { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '+34 600 555 010' },
  ]
  const keys: PatchOperation[] = [
    {
      op: 'replace',
      value: {
        ACTIVE: 'false',
        DisplayName: 'Ana Ruiz Gil',
        name: { familyName: 'Ruiz Gil' },
        'emails[type eq "work"].value': 'gil@contoso.example',
        'addresses[type eq "work"].formatted': 'Planta 3',
        [`${USER_URN}:phoneNumbers[type eq "mobile"].value`]: '+34 600 555 010',
        [ENTERPRISE_URN]: { Department: 'Logistics' },
        [`${USER_URN}:externalId`]: 'aruizgil',
      },
    },
  ]
  const expected = anaWith({
    active: false,
    displayName: 'Ana Ruiz Gil',
    name: { givenName: 'Ana', familyName: 'Ruiz Gil' },
    emails: [{ ...work, value: 'gil@contoso.example' }, home],
    addresses: [{ type: 'work', formatted: 'Planta 3' }],
    phoneNumbers: [{ type: 'mobile', value: '+34 600 555 010' }],
    [ENTERPRISE_URN]: { department: 'Logistics', manager: { value: '77c0' } },
    externalId: 'aruizgil',
  })

  test.each([
    ['with a path each', legacy],
    ['with one object and paths', merged],
    ['with every path as a key', keys],
  ])('%s; repeated, nothing changes', (_, operations) => {
    const once = patched(ana, operations)
    expect(once).toStrictEqual(expected)
    expect(patched(once, operations)).toBe(once)
  })
})

test('the core URN as key of a complex attribute does not become an extension', () => {
  expect(patched(ana, [{ op: 'replace', value: { [`${USER_URN}:name`]: { familyName: 'Gil' } } }])).toStrictEqual(
    anaWith({ name: { givenName: 'Ana', familyName: 'Gil' } }),
  )
})

describe('a person is disabled', () => {
  test.each(['False', 'false', 'FALSE', false])('by %j', (value) => {
    expect(patched(ana, [{ op: 'replace', path: 'active', value }])).toStrictEqual(anaWith({ active: false }))
    expect(patched(ana, [{ op: 'replace', value: { active: value } }])).toStrictEqual(anaWith({ active: false }))
  })

  test('by nothing else: a PATCH without active leaves it', () => {
    expect(patched(ana, [{ op: 'replace', value: { title: 'Lead' } }])['active']).toBe(true)
  })
})

describe('the manager', () => {
  test.each<[string, PatchOperation]>([
    [
      'an array of one object, path without URN',
      { op: 'add', path: 'manager', value: [{ $ref: '../Users/88d1', value: '88d1' }] },
    ],
    ['bare text', { op: 'replace', path: MANAGER, value: '88d1' }],
    ['bare text as key', { op: 'replace', value: { [MANAGER]: '88d1' } }],
    ['an object', { op: 'replace', path: MANAGER, value: { value: '88d1' } }],
    ['an object as key', { op: 'replace', value: { [MANAGER]: { value: '88d1', displayName: 'Bo' } } }],
    ['its value', { op: 'replace', path: `${MANAGER}.value`, value: '88d1' }],
    ['its value as key of the extension', { op: 'add', value: { [ENTERPRISE_URN]: { 'manager.value': '88d1' } } }],
    ['text in the extension', { op: 'replace', path: ENTERPRISE_URN, value: { manager: '88d1' } }],
    ['behind a filter that does not match', { op: 'replace', path: 'manager[value eq "88d1"]', value: { value: '88d1' } }],
    ['behind a filter that matches', { op: 'replace', path: 'manager[value eq "77c0"].value', value: '88d1' }],
  ])('is set as %s', (_, operation) => {
    expect(patched(ana, [operation])).toStrictEqual(
      anaWith({ [ENTERPRISE_URN]: { department: 'Operations', manager: { value: '88d1' } } }),
    )
    expect(patched(bare, [{ ...operation, op: 'add' }])).toStrictEqual({
      ...bare,
      [ENTERPRISE_URN]: { manager: { value: '88d1' } },
    })
  })

  test.each<PatchOperation>([
    { op: 'replace', path: MANAGER, value: '' },
    { op: 'replace', path: MANAGER, value: null },
    { op: 'replace', path: MANAGER, value: [] },
    { op: 'replace', path: MANAGER, value: [{ value: '' }] },
    { op: 'replace', path: MANAGER, value: { value: '' } },
    { op: 'replace', path: MANAGER, value: { value: null } },
    { op: 'replace', path: `${MANAGER}.value`, value: '' },
    { op: 'replace', value: { [MANAGER]: '' } },
    { op: 'replace', value: { [ENTERPRISE_URN]: { manager: null } } },
    { op: 'remove', path: MANAGER },
    { op: 'remove', path: MANAGER, value: '77c0' },
    { op: 'remove', path: `${MANAGER}.value` },
    { op: 'remove', path: 'manager[value eq "77c0"]' },
    { op: 'remove', path: `${MANAGER}[value eq "77c0"].value` },
    { op: 'replace', path: 'manager[value eq "77c0"]', value: '' },
  ])('is cleared by %j', (operation) => {
    expect(patched(ana, [operation])).toStrictEqual(anaWith({ [ENTERPRISE_URN]: { department: 'Operations' } }))
    expect(patched(bare, [operation])).toBe(bare)
  })
})

describe('roles', () => {
  const editor = { primary: true, type: 'WindowsAzureActiveDirectoryRole', display: 'Editor', value: '25' }
  const sent = { primary: 'True', type: editor.type, displayName: 'Editor', value: '25' }

  test('a single app role comes sub-attribute by sub-attribute, in any order', () => {
    const paths = [
      ['display', 'Editor'],
      ['value', '25'],
      ['type', editor.type],
    ].map(([sub, value]): PatchOperation => ({
      op: 'replace',
      path: `roles[primary eq "True"].${sub ?? ''}`,
      value: value ?? '',
    }))
    for (const operations of [paths, [...paths].reverse()]) {
      expect(patched(bare, operations)).toStrictEqual({ ...bare, roles: [editor] })
    }
  })

  test('JSON text in a value stays text', () => {
    const value = '{"id":"..","value":"25","displayName":"Editor"}'
    expect(patched(bare, [{ op: 'add', path: 'roles', value: [{ value }] }])).toStrictEqual({ ...bare, roles: [{ value }] })
  })

  test('complex app roles are added; the assertive form drops those it does not name', () => {
    const reader = { value: '7', primary: false }
    const before = { ...bare, roles: [reader] }
    expect(patched(before, [{ op: 'add', path: 'roles', value: [sent] }])).toStrictEqual({ ...bare, roles: [reader, editor] })
    expect(patched(before, [{ op: 'replace', path: 'roles', value: [sent] }])).toStrictEqual({ ...bare, roles: [editor] })
    expect(patched(before, [{ op: 'replace', path: 'roles', value: [] }])).toStrictEqual(bare)
  })

  test.each([
    [[{ value: '25' }]],
    [{ type: editor.type, value: '25' }],
    ['25'],
    [[{ ...sent, primary: 'False', display: 'Old name' }]],
  ])('remove with %j takes away that role alone', (value) => {
    const other = { value: '7' }
    expect(patched({ ...bare, roles: [other, editor] }, [{ op: 'remove', path: 'roles', value }])).toStrictEqual({
      ...bare,
      roles: [other],
    })
  })
})

test('remove names an entry by its value and, when said, its type; without value by all it says', () => {
  const remove = (path: string, value: JsonObject): PatchOperation => ({ op: 'remove', path, value })
  expect(patched(ana, [remove('emails', { type: 'home', value: work.value })])).toBe(ana)
  expect(patched(ana, [remove('emails', { type: 'home', value: home.value })])).toStrictEqual(anaWith({ emails: [work] }))
  const addresses = [
    { type: 'work', locality: 'Madrid' },
    { type: 'home', locality: 'Madrid' },
  ]
  expect(patched({ ...bare, addresses }, [remove('addresses', { locality: 'Madrid', type: 'home' })])).toStrictEqual({
    ...bare,
    addresses: [addresses[0]],
  })
})

describe('an absent entry is made with its type', () => {
  test.each([
    ['emails[type eq "work"].value', 'emails', { type: 'work', value: 'x' }],
    ['phoneNumbers[type eq "fax"].value', 'phoneNumbers', { type: 'fax', value: 'x' }],
    ['addresses[type eq "work"].postalCode', 'addresses', { type: 'work', postalCode: 'x' }],
    ['ims[type eq "xmpp"].value', 'ims', { type: 'xmpp', value: 'x' }],
  ])('%s', (path, name, entry) => {
    for (const op of ['add', 'replace'] as const) {
      expect(patched(bare, [{ op, path, value: 'x' }])).toStrictEqual({ ...bare, [name]: [entry] })
      expect(patched(bare, [{ op, value: { [path]: 'x' } }])).toStrictEqual({ ...bare, [name]: [entry] })
    }
  })

  test('six rows of an address become one entry', () => {
    const subs = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country']
    const operations = subs.map((sub): PatchOperation => ({ op: 'add', path: `addresses[type eq "work"].${sub}`, value: sub }))
    const address = Object.fromEntries(subs.map((sub) => [sub, sub]))
    expect(patched(bare, operations)).toStrictEqual({ ...bare, addresses: [{ type: 'work', ...address }] })
  })

  test('the SCIM Validator sets value, display and primary in any order', () => {
    const of = (sub: string, value: string): PatchOperation => ({ op: 'add', path: `emails[type eq "untyped"].${sub}`, value })
    const operations = [of('primary', 'True'), of('value', 'x@x'), of('display', 'X')]
    const emails = [{ type: 'untyped', primary: true, value: 'x@x', display: 'X' }]
    expect(patched(bare, operations)).toStrictEqual({ ...bare, emails })
    expect(patched(bare, operations.reverse())).toStrictEqual({ ...bare, emails })
  })
})

test('several operations on one attribute follow each other', () => {
  const operations: PatchOperation[] = [
    { op: 'remove', path: 'emails[type eq "work"]' },
    { op: 'add', path: 'emails', value: [{ type: 'work', value: 'new@x', primary: true }] },
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'newer@x' },
    { op: 'remove', path: 'title' },
    { op: 'add', path: 'title', value: 'Lead' },
    { op: 'replace', path: 'title', value: 'Head' },
  ]
  expect(patched(ana, operations)).toStrictEqual(
    anaWith({ emails: [home, { type: 'work', value: 'newer@x', primary: true }], title: 'Head' }),
  )
})

test('Okta repeats the id in an object, which changes nothing', () => {
  expect(patched(ana, [{ op: 'replace', value: { id: '5a1e', active: false } }])).toStrictEqual(anaWith({ active: false }))
})
