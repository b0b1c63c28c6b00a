import { randomBytes, randomUUID } from 'node:crypto'
import { bearer } from '../dev/sign-in/token-source'
import { runSimulation } from '../dev/simulator/simulation'
import { watchTokens } from '../shared/credentials/tokens/token-rotation'
import { readTenant } from '../shared/tenants/registry'
import { tenantTable } from '../shared/tenants/tenant'
import { brokenInvariants, settled } from './support/check-table'
import { operations } from './support/operations'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { filtered, patchOf, send, type Answer } from './support/service'
import { playEntra, roleChanges, startInstance } from './support/story'
import type { Entra, EntraGroup, EntraPerson, Instance, RoleChange } from './support/story'
import { tenantStorage } from './support/tenant-settings'

/**
 * One story from an empty service to a customer whose directory is provisioned: each test goes on where the one before has
 * stopped. Entra ID is played by the simulator, which judges every answer. Roles are asked for and read in the feed.
 */

const slug = `story-${randomBytes(4).toString('hex')}`
const PATH = `/tenants/${slug}`
const table = () => tenantStorage().open(tenantTable(slug, 1))

/** Moves the clock by which instances remember things and tokens expire; sessions and records go by the real one. */
let passedMs = 0
let service: ManagedService
let second: Instance
let admin: Manage
let entra: Entra
let tenantUrl = ''
/** The token that Entra ID has. */
let token = { id: '', value: '' }
/** The role.changed records that came since it was asked last. */
let told: () => Promise<RoleChange[]>

beforeAll(async () => {
  const now = Date.now
  jest.spyOn(Date, 'now').mockImplementation(() => now() + passedMs)
  service = await startManaged()
  second = await startInstance()
  told = roleChanges(second.services, slug, table())
})
afterAll(async () => {
  entra.close()
  await second.close()
  await service.close()
  jest.restoreAllMocks()
})

const people: Record<string, EntraPerson> = {}
const groups: Record<string, EntraGroup> = {}
const person = (name: string) => found(people, name)
const group = (name: string) => found(groups, name)
function found<T>(named: Readonly<Record<string, T>>, name: string): T {
  const one = named[name]
  if (one === undefined) throw new Error(`The story knows no ${name} yet.`)
  return one
}
const nameOf = (id: string) => Object.keys(people).find((name) => person(name).id === id) ?? id

/** Whose role changed since it was asked last, as `name: before > after (reason)`, in the order of names. */
async function changes(): Promise<string[]> {
  const lines = (await told()).map(({ id, before, after, reason }) => {
    return `${nameOf(id)}: ${before ?? '-'} > ${after} (${reason.kind})`
  })
  return lines.sort()
}

const shown = async (name: string) => (await admin('GET', `${PATH}/people/${person(name).id}`)).body

/** Everybody's role and kind of reason, asked one by one. */
async function roles(...names: readonly string[]): Promise<string[]> {
  const bodies = await Promise.all(names.map(shown))
  return bodies.map(({ role, reason }, i) => `${names[i] ?? ''}: ${String(role)} (${(reason as { kind: string }).kind})`)
}

interface RuleShown {
  readonly id: string
  readonly groupId: string
  readonly broken: boolean
  readonly suggestion?: { readonly groupId: string }
}
const rulesOf = ({ body }: Answer) => body['rules'] as RuleShown[]
const readRules = async () => rulesOf(await admin('GET', `${PATH}/roles`))

/** The roles of this story, with rules in the order given. */
const policyOf = (...rules: readonly (readonly [groupId: string, role: string])[]) => ({
  roles: ['Accountant', 'Auditor', 'Employee', 'No access'],
  grantsAccess: [],
  defaultRole: 'No access',
  rules: rules.map(([groupId, role]) => ({ id: `rule-of-${groupId}`, groupId, role })),
})

async function save(policy: object): Promise<Answer> {
  const { version } = (await admin('GET', `${PATH}/roles`)).body
  return admin('PUT', `${PATH}/roles`, { ...policy, version })
}

const lock = (name: string) => admin('PUT', `${PATH}/people/${person(name).id}/lock`, {})

