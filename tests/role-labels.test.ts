import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { startAzurite } from './support/azurite'
import { customerOf, type Customer } from './support/customer'
import { linkOf, startManaged, type ManagedService } from './support/manage'
import { productOf, type Item } from './support/product'
import { until } from './support/super-tenant'

/** What a customer calls the product's roles: shown wherever the customer looks, and nowhere else. */

let service: ManagedService
beforeAll(async () => {
  process.env['TEST_TABLES_CONNECTION_STRING'] = await startAzurite()
  service = await startManaged()
})
afterAll(() => service.close())

const LABELS = [
  { role: 'User', label: 'Mitarbeitende' },
  { role: 'No access', label: 'Gesperrt' },
]
const versionOf = async ({ admin, path }: Customer) => Number((await admin('GET', `${path}/roles`)).body['version'])
const saveLabels = async (one: Customer, labels: unknown, send = one.admin) =>
  send('PUT', `${one.path}/roles/labels`, { version: await versionOf(one), labels })
const saveRoles = async (one: Customer, sent: object) =>
  one.admin('PUT', `${one.path}/roles`, { version: await versionOf(one), rules: [], ...sent })
const OPEN = { roles: ['User', 'No access'], grantsAccess: ['User'], defaultRole: 'No access' }

const recipe = /<!-- recipe: mayEnter -->\n```js\n([^]*?)```/.exec(readFileSync('docs/product-api.md', 'utf8'))?.[1] ?? ''
type MayEnter = (get: (path: string) => Promise<unknown>, oid: string) => Promise<Item | undefined>
const mayEnter = runInNewContext(`(${recipe})`, { encodeURIComponent }) as MayEnter

test('the product reads the same as before, byte for byte, and the sign-in recipe lets in whom it let in', async () => {
  const one = await customerOf(service, 0)
  const product = await productOf(service, one.tenant)
  const [ada, eve] = [
    await one.person('ada@contoso.example', { externalId: 'oid-ada' }),
    await one.person('eve@contoso.example', { externalId: 'oid-eve' }),
  ]
  const staff = await one.group('Staff', [ada], 'gid-staff')
  const rules = [{ id: 'r1', groupId: staff, role: 'User' }]
  expect((await saveRoles(one, { ...OPEN, rules })).status).toBe(200)
  expect((await one.admin('PUT', `${one.path}/people/${eve}/lock`, {})).status).toBe(200)
  // Of Ada, what she had before the rule may be told or not: it depends on when the follower came.
  const roleOf = (items: readonly Item[], id: string) =>
    items.findLast((item) => item['id'] === id && item['type'] === 'role.changed')
  const isTold = (items: readonly Item[]) =>
    (roleOf(items, ada)?.['role'] as Item | undefined)?.['after'] === 'User' && roleOf(items, eve) !== undefined
  await until(() => product.changes(0), isTold)
  const read = async () => {
    const answers = await Promise.all([ada, eve].map((id) => product.send('GET', `/people/${id}`)))
    return {
      people: answers.map(({ body, headers }) => [body, headers.get('etag')]),
      all: await product.all('/people'),
      groups: await product.get('/groups'),
      changes: await product.changes(0),
      entered: [
        await mayEnter((path) => product.send('GET', path), 'oid-ada'),
        await mayEnter((path) => product.send('GET', path), 'oid-eve'),
      ],
    }
  }
  const before = await read()
  expect(before.entered).toMatchObject([{ id: ada, role: 'User', grantsAccess: true }, undefined])
  // Labels that say the opposite of what the roles allow.
  expect(
    (
      await saveLabels(one, [
        { role: 'User', label: 'Kein Zugang' },
        { role: 'No access', label: 'Alle' },
      ])
    ).status,
  ).toBe(200)
  await product.send('GET', '/changes?after=0&wait=1')
  expect(await read()).toEqual(before)
})

