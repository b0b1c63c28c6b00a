import { BADGE_COLOR, DEPARTMENT, ENTERPRISE_URN, MAIL } from './mapping'
import type { Value } from './mapping'
import { attributesPatch, managerClear, managerPatch, memberAgain, membersAdd, membersRemove } from './patch-bodies'
import type { Changes } from './patch-bodies'

const changes: Changes = new Map<string, Value | undefined>([
  ['active', false],
  ['name.familyName', 'Ruiz Gil'],
  [MAIL, 'ana@contoso.example'],
  [DEPARTMENT, 'Logistics'],
  [BADGE_COLOR, undefined],
])
const held = new Map<string, Value>([
  ['active', true],
  [BADGE_COLOR, 'blue'],
])

test('the legacy shape has one capitalised operation for each attribute and text for booleans', () => {
  expect(attributesPatch('legacy', held, changes, 0)).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'name.familyName', value: 'Ruiz Gil' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'ana@contoso.example' },
      { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: 'Logistics' },
      { op: 'Remove', path: 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badgeColor' },
    ],
  })
})

test('the modern shape merges simple attributes into one object and leaves entries apart', () => {
  expect(attributesPatch('modern', held, changes, 1)['Operations']).toEqual([
    {
      op: 'replace',
      value: { active: false, 'name.familyName': 'Ruiz Gil', [DEPARTMENT]: 'Logistics', [BADGE_COLOR]: '' },
    },
    { op: 'add', path: MAIL, value: 'ana@contoso.example' },
  ])
})

const MANAGER = `${ENTERPRISE_URN}:manager`

test.each([
  [managerPatch('legacy', 'x', 0), { op: 'Add', path: 'manager', value: [{ $ref: '../Users/x', value: 'x' }] }],
  [managerPatch('legacy', 'x', 1), { op: 'Replace', path: MANAGER, value: 'x' }],
  [managerPatch('legacy', 'x', 2), { op: 'Replace', path: MANAGER, value: { value: 'x' } }],
  [managerPatch('legacy', 'x', 3), { op: 'Replace', path: `${MANAGER}.value`, value: 'x' }],
  [managerPatch('modern', 'x', 0), { op: 'replace', value: { [MANAGER]: 'x' } }],
  [managerClear('legacy', 'x', 0), { op: 'Replace', path: MANAGER, value: '' }],
  [managerClear('legacy', 'x', 1), { op: 'Replace', path: MANAGER, value: { value: '' } }],
  [managerClear('legacy', 'x', 2), { op: 'Remove', path: MANAGER }],
  [managerClear('modern', 'x', 3), { op: 'remove', path: 'manager[value eq "x"]' }],
  [
    membersAdd('legacy', ['x', 'y']),
    {
      op: 'Add',
      path: 'members',
      value: [
        { $ref: null, value: 'x' },
        { $ref: null, value: 'y' },
      ],
    },
  ],
  [membersRemove('legacy', ['x']), { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'x' }] }],
  [membersRemove('modern', ['x']), { op: 'remove', path: 'members[value eq "x"]' }],
  [memberAgain('legacy', 'x', 0), { op: 'Add', path: 'members', value: { value: 'x' } }],
  [memberAgain('legacy', 'x', 1), { op: 'Add', path: 'members', value: ['x'] }],
  [memberAgain('modern', 'x', 3), { op: 'add', path: 'members', value: [] }],
])('%j holds the captured form of a reference', (body, operation) => {
  expect(body['Operations']).toEqual([operation])
})