/** Whether each of the two instances lets the token in. */
async function letIn(value: string): Promise<number[]> {
  const headers = { authorization: `Bearer ${value}` }
  const ask = (origin: string) => send(`${origin}/scim/${slug}/Users?count=0`, { method: 'GET', headers })
  const answers = await Promise.all([service.origin, second.origin].map(ask))
  return answers.map(({ status }) => status)
}

describe('setting up', () => {
  test('an operator makes a tenant and a setup link, by which the customer signs in', async () => {
    expect((await service.operator('POST', '/tenants', { slug, name: 'Contoso' })).status).toBe(201)
    const made = await service.operator('POST', `${PATH}/links`, { role: 'admin', label: 'Carla' })
    const link = String(made.body['url']).split('#link=')[1]
    const session = await service.as(undefined)('POST', '/session', { link })
    expect(session).toMatchObject({ status: 201, body: { role: 'admin', tenant: { slug, name: 'Contoso' } } })
    admin = service.as(String(session.body['token']))
  })

  test("the customer's admin makes a token, and Entra ID needs nothing else", async () => {
    const { status, body } = await admin('POST', `${PATH}/tokens`, { label: 'Entra ID' })
    expect(status).toBe(201)
    tenantUrl = String(body['tenantUrl'])
    token = { id: String(body['id']), value: String(body['value']) }
    expect(tenantUrl).toBe(`${service.origin}/scim/${slug}`)
    entra = playEntra(tenantUrl, token.value)
    expect(await entra.testConnection()).toBe(true)
    expect((await admin('GET', `${PATH}/connection`)).body).toMatchObject({
      lastProbe: expect.any(String) as string,
      lastUsedToken: { id: token.id, label: 'Entra ID' },
    })
  })
})

/** Every operation on a tenant, without a body: who may is found out first. */
const ofTenants = operations
  .filter(({ path }) => path.startsWith('/tenants/{tenant}'))
  .map(({ access, method, path }) => ({
    method,
    path: path.replace('{tenant}', slug).replaceAll(/\{\w+\}/g, '0'.repeat(32)),
    isRead: access === 'tenantReader',
  }))

test('a link for reading changes nothing, no link opens another tenant, and without a sign-in nothing is open at all', async () => {
  const reader = await linkOf(service, slug, 'reader')
  const other = service.tenant(0)
  expect((await other.send('GET', '/Users')).status).toBe(200) // which makes it, in a local run
  const stranger = await linkOf(service, other.slug)
  const answersTo = async (who: Manage, wanted: typeof ofTenants) =>
    Promise.all(wanted.map(async ({ method, path }) => `${(await who(method, path)).status} ${method} ${path}`))
  const all = (status: number, wanted: typeof ofTenants) => wanted.map(({ method, path }) => `${status} ${method} ${path}`)
  const writes = ofTenants.filter(({ isRead }) => !isRead)
  expect(await answersTo(reader, writes)).toEqual(all(403, writes))
  expect(await answersTo(stranger, ofTenants)).toEqual(all(404, ofTenants))
  expect(await answersTo(service.as(undefined), ofTenants)).toEqual(all(401, ofTenants))
  expect(writes.length).toBeGreaterThan(20)
})

