import { checkpointOf, takeLease } from '../shared/feed/lease'
import { createServices } from '../shared/app/services'
import { readConfig } from '../shared/config'
import { failingKey } from '../shared/storage/keys'
import type { Row, Table } from '../shared/storage/table'
import { tenantTable } from '../shared/tenants/tenant'
import { startBehindProxy } from './support/behind-proxy'
import { brokenInvariants, settled as numbered } from './support/check-table'
import type { Customer } from './support/customer'
import type { FaultProxy } from './support/fault-proxy'
import { startManaged, type ManagedService } from './support/manage'
import { patchOf, type Answer } from './support/service'
import { membersIn, peopleIn, settledRoutes, superTenantOf, until } from './support/super-tenant'
import { followed } from './support/followed'

/** A super tenant with three targets and 500 people, through an outage and a worker that dies. */

const PEOPLE = 500
const GROUPS = ['Berlin', 'Lyon', 'Oslo', 'Porto', 'Rome']

let proxy: FaultProxy
let service: ManagedService
beforeAll(async () => {
  ;({ proxy, service } = await startBehindProxy(startManaged))
})
afterEach(() => {
  proxy.calm()
})
afterAll(() => service.close())
jest.setTimeout(900_000)

const nameOf = (i: number) => `p${i}@contoso.example`
const items = ({ body }: Answer) => body['items'] as Record<string, unknown>[]
const values = (ids: readonly string[]) => ids.map((value) => ({ value }))

