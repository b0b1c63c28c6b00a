import { defaultPolicy } from './catalogue'
import { policySchema, productIdSchema, type Policy } from './rules'

const groupId = '0'.repeat(32)
const rule = (more: object = {}) => ({ kind: 'group', id: 'r1', groupId, groupName: 'Admins', role: 'Admin', ...more })
const attributeRule = (more: object = {}) => ({
  kind: 'attribute',
  id: 'r1',
  role: 'Admin',
  attribute: 'userType',
  value: 'Guest',
  caseExact: false,
  ...more,
})
const policy = (more: object = {}) => ({ roles: ['Admin', 'No access'], defaultRole: 'No access', rules: [rule()], ...more })

/** Where the policy is wrong, as `rules.0.role`. */
const wrongIn = (given: unknown) => policySchema.safeParse(given).error?.issues.map(({ path }) => path.join('.')) ?? []

test('what a tenant begins with is valid, and gives nobody access', () => {
  expect(wrongIn(defaultPolicy)).toEqual([])
  expect(defaultPolicy.defaultRole).toBe('No access')
})

test.each<[string, object]>([
  ['one role, no rule', policy({ roles: ['Only'], defaultRole: 'Only', rules: [] })],
  ['50 roles', policy({ roles: [...Array.from({ length: 48 }, (_, i) => `Role ${i}`), 'Admin', 'No access'] })],
  ['500 rules', policy({ rules: Array.from({ length: 500 }, (_, i) => rule({ id: `r${i}` })) })],
  ['a name of 60 characters', policy({ roles: ['Admin', 'No access', 'x'.repeat(60)] })],
  ['names of other scripts and names like properties', policy({ roles: ['Admin', 'No access', '管理者 🗝', '__proto__'] })],
  ['a group with its externalId', policy({ rules: [rule({ groupExternalId: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' })] })],
  ['a group without a name', policy({ rules: [rule({ groupName: '' })] })],
  ['a rule for an app role', policy({ rules: [{ kind: 'appRole', id: 'r1', role: 'Admin', appRole: 'x'.repeat(200) }] })],
  ['a rule for an attribute', policy({ rules: [attributeRule()] })],
  ['two rules of one group', policy({ rules: [rule(), rule({ id: 'r2', role: 'No access' })] })],
])('%s is allowed', (_, given) => {
  expect(wrongIn(given)).toEqual([])
})

test.each<[string, unknown, string]>([
  ['no object', 'Admin', ''],
  ['no role', policy({ roles: [], defaultRole: '', rules: [] }), 'roles defaultRole'],
  ['51 roles', policy({ roles: [...Array.from({ length: 49 }, (_, i) => `Role ${i}`), 'Admin', 'No access'] }), 'roles'],
  ['501 rules', policy({ rules: Array.from({ length: 501 }, (_, i) => rule({ id: `r${i}` })) }), 'rules'],
  ['an empty name', policy({ roles: ['Admin', 'No access', ''] }), 'roles.2'],
  ['a name of 61 characters', policy({ roles: ['Admin', 'No access', 'x'.repeat(61)] }), 'roles.2'],
  ['a space around a name', policy({ roles: ['Admin', 'No access', ' x'] }), 'roles.2'],
  ['a line break in a name', policy({ roles: ['Admin', 'No access', 'a\nb'] }), 'roles.2'],
  ['half a surrogate pair', policy({ roles: ['Admin', 'No access', '\ud800'] }), 'roles.2'],
  ['a reserved name', policy({ roles: ['Admin', 'No access', 'Disabled'] }), 'roles.2'],
  ['a reserved name in other letters', policy({ roles: ['Admin', 'No access', 'pEnDing'] }), 'roles.2'],
  ['one name twice', policy({ roles: ['Admin', 'No access', 'admin'] }), 'roles.2'],
  ['an unknown default', policy({ defaultRole: 'Nobody' }), 'defaultRole'],
  ['a reserved default', policy({ defaultRole: 'Disabled' }), 'defaultRole'],
  ['a rule for an unknown role', policy({ rules: [rule(), rule({ id: 'r2', role: 'Loanee' })] }), 'rules.1.role'],
  ['a rule for a role in other letters', policy({ rules: [rule({ role: 'admin' })] }), 'rules.0.role'],
  ['a rule for an inherited name', policy({ rules: [rule({ role: 'constructor' })] }), 'rules.0.role'],
  ['two rules of one id', policy({ rules: [rule(), rule()] }), 'rules.1.id'],
  ['a group id that is none', policy({ rules: [rule({ groupId: "' or 1" })] }), 'rules.0.groupId'],
  ['a rule id with a separator', policy({ rules: [rule({ id: 'a!b' })] }), 'rules.0.id'],
  ['a name of a group that is too long', policy({ rules: [rule({ groupName: 'x'.repeat(257) })] }), 'rules.0.groupName'],
  ['a rule of no kind', policy({ rules: [{ ...rule(), kind: undefined }] }), 'rules.0.kind'],
  ['a rule of an unknown kind', policy({ rules: [rule({ kind: 'nested' })] }), 'rules.0.kind'],
  ['an empty app role', policy({ rules: [{ kind: 'appRole', id: 'r1', role: 'Admin', appRole: '' }] }), 'rules.0.appRole'],
  ['an empty value', policy({ rules: [attributeRule({ value: '' })] }), 'rules.0.value'],
  ['a value of 201 characters', policy({ rules: [attributeRule({ value: 'x'.repeat(201) })] }), 'rules.0.value'],
  ['a value with a line break', policy({ rules: [attributeRule({ value: 'a\nb' })] }), 'rules.0.value'],
  ['a value that ends in a space', policy({ rules: [attributeRule({ value: 'Sales ' })] }), 'rules.0.value'],
  ['an attribute of 266 characters', policy({ rules: [attributeRule({ attribute: 'x'.repeat(266) })] }), 'rules.0.attribute'],
  ['an empty externalId', policy({ rules: [rule({ groupExternalId: '' })] }), 'rules.0.groupExternalId'],
])('%s is refused, by the paths', (_, given, path) => {
  expect(wrongIn(given)).toEqual(path === '' ? [''] : path.split(' '))
})

test('the refusal of a rule names the role', () => {
  const result = policySchema.safeParse(policy({ rules: [rule({ role: 'Loanee' })] }))
  expect(result.error?.issues[0]?.message).toContain('"Loanee"')
})

test.each([
  ['groups', rule({ groupName: '\u{1F511}'.repeat(128), groupExternalId: '"'.repeat(256) })],
  ['app roles', { kind: 'appRole', appRole: '"'.repeat(200) }],
  ['attributes', attributeRule({ attribute: 'x'.repeat(265), value: '"'.repeat(200) })],
])('the largest policy of rules for %s leaves room in a row of 1 MiB, as UTF-16', (_, largestRule) => {
  const role = 'x'.repeat(60)
  const rules = Array.from({ length: 500 }, (_one, i) => ({ ...largestRule, role, id: `${i}-`.padEnd(64, 'x') }))
  const largest = policySchema.parse(policy({ roles: [role, 'No access'], rules })) satisfies Policy
  expect(2 * JSON.stringify(largest).length).toBeLessThan(2 ** 20 - 2 ** 15)
})

test.each([
  ['42', true],
  ['Größe/7#a', true],
  ['x'.repeat(200), true],
  ['', false],
  ['x'.repeat(201), false],
  ['a\tb', false],
  ['\udc00', false],
])('product id %j: %s', (productId, isAllowed) => {
  expect(productIdSchema.safeParse(productId).success).toBe(isAllowed)
})