describe('roles', () => {
  test('everybody who is provisioned has the default first', async () => {
    for (const name of ['ada', 'ben', 'cleo', 'dora']) people[name] = await entra.person(`${name}@contoso.example`)
    groups['Finance'] = await entra.group('Finance', [person('ada'), person('dora')])
    groups['Staff'] = await entra.group('Staff', [person('ada'), person('ben')])
    groups['Choir'] = await entra.group('Choir', [person('cleo')])
    expect(await changes()).toEqual(['ada', 'ben', 'cleo', 'dora'].map((name) => `${name}: - > No access (default)`))
    expect(await roles('ada')).toEqual(['ada: No access (default)'])
  })

  test('what the preview says of new rules is what comes of saving them', async () => {
    const policy = policyOf([group('Finance').id, 'Accountant'], [group('Staff').id, 'Employee'])
    const { body } = await admin('POST', `${PATH}/roles/preview`, policy)
    expect(body).toMatchObject({ people: 4, changed: 3 })
    expect((await told()).length).toBe(0)
    expect((await save(policy)).status).toBe(200)
    expect(await roles('ada', 'ben', 'cleo', 'dora')).toEqual([
      'ada: Accountant (rule)',
      'ben: Employee (rule)',
      'cleo: No access (default)',
      'dora: Accountant (rule)',
    ])
    const announced = await told()
    const previewed = body['first'] as { id: string; from: { role: string }; to: { role: string } }[]
    expect(announced.map(({ id, before, after }) => ({ id, before, after })).sort(byId)).toEqual(
      previewed.map(({ id, from, to }) => ({ id, before: from.role, after: to.role })).sort(byId),
    )
  })

  test('of several mapped groups the first rule decides, and the answer names the others', async () => {
    expect((await shown('ada'))['reason']).toMatchObject({
      kind: 'rule',
      groupName: 'Finance',
      others: [{ groupName: 'Staff', role: 'Employee' }],
      words: 'Member of Finance. Rules further down match as well: Staff (Employee).',
    })
    await entra.leave(group('Finance'), person('ada'))
    expect(await roles('ada')).toEqual(['ada: Employee (rule)'])
    expect(await changes()).toEqual(['ada: Accountant > Employee (rule)'])
  })

  test('leaving the last mapped group gives the default; a group that no rule names counts for nothing', async () => {
    await entra.join(group('Choir'), person('ada'))
    await entra.leave(group('Staff'), person('ada'))
    expect(await roles('ada')).toEqual(['ada: No access (default)'])
    expect(await changes()).toEqual(['ada: Employee > No access (default)'])
    await entra.join(group('Finance'), person('ada'))
    expect(await changes()).toEqual(['ada: No access > Accountant (rule)'])
  })

  test('a rule follows its group through a rename, of which the feed tells no change of roles', async () => {
    await entra.set(group('Finance'), 'displayName', 'Treasury')
    expect((await shown('ada'))['reason']).toMatchObject({ kind: 'rule', groupName: 'Treasury', words: 'Member of Treasury.' })
    expect(await changes()).toEqual([])
  })
})

describe('a lock', () => {
  test('keeps the role through changed rules and changes of groups, and says what it holds back', async () => {
    expect((await lock('ada')).body).toMatchObject({ role: 'Accountant', lock: { role: 'Accountant', by: 'Carla (setup link)' } })
    expect(await changes()).toEqual([])
    await save(policyOf([group('Finance').id, 'Auditor'], [group('Staff').id, 'Employee']))
    expect(await roles('ada', 'dora')).toEqual(['ada: Accountant (locked)', 'dora: Auditor (rule)'])
    expect((await shown('ada'))['reason']).toMatchObject({ would: 'Auditor' })
    await entra.leave(group('Finance'), person('ada'))
    expect((await shown('ada'))['reason']).toMatchObject({ kind: 'locked', would: 'No access' })
    await entra.join(group('Finance'), person('ada'))
    expect(await changes()).toEqual(['dora: Accountant > Auditor (rule)'])
  })

  test('comes back with memberships and product id when a disabled person is restored', async () => {
    const { id } = person('ada')
    expect((await service.operator('PUT', `${PATH}/people/${id}/product-id`, { productId: '4711' })).status).toBe(200)
    await entra.set(person('ada'), 'active', false)
    expect(await shown('ada')).toMatchObject({ role: 'Disabled', reason: { kind: 'inactive' }, lock: { role: 'Accountant' } })
    expect(await changes()).toEqual(['ada: Accountant > Disabled (inactive)'])
    await entra.set(person('ada'), 'active', true)
    expect(await shown('ada')).toMatchObject({
      id,
      role: 'Accountant',
      reason: { kind: 'locked', would: 'Auditor' },
      productId: '4711',
      groups: [{ displayName: 'Choir' }, { displayName: 'Treasury' }],
    })
    expect(await changes()).toEqual(['ada: Disabled > Accountant (locked)'])
  })

  test('gives way to the rules when it is taken off', async () => {
    expect((await admin('DELETE', `${PATH}/people/${person('ada').id}/lock`)).status).toBe(200)
    expect(await roles('ada')).toEqual(['ada: Auditor (rule)'])
    expect(await changes()).toEqual(['ada: Accountant > Auditor (rule)'])
  })

  test('cannot be set on a disabled person', async () => {
    await entra.set(person('ben'), 'active', false)
    expect(await changes()).toEqual(['ben: Employee > Disabled (inactive)'])
    const refused = await lock('ben')
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:rollcall:problem:conflict' } })
    expect(refused.body['detail']).toMatch(/inactive/)
    await entra.set(person('ben'), 'active', true)
    expect(await changes()).toEqual(['ben: Disabled > Employee (rule)'])
  })
})

