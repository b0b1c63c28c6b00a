import { customUserType, CUSTOM_URN } from '../../../tests/support/custom-user-type'
import type { Json, JsonObject } from '../json'
import { ENTERPRISE_URN, GROUP_URN, groupType, USER_URN, userType } from '../schema/schemas'
import { compareKeys, MAX_SORTED_CHARACTERS, readSortBy, sortKey, type SortKey } from './sort'

const keyOf = (sortBy: string, resource: JsonObject) => sortKey(readSortBy(sortBy, customUserType), resource)

test.each<[string, JsonObject, SortKey]>([
  ['userName', { userName: 'Ana' }, 'ana'],
  ['USERNAME', { userName: 'Ana' }, 'ana'],
  [`${USER_URN}:userName`, { userName: 'Ana' }, 'ana'],
  ['externalId', { externalId: 'Ana' }, 'Ana'],
  ['id', { id: '5a1e' }, '5a1e'],
  ['name.familyName', { name: { familyName: 'Gómez' } }, 'gómez'],
  ['active', { active: true }, 1],
  ['active', { active: false }, 0],
  ['meta.created', { meta: { created: '1970-01-01T01:00:00.005+01:00' } }, 5],
  ['meta.created', { meta: { created: 'yesterday' } }, null],
  [`${ENTERPRISE_URN}:department`, { [ENTERPRISE_URN]: { department: 'R&D' } }, 'r&d'],
  ['department', { [ENTERPRISE_URN]: { department: 'R&D' } }, 'r&d'],
  ['manager', { [ENTERPRISE_URN]: { manager: { value: '77C0' } } }, '77C0'],
  [`${CUSTOM_URN}:badge`, { [CUSTOM_URN]: { badge: 7 } }, 7],
  [`${CUSTOM_URN}:tags`, { [CUSTOM_URN]: { tags: ['b', 'a'] } }, 'b'],
])('by %s %j is %j', (sortBy, resource, key) => {
  expect(keyOf(sortBy, resource)).toBe(key)
})

const emails: Json = [
  { value: 'first@x', type: 'home' },
  { value: 'MAIN@x', primary: true },
]

test.each<[string, JsonObject, SortKey]>([
  ['emails', { emails }, 'main@x'],
  ['emails.value', { emails }, 'main@x'],
  ['emails.type', { emails }, null],
  ['emails.type', { emails: [{ value: 'first@x', type: 'home' }, { value: 'b' }] }, 'home'],
  ['emails', { emails: [{ value: 'first@x' }, { value: 'b', primary: false }] }, 'first@x'],
  ['emails.primary', { emails }, 1],
])('of several values the primary one counts, else the first: %s', (sortBy, resource, key) => {
  expect(keyOf(sortBy, resource)).toBe(key)
})

test.each<[string, JsonObject]>([
  ['title', {}],
  ['title', { title: '' }],
  ['name.givenName', { name: { familyName: 'x' } }],
  ['emails', { emails: [] }],
  ['shoeSize', { shoeSize: 44 }],
  ['urn:x:y:z', { 'urn:x:y:z': 'v' }],
  ['constructor', {}],
  ['department', {}],
])('without a value the key is null: %s of %j', (sortBy, resource) => {
  expect(keyOf(sortBy, resource)).toBeNull()
})

test('a long text counts by its beginning, and no character is cut in two', () => {
  expect(keyOf('title', { title: `${'x'.repeat(MAX_SORTED_CHARACTERS - 1)}\u{1f600}` })).toBe(
    'x'.repeat(MAX_SORTED_CHARACTERS - 1),
  )
})

const refused = (says: string) =>
  expect.objectContaining({ status: 400, scimType: 'invalidValue', message: expect.stringContaining(says) as string }) as Error

test.each([
  ['name', 'name.familyName'],
  ['addresses', 'addresses.locality'],
  ['meta', 'meta.lastModified'],
  [`${USER_URN}:name`, 'name.givenName'],
  [USER_URN, 'name one of its attributes'],
  ['password', 'never returned'],
  ['groups', 'not ordered'],
  ['groups.display', 'not ordered'],
  ['user name', 'sortBy'],
  ['a.b.c', 'sortBy'],
  ['__proto__', 'sortBy'],
])('sortBy %s is invalidValue and says %s', (sortBy, says) => {
  expect(() => readSortBy(sortBy, userType)).toThrow(refused(says))
})

test.each(['secret', 'secret.value'])('what is never returned orders nothing: %s', (sortBy) => {
  expect(() => readSortBy(sortBy, customUserType)).toThrow(refused('never returned'))
  expect(keyOf('secret.hint', { [CUSTOM_URN]: { secret: { hint: 'h' } } })).toBe('h')
})

test('groups cannot be sorted by members, of which users have none', () => {
  expect(() => readSortBy(`${GROUP_URN}:members.value`, groupType)).toThrow(refused('not ordered'))
  expect(sortKey(readSortBy('members', userType), { members: ['x'] })).toBeNull()
})

test('ascending: false before true, numbers before text, text by the alphabet, no value last', () => {
  const keys: SortKey[] = [0, 1, 2, 10, '', '-', '1', '10', '2', 'a', 'á', 'a b', 'ab', 'b', 'é', 'f', 'ñ', 'o', 'z', 'б', null]
  expect([...keys].reverse().sort(compareKeys)).toEqual(keys)
})

test('with case a small letter comes before its capital, and both before the next letter', () => {
  expect(['B', 'a', 'b', 'A'].sort(compareKeys)).toEqual(['a', 'A', 'b', 'B'])
})

test('two without a value are equal', () => {
  expect(compareKeys(null, null)).toBe(0)
  expect(compareKeys('x', 'x')).toBe(0)
  expect(compareKeys(3, 3)).toBe(0)
})
