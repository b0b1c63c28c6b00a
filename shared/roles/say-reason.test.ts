import type { Reason } from './derive'
import { sayReason } from './say-reason'

const groupId = (digit: number) => String(digit).repeat(32)
const match = (group: number, role: string) => ({
  ruleId: 'x',
  ruleKind: 'group' as const,
  groupId: groupId(group),
  groupName: `Group ${group}`,
  role,
})

const URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const appRole = { ruleId: 'x', ruleKind: 'appRole', appRole: 'Auditor', role: 'Auditor' } as const
const inSales = { ruleId: 'y', ruleKind: 'attribute', attribute: `${URN}:department`, value: 'Sales', role: 'Clerk' } as const

test.each<[Reason, string]>([
  [{ kind: 'inactive' }, 'The directory has set this person inactive.'],
  [{ kind: 'staged' }, 'Newcomers are held back, and this person is not released yet.'],
  [
    { kind: 'locked', by: 'ada', at: '2026-11-22T10:00:00.000Z', would: 'Admin' },
    'Locked by ada on 2026-11-22. Without the lock the role would be Admin.',
  ],
  [{ kind: 'rule', ...match(1, 'Admin'), others: [], more: 0 }, 'Member of Group 1.'],
  [{ kind: 'rule', ...match(1, 'Admin'), groupName: '', others: [], more: 0 }, `Member of ${groupId(1)}.`],
  [
    { kind: 'rule', ...match(1, 'Admin'), others: [match(2, 'Loanee'), match(3, 'Admin')], more: 2 },
    'Member of Group 1. Rules further down match as well: Group 2 (Loanee), Group 3 (Admin) and 2 more.',
  ],
  [{ kind: 'rule', ...appRole, others: [], more: 0 }, 'Assigned as Auditor in Entra ID.'],
  [{ kind: 'rule', ...inSales, others: [], more: 0 }, 'Department is Sales.'],
  [{ kind: 'rule', ...inSales, attribute: 'userType', value: 'Guest', others: [], more: 0 }, 'User type is Guest.'],
  [{ kind: 'rule', ...inSales, attribute: `${URN}:cost_code-2`, value: 'x', others: [], more: 0 }, 'Cost code 2 is x.'],
  [
    { kind: 'rule', ...appRole, others: [inSales, { ...appRole, role: 'Admin' }], more: 0 },
    'Assigned as Auditor in Entra ID. Rules further down match as well: department Sales (Clerk), app role Auditor (Admin).',
  ],
  [{ kind: 'default' }, 'No rule matches, so the default role applies.'],
  [{ kind: 'deleted' }, 'The directory has deleted this person.'],
])('%j in plain words', (reason, words) => {
  expect(sayReason(reason)).toBe(words)
})
