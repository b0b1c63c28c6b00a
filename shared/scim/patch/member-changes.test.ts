import { ScimError } from '../errors'
import { printFilter } from '../filter/filter'
import type { Json } from '../json'
import { splitMembers } from './member-changes'
import { compilePatch } from './patch'
import type { PatchOperation } from './operation'
import { GROUP_URN, groupType, userType } from '../schema/schemas'

const changes = (...operations: PatchOperation[]) => splitMembers(compilePatch(groupType, operations)).members

const two: Json = [
  { $ref: null, value: '5a1e' },
  { $ref: null, value: '77c0' },
]

test.each<[string, PatchOperation, unknown]>([
  ['Entra ID adds several', { op: 'add', path: 'members', value: two }, { op: 'add', ids: ['5a1e', '77c0'] }],
  ['one entry without a list', { op: 'add', path: 'members', value: { value: '5a1e' } }, { op: 'add', ids: ['5a1e'] }],
  ['plain ids', { op: 'add', path: 'members', value: ['5a1e', '77c0'] }, { op: 'add', ids: ['5a1e', '77c0'] }],
  ['one plain id', { op: 'add', path: 'members', value: '5a1e' }, { op: 'add', ids: ['5a1e'] }],
  [
    'names without case',
    { op: 'add', path: 'MEMBERS', value: [{ Value: '5a1e', Display: 'Ana' }] },
    { op: 'add', ids: ['5a1e'] },
  ],
  [
    'values behind a dot, listed for removal',
    { op: 'remove', path: 'members.value', value: ['5a1e'] },
    { op: 'remove', ids: ['5a1e'] },
  ],
  ['the value behind a dot', { op: 'add', path: 'members.value', value: '5a1e' }, { op: 'add', ids: ['5a1e'] }],
  ['a key', { op: 'add', value: { members: two } }, { op: 'add', ids: ['5a1e', '77c0'] }],
  ['a key with URN', { op: 'add', value: { [`${GROUP_URN}:members`]: two } }, { op: 'add', ids: ['5a1e', '77c0'] }],
  ['an object of the core URN', { op: 'add', value: { [GROUP_URN]: { members: two } } }, { op: 'add', ids: ['5a1e', '77c0'] }],
  ['adding [] adds none', { op: 'add', path: 'members', value: [] }, { op: 'add', ids: [] }],
  ['adding null adds none', { op: 'add', path: 'members', value: null }, { op: 'add', ids: [] }],
  ['replace sets the list', { op: 'replace', path: 'members', value: two }, { op: 'replace', ids: ['5a1e', '77c0'] }],
  ['replace by [] empties it', { op: 'replace', path: 'members', value: [] }, { op: 'replace', ids: [] }],
  [
    'remove with a value takes out those alone',
    { op: 'remove', path: 'members', value: two },
    { op: 'remove', ids: ['5a1e', '77c0'] },
  ],
  ['remove with one entry', { op: 'remove', path: 'members', value: { value: '5a1e' } }, { op: 'remove', ids: ['5a1e'] }],
  ['remove with [] takes out none', { op: 'remove', path: 'members', value: [] }, { op: 'remove', ids: [] }],
  ['remove with null takes out none', { op: 'remove', path: 'members', value: null }, { op: 'remove', ids: [] }],
  ['remove with "" takes out none', { op: 'remove', path: 'members', value: '' }, { op: 'remove', ids: [] }],
  ['remove without value empties the group', { op: 'remove', path: 'members' }, { op: 'removeAll' }],
  ['remove through a filter on the value', { op: 'remove', path: 'members[value eq "5a1e"]' }, { op: 'remove', ids: ['5a1e'] }],
  [
    'remove through a filter, whatever its value',
    { op: 'remove', path: 'members[value eq "5a1e"]', value: two },
    { op: 'remove', ids: ['5a1e'] },
  ],
])('%s', (_, operation, expected) => {
  expect(changes(operation)).toStrictEqual([expected])
})

test.each([
  'type eq "Group"',
  'value eq "5a1e" and type eq "User"',
  'value eq "5a1e" or value eq "77c0"',
  'not (value eq "5a1e")',
  'value pr',
  'value eq null',
])('remove through [%s] needs the list', (filter) => {
  const [change] = changes({ op: 'remove', path: `members[${filter}]` })
  expect(change?.op).toBe('removeMatching')
  expect(change && 'filter' in change && printFilter(change.filter)).toMatch(/^\(/)
})

test('changes keep their order, and what is not about members is left for the document', () => {
  const assignments = compilePatch(groupType, [
    { op: 'replace', path: 'displayName', value: 'Sales' },
    { op: 'remove', path: 'members[value eq "a"]' },
    { op: 'add', value: { externalId: 'e', members: ['b'] } },
    { op: 'remove', path: 'members' },
  ])
  const { members, rest } = splitMembers(assignments)
  expect(members).toStrictEqual([{ op: 'remove', ids: ['a'] }, { op: 'add', ids: ['b'] }, { op: 'removeAll' }])
  expect(rest.map(({ value }) => value)).toEqual(['Sales', 'e'])
})

test('a person has no members', () => {
  const assignments = compilePatch(userType, [{ op: 'add', value: { members: two, 'urn:x:members': two } }])
  expect(splitMembers(assignments).members).toEqual([])
})

test.each<[string, PatchOperation]>([
  ['mutability', { op: 'replace', path: 'members[value eq "5a1e"].value', value: '77c0' }],
  ['mutability', { op: 'replace', path: 'members[value eq "5a1e"]', value: { value: '77c0' } }],
  ['mutability', { op: 'remove', path: 'members[value eq "5a1e"].display' }],
  ['mutability', { op: 'replace', path: 'members.display', value: 'x' }],
  ['mutability', { op: 'remove', path: 'members.type' }],
  ['mutability', { op: 'remove', path: 'members.value' }],
  ['mutability', { op: 'remove', path: 'members.$ref' }],
  ['mutability', { op: 'replace', path: 'members.value', value: '5a1e' }],
  ['mutability', { op: 'replace', path: 'members.value', value: null }],
  ['mutability', { op: 'replace', value: { 'members.value': [] } }],
  ['invalidValue', { op: 'add', path: 'members', value: [{ display: 'Ana' }] }],
  ['invalidValue', { op: 'add', path: 'members', value: [{ value: '' }] }],
  ['invalidValue', { op: 'add', path: 'members', value: [{ value: { id: 'x' } }] }],
  ['invalidValue', { op: 'add', path: 'members', value: [null] }],
  ['invalidValue', { op: 'add', path: 'members', value: [['5a1e']] }],
  ['invalidValue', { op: 'remove', path: 'members', value: 7 }],
  ['invalidValue', { op: 'replace', path: 'members', value: [JSON.parse('{"__proto__": {"value": "5a1e"}}') as Json] }],
])('%s for %j', (scimType, operation) => {
  expect(() => changes(operation)).toThrow(ScimError)
  expect(() => changes(operation)).toThrow(expect.objectContaining({ status: 400, scimType }) as Error)
})
