import { ana, anaWith, home, patched, refusal, work } from '../../../tests/support/patched'
import type { PatchOperation } from './operation'
import { ENTERPRISE_URN, USER_URN } from '../schema/schemas'

/** What each kind of operation does (RFC 7644 section 3.5.2). */

const enterprise = (changes: Record<string, unknown>) => ({ [ENTERPRISE_URN]: changes })

describe('an operation', () => {
  test.each<[string, PatchOperation, Record<string, unknown>]>([
    [
      'add without path merges each attribute in',
      { op: 'add', value: { nickName: 'Anita', name: { middleName: 'M' } } },
      { nickName: 'Anita', name: { givenName: 'Ana', familyName: 'Ruiz', middleName: 'M' } },
    ],
    ['add sets a single-valued attribute', { op: 'add', path: 'title', value: 'Lead' }, { title: 'Lead' }],
    ['add sets an absent attribute', { op: 'add', path: 'locale', value: 'es-ES' }, { locale: 'es-ES' }],
    [
      'add merges sub-attributes of a complex attribute',
      { op: 'add', path: 'name', value: { familyName: 'Gil' } },
      { name: { givenName: 'Ana', familyName: 'Gil' } },
    ],
    [
      'add sets one sub-attribute',
      { op: 'add', path: 'name.middleName', value: 'M' },
      { name: { givenName: 'Ana', familyName: 'Ruiz', middleName: 'M' } },
    ],
    [
      'add appends an entry that is not there',
      { op: 'add', path: 'emails', value: [{ type: 'other', value: 'o@x' }] },
      { emails: [work, home, { type: 'other', value: 'o@x' }] },
    ],
    [
      'add takes one entry without a list',
      { op: 'add', path: 'emails', value: { type: 'other', value: 'o@x' } },
      { emails: [work, home, { type: 'other', value: 'o@x' }] },
    ],
    [
      'add takes bare text in a list for the value of an entry',
      { op: 'add', path: 'emails', value: ['o@x'] },
      { emails: [work, home, { value: 'o@x' }] },
    ],
    [
      'add gives an entry of the same type and value the new sub-attributes',
      { op: 'add', path: 'emails', value: { ...home, display: 'Home' } },
      { emails: [work, { ...home, display: 'Home' }] },
    ],
    [
      'add with a filter sets the sub-attribute of the matching entry',
      { op: 'add', path: 'emails[type eq "home"].display', value: 'Home' },
      { emails: [work, { ...home, display: 'Home' }] },
    ],
    [
      'add with a filter merges into the matching entry',
      { op: 'add', path: 'emails[type eq "home"]', value: { display: 'Home' } },
      { emails: [work, { ...home, display: 'Home' }] },
    ],
    ['remove deletes an attribute', { op: 'remove', path: 'title' }, { title: undefined }],
    ['remove deletes one sub-attribute', { op: 'remove', path: 'name.givenName' }, { name: { familyName: 'Ruiz' } }],
    ['remove deletes all entries', { op: 'remove', path: 'emails' }, { emails: undefined }],
    ['remove with a filter deletes the matching entries', { op: 'remove', path: 'emails[type eq "work"]' }, { emails: [home] }],
    [
      'remove with a filter that matches all leaves the attribute unassigned',
      { op: 'remove', path: 'emails[value pr]' },
      { emails: undefined },
    ],
    [
      'remove of a sub-attribute behind a filter leaves the rest of the entry',
      { op: 'remove', path: 'emails[type eq "work"].primary' },
      { emails: [{ type: 'work', value: work.value }, home] },
    ],
    [
      'remove of what an entry is about drops the entry',
      { op: 'remove', path: 'emails[type eq "work"].value' },
      { emails: [home] },
    ],
    [
      'remove of a sub-attribute without filter concerns every entry',
      { op: 'remove', path: 'emails.type' },
      { emails: [{ value: work.value, primary: true }, { value: home.value }] },
    ],
    ['remove of an extension drops it with its URN', { op: 'remove', path: ENTERPRISE_URN }, { [ENTERPRISE_URN]: undefined }],
    [
      'replace without path replaces each attribute',
      { op: 'replace', value: { title: 'Lead', emails: [home] } },
      { title: 'Lead', emails: [home] },
    ],
    ['replace sets a single-valued attribute', { op: 'replace', path: 'title', value: 'Lead' }, { title: 'Lead' }],
    ['replace of an absent attribute adds it', { op: 'replace', path: 'nickName', value: 'Anita' }, { nickName: 'Anita' }],
    [
      'replace leaves sub-attributes that were not given',
      { op: 'replace', path: 'name', value: { familyName: 'Gil' } },
      { name: { givenName: 'Ana', familyName: 'Gil' } },
    ],
    [
      'replace clears sub-attributes that are given empty',
      { op: 'replace', path: 'name', value: { familyName: '', middleName: null } },
      { name: { givenName: 'Ana' } },
    ],
    [
      'replace sets the whole list of entries',
      { op: 'replace', path: 'emails', value: [{ value: 'new@x' }] },
      { emails: [{ value: 'new@x' }] },
    ],
    [
      'replace with a filter sets the sub-attribute of the matching entry',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@x' },
      { emails: [{ ...work, value: 'new@x' }, home] },
    ],
    [
      'replace with a filter replaces the matching entry, which keeps what the filter says',
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'new@x' } },
      { emails: [{ type: 'work', value: 'new@x' }, home] },
    ],
    [
      'replace with a filter may change what the filter says',
      { op: 'replace', path: 'emails[type eq "home"]', value: { type: 'other', value: 'new@x' } },
      { emails: [work, { type: 'other', value: 'new@x' }] },
    ],
    [
      'replace with a filter and bare text changes the value alone',
      { op: 'replace', path: 'emails[type eq "work"]', value: 'new@x' },
      { emails: [{ ...work, value: 'new@x' }, home] },
    ],
    [
      'replace with a filter and a list of one takes its entry',
      { op: 'replace', path: 'emails[type eq "home"]', value: [{ type: 'home', value: 'new@x' }] },
      { emails: [work, { type: 'home', value: 'new@x' }] },
    ],
    [
      'replace of an extension leaves attributes that were not given',
      { op: 'replace', path: ENTERPRISE_URN, value: { division: 'Iberia' } },
      enterprise({ department: 'Operations', manager: { value: '77c0' }, division: 'Iberia' }),
    ],
    [
      'the URN of the core schema may stand for the resource',
      { op: 'replace', path: USER_URN, value: { title: 'Lead', 'name.familyName': 'Gil' } },
      { title: 'Lead', name: { givenName: 'Ana', familyName: 'Gil' } },
    ],
    [
      'the URN of the core schema may qualify any attribute',
      { op: 'replace', path: `${USER_URN}:emails[type eq "work"].value`, value: 'new@x' },
      { emails: [{ ...work, value: 'new@x' }, home] },
    ],
    [
      'names and URNs have no case',
      { op: 'replace', path: `${ENTERPRISE_URN.toUpperCase()}:DEPARTMENT`, value: 'Logistics' },
      enterprise({ department: 'Logistics', manager: { value: '77c0' } }),
    ],
    [
      'a name without URN may be an attribute of an extension',
      { op: 'replace', path: 'department', value: 'Logistics' },
      enterprise({ department: 'Logistics', manager: { value: '77c0' } }),
    ],
  ])('%s', (_, operation, changes) => {
    expect(patched(ana, [operation])).toStrictEqual(anaWith(changes))
  })
})

