import { rolesHeld, rolesOperations, rolesPost, type RoleMapping } from './app-roles'
import { patched } from './memory-patch'
import { objects, own } from './json'
import type { Family } from './world'

const MAPPINGS: readonly RoleMapping[] = [
  'SingleAppRoleAssignment',
  'AppRoleAssignmentsComplex',
  'AssertiveAppRoleAssignmentsComplex',
]
const FAMILIES: readonly Family[] = ['legacy', 'modern']

test('a single mapping sends one primary role, the others all of them', () => {
  expect(MAPPINGS.map((mapping) => rolesPost(mapping, ['a', 'b']).map(({ primary, value }) => [primary, value]))).toEqual([
    [['True', 'a']],
    [
      [false, 'a'],
      [false, 'b'],
    ],
    [
      [false, 'a'],
      [false, 'b'],
    ],
  ])
})

test('without the flag a single mapping writes JSON into a text; AppRoleAssignmentsComplex takes nothing away', () => {
  const given = { before: ['a'], after: ['b'], shape: 0 }
  const [single] = rolesOperations({ family: 'legacy', mapping: 'SingleAppRoleAssignment', ...given })
  expect(single).toMatchObject({
    op: 'Add',
    path: 'roles',
    value: [{ value: expect.stringContaining('"value":"b"') as unknown }],
  })
  const removal = { family: 'legacy', mapping: 'AppRoleAssignmentsComplex', before: ['a'], after: [], shape: 0 } as const
  expect(rolesOperations(removal)).toEqual([])
})

test.each(FAMILIES.flatMap((family) => MAPPINGS.map((mapping) => [family, mapping] as const)))(
  '%s, %s: what a correct server holds after each change',
  (family, mapping) => {
    const states = [['a'], ['b'], [], ['c']]
    let resource = {}
    for (const [index, after] of states.entries()) {
      const operations = rolesOperations({ family, mapping, before: states[index - 1] ?? [], after, shape: index })
      resource = patched(resource, operations)
      const values = objects(own(resource, 'roles')).flatMap((entry) => own(entry, 'value') ?? [])
      expect(values).toEqual(rolesHeld(family, mapping, states.slice(0, index + 1)))
    }
  },
)