test('the customer sees the label wherever a role is shown, beside the name of the role', async () => {
  const one = await customerOf(service, 1)
  const { admin, path } = one
  const [ada, bob] = [await one.person('ada@contoso.example'), await one.person('bob@contoso.example')]
  const [staff, other] = [await one.group('Staff', [ada]), await one.group('Other', [ada])]
  const rules = [
    { id: 'r1', groupId: staff, role: 'User' },
    { id: 'r2', groupId: other, role: 'No access' },
  ]
  expect((await saveRoles(one, { ...OPEN, rules })).status).toBe(200)
  expect((await admin('PUT', `${path}/people/${bob}/lock`, {})).status).toBe(200)
  const saved = await saveLabels(one, LABELS)
  expect(saved).toMatchObject({ status: 200, body: { ...OPEN, labels: LABELS } })
  expect((await admin('GET', `${path}/roles`)).body).toEqual(saved.body)
  expect(saved.body['rules']).toMatchObject([{ role: 'User', label: 'Mitarbeitende' }, { label: 'Gesperrt' }])
  const known = (await admin('GET', `${path}/role-catalogue`)).body['roles'] as Item[]
  expect(known.map(({ name, label, grantsAccess }) => [name, label, grantsAccess])).toEqual([
    ['User', 'Mitarbeitende', true],
    ['No access', 'Gesperrt', false],
  ])

  const people = (await admin('GET', `${path}/people`)).body['items'] as Item[]
  const listed = people.map(({ role, label, grantsAccess }) => [role, label, grantsAccess])
  expect(listed.sort()).toEqual([
    ['No access', 'Gesperrt', false],
    ['User', 'Mitarbeitende', true],
  ])
  const whole = (await admin('GET', `${path}/people/${ada}`)).body
  expect(whole).toMatchObject({
    role: 'User',
    label: 'Mitarbeitende',
    reason: {
      words: 'Member of Staff. Rules further down match as well: Other (Gesperrt).',
      others: [{ role: 'No access', label: 'Gesperrt' }],
    },
    rules: [{ role: 'User', label: 'Mitarbeitende' }, { label: 'Gesperrt' }],
  })
  const locked = (await admin('GET', `${path}/people/${bob}`)).body
  expect(locked).toMatchObject({ label: 'Gesperrt', lock: { role: 'No access', label: 'Gesperrt' } })
  expect((locked['reason'] as Item)['words']).toMatch(/Without the lock the role would be Gesperrt\.$/)
  expect((await admin('GET', `${path}/people?role=user`)).body['items']).toHaveLength(1) // by the name
  expect((await admin('GET', `${path}/groups/${staff}`)).body).toMatchObject({ rules: [{ label: 'Mitarbeitende' }] })
  const csv = await fetchText(one, `${path}/people/csv`)
  expect(csv).toMatch(/"role","label","reason"/)
  expect(csv).toMatch(/"User","Mitarbeitende",/)
  const preview = await admin('POST', `${path}/roles/preview`, { ...OPEN, rules: [] })
  expect(preview.body).toMatchObject({
    moves: [{ from: 'User', fromLabel: 'Mitarbeitende', to: 'No access', toLabel: 'Gesperrt' }],
    first: [{ from: { label: 'Mitarbeitende' }, to: { label: 'Gesperrt' } }],
  })
})

const fetchText = async ({ tenant }: Customer, path: string) => {
  const session = await sessionOf(tenant.slug)
  return (await fetch(`${service.origin}/api/manage${path}`, { headers: { authorization: `Bearer ${session}` } })).text()
}
async function sessionOf(slug: string): Promise<string> {
  const made = await service.operator('POST', `/tenants/${slug}/links`, { role: 'reader', label: 'Otto' })
  const session = await service.as(undefined)('POST', '/session', { link: String(made.body['url']).split('#link=')[1] })
  return String(session.body['token'])
}

test('the activity tells roles by their labels, and that labels were saved, and by whom', async () => {
  const one = await customerOf(service, 2)
  const { admin, path } = one
  const ada = await one.person('ada@contoso.example')
  expect((await saveRoles(one, { ...OPEN, defaultRole: 'User' })).status).toBe(200)
  expect((await admin('PUT', `${path}/people/${ada}/lock`, {})).status).toBe(200)
  expect((await saveLabels(one, [LABELS[0]])).status).toBe(200)
  const texts = async () => ((await admin('GET', `${path}/activity`)).body['items'] as Item[]).map(({ text }) => String(text))
  const all = await until(texts, (lines) => lines.some((line) => /role ([^;]+ → )?Mitarbeitende by/.test(line)))
  expect(all.join('\n')).toContain('role locked as Mitarbeitende by Carla Customer')
  expect(all.join('\n')).toContain('default Mitarbeitende')
  expect(all.join('\n')).toContain('Carla Customer (setup link) chose what roles are called here')
  const records = (await admin('GET', `${path}/audit`)).body['items'] as Item[]
  expect(records[0]).toMatchObject({
    action: 'roleLabels.saved',
    by: { kind: 'link', name: 'Carla Customer (setup link)' },
    before: { roleLabels: [] },
    after: { roleLabels: [LABELS[0]] },
  })
})

