import { withDeclared } from '../../scim/schema/declared'
import { userType } from '../../scim/schema/schemas'
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
  const rule = (id: string, groupId: string) => ({ kind: 'group' as const, id, groupId, groupName: id, role: 'Admin' })
  const policy = {
    roles: ['Admin', 'None'],
    grantsAccess: ['Admin'],
    defaultRole: 'None',
    rules: [rule('r1', 'g1'), rule('r2', 'g2')],
  }
  const translated = translatedPolicy(policy, new Map([['g2', 'copy2']]), userType)
  expect(translated).toEqual({ ...policy, rules: [rule('r2', 'copy2')] })
})

test('rules for app roles go along, those for attributes where a rule may look at them, compared as the schema there says', () => {
  const urn = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
  const declared = (more: object) => withDeclared(userType, [{ ...badge, ...more }])
  const badge = { type: 'User' as const, urn, name: 'badge', valueType: 'string' as const, multiValued: false }
  const appRole = { kind: 'appRole' as const, id: 'a', role: 'Admin', appRole: 'Admin' }
  const attribute = {
    kind: 'attribute' as const,
    id: 'b',
    role: 'Admin',
    attribute: `${urn}:badge`,
    value: 'x',
    caseExact: false,
  }
  const policy = { roles: ['Admin'], grantsAccess: ['Admin'], defaultRole: 'Admin', rules: [appRole, attribute] }
  const rulesIn = (type: typeof userType) => translatedPolicy(policy, new Map(), type).rules
  expect(rulesIn(declared({}))).toEqual([appRole, attribute])
  expect(rulesIn(declared({ caseExact: true }))).toEqual([appRole, { ...attribute, caseExact: true }])
  expect(rulesIn(declared({ sensitive: true }))).toEqual([appRole])
  expect(rulesIn(userType)).toEqual([appRole])
})