async function bulkPeople({ tenant }: Customer): Promise<string[]> {
  const Operations = Array.from({ length: PEOPLE }, (_, i) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${i}`,
    data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: nameOf(i), displayName: `Person ${i}` },
  }))
  const answer = await tenant.send('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations,
  })
  return (answer.body['Operations'] as { location: string }[]).map(({ location }) => location.slice(-32))
}

type Groups = readonly [berlin: string, lyon: string, oslo: string, porto: string, rome: string]

/** A busy machine answers 503, and a client comes again: a change of members is repeatable. */
async function changeMembers(
  { tenant }: Customer,
  group: string,
  change: { op: 'add' | 'remove'; ids: readonly string[] },
): Promise<void> {
  const body = patchOf({ op: change.op, path: 'members', value: values(change.ids) })
  const answer = await until(
    () => tenant.send('PATCH', `/Groups/${group}`, body),
    ({ status }) => status !== 503,
    120_000,
  )
  expect(answer.status).toBe(204)
}

/** Each person is in one of the groups, in turn. */
async function makeGroups(source: Customer, ids: readonly string[]): Promise<Groups> {
  const make = async (g: number) => {
    const group = await source.group(GROUPS[g] ?? '')
    await changeMembers(source, group, { op: 'add', ids: ids.filter((_, i) => i % GROUPS.length === g) })
    return group
  }
  return [await make(0), await make(1), await make(2), await make(3), await make(4)]
}

async function moveEverybody(source: Customer, ids: readonly string[], groups: Groups): Promise<void> {
  const { tenant } = source
  const [berlin, lyon, oslo, porto, rome] = groups
  const idOf = (i: number) => ids[i] ?? ''
  const change = (group: string, op: 'add' | 'remove', first: number, count: number) =>
    changeMembers(source, group, { op, ids: Array.from({ length: count }, (_, k) => idOf(first + GROUPS.length * k)) })
  await change(berlin, 'remove', 0, 20) // 0, 5 and 10 among them, who hold something in a
  await change(oslo, 'add', 0, 20)
  await change(porto, 'remove', 3, 30)
  await change(lyon, 'add', 3, 30)
  await change(rome, 'remove', 4, 40)
  await change(porto, 'add', 4, 40)
  for (const i of [1, 107])
    await tenant.send('PATCH', `/Users/${idOf(i)}`, patchOf({ op: 'replace', path: 'active', value: false }))
  for (const i of [201, 202, 203]) await tenant.send('DELETE', `/Users/${idOf(i)}`)
}

interface Cast {
  readonly source: Customer
  readonly targets: readonly [Customer, Customer, Customer]
  /** Names of the groups that are routed to each target. */
  readonly routed: readonly (readonly string[])[]
}

/** A busy machine leaves a call without an answer, and its target is tried again: this waits for that too. */
async function settledEverywhere({ source, targets }: Cast): Promise<void> {
  const failing = async () => {
    const found = await Promise.all(targets.map(({ tenant }) => source.tenant.table().get(failingKey(tenant.slug))))
    return found.filter((row) => row !== undefined)
  }
  await settledRoutes(source)
  expect(await until(failing, (rows) => rows.length === 0, 180_000)).toEqual([])
  await settledRoutes(source)
}

/** What the routes say: active people by the groups that are routed to the target, from the super tenant's own rows. */
async function expectAsRouted(cast: Cast, natives: readonly string[][]): Promise<void> {
  const [members, people] = [await membersIn(cast.source), await peopleIn(cast.source)]
  for (const [i, target] of cast.targets.entries()) {
    const native = new Set(natives[i])
    const wanted = Object.fromEntries(
      (cast.routed[i] ?? []).map((group) => [group, (members[group] ?? []).filter((name) => !native.has(name))]),
    )
    const routed = new Set(Object.values(wanted).flat())
    const isActive = (name: string) => people.get(name)?.attributes['active'] !== false
    const held = await peopleIn(target)
    const active = [...held].filter(([, { attributes }]) => attributes['active'] !== false).map(([name]) => name)
    expect(active.filter((name) => !native.has(name)).sort()).toEqual([...routed].filter(isActive).sort())
    expect([...held.keys()].filter((name) => !people.has(name))).toEqual([])
    expect(await membersIn(target)).toEqual(wanted)
    await numbered(target.tenant.table())
    expect(await brokenInvariants(target.tenant.table())).toEqual([])
  }
}

/** Everything that is stored of copies, apart from places and notes of the service itself. */
async function storedIn({ tenant }: Customer): Promise<string[]> {
  const rows = await tenant.table().all({ from: '!', before: '~' })
  // The target's own readers may be behind yet, and leave records of roles and equipment.
  const isWritten = ({ key, values }: Row) =>
    key.startsWith('f!') ? /^(user|group|person)\./.test(String(values['type'])) : /^[cgmnrux]!/.test(key)
  return rows.filter(isWritten).map(({ key, etag }) => `${key} ${etag}`)
}

async function overwrite(table: Table, row: Row | undefined, more: Readonly<Record<string, string | number>>): Promise<void> {
  if (row === undefined) throw new Error('There is no such row.')
  await table.commit([{ type: 'merge', key: row.key, values: more, etag: '*' }])
}

test('each target ends exactly as the routes say, through moves, an outage of one target and a worker that dies', async () => {
  const { source, targets, route } = await superTenantOf(service, 0, 1, 2, 3)
  const [a, b, c] = targets as [Customer, Customer, Customer]
  const native = await b.person(nameOf(2), { displayName: 'Native' })
  const ids = await bulkPeople(source)
  const groups = await makeGroups(source, ids)
  const [berlin, lyon, oslo, porto] = groups
  await route([
    [berlin, a],
    [lyon, a],
    [lyon, b],
    [oslo, b],
    [porto, c],
    [berlin, c],
  ])
  const cast: Cast = {
    source,
    targets: [a, b, c],
    routed: [
      ['Berlin', 'Lyon'],
      ['Lyon', 'Oslo'],
      ['Porto', 'Berlin'],
    ],
  }
  const natives = [[], [nameOf(2)], []]
  await settledEverywhere(cast)
  await expectAsRouted(cast, natives)
  expect(items(await b.admin('GET', `${b.path}/conflicts`))).toMatchObject([{ id: ids[2], nativeId: native, kind: 'exists' }])

  const holders = await peopleIn(a)
  for (const i of [0, 1, 5, 6, 10, 11]) {
    const assignee = { id: holders.get(nameOf(i))?.id }
    expect((await a.admin('PUT', `${a.path}/equipment/PC-${i}`, { assignee })).status).toBe(201)
  }

  // An outage of one target, and meanwhile a worker of the reader dies in the middle, holding its lease.
  proxy.busy(100_000, { match: { method: 'POST', path: '$batch', body: tenantTable(b.tenant.slug, 1) } })
  const tenSecondsLeft = () => new Date(Date.now() - 50_000)
  const row = (await source.tenant.table().get('l!routes'))!
  const as = { table: source.tenant.table(), now: tenSecondsLeft }
  const dead = await takeLease(as, { name: 'routes', leaseMs: 60_000 }, { row, checkpoint: checkpointOf(row) })
  expect(dead).toBeDefined()
  await a.tenant.table().commit([{ type: 'create', key: 'b!dead', values: {} }])
  await moveEverybody(source, ids, groups)
  // On a busy machine another one may fail for a moment, since no call has more than 8 s, and is well again after its pause.
  await until(
    async () => (await source.admin('GET', `${source.path}/routes`)).body['connections'] as { tenant: string; state: string }[],
    (all) => all.every(({ tenant, state }) => (state === 'failing') === (tenant === b.tenant.slug)),
    180_000,
  )
  await settledRoutes(source) // the others do not wait
  expect((await peopleIn(a)).get(nameOf(0))?.attributes['active']).toBe(false)
  expect((await peopleIn(a)).get(nameOf(3))?.attributes['active']).not.toBe(false)
  proxy.calm()
  const table = source.tenant.table()
  await overwrite(table, await table.get(failingKey(b.tenant.slug)), { due: 1 }) // its pause is over
  await overwrite(table, await table.get('l!routes'), { due: 1 })
  await source.person('wakes@contoso.example')
  await settledEverywhere(cast)
  await expectAsRouted(cast, natives)
  expect(await a.tenant.table().get('b!dead')).toBeUndefined()

  // The report names exactly those who are disabled and hold something.
  const report = await until(
    async () => items(await a.admin('GET', `${a.path}/equipment/disabled-holders`)),
    (found) => found.length === 4,
  )
  expect(report.map(({ userName }) => userName).sort()).toEqual([0, 1, 10, 5].map(nameOf).sort())

  // The same records once more change nothing.
  const before = await Promise.all(cast.targets.map(storedIn))
  await overwrite(table, await table.get('l!routes'), { offset: 0 })
  await source.person('again@contoso.example')
  await settledEverywhere(cast)
  expect(await Promise.all(cast.targets.map(storedIn))).toEqual(before)
})

test('a worker that wakes after another has taken over cannot write an older state', async () => {
  const { source, targets, route } = await superTenantOf(service, 4, 5)
  const [target] = targets as [Customer]
  const ada = await source.person('ada@contoso.example')
  const lab = await source.group('Lab')
  await route([[lab, target]])
  await settledRoutes(source)
  const table = source.tenant.table()
  let hasMet = false
  // The worker is about to create the copy. Its lease ends; Ada leaves the group, and another worker does what that means.
  proxy.before({ method: 'POST', path: '$batch', body: tenantTable(target.tenant.slug, 1), times: 1_000 }, async () => {
    if (hasMet) return
    const seen = proxy.requests.at(-1)
    if (seen?.body.includes('ada@contoso.example') !== true) return
    hasMet = true
    await overwrite(table, await table.get('l!routes'), { until: new Date(0).toISOString() })
    const leave = patchOf({ op: 'remove', path: 'members', value: values([ada]) })
    expect((await source.tenant.send('PATCH', `/Groups/${lab}`, leave)).status).toBe(204)
    const other = createServices(readConfig())
    await followed(other, source.tenant.slug)
    await other.end()
  })
  const join = patchOf({ op: 'add', path: 'members', value: values([ada]) })
  expect((await source.tenant.send('PATCH', `/Groups/${lab}`, join)).status).toBe(204)
  await until(() => Promise.resolve(hasMet), Boolean)
  expect(hasMet).toBe(true)
  await settledRoutes(source)
  expect([...(await peopleIn(target)).keys()]).toEqual([])
  expect(await membersIn(target)).toEqual({ Lab: [] })
})
