import { isActive, roleOf, type Lock, type PersonFacts, type Reason } from './derive'
import type { Policy, Rule } from './rules'

const groupId = (digit: number) => String(digit).repeat(32)
const rule = (id: string, group: number, role: string): Rule => ({
  kind: 'group',
  id,
  groupId: groupId(group),
  groupName: `Group ${group}`,
  role,
})

const policy: Policy = {
  roles: ['Admin', 'Loanee', 'No access'],
  grantsAccess: ['Admin', 'Loanee'],
  defaultRole: 'No access',
  rules: [rule('a', 1, 'Admin'), rule('l', 2, 'Loanee'), rule('l2', 3, 'Loanee')],
}
const lock: Lock = { role: 'Loanee', by: 'ada', at: '2026-11-22T10:00:00.000Z' }
const person = (more: Partial<PersonFacts> = {}): PersonFacts => ({ attributes: {}, groupIds: [], ...more })

test.each<[string, PersonFacts, string, Reason['kind']]>([
  ['nothing but active', person(), 'No access', 'default'],
  ['inactive', person({ attributes: { active: false }, groupIds: [groupId(1)] }), 'Disabled', 'inactive'],
  ['inactive and locked', person({ attributes: { active: false }, lock }), 'Disabled', 'inactive'],
  ['inactive and staged', person({ attributes: { active: false }, staged: true }), 'Disabled', 'inactive'],
  ['staged', person({ staged: true, groupIds: [groupId(1)] }), 'Pending', 'staged'],
  ['staged and locked', person({ staged: true, lock }), 'Pending', 'staged'],
  ['staged once, released since', person({ staged: false, groupIds: [groupId(1)] }), 'Admin', 'rule'],
  ['locked', person({ lock }), 'Loanee', 'locked'],
  ['locked and in a group of another role', person({ lock, groupIds: [groupId(1)] }), 'Loanee', 'locked'],
  ['locked to a role that the list no longer has', person({ lock: { ...lock, role: 'Gone' } }), 'Gone', 'locked'],
  ['in one group', person({ groupIds: [groupId(2)] }), 'Loanee', 'rule'],
  ['in a group that no rule names', person({ groupIds: [groupId(9)] }), 'No access', 'default'],
  ['in two groups, named against the order of the rules', person({ groupIds: [groupId(3), groupId(1)] }), 'Admin', 'rule'],
])('a person who is %s', (_, facts, role, kind) => {
  const derived = roleOf(facts, policy)
  expect(derived.role).toBe(role)
  expect(derived.reason.kind).toBe(kind)
})

test('the order of the rules decides, not that of the roles', () => {
  const facts = person({ groupIds: [groupId(1), groupId(2)] })
  expect(roleOf(facts, policy).role).toBe('Admin')
  expect(roleOf(facts, { ...policy, rules: [...policy.rules].reverse() }).role).toBe('Loanee')
})

test('the reason names the rule, its group and the other rules that match', () => {
  expect(roleOf(person({ groupIds: [groupId(3), groupId(2), groupId(1)] }), policy).reason).toEqual({
    kind: 'rule',
    ruleId: 'a',
    ruleKind: 'group',
    groupId: groupId(1),
    groupName: 'Group 1',
    others: [
      { ruleId: 'l', ruleKind: 'group', groupId: groupId(2), groupName: 'Group 2', role: 'Loanee' },
      { ruleId: 'l2', ruleKind: 'group', groupId: groupId(3), groupName: 'Group 3', role: 'Loanee' },
    ],
    more: 0,
  })
})

test('the reason of a lock tells the role that there would be without it', () => {
  expect(roleOf(person({ lock, groupIds: [groupId(1)] }), policy).reason).toEqual({
    kind: 'locked',
    by: 'ada',
    at: lock.at,
    would: 'Admin',
  })
})

test('of 500 rules that match, ten others are named and the rest counted', () => {
  const rules = Array.from({ length: 500 }, (_, i) => rule(`r${i}`, 1, 'Admin'))
  const { reason } = roleOf(person({ groupIds: [groupId(1)] }), { ...policy, rules })
  expect(reason).toMatchObject({ ruleId: 'r0', more: 489 })
  expect(reason.kind === 'rule' && reason.others.map((other) => other.ruleId)).toEqual(rules.slice(1, 11).map(({ id }) => id))
})

test.each([
  [{}, true],
  [{ active: true }, true],
  [{ active: false }, false],
])('%j: active is %s', (attributes, active) => {
  expect(isActive(attributes)).toBe(active)
})

test('an active that is inherited does not count', () => {
  expect(isActive(Object.create({ active: false }) as Record<string, never>)).toBe(true)
})
