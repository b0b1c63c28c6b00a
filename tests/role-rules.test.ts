import { readConfig } from '../shared/config'
import { createServices, type Services } from '../shared/app/services'
import { customerOf, type Customer } from './support/customer'
import { startManaged, type ManagedService } from './support/manage'
import { patchOf } from './support/service'
import { roleChanges } from './support/story'

/** Roles by app roles and attributes, as a customer without groups has them. */

let service: ManagedService
let services: Services
beforeAll(async () => {
  service = await startManaged()
  services = createServices(readConfig())
})
afterAll(() => service.close())

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'

/** What is no JSON, read by an operator. */
async function downloaded(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${await service.issuer.token({ roles: ['Rollcall.Admin'] })}` }
  return (await fetch(`${service.origin}/api/manage${path}`, { headers })).text()
}

let taken = 0

interface Tried extends Customer {
  /** Saves rules and waits until everybody was looked at. */
  readonly rules: (...rules: readonly object[]) => Promise<void>
  /** Whose role was announced anew since it was asked last, as `before > after: ruleKind or reason`. */
  readonly told: () => Promise<string[]>
  readonly reasonOf: (id: string) => Promise<unknown>
  readonly patch: (id: string, ...operations: readonly object[]) => Promise<void>
}

async function tried(): Promise<Tried> {
  const one = await customerOf(service, taken++)
  const { tenant, admin, path } = one
  const changes = roleChanges(services, tenant.slug, tenant.table())
  const told = async () =>
    (await changes()).map(({ before, after, reason }) => {
      return `${before ?? '-'} > ${after}: ${'ruleKind' in reason ? reason.ruleKind : reason.kind}`
    })
  return {
    ...one,
    told,
    rules: async (...rules) => {
      expect(await one.save(rules)).toMatchObject({ status: 200 })
    },
    reasonOf: async (id) => {
      const { role, reason } = (await admin('GET', `${path}/people/${id}`)).body
      return [role, (reason as { words: string }).words]
    },
    patch: async (id, ...operations) => {
      expect((await tenant.send('PATCH', `/Users/${id}`, patchOf(...operations))).status).toBe(200)
    },
  }
}

const appRole = (value: string, role: string) => ({ kind: 'appRole', appRole: value, role })
const department = (value: string, role: string) => ({ kind: 'attribute', attribute: 'department', value, role })
const NO_RULE = ['No access', 'No rule matches, so the default role applies.']
const entry = (value: string) => ({ type: 'WindowsAzureActiveDirectoryRole', primary: false, display: value, value })

test('an app role that Entra ID assigns, changes and takes away gives, changes and takes the role', async () => {
  const { person, rules, told, reasonOf, patch } = await tried()
  await rules(appRole('admin', 'Admin'), appRole('borrower', 'Loanee'))
  const ada = await person('ada', { roles: [{ primary: 'True', value: 'Borrower' }] })
  expect(await told()).toEqual(['- > Loanee: appRole'])
  expect(await reasonOf(ada)).toEqual(['Loanee', 'Assigned as borrower in Entra ID.'])
  await patch(ada, { op: 'replace', path: 'roles[primary eq "True"].value', value: 'Admin' })
  expect(await told()).toEqual(['Loanee > Admin: appRole'])
  await patch(ada, { op: 'Remove', path: 'roles[primary eq "True"].value' })
  expect(await told()).toEqual(['Admin > No access: default'])
  expect(await reasonOf(ada)).toEqual(NO_RULE)
})

test.each([
  ['an empty list in place of all', { op: 'replace', path: 'roles', value: [] }],
  ['a removal of the attribute', { op: 'Remove', path: 'roles' }],
  ['a removal of the entry', { op: 'remove', path: 'roles[value eq "Admin"]' }],
  ['a list of what is removed', { op: 'Remove', path: 'roles', value: [{ value: 'Admin' }] }],
  ['an empty text', { op: 'Replace', path: 'roles[value eq "Admin"].value', value: '' }],
])('the last app role goes by %s', async (_, removal) => {
  const { person, rules, told, patch } = await tried()
  await rules(appRole('Admin', 'Admin'))
  const ada = await person('ada', { roles: [entry('Admin')] })
  expect(await told()).toEqual(['- > Admin: appRole'])
  await patch(ada, removal)
  expect(await told()).toEqual(['Admin > No access: default'])
})

test('all app roles of a list count, and PUT replaces them', async () => {
  const { tenant, person, rules, told, patch } = await tried()
  await rules(appRole('Admin', 'Admin'), appRole('Borrower', 'Loanee'))
  const ada = await person('ada', { roles: [entry('Borrower')] })
  await told()
  await patch(ada, { op: 'add', path: 'roles', value: [entry('Admin')] }) // AppRoleAssignmentsComplex
  expect(await told()).toEqual(['Loanee > Admin: appRole'])
  await patch(ada, { op: 'replace', path: 'roles', value: [entry('Borrower')] }) // AssertiveAppRoleAssignmentsComplex
  expect(await told()).toEqual(['Admin > Loanee: appRole'])
  expect((await tenant.send('PUT', `/Users/${ada}`, { userName: 'ada', roles: [entry('Admin')] })).status).toBe(200)
  expect(await told()).toEqual(['Loanee > Admin: appRole'])
  expect((await tenant.send('PUT', `/Users/${ada}`, { userName: 'ada' })).status).toBe(200)
  expect(await told()).toEqual(['Admin > No access: default'])
})

test('of app roles that Entra ID writes as JSON the last one counts, and not the one before it', async () => {
  const { person, rules, told, reasonOf, patch } = await tried()
  await rules(appRole('Admin', 'Admin'), appRole('Borrower', 'Loanee'))
  const ada = await person('ada', { roles: [{ primary: true, value: 'Admin' }] })
  await told()
  const value = [{ value: JSON.stringify({ id: '06b0', value: 'Borrower', displayName: 'Borrower' }) }]
  await patch(ada, { op: 'Add', path: 'roles', value })
  expect(await told()).toEqual(['Admin > Loanee: appRole'])
  expect(await reasonOf(ada)).toEqual(['Loanee', 'Assigned as Borrower in Entra ID.'])
})

test('a PATCH of the department alone announces the role, in both of the shapes that Entra ID sends', async () => {
  const { person, rules, told, reasonOf, patch } = await tried()
  await rules(department('Sales', 'Loanee'), { kind: 'attribute', attribute: 'userType', value: 'Guest', role: 'Admin' })
  const ada = await person('ada', { [ENTERPRISE]: { department: 'Finance' } })
  expect(await told()).toEqual(['- > No access: default'])
  await patch(ada, { op: 'Replace', path: `${ENTERPRISE}:department`, value: 'SALES' })
  expect(await told()).toEqual(['No access > Loanee: attribute'])
  expect(await reasonOf(ada)).toEqual(['Loanee', 'Department is Sales.'])
  await patch(ada, { op: 'replace', value: { [`${ENTERPRISE}:department`]: 'Finance', userType: 'Guest' } })
  expect(await told()).toEqual(['Loanee > Admin: attribute'])
  expect(await reasonOf(ada)).toEqual(['Admin', 'User type is Guest.'])
  await patch(ada, { op: 'Replace', path: 'userType', value: '' })
  expect(await told()).toEqual(['Admin > No access: default'])
  await patch(ada, { op: 'Replace', path: 'title', value: 'Clerk' })
  expect(await told()).toEqual([])
})

test('such a PATCH costs what it cost before: two trips, three calls', async () => {
  const { person, rules, told, patch } = await tried()
  const ada = await person('ada')
  const costs = async () => {
    await patch(
      ada,
      { op: 'replace', path: 'userType', value: `Guest ${taken}` },
      { op: 'add', path: 'roles', value: [entry('x')] },
    )
    await patch(ada, { op: 'remove', path: 'roles' })
    const line = service.lines.findLast(({ method }) => method === 'PATCH')
    return [line?.['trips'], line?.['calls']]
  }
  const before = await costs()
  await rules(appRole('x', 'Admin'), { kind: 'attribute', attribute: 'userType', value: 'Guest', role: 'Loanee' })
  await told()
  expect(await costs()).toEqual(before)
  expect(before[0]).toBe(2)
})

test('one order holds over all kinds, and the reason names the others', async () => {
  const { person, group, rules, told, reasonOf } = await tried()
  const ada = await person('ada', { roles: [entry('Boss')], [ENTERPRISE]: { department: 'Sales' } })
  const groupId = await group('Staff', [ada])
  await told()
  await rules({ groupId, role: 'Loanee' }, department('Sales', 'No access'), appRole('Boss', 'Admin'))
  expect(await told()).toEqual(['No access > Loanee: group'])
  expect(await reasonOf(ada)).toEqual([
    'Loanee',
    'Member of Staff. Rules further down match as well: department Sales (No access), app role Boss (Admin).',
  ])
  await rules(appRole('Boss', 'Admin'), { groupId, role: 'Loanee' })
  expect(await told()).toEqual(['Loanee > Admin: appRole'])
})

test('the preview tells who would change, and a save sweeps over who was there before', async () => {
  const { admin, path, person, rules, told } = await tried()
  await person('ada', { roles: [entry('Boss')] })
  await person('bob', { [ENTERPRISE]: { department: 'sales' } })
  await person('cleo')
  await told()
  const sent = [appRole('Boss', 'Admin'), department('Sales', 'Loanee')]
  const policy = { roles: ['Admin', 'Loanee', 'No access'], grantsAccess: [], defaultRole: 'No access', rules: sent }
  expect((await admin('POST', `${path}/roles/preview`, policy)).body).toMatchObject({
    people: 3,
    changed: 2,
    first: expect.arrayContaining([
      expect.objectContaining({
        userName: 'ada',
        to: expect.objectContaining({ reason: 'Assigned as Boss in Entra ID.' }) as unknown,
      }),
      expect.objectContaining({ userName: 'bob', to: expect.objectContaining({ reason: 'Department is Sales.' }) as unknown }),
    ]) as unknown,
  })
  await rules(...sent)
  expect((await told()).sort()).toEqual(['No access > Admin: appRole', 'No access > Loanee: attribute'])
})

test('rules are shown as they were saved, and what was read can be sent back', async () => {
  const { path, group, save } = await tried()
  const groupId = await group('Staff')
  const rules = [
    { id: 'g', groupId, role: 'Admin' },
    { id: 'a', ...appRole('Boss', 'Admin') },
    { id: 'd', ...department('Sales', 'Loanee') },
  ]
  const { body } = await save(rules)
  expect(body['rules']).toEqual([
    { kind: 'group', id: 'g', groupId, groupName: 'Staff', role: 'Admin', broken: false },
    { kind: 'appRole', id: 'a', appRole: 'Boss', role: 'Admin' },
    { kind: 'attribute', id: 'd', attribute: `${ENTERPRISE}:department`, value: 'Sales', caseExact: false, role: 'Loanee' },
  ])
  expect((await save(body['rules'] as object[])).body['rules']).toEqual(body['rules'])
  const lines = (await downloaded(`${path}/export`)).trim().split('\n')
  const exported = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ kind }) => kind === 'rule')
  expect(exported.map(({ place, ruleKind }) => [place, ruleKind])).toEqual([
    [1, 'group'],
    [2, 'appRole'],
    [3, 'attribute'],
  ])
})

describe('attributes of the tenant', () => {
  const declare = async ({ admin, path }: Customer, ...declared: readonly object[]) => {
    const { version } = (await admin('GET', `${path}/attributes`)).body
    const whole = declared.map((one) => ({ type: 'User', urn: CONTOSO, valueType: 'string', ...one }))
    return admin('PUT', `${path}/attributes`, { version, declared: whole })
  }
  const rule = (name: string, value: string) => ({ kind: 'attribute', attribute: `${CONTOSO}:${name}`, value, role: 'Admin' })

  test('one that is declared with exact letter case is compared so', async () => {
    const one = await tried()
    expect((await declare(one, { name: 'costCode', caseExact: true })).status).toBe(200)
    await one.rules(rule('COSTCODE', 'a7'))
    await one.person('ada', { [CONTOSO]: { costCode: 'A7' } })
    await one.person('bob', { [CONTOSO]: { costCode: 'a7' } })
    expect((await one.told()).sort()).toEqual(['- > Admin: attribute', '- > No access: default'])
  })

  test('one that came without being declared serves as well, and a number is no text', async () => {
    const one = await tried()
    await one.person('ada', { [CONTOSO]: { badge: 'red' } })
    await one.rules(rule('badge', '7'))
    const bob = await one.person('bob', { [CONTOSO]: { badge: 7 } })
    expect(await one.reasonOf(bob)).toEqual(NO_RULE)
    await one.patch(bob, { op: 'replace', path: `${CONTOSO}:badge`, value: '7' })
    expect(await one.reasonOf(bob)).toEqual(['Admin', 'Badge is 7.'])
  })

  test('one that a rule looks at cannot become sensitive, change its letter case or go', async () => {
    const one = await tried()
    await declare(one, { name: 'costCode' })
    await one.rules(rule('costCode', 'A7'))
    for (const change of [{ sensitive: true }, { caseExact: true }, { multiValued: true }, { name: 'costcode' }]) {
      const { status, body } = await declare(one, { name: 'costCode', ...change })
      expect([status, body['detail']]).toEqual([409, expect.stringContaining('which rule 1 of the access roles looks at')])
    }
    expect((await declare(one)).status).toBe(409)
    expect((await declare(one, { name: 'costCode', description: 'Who pays' })).status).toBe(200)
    await one.rules()
    expect((await declare(one, { name: 'costCode', sensitive: true })).status).toBe(200)
    expect(await one.save([rule('costCode', 'A7')])).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/rules/0/attribute', detail: expect.stringContaining('kept out') as unknown }] },
    })
  })
})

test.each<[string, object, string]>([
  ['an unknown kind', { kind: 'nested', role: 'Admin' }, '/rules/0/kind'],
  ['no kind and no group', { appRole: 'Boss', role: 'Admin' }, '/rules/0'],
  ['an app role with a group', { ...appRole('Boss', 'Admin'), groupId: 'x' }, '/rules/0'],
  ['an empty app role', appRole('', 'Admin'), '/rules/0/appRole'],
  ['an app role of 201 characters', appRole('x'.repeat(201), 'Admin'), '/rules/0/appRole'],
  ['a value that ends in a space', department('Sales ', 'Admin'), '/rules/0/value'],
  ['a hostile attribute', { ...department('x', 'Admin'), attribute: '__proto__' }, '/rules/0/attribute'],
  ['an attribute of nobody', { ...department('x', 'Admin'), attribute: 'constructor' }, '/rules/0/attribute'],
  ['a very long attribute', { ...department('x', 'Admin'), attribute: 'x'.repeat(5000) }, '/rules/0/attribute'],
  ['the password', { ...department('x', 'Admin'), attribute: 'password' }, '/rules/0/attribute'],
  ['a list', { ...department('x', 'Admin'), attribute: 'emails' }, '/rules/0/attribute'],
  ['a boolean', { ...department('true', 'Admin'), attribute: 'active' }, '/rules/0/attribute'],
])('%s is refused, by the field', async (_, rule, path) => {
  const { save } = await refusing()
  const { status, body } = await save([rule])
  expect(status).toBe(400)
  expect((body['errors'] as { path: string }[]).map((field) => field.path)).toContainEqual(expect.stringContaining(path))
})

let refused: Promise<Customer> | undefined
const refusing = () => (refused ??= customerOf(service, taken++))

test('an attribute that rules look at and that nobody has is told among the missing ones', async () => {
  const { admin, path, person, rules } = await tried()
  await person('ada', { [ENTERPRISE]: { department: 'Sales' } })
  const missing = async () => {
    const { body } = await admin('GET', `${path}/coverage`)
    return (body['missing'] as { target: string }[]).map(({ target }) => target)
  }
  const before = await missing()
  await rules(department('Sales', 'Admin'), appRole('Boss', 'Admin'), { ...department('x', 'Admin'), attribute: 'costCenter' })
  expect(await missing()).toEqual([...before, 'roles', `${ENTERPRISE}:costCenter`])
  await person('bob', { roles: [entry('Boss')] })
  expect(await missing()).toEqual([...before, `${ENTERPRISE}:costCenter`])
})

test('a person is shown with all rules that hold, each in words', async () => {
  const { admin, path, person, rules } = await tried()
  const ada = await person('ada', { roles: [entry('Boss')], [ENTERPRISE]: { department: 'Sales' } })
  await rules(department('Sales', 'Loanee'), appRole('Boss', 'Admin'), appRole('Other', 'Admin'))
  expect((await admin('GET', `${path}/people/${ada}`)).body).toMatchObject({
    role: 'Loanee',
    reason: { kind: 'rule', ruleKind: 'attribute', attribute: `${ENTERPRISE}:department`, value: 'Sales', more: 0 },
    rules: [
      { ruleKind: 'attribute', role: 'Loanee', words: 'Department is Sales.' },
      { ruleKind: 'appRole', appRole: 'Boss', role: 'Admin', words: 'Assigned as Boss in Entra ID.' },
    ],
  })
  const csv = await downloaded(`${path}/people/csv`)
  expect(csv).toContain('Department is Sales. Rules further down match as well: app role Boss (Admin).')
})
