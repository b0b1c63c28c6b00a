import { ENTERPRISE_URN } from '../../scim/schema/schemas'
import { copiedAttributes, renamedAside, translatedPolicy, withHeldName } from './desired'

const hostile = JSON.parse('{"__proto__": "p", "userName": "ada"}') as { userName: string }

test.each([
  ['nothing of the extension', { userName: 'ada' }, undefined, { userName: 'ada' }],
  ['no manager', { [ENTERPRISE_URN]: { department: 'Lab' } }, 'm2', { [ENTERPRISE_URN]: { department: 'Lab' } }],
  [
    'a manager with a copy',
    { [ENTERPRISE_URN]: { manager: { value: 'm1', $ref: '../Users/m1', displayName: 'Boss' }, department: 'Lab' } },
    'm2',
    { [ENTERPRISE_URN]: { manager: { value: 'm2', displayName: 'Boss' }, department: 'Lab' } },
  ],
  [
    'a manager without a copy',
    { [ENTERPRISE_URN]: { manager: { value: 'm1' }, department: 'Lab' } },
    undefined,
    { [ENTERPRISE_URN]: { department: 'Lab' } },
  ],
  [
    'nothing but a manager without a copy',
    { userName: 'ada', [ENTERPRISE_URN]: { manager: { value: 'm1' } } },
    undefined,
    { userName: 'ada' },
  ],
])('a copy of a person with %s', (_what, attributes, managerCopy, expected) => {
  expect(copiedAttributes(attributes, managerCopy)).toEqual(expected)
})

test('a name that is taken leaves the one that the copy has, absent ones too', () => {
  const held = { displayName: 'Lab' }
  expect(withHeldName('g', { displayName: 'New', externalId: 'e1', note: 'n' }, held)).toEqual({ displayName: 'Lab', note: 'n' })
  expect(withHeldName('u', { userName: 'new', active: false }, { userName: 'old' })).toEqual({ userName: 'old', active: false })
})

test('hostile names are ordinary ones', () => {
  const kept = withHeldName('u', hostile, { userName: 'old' })
  expect(Object.hasOwn(kept, '__proto__')).toBe(true)
  expect(Object.getPrototypeOf(kept)).toBe(Object.prototype)
  expect(Object.hasOwn(renamedAside('u', hostile, 'ab'), '__proto__')).toBe(true)
})

test("a name that is set aside is nobody else's", () => {
  expect(renamedAside('u', { userName: 'ada', active: true }, '0a1b2c3d')).toEqual({
    userName: 'ada#moved-0a1b2c3d',
    active: true,
  })
})

test('rules go with the groups that are routed, by the ids of their copies', () => {
  const rule = (id: string, groupId: string) => ({ id, groupId, groupName: id, role: 'Admin' })
  const policy = {
    roles: ['Admin', 'None'],
    grantsAccess: ['Admin'],
    defaultRole: 'None',
    rules: [rule('r1', 'g1'), rule('r2', 'g2')],
  }
  expect(translatedPolicy(policy, new Map([['g2', 'copy2']]))).toEqual({ ...policy, rules: [rule('r2', 'copy2')] })
})