describe('a group that is created again', () => {
  test('with the same externalId has its rule again, under another name too', async () => {
    const { id, values } = group('Finance')
    const [before] = (await readRules()).filter(({ groupId }) => groupId === id)
    await entra.remove(group('Finance'))
    expect(await roles('ada', 'dora')).toEqual(['ada: No access (default)', 'dora: No access (default)'])
    expect((await readRules())[0]).toMatchObject({ groupId: id, broken: true })
    expect(await changes()).toEqual(['ada: Auditor > No access (default)', 'dora: Auditor > No access (default)'])
    groups['Finance'] = await entra.group('Money', [person('ada'), person('dora')], String(values.get('externalId')))
    expect(await changes()).toEqual(['ada: No access > Auditor (rule)', 'dora: No access > Auditor (rule)'])
    expect((await readRules())[0]).toMatchObject({
      id: before?.id,
      groupId: group('Finance').id,
      groupName: 'Money',
      broken: false,
    })
    expect(await roles('ada', 'dora')).toEqual(['ada: Auditor (rule)', 'dora: Auditor (rule)'])
  })

  test('with the same name alone is suggested, and gives nobody a role before an admin says so', async () => {
    expect((await admin('PUT', `${PATH}/roles`, (await admin('GET', `${PATH}/roles`)).body)).status).toBe(200) // under the new name
    await entra.remove(group('Finance'))
    groups['Finance'] = await entra.group('Money', [person('ada'), person('dora')])
    expect(await changes()).toEqual(['ada: Auditor > No access (default)', 'dora: Auditor > No access (default)'])
    const [broken] = await readRules()
    expect(broken).toMatchObject({ broken: true, suggestion: { groupId: group('Finance').id, displayName: 'Money' } })
    expect(await roles('ada', 'dora')).toEqual(['ada: No access (default)', 'dora: No access (default)'])
    await save(policyOf([broken?.suggestion?.groupId ?? '', 'Auditor'], [group('Staff').id, 'Employee']))
    expect(await roles('ada', 'dora')).toEqual(['ada: Auditor (rule)', 'dora: Auditor (rule)'])
    expect(await changes()).toEqual(['ada: No access > Auditor (rule)', 'dora: No access > Auditor (rule)'])
  })
})

test('another account under a recycled userName is a new person, without lock, product id and groups', async () => {
  const { id } = person('ada')
  expect((await lock('ada')).status).toBe(200)
  await entra.set(person('ada'), 'active', false)
  expect(await changes()).toEqual(['ada: Auditor > Disabled (inactive)'])
  people['ada'] = await entra.person('ada@contoso.example', randomUUID())
  expect(person('ada').id).toBe(id) // to Entra ID the record is one, matched by userName
  const ada = await shown('ada')
  expect(ada).toMatchObject({ active: true, role: 'No access', reason: { kind: 'default' }, groups: [] })
  expect(ada).not.toHaveProperty('lock')
  expect(ada).not.toHaveProperty('productId')
  expect(await changes()).toEqual(['ada: Disabled > No access (default)'])
})

