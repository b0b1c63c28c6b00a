import type { JsonObject } from '../scim/json'
import { decidingAttributes, matchingRules } from './match'
import type { Rule } from './rules'

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const appRole = (value: string): Rule => ({ kind: 'appRole', id: value, role: 'Any', appRole: value })
const attribute = (path: string, value: string, caseExact = false): Rule => {
  return { kind: 'attribute', id: `${path}=${value}`, role: 'Any', attribute: path, value, caseExact }
}
const matching = (attributes: JsonObject, ...rules: Rule[]) =>
  matchingRules({ attributes, groupIds: [] }, { rules }).map(({ id }) => id)

/** What Entra ID sends of an app role in the older shape of SingleAppRoleAssignment. */
const written = (value: string) => ({ value: JSON.stringify({ id: '06b0', value, displayName: `The ${value}` }) })

test.each<[string, JsonObject, string[]]>([
  ['nothing', {}, []],
  ['an empty list', { roles: [] }, []],
  ['a single primary role', { roles: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'Admin' }] }, ['Admin']],
  ['a role in other letters', { roles: [{ value: 'aDMIN' }] }, ['Admin']],
  ['several roles', { roles: [{ value: 'Editor' }, { display: 'x', value: 'Admin' }] }, ['Admin', 'Editor']],
  ['an entry without a value', { roles: [{ primary: true, display: 'Admin' }] }, []],
  ['an empty value', { roles: [{ value: '' }] }, []],
  ['a value that is no text', { roles: [{ value: 25 }, { value: { value: 'Admin' } }] }, []],
  ['a role written as JSON', { roles: [written('Editor')] }, ['Editor']],
  [
    'a role written as JSON behind the one before it',
    { roles: [{ primary: true, value: 'Admin' }, written('Editor')] },
    ['Editor'],
  ],
  ['several written as JSON', { roles: [written('Admin'), written('Editor')] }, ['Editor']],
  ['an entitlement', { entitlements: [{ value: 'admin', type: 'Role' }] }, ['Admin']],
  [
    'an entitlement beside a role written as JSON',
    { roles: [written('Editor')], entitlements: [{ value: 'Admin' }] },
    ['Admin', 'Editor'],
  ],
  ['what only looks like JSON', { roles: [{ value: '{Admin' }, { value: 'Editor' }] }, ['Editor']],
  ['JSON without a value of its own', { roles: [{ value: '{"__proto__":{"value":"Admin"}}' }] }, []],
  ['a text in place of the list', { roles: 'Admin' }, []],
])('app roles of %s', (_, attributes, found) => {
  expect(matching(attributes, appRole('Admin'), appRole('Editor'))).toEqual(found)
})

test.each<[string, JsonObject, boolean]>([
  ['the value', { [ENT]: { department: 'Sales' } }, true],
  ['the value in other letters', { [ENT]: { department: 'sALES' } }, true],
  ['another value', { [ENT]: { department: 'Sales North' } }, false],
  ['a space behind it', { [ENT]: { department: 'Sales ' } }, false],
  ['none', { [ENT]: {} }, false],
  ['no extension', {}, false],
  ['the name outside of the extension', { department: 'Sales' }, false],
  ['a list', { [ENT]: { department: ['Sales'] } }, false],
  ['a number', { [ENT]: { department: 7 } }, false],
  ['an inherited one', { [ENT]: Object.create({ department: 'Sales' }) as JsonObject }, false],
])('an attribute that has %s', (_, attributes, holds) => {
  expect(matching(attributes, attribute(`${ENT}:department`, 'Sales'))).toHaveLength(holds ? 1 : 0)
})

test('letter case counts where the rule says so', () => {
  const exact = (value: string) => matching({ externalId: 'Ab' }, attribute('externalId', value, true)).length
  expect([exact('Ab'), exact('ab')]).toEqual([1, 0])
})

test('a text that is far too long is not even folded', () => {
  const long = { userType: 'Guest'.repeat(1000) }
  expect(matching(long, attribute('userType', 'Guest'))).toEqual([])
})

test('names of prototypes find nothing', () => {
  const names = ['__proto__', 'constructor', '__proto__:toString', 'constructor:name']
  expect(matching({}, ...names.map((name) => attribute(name, 'Object')))).toEqual([])
})

test('the order over all kinds is that of the policy', () => {
  const group: Rule = { kind: 'group', id: 'group', role: 'Any', groupId: 'g1', groupName: '' }
  const rules = [attribute('userType', 'Guest'), group, appRole('Admin')]
  const person = { attributes: { userType: 'Guest', roles: [{ value: 'Admin' }] }, groupIds: ['g1'] }
  expect(matchingRules(person, { rules })).toEqual(rules)
  expect(matchingRules(person, { rules: rules.toReversed() })).toEqual(rules.toReversed())
})

test('the attributes that decide are those that rules look at, and active', () => {
  expect([...decidingAttributes({ rules: [] })]).toEqual(['active'])
  const rules = [appRole('Admin'), appRole('Editor'), attribute(`${ENT}:department`, 'Sales')]
  expect([...decidingAttributes({ rules })]).toEqual(['active', 'roles', 'entitlements', `${ENT}:department`])
})