test('null and the empty text take a label away, and so does leaving it out', async () => {
  const one = await customerOf(service, 3)
  for (const cleared of [[{ role: 'User', label: null }], [{ role: 'User', label: '' }], [], [{ role: 'User', label: 'User' }]]) {
    expect((await saveLabels(one, LABELS)).body['labels']).toEqual(LABELS)
    expect((await saveLabels(one, cleared)).body['labels']).toEqual([])
  }
})

test.each([
  ['a role that is not there', [{ role: 'Boss', label: 'Chef' }], '/labels/0/role'],
  ['one role twice', [LABELS[0], { role: 'User', label: 'Andere' }], '/labels/1/role'],
  ['the name of another role', [{ role: 'User', label: 'no ACCESS' }], '/labels/0/label'],
  ['one label for two roles', [LABELS[0], { role: 'No access', label: 'mitarbeitende' }], '/labels/1/label'],
  ['a reserved name', [{ role: 'User', label: 'disabled' }], '/labels/0/label'],
  ['61 characters', [{ role: 'User', label: 'x'.repeat(61) }], '/labels/0/label'],
  ['a line break', [{ role: 'User', label: 'A\nB' }], '/labels/0/label'],
  ['a space around it', [{ role: 'User', label: ' A' }], '/labels/0/label'],
  ['half a surrogate pair', [{ role: 'User', label: '\ud800' }], '/labels/0/label'],
  ['a number', [{ role: 'User', label: 7 }], '/labels/0/label'],
  ['something else beside', [{ role: 'User', label: 'A', grantsAccess: true }], '/labels/0/grantsAccess'],
  ['no list', { User: 'A' }, '/labels'],
  ['51 of them', Array.from({ length: 51 }, () => LABELS[0]), '/labels'],
])('%s is refused by name', async (_, labels, path) => {
  const one = await customerOf(service, 3)
  const answer = await saveLabels(one, labels)
  expect(answer.status).toBe(400)
  expect((answer.body['errors'] as Item[]).map((error) => error['path'])).toContain(path)
})

test('roles and rules that were read with labels can be sent back, and the labels stay', async () => {
  const one = await customerOf(service, 9)
  const staff = await one.group('Staff')
  expect((await saveRoles(one, { ...OPEN, rules: [{ id: 'r1', groupId: staff, role: 'User' }] })).status).toBe(200)
  expect((await saveLabels(one, LABELS)).status).toBe(200)
  const { admin, path } = one
  const { body } = await admin('GET', `${path}/roles`)
  const { version, ...sent } = body
  expect((await admin('POST', `${path}/roles/preview`, sent)).status).toBe(200)
  const labels = [{ role: 'User', label: 'Not saved here' }]
  expect((await admin('PUT', `${path}/roles`, { version, ...sent, labels })).body).toEqual(body)
})

test('a role cannot take the name by which people know another one', async () => {
  const one = await customerOf(service, 4)
  expect((await saveLabels(one, LABELS)).status).toBe(200)
  const refused = await saveRoles(one, { ...OPEN, roles: ['User', 'gesperrt', 'No access'] })
  expect(refused).toMatchObject({
    status: 400,
    body: { errors: [{ path: '/roles/1', detail: 'is what No access is called here' }] },
  })
})

test('it is the customer’s to say: a link for changing and an operator may, who only reads may not, nor under an older version', async () => {
  const one = await customerOf(service, 5)
  const reader = await linkOf(service, one.tenant.slug, 'reader')
  expect((await saveLabels(one, LABELS)).status).toBe(200)
  expect((await saveLabels(one, [], service.operator)).status).toBe(200)
  for (const send of [reader, service.reader]) expect((await saveLabels(one, LABELS, send)).status).toBe(403)
  const foreign = await customerOf(service, 6)
  expect((await saveLabels(one, LABELS, foreign.admin)).status).toBe(404)
  expect((await one.admin('PUT', `${one.path}/roles/labels`, { version: 1, labels: LABELS })).status).toBe(412)
})

test('inherited roles have labels of the tenant’s own, and stay inherited', async () => {
  const [source, fed] = [await customerOf(service, 7), await customerOf(service, 8)]
  expect((await service.operator('PUT', `${source.path}/connections/${fed.tenant.slug}`, {})).status).toBe(200)
  const inherited = await until(
    async () => (await fed.admin('GET', `${fed.path}/roles`)).body,
    (body) => body['inheritedFrom'] !== undefined,
  )
  expect(inherited).toHaveProperty('inheritedFrom')
  expect((await saveLabels(fed, [LABELS[1]])).body).toMatchObject({
    labels: [LABELS[1]],
    inheritedFrom: { slug: source.tenant.slug },
  })
  expect((await source.admin('GET', `${source.path}/roles`)).body).toMatchObject({ labels: [] })
})