test('while newcomers are held back they are Pending and cannot be locked, until somebody releases them', async () => {
  const settings = { strict: false, matching: [] }
  const staging = async (on: boolean) => {
    const { version } = (await admin('GET', `${PATH}/settings`)).body
    return admin('PUT', `${PATH}/settings`, { ...settings, version, staging: on })
  }
  expect((await staging(true)).status).toBe(200)
  people['eve'] = await entra.person('eve@contoso.example')
  await entra.join(group('Staff'), person('eve'))
  expect(await roles('eve', 'ben')).toEqual(['eve: Pending (staged)', 'ben: Employee (rule)'])
  expect(await lock('eve')).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/release/i) as string } })
  expect(await changes()).toEqual(['eve: - > Pending (staged)'])
  expect(await admin('POST', `${PATH}/people/${person('eve').id}/release`)).toMatchObject({ body: { role: 'Employee' } })
  expect(await changes()).toEqual(['eve: Pending > Employee (rule)'])
  expect((await staging(false)).status).toBe(200)
})

test('rules and locks add no trip to a SCIM request', async () => {
  expect((await lock('dora')).status).toBe(200)
  const headers = { authorization: `Bearer ${token.value}` }
  const trips = async (method: string, path: string, body?: object) => {
    const answer = await send(tenantUrl + path, { method, headers, body })
    expect(answer.status).toBeLessThan(300)
    const line = service.lines.findLast((one) => one['tenant'] === slug && one['method'] === method)
    return { trips: line?.['trips'], body: answer.body }
  }
  const made = await trips('POST', '/Users', { userName: 'frank@contoso.example' })
  const frank = String(made.body['id'])
  const members = (op: string) => patchOf({ op, path: 'members', value: [{ value: frank }] })
  const counted = [
    made,
    await trips('GET', `/Users/${person('dora').id}`),
    await trips('GET', `/Users${filtered('userName eq "dora@contoso.example"')}`),
    await trips('PATCH', `/Users/${person('dora').id}`, patchOf({ op: 'Replace', path: 'active', value: 'False' })),
    await trips('PATCH', `/Users/${person('dora').id}`, patchOf({ op: 'Replace', path: 'active', value: 'True' })),
    await trips('PATCH', `/Groups/${group('Finance').id}`, members('Add')),
    await trips('PATCH', `/Groups/${group('Finance').id}`, members('Remove')),
    await trips('GET', `/Groups/${group('Finance').id}`),
    await trips('DELETE', `/Users/${frank}`),
  ]
  expect(counted.map((one) => one.trips)).toEqual([1, 1, 2, 2, 2, 2, 2, 1, 2])
  expect(await roles('dora')).toEqual(['dora: Auditor (locked)'])
})

test('Entra ID had nothing to object to all of this, and the table is in order', async () => {
  expect(entra.tally()).toMatchObject({ failures: 0, objections: [], throttled: 0 })
  await settled(table())
  expect(await brokenInvariants(table())).toEqual([])
})

