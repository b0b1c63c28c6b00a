import { parseFilter } from './filter'
import { filterForType } from './for-type'
import { matches } from './match'
import { groupType, userType } from '../schema/schemas'

const ofUsers = (text: string) => filterForType(parseFilter(text, userType), userType)
const ofGroups = (text: string) => filterForType(parseFilter(text, groupType), groupType)

test.each<[string, boolean | string, boolean | string]>([
  ['userName eq "ana"', 'userName eq "ana"', false],
  ['members eq "1"', false, 'members eq "1"'],
  ['displayName eq "Sales"', 'displayName eq "Sales"', 'displayName eq "Sales"'],
  ['shoeSize pr', false, false],
  ['emails[type eq "work"]', 'emails[type eq "work"]', false],
  ['meta.resourceType eq "User"', true, false],
  ['meta.resourceType ne "User"', false, true],
  ['meta.resourceType sw "G"', false, true],
  ['meta.resourceType pr', true, true],
  ['not (meta.resourceType eq "User")', false, true],
  ['not (userName eq "ana")', 'not (userName eq "ana")', true],
  ['meta.resourceType eq "User" and title pr', 'title pr', false],
  ['title pr and meta.resourceType eq "User"', 'title pr', false],
  ['meta.resourceType eq "Group" or userName eq "ana"', 'userName eq "ana"', true],
  ['userName eq "ana" or members eq "1"', 'userName eq "ana"', 'members eq "1"'],
  ['userName eq "a" or userName eq "b"', 'userName eq "a" or userName eq "b"', false],
  ['title pr and userName pr and not (shoeSize pr)', 'title pr and userName pr', false],
])('%s leaves %j of users and %j of groups', (text, users, groups) => {
  const filterOf = (left: boolean | string, type: typeof userType) => (typeof left === 'string' ? parseFilter(left, type) : left)
  expect(ofUsers(text)).toStrictEqual(filterOf(users, userType))
  expect(ofGroups(text)).toStrictEqual(filterOf(groups, groupType))
})

test('what is left matches what the whole filter matches', () => {
  const resources = [
    { userName: 'ana', title: 'Dr' },
    { userName: 'eva', active: true },
  ].map((attributes) => ({ ...attributes, meta: { resourceType: 'User' } }))
  const terms = ['meta.resourceType eq "User"', 'title pr', 'shoeSize eq 4', 'not (userName eq "ana")', 'not (members pr)']
  const texts = terms.flatMap((left) =>
    terms.flatMap((right) => [`${left} and ${right}`, `${left} or ${right}`, `not (${left} or ${right})`]),
  )
  for (const text of texts) {
    const [filter, rest] = [parseFilter(text, userType), ofUsers(text)]
    const found = resources.map((resource) => (typeof rest === 'boolean' ? rest : matches(rest, resource)))
    expect({ text, found }).toEqual({ text, found: resources.map((resource) => matches(filter, resource)) })
  }
})
