import { parseFilter } from '../../scim/filter/filter'
import { ENTERPRISE_URN, groupType, userType } from '../../scim/schema/schemas'
import type { MatchingAttribute } from './matching'
import { membershipNeeds, planLookups } from './plan'

const ID = '0123456789abcdef'.repeat(2)
const matching: readonly MatchingAttribute[] = ['title', 'phoneNumbers.value', 'addresses.postalCode', 'active'].map((path) => ({
  type: 'User',
  path,
  since: '',
  ready: true,
}))

/** What is looked up: ids, keys and prefixes, codes of matching attributes left out. */
const lookedUp = (filter: string, type = userType) =>
  planLookups(parseFilter(filter, type), { type, matching })
    ?.map((lookup) => (lookup.kind === 'rows' ? `${lookup.prefix}!*` : lookup.kind === 'row' ? lookup.key : lookup.id))
    .map((key) => key.replace(/!a[0-9a-f]{12}!/, '!?!'))

test.each<[string, string[]]>([
  [`id eq "${ID}"`, [ID]],
  ['id eq "no id"', []],
  ['userName eq "Ann"', ['x!un!ann']],
  ['externalId eq "Ann"', ['x!ext!u!=0041nn!*']],
  ['emails eq "A@x"', ['x!em!a@x!*']],
  ['emails[type eq "work" and value eq "a@x"]', ['x!em!a@x!*']],
  ['emails[value eq "a@x" or value eq "b@x"]', ['x!em!a@x!*', 'x!em!b@x!*']],
  ['emails[type eq "work"].value eq "a@x"', ['x!em!a@x!*']],
  [`${ENTERPRISE_URN}:manager eq "${ID}"`, [`x!mgr!${ID}!*`]],
  [`groups eq "${ID}"`, [`m!${ID}!*`]],
  [`groups[value eq "${ID}" and display co "x"]`, [`m!${ID}!*`]],
  ['title eq "x"', ['x!?!x!*', 'x!?!=look!*']],
  ['phoneNumbers eq "1"', ['x!?!1!*', 'x!?!=look!*']],
  ['phoneNumbers[type eq "work" and value eq "1"]', ['x!?!1!*', 'x!?!=look!*']],
  ['addresses[postalCode eq "1"]', ['x!?!1!*', 'x!?!=look!*']],
  ['title co "x" and userName eq "ann"', ['x!un!ann']],
  ['externalId eq "e" and userName eq "ann"', ['x!un!ann']],
  [`groups eq "${ID}" and title eq "x"`, ['x!?!x!*', 'x!?!=look!*']],
  ['active eq true and externalId eq "e"', ['x!ext!u!e!*']],
  ['userName eq "ann" or externalId eq "e"', ['x!un!ann', 'x!ext!u!e!*']],
])('%s is looked up', (filter, keys) => {
  expect(lookedUp(filter)).toEqual(keys)
})

test.each([
  'userName ne "ann"',
  'userName pr',
  'title eq null',
  'emails.display eq "x"',
  'emails[type eq "work"]',
  'emails[not (value eq "x")]',
  'emails[value eq "x" or type eq "work"]',
  'userName eq "ann" or locale eq "x"',
  'not (userName eq "ann")',
  'nickName eq "x"',
  'groups pr',
  'groups.display eq "x"',
])('%s needs a scan', (filter) => {
  expect(lookedUp(filter)).toBeUndefined()
})

test('groups are looked up by name, externalId and member', () => {
  expect(lookedUp('displayName eq "Team"', groupType)).toEqual(['x!gn!team!*'])
  expect(lookedUp('externalId eq "e"', groupType)).toEqual(['x!ext!g!e!*'])
  expect(lookedUp(`members eq "${ID}"`, groupType)).toEqual([`r!${ID}!*`])
})

test.each<[string, unknown]>([
  ['displayName pr', { kind: 'none' }],
  [`members eq "${ID}"`, { kind: 'some', ids: new Set([ID]) }],
  [`not (members.value eq "${ID}") or members[value eq "x" and type eq "User"]`, { kind: 'some', ids: new Set([ID, 'x']) }],
  ['members pr', { kind: 'all', names: false, terms: 1 }],
  [`members eq "${ID}" and members[value ne "x" or type eq "User"]`, { kind: 'all', names: false, terms: 3 }],
  ['members[not (value eq "x")]', { kind: 'all', names: false, terms: 1 }],
  ['members ne "x"', { kind: 'all', names: false, terms: 1 }],
  ['members eq null', { kind: 'all', names: false, terms: 1 }],
  ['members.type eq "x"', { kind: 'all', names: false, terms: 1 }],
])('of the memberships, %s needs to know', (filter, needs) => {
  expect(membershipNeeds(parseFilter(filter, groupType), groupType)).toEqual(needs)
})

test.each([
  ['groups pr', false],
  ['groups.type eq "direct"', false],
  ['groups.display co "x"', true],
  ['groups[type eq "direct" and not (display pr)]', true],
])('%s: names of groups needed: %p', (filter, names) => {
  expect(membershipNeeds(parseFilter(filter, userType), userType)).toMatchObject({ kind: 'all', names })
})