describe('tokens', () => {
  const tokens = async () => (await admin('GET', `${PATH}/tokens`)).body['items'] as Record<string, unknown>[]
  const stateOf = async (id: string) => (await tokens()).find((one) => one['id'] === id)
  const make = async (body: object) => {
    const made = await admin('POST', `${PATH}/tokens`, body)
    expect(made.status).toBe(201)
    return { id: String(made.body['id']), value: String(made.body['value']) }
  }
  /** The minute's watch over tokens on the second instance, as it will be after the time given. */
  const watch = async (afterMs = 0) => {
    const { tenants, tokens, stats } = second.services
    const storage = tenantStorage()
    const tenant = await readTenant(storage, slug)
    if (tenant === undefined) throw new Error('The tenant is gone.')
    await stats.settle(tenant.table)
    await watchTokens({ storage, tenants, tokens, now: () => new Date(Date.now() + afterMs) }, tenant)
  }
  test('a rotation in the middle of a running cycle fails no request: the old token ends after the new one is in use', async () => {
    const old = token
    const begun = service.lines.length
    const soFar = () => service.lines.slice(begun).filter((line) => line['tenant'] === slug)
    const cycle = runSimulation(
      {
        url: tenantUrl,
        tokens: bearer(old.value),
        users: 10,
        groups: 4,
        seed: 1,
        parallel: 4,
        families: ['legacy'],
        timeoutMs: 60_000,
      },
      () => undefined,
    )
    while (soFar().length < 30) await new Promise((resolve) => setTimeout(resolve, 10))
    token = await make({ label: 'Entra ID, next year', replaces: old.id })
    const renewed = playEntra(tenantUrl, token.value)
    expect(await renewed.testConnection()).toBe(true)
    const before = soFar().length
    expect(await cycle).toMatchObject({ failures: 0, objections: [], throttled: 0, patchesInUnchangedCycle: 0 })
    expect(soFar().length - before).toBeGreaterThan(50) // the cycle went on with the old token
    expect(soFar().filter((line) => line['status'] === 401)).toEqual([])
    await renewed.person('grace@contoso.example')
    expect(renewed.tally()).toMatchObject({ failures: 0, objections: [] })
    renewed.close()
    expect(await letIn(old.value)).toEqual([200, 200])

    expect(await stateOf(token.id)).toMatchObject({ state: 'live', replaces: old.id, lastUsed: expect.any(String) as string })
    await watch()
    const retiresAt = Date.parse(String((await stateOf(old.id))?.['retiresAt']))
    expect(retiresAt - Date.now()).toBeGreaterThan(50 * 60_000)
    await watch(30 * 60_000)
    expect(await letIn(old.value)).toEqual([200, 200])
    await watch(61 * 60_000)
    passedMs += 30_001
    expect(await letIn(old.value)).toEqual([401, 401])
    expect(await letIn(token.value)).toEqual([200, 200])
    expect(await stateOf(old.id)).toMatchObject({ state: 'revoked' })
  }, 60_000)

  test('a revoked token is refused at once where it was revoked, and within 30 s on the other instance', async () => {
    const leaked = await make({ label: 'Leaked' })
    passedMs += 30_001
    expect(await letIn(leaked.value)).toEqual([200, 200])
    expect((await admin('DELETE', `${PATH}/tokens/${leaked.id}?confirm=used`)).status).toBe(204)
    const [here] = await letIn(leaked.value)
    expect(here).toBe(401)
    passedMs += 30_001
    expect(await letIn(leaked.value)).toEqual([401, 401])
    expect(await letIn(token.value)).toEqual([200, 200])
  })

  test('a setup link and its session end in time', async () => {
    const { body } = await admin('POST', `${PATH}/links`, { role: 'reader', label: 'Rob', days: 1 })
    const link = String(body['url']).split('#link=')[1]
    const open = () => service.as(undefined)('POST', '/session', { link })
    const opened = await open()
    expect(opened.status).toBe(201)
    const reader = service.as(String(opened.body['token']))
    expect((await reader('GET', `${PATH}/tokens`)).status).toBe(200)
    const tomorrow = new Date(Date.parse(String(body['expires'])) + 1000)
    jest.useFakeTimers({ now: tomorrow, doNotFake: ['nextTick', 'setImmediate', 'setInterval', 'setTimeout', 'performance'] })
    try {
      expect((await open()).status).toBe(401)
      expect((await reader('GET', `${PATH}/tokens`)).status).toBe(401)
    } finally {
      jest.useRealTimers()
    }
  })

  test('an expired token is refused on both instances at that moment, and the admin can read why', async () => {
    const short = await make({ label: 'For a day', days: 1 })
    passedMs += 30_001
    expect(await letIn(short.value)).toEqual([200, 200])
    passedMs += 86_400_000
    expect(await letIn(short.value)).toEqual([401, 401])
    expect(await letIn(token.value)).toEqual([200, 200])
    const { body } = await admin('GET', `${PATH}/refusals`)
    const texts = (body['items'] as { text: string }[]).map(({ text }) => text)
    expect(texts).toContainEqual(expect.stringContaining(`An expired token ending in ${short.value.slice(-4)} was used`))
    expect(texts).toContainEqual(expect.stringMatching(/A revoked token ending in .{4} was used.*Paste the newest token/))
    expect(JSON.stringify([body, service.lines])).not.toContain(short.value)
  })
})

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
