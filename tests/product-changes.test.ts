import { testKeys } from './support/keys'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { newId, newWriteId } from '../shared/directory/identifiers'
import { outboxFact } from '../shared/directory/documents/record'
import { expireRecords } from '../shared/feed/retention'
import { feedOf, settled } from './support/check-table'
import { customerOf } from './support/customer'
import { startManaged, type ManagedService } from './support/manage'
import { productOf, type Item, type TestProduct } from './support/product'
import { patchOf, type TestTenant } from './support/service'
import { saveSettings } from './support/tenant-settings'
import { newWork } from '../shared/scim/work'
import { OPENING } from './support/trips'

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

const created = async (tenant: TestTenant, path: string, body: object) =>
  String((await tenant.send('POST', path, body)).body['id'])
const newUser = (tenant: TestTenant, userName: string, more: object = {}) => created(tenant, '/Users', { userName, ...more })
const newGroup = (tenant: TestTenant, displayName: string, members: readonly string[] = []) =>
  created(tenant, '/Groups', { displayName, members: members.map((value) => ({ value })) })
const replaced = (path: string, value: unknown) => patchOf({ op: 'replace', path, value })

/** Asks until the answer is as wished; what it is at last after 20 s. */
async function until<T>(ask: () => Promise<T>, isWished: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (isWished(answer) || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const lastLine = (manage: string) => service.lines.filter((line) => line['manage'] === manage).at(-1)

describe('what the records tell', () => {
  let tenant: TestTenant
  let product: TestProduct
  let [ada, lab] = ['', '']
  beforeAll(async () => {
    tenant = service.tenant(0)
    await saveSettings(tenant.slug, {
      declared: [
        {
          type: 'User',
          urn: 'urn:ietf:params:scim:schemas:extension:Lab:2.0:User',
          name: 'salary',
          valueType: 'integer',
          multiValued: false,
          sensitive: true,
        },
      ],
    })
    product = await productOf(service, tenant)
    ada = await newUser(tenant, 'ada@contoso.com', { title: 'Engineer' })
    lab = await newGroup(tenant, 'Lab')
  })

  test('a record is there as soon as its write was answered, with what was before and is after', async () => {
    const { next } = await product.get('/changes?limit=1000')
    await tenant.send('PATCH', `/Users/${ada}`, replaced('title', 'Lead'))
    const items = (await product.changes(Number(next))).filter(({ type }) => type === 'user.updated')
    expect(items).toEqual([
      {
        seq: expect.any(Number) as unknown,
        type: 'user.updated',
        id: ada,
        time: expect.stringMatching(/Z$/) as unknown,
        correlation: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
        revision: 2,
        changes: { title: { before: 'Engineer', after: 'Lead' } },
      },
    ])
  })

  test('members who join and leave are named', async () => {
    const { head } = await product.get('/changes')
    await tenant.send('PATCH', `/Groups/${lab}`, patchOf({ op: 'add', path: 'members', value: [{ value: ada }] }))
    await tenant.send('PATCH', `/Groups/${lab}`, patchOf({ op: 'remove', path: `members[value eq "${ada}"]` }))
    const items = (await product.changes(Number(head))).filter(({ id }) => id === lab)
    expect(items.map(({ type, members, revision }) => ({ type, members, revision }))).toEqual([
      { type: 'group.updated', members: { added: [ada] }, revision: undefined },
      { type: 'group.updated', members: { removed: [ada] }, revision: undefined },
    ])
  })

  test('a disable is followed by role.changed with the role before and after and the reason', async () => {
    const person = await newUser(tenant, 'grace@contoso.com')
    const roles = async () => (await product.changes(0)).filter(({ type, id }) => type === 'role.changed' && id === person)
    await until(roles, (found) => found.length === 1)
    await tenant.send('PATCH', `/Users/${person}`, replaced('active', false))
    expect((await until(roles, (found) => found.length === 2)).map(({ role }) => role)).toEqual([
      { after: 'No access', grantsAccess: false, reason: { kind: 'default' } },
      { before: 'No access', after: 'Disabled', grantsAccess: false, reason: { kind: 'inactive' } },
    ])
  })

  test('a product id that is set is told as a fact', async () => {
    const { head } = await product.get('/changes')
    await product.send('PUT', `/people/${ada}/product-id`, { productId: '4711' })
    const items = (await product.changes(Number(head))).filter(({ id }) => id === ada)
    expect(items).toMatchObject([{ type: 'product.linked', facts: { after: '4711', by: 'Test (product)' } }])
  })

  test('a sensitive attribute is named without its values', async () => {
    const { head } = await product.get('/changes')
    const path = 'urn:ietf:params:scim:schemas:extension:Lab:2.0:User:salary'
    const answer = await tenant.send('PATCH', `/Users/${ada}`, replaced(path, 52_000))
    expect(answer.status).toBe(200)
    const items = (await product.changes(Number(head))).filter(({ id }) => id === ada)
    expect(items.map(({ changes }) => changes)).toEqual([{ [path]: {} }])
  })

  test('a record too large for its values names the attributes', async () => {
    const { head } = await product.get('/changes')
    await tenant.send('PATCH', `/Users/${ada}`, replaced('title', 'x'.repeat(40_000)))
    const items = (await product.changes(Number(head))).filter(({ id }) => id === ada)
    expect(items).toMatchObject([{ changed: ['title'] }])
    expect(items[0]).not.toHaveProperty('changes')
  })

  test('numbers are dense from 1, and pages of any size tell the same', async () => {
    await settled(tenant.table())
    const whole = await product.changes(0)
    expect(whole.map(({ seq }) => seq)).toEqual(whole.map((_, i) => i + 1))
    const pages: Item[] = []
    for (let next = 0; ;) {
      const page = await product.get(`/changes?after=${next}&limit=3`)
      const items = page['items'] as Item[]
      if (items.length === 0) break
      expect(items.length).toBeLessThanOrEqual(3)
      pages.push(...items)
      next = Number(page['next'])
    }
    expect(pages.slice(0, whole.length)).toEqual(whole)
    expect(lastLine('readChanges')).toMatchObject({ trips: OPENING.product + 1 })
  })
})

test('a reader that finds a record without a number gives it one: five trips at most', async () => {
  const tenant = service.tenant(7)
  const product = await productOf(service, tenant)
  const time = new Date().toISOString() // stored here, so that no message wakes the follower
  const record = outboxFact({ writeId: newWriteId(Date.parse(time)), type: 'lock.changed', id: newId(), time, body: {} })
  await tenant.table().commit([record])
  expect((await product.changes(0)).map(({ seq, type }) => [seq, type])).toEqual([[1, 'lock.changed']])
  expect(Number(lastLine('readChanges')?.['trips'])).toBeLessThanOrEqual(OPENING.product + 5)
})

describe('waiting', () => {
  test('an answer waits for the next record', async () => {
    const tenant = service.tenant(1)
    const product = await productOf(service, tenant)
    const waiting = product.get('/changes?after=0&wait=25')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const id = await newUser(tenant, 'late@contoso.com')
    const items = (await waiting)['items'] as Item[]
    expect(items[0]).toMatchObject({ seq: 1, type: 'user.created', id })
  })

  test('and comes without one when the time is up', async () => {
    const product = await productOf(service, service.tenant(2))
    expect(await product.get('/changes?after=0&wait=1')).toEqual({ items: [], next: 0, head: 0 })
  })

  test.each([
    ['wait=26', '?wait'],
    ['limit=0', '?limit'],
    ['limit=1001', '?limit'],
    ['after=-1', '?after'],
    ['after=x', '?after'],
    ['after=5', '?after'],
    ['since=5', '?since'],
  ])('%s is refused', async (query, path) => {
    const product = await productOf(service, service.tenant(2))
    const answer = await product.send('GET', `/changes?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ path }))
  })
})

test('an operator says how long changes are kept, from a week on', async () => {
  const tenant = service.tenant(2)
  const path = `/tenants/${tenant.slug}/settings/retention`
  const { body } = await service.reader('GET', path)
  expect(body).toEqual({ version: expect.any(Number) as unknown, retentionDays: 90, auditDays: 365 })
  const { version } = body
  expect((await service.reader('PUT', path, { version, retentionDays: 30 })).status).toBe(403)
  const saved = await service.operator('PUT', path, { version, retentionDays: 30 })
  expect(saved.body).toEqual({ version: Number(version) + 1, retentionDays: 30, auditDays: 365 })
  expect((await service.operator('PUT', path, { version, retentionDays: 40 })).status).toBe(412)
  for (const retentionDays of [6, 3651, 7.5, '30']) {
    const refused = await service.operator('PUT', path, { version: Number(version) + 1, retentionDays })
    expect(refused.body['errors']).toContainEqual(expect.objectContaining({ path: '/retentionDays' }))
  }
  for (const auditDays of [89, 3651]) {
    const wrong = { version: Number(version) + 1, retentionDays: 30, auditDays }
    expect((await service.operator('PUT', path, wrong)).body['errors']).toContainEqual(
      expect.objectContaining({ path: '/auditDays' }),
    )
  }
})

test('a place whose records have expired gets 410, and a beginning gets the oldest that is left', async () => {
  const tenant = service.tenant(3)
  const product = await productOf(service, tenant)
  await newUser(tenant, 'one@contoso.com')
  await newUser(tenant, 'two@contoso.com')
  await until(
    () => product.changes(0),
    (items) => items.filter(({ type }) => type === 'role.changed').length === 2,
  )
  await settled(tenant.table())
  const context = {
    table: tenant.table(),
    types: { User: undefined as never, Group: undefined as never },
    work: newWork(),
    tenant: 'none',
    keys: testKeys,
    matching: [],
    now: () => new Date(Date.now() + 91 * 86_400_000),
  }
  const readers = await tenant.table().all({ from: 'l!', before: 'l"' })
  const done = Math.min(...readers.map(({ values }) => Number(values['offset'])))
  await expireRecords(context, 90, 5000)
  expect(Number((await feedOf(tenant.table()))[0]?.key.slice(2) ?? done + 1)).toBe(done + 1)
  await newUser(tenant, 'three@contoso.com')
  const expired = await product.send('GET', '/changes?after=1')
  expect(expired.status).toBe(410)
  expect(expired.body).toMatchObject({ type: 'urn:rollcall:problem:snapshot-needed' })
  expect((await product.changes(0)).map(({ seq }) => seq)[0]).toBe(done + 1)
  expect((await product.changes(done)).length).toBeGreaterThan(0)
})

/** A copy that takes the values out of the records, as a product without room for questions would. */
function replay(people: Map<string, Item>, record: Item): void {
  const [id, type] = [String(record['id']), String(record['type'])]
  if (type === 'user.created' && !people.has(id)) people.set(id, { productId: null })
  if (type === 'user.deleted') people.delete(id)
  const held = people.get(id)
  if (held !== undefined) people.set(id, { ...held, ...toldOf(type, record) })
}

function toldOf(type: string, { changes, role, facts }: Item): Item {
  if (type === 'role.changed') return { role: (role as Item)['after'] }
  if (type.startsWith('product.')) return { productId: (facts as Item)['after'] ?? null }
  return Object.fromEntries(Object.entries(changes ?? {}).map(([name, change]) => [name, (change as Item)['after']]))
}

const copyOf = ({ id, attributes, role, productId }: Item): [string, Item] => [
  String(id),
  { ...(attributes as Item), role, productId },
]
const inOrder = (people: ReadonlyMap<string, Item>) =>
  [...people]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { active = true, title, userName, role, productId }]) => ({ id, active, title, userName, role, productId }))

test('a snapshot that is taken while people write, and then the feed, come to what the directory holds', async () => {
  const tenant = service.tenant(4)
  const product = await productOf(service, tenant)
  const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => newUser(tenant, `p${i}@contoso.com`)))
  const first = await product.get('/people?limit=5')
  const copy = new Map((first['items'] as Item[]).map(copyOf))
  await Promise.all([
    ...ids.map((id, i) => tenant.send('PATCH', `/Users/${id}`, replaced('title', `T${i}`))),
    newUser(tenant, 'new@contoso.com'),
  ])
  await tenant.send('DELETE', `/Users/${ids[0]!}`)
  await tenant.send('PATCH', `/Users/${ids[1]!}`, replaced('active', false))
  await product.send('PUT', `/people/${ids[2]!}/product-id`, { productId: 'two' })
  let page = await product.get(`/people?limit=5&after=${String(first['next'])}`)
  for (;;) {
    expect(page['seq']).toBe(first['seq'])
    for (const [id, person] of (page['items'] as Item[]).map(copyOf)) copy.set(id, person)
    const { next } = page
    if (typeof next !== 'string') break
    await tenant.send('PATCH', `/Users/${ids[3]!}`, replaced('title', `again ${next}`))
    page = await product.get(`/people?limit=5&after=${next}`)
  }
  const now = new Map((await product.all('/people')).map(copyOf))
  const replayed = await until(
    async () => {
      const people = new Map(copy)
      for (const record of await product.changes(Number(first['seq']))) replay(people, record)
      return people
    },
    (people) => JSON.stringify(inOrder(people)) === JSON.stringify(inOrder(now)),
  )
  expect(inOrder(replayed)).toEqual(inOrder(now))
})

describe('the recipes of the documentation', () => {
  const page = readFileSync('docs/product-api.md', 'utf8')
  const recipe = (name: string): unknown => {
    const code = new RegExp(`<!-- recipe: ${name} -->\n\`\`\`js\n([^]*?)\`\`\``).exec(page)?.[1] ?? ''
    return runInNewContext(`(${code})`, { encodeURIComponent })
  }
  type Get = (path: string) => Promise<{ status: number; body: unknown }>
  const getOf =
    (product: TestProduct): Get =>
    (path) =>
      product.send('GET', path)

  /** The product's table. */
  function newTable() {
    const people = new Map<string, Item>()
    let place: number | undefined
    return {
      people,
      place: () => Promise.resolve(place),
      setPlace: (next: number) => Promise.resolve((place = next)),
      put: (person: Item) => Promise.resolve(people.set(String(person['id']), person)),
      remove: (id: string) => Promise.resolve(people.delete(id)),
      removeAllBut: (seen: ReadonlySet<string>) => {
        for (const id of people.keys()) if (!seen.has(id)) people.delete(id)
        return Promise.resolve()
      },
    }
  }

  test('a table follows from nothing, through changes, and after its place has expired', async () => {
    const synchronise = recipe('synchronise') as (get: Get, table: ReturnType<typeof newTable>) => Promise<void>
    const tenant = service.tenant(5)
    const product = await productOf(service, tenant)
    const table = newTable()
    const [ada, bob] = await Promise.all([newUser(tenant, 'ada@contoso.com'), newUser(tenant, 'bob@contoso.com')])
    await synchronise(getOf(product), table)
    expect([...table.people.keys()].sort()).toEqual([ada, bob].sort())
    await newGroup(tenant, 'Lab', [ada])
    await tenant.send('DELETE', `/Users/${bob}`)
    await synchronise(getOf(product), table)
    expect([...table.people.keys()]).toEqual([ada])
    expect(table.people.get(ada)).toMatchObject({ groups: [{ displayName: 'Lab' }] })
    table.people.set('gone', { id: 'gone' })
    const expired: Get = (path) =>
      path === '/changes?after=1&wait=25' ? Promise.resolve({ status: 410, body: {} }) : getOf(product)(path)
    await table.setPlace(1)
    await synchronise(expired, table)
    expect([...table.people.keys()]).toEqual([ada])
  })

  describe('at sign-in', () => {
    type MayEnter = (get: Get, oid: string) => Promise<Item | undefined>
    const mayEnter = recipe('mayEnter') as MayEnter

    test('nobody gets in who is unknown, disabled or has no access', async () => {
      const tenant = service.tenant(6)
      await saveSettings(tenant.slug, {
        policy: { roles: ['User', 'No access'], grantsAccess: ['User'], defaultRole: 'User', rules: [] },
      })
      const get = getOf(await productOf(service, tenant))
      const id = await newUser(tenant, 'ada@contoso.com', { externalId: 'oid-1' })
      expect(await mayEnter(get, 'oid-1')).toMatchObject({ id, role: 'User' })
      expect(await mayEnter(get, 'oid-2')).toBeUndefined()
      await tenant.send('PATCH', `/Users/${id}`, replaced('active', false))
      expect(await mayEnter(get, 'oid-1')).toBeUndefined()
    })

    test("README asks with a key of the product, which Entra's Secret Token is not, and nothing of it counts as Entra's request", async () => {
      const section = readFileSync('README.md', 'utf8').split('### At sign-in')[1]?.split('\n#')[0] ?? ''
      const [, path = '', prefix] = /GET (\S+)\nAuthorization: Bearer (\w+_)/.exec(section) ?? []
      expect(prefix).toBe('rk_')
      const one = await customerOf(service, 10)
      const product = await productOf(service, one.tenant)
      const id = await newUser(one.tenant, 'ada@contoso.com', { externalId: 'oid-ada' })
      const address = service.origin + path.replace('<tenant>', one.tenant.slug).replace('<oid>', 'oid-ada')
      const ask = (token: string) => fetch(address, { headers: { authorization: `Bearer ${token}` } })
      const seen = async () => (await one.admin('GET', `${one.path}/connection`)).body
      const before = await until(seen, ({ lastUsedToken }) => lastUsedToken !== undefined) // written beside the answer
      const answer = await ask(product.key)
      expect(await answer.json()).toMatchObject({ items: [{ id, grantsAccess: false }] })
      expect((await ask(one.tenant.token)).status).toBe(401)
      expect(await seen()).toEqual(before)
    })

    test('what a role is called opens nothing: renamed, deleted, new, or named by the customer', async () => {
      const one = await customerOf(service, 8)
      const { admin, path } = one
      const get = getOf(await productOf(service, one.tenant))
      const id = await newUser(one.tenant, 'eve@contoso.com', { externalId: 'oid-eve' })
      const group = await newGroup(one.tenant, 'Guests', [id])
      const rules = [{ groupId: group, role: 'Guest' }]
      const save = async (change: object) => {
        const { version } = (await admin('GET', `${path}/roles`)).body
        const { status, body } = await admin('PUT', `${path}/roles`, { version, rules: [], ...change })
        return { status, errors: body['errors'] }
      }
      expect(await mayEnter(get, 'oid-eve')).toBeUndefined() // a new tenant
      expect(await save({ roles: ['User', 'Nobody gets in'], grantsAccess: [], defaultRole: 'Nobody gets in' })).toMatchObject({
        status: 200,
      })
      expect(await mayEnter(get, 'oid-eve')).toBeUndefined() // No access, renamed
      expect(await save({ roles: ['Guest', 'Out'], grantsAccess: [], defaultRole: 'Out', rules })).toMatchObject({ status: 200 })
      expect(await mayEnter(get, 'oid-eve')).toBeUndefined() // a name that the product does not know
      expect(await save({ roles: ['Guest', 'Out'], grantsAccess: ['Guest'], defaultRole: 'Out', rules })).toMatchObject({
        status: 200,
      })
      expect(await mayEnter(get, 'oid-eve')).toMatchObject({ id, role: 'Guest' }) // as somebody has said
      expect(await save({ roles: ['Visitor', 'Out'], grantsAccess: [], defaultRole: 'Out' })).toMatchObject({ status: 200 })
      expect(await mayEnter(get, 'oid-eve')).toBeUndefined() // deleted
      const refused = await save({ roles: ['User', 'No access'], grantsAccess: ['No access'], defaultRole: 'User' })
      expect(refused).toEqual({
        status: 400,
        errors: [{ path: '/grantsAccess/0', detail: 'is a role of the product that lets nobody in' }],
      })
    })
  })
})