describe('replace or add with a filter that nothing matches makes the entry (deviation for Entra ID)', () => {
  test.each<[string, unknown]>([
    ['emails[type eq "other"].value', [work, home, { type: 'other', value: 'x' }]],
    ['emails[type eq "other" and display eq "D"].value', [work, home, { type: 'other', display: 'D', value: 'x' }]],
    ['emails[value eq "v@x"].display', [work, home, { value: 'v@x', display: 'x' }]],
    ['emails[type eq ""].value', [work, home, { value: 'x' }]],
  ])('%s', (path, emails) => {
    for (const op of ['add', 'replace'] as const) {
      const once = patched(ana, [{ op, path, value: 'x' }])
      expect(once).toStrictEqual(anaWith({ emails }))
      expect(patched(once, [{ op, path, value: 'x' }])).toBe(once)
    }
  })

  test('an add of a whole entry makes it; a replacement finds none to replace, and a cleared one need not', () => {
    const path = 'emails[type eq "other"]'
    const value = { value: 'x' }
    expect(patched(ana, [{ op: 'add', path, value }])).toStrictEqual(
      anaWith({ emails: [work, home, { type: 'other', value: 'x' }] }),
    )
    for (const given of [value, [value], 'x', { type: 'other', value: 'x' }]) {
      expect(refusal(ana, [{ op: 'replace', path, value: given }]).slice(0, 2)).toEqual([400, 'noTarget'])
      expect(refusal(ana, [{ op: 'replace', value: { [path]: given } }]).slice(0, 2)).toEqual([400, 'noTarget'])
    }
    for (const cleared of [null, '', [], { value: '' }]) expect(patched(ana, [{ op: 'replace', path, value: cleared }])).toBe(ana)
  })

  test('the made entry takes the mark primary when its filter says so', () => {
    const person = { userName: 'u', roles: [{ value: '7', primary: false }] }
    expect(patched(person, [{ op: 'replace', path: 'roles[primary eq "True"].value', value: '25' }])).toStrictEqual({
      userName: 'u',
      roles: [
        { value: '7', primary: false },
        { value: '25', primary: true },
      ],
    })
  })

  test('an entry that has the value already takes what the filter says', () => {
    const person = { userName: 'u', roles: [{ value: '25' }] }
    expect(patched(person, [{ op: 'replace', path: 'roles[primary eq "True"].value', value: '25' }])).toStrictEqual({
      userName: 'u',
      roles: [{ value: '25', primary: true }],
    })
  })

  test.each([
    'emails[type ne "other" and type ne "work" and type ne "home"].value',
    'emails[value ew "@none"].display',
    'emails[shoe eq "x"].value',
    'emails[type eq "a" or type eq "b"].value',
    'emails[type eq "a" and type eq "b"].value',
    'manager[displayName eq "Bob"].value',
    'manager[$ref eq "../Users/1"].value',
  ])('no entry can be made from %s', (path) => {
    expect(refusal(ana, [{ op: 'replace', path, value: 'x' }]).slice(0, 2)).toEqual([400, 'noTarget'])
  })
})
