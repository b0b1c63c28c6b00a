import { patched } from '../../../tests/support/patched'
import type { JsonObject } from '../json'
import { readResource } from '../resource'
import { ENTERPRISE_URN, USER_URN, userType } from '../schema/schemas'
import { newWork } from '../work'

/** Two keys of one body that mean one attribute: the last one counts, in POST, PUT and PATCH alike. */
describe.each<[string, JsonObject, JsonObject]>([
  ['letter case', { title: 'A', TITLE: 'B' }, { title: 'B' }],
  ['the URN of the core schema', { [`${USER_URN}:title`]: 'A', title: 'B' }, { title: 'B' }],
  ['an object under the URN', { title: 'A', [USER_URN]: { title: 'B' } }, { title: 'B' }],
  ['a list, which does not grow', { emails: [{ value: 'a@x' }], Emails: [{ value: 'b@x' }] }, { emails: [{ value: 'b@x' }] }],
  [
    'a sub-attribute by path and in an object',
    { 'name.givenName': 'A', name: { familyName: 'F' }, 'NAME.givenName': 'B' },
    { name: { givenName: 'B', familyName: 'F' } },
  ],
  [
    'a path with brackets',
    { 'phoneNumbers[type eq "work"].value': '1', 'PhoneNumbers[type eq "work"].VALUE': '2' },
    { phoneNumbers: [{ type: 'work', value: '2' }] },
  ],
  [
    'brackets that differ are two',
    { 'phoneNumbers[type eq "work"].value': '1', 'phoneNumbers[type eq "home"].value': '2' },
    {
      phoneNumbers: [
        { type: 'work', value: '1' },
        { type: 'home', value: '2' },
      ],
    },
  ],
  [
    'with and without the URN of the extension',
    { manager: '1', [`${ENTERPRISE_URN}:manager`]: '2' },
    { [ENTERPRISE_URN]: { manager: { value: '2' } } },
  ],
])('one attribute twice in a body: %s', (_, body, expected) => {
  test('POST and PUT', () => {
    const { attributes } = readResource(userType, { userName: 'u', ...body })
    expect(attributes).toEqual({ userName: 'u', active: true, ...expected })
  })

  test.each(['add', 'replace'] as const)('PATCH without path: %s', (op) => {
    expect(patched({ userName: 'u' }, [{ op, value: body }])).toEqual({ userName: 'u', ...expected })
  })
})

test('2,800 keys that mean two attributes cost two assignments', () => {
  const spellings = Array.from({ length: 1_400 }, (_, i) => {
    const upperAt = (at: number) => ((i >> at) & 1) === 1
    return 'phonenumbers'.replace(/./g, (letter, at: number) => (upperAt(at) ? letter.toUpperCase() : letter))
  })
  const keys = [...new Set(spellings)].flatMap((name) => [`${name}.type`, `${name}.display`])
  const entries = Array.from({ length: 1_000 }, (_, i) => ({ value: `n${i}` }))
  const work = newWork()
  const body = { userName: 'u', phoneNumbers: entries, ...Object.fromEntries(keys.map((key, i) => [key, `x${i}`])) }
  readResource(userType, body, {}, work)
  expect(keys).toHaveLength(2_800)
  expect(work.spent.entries).toBeLessThan(20_000)
})
