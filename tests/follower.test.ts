import { testKeys } from './support/keys'
import type { DirectoryContext } from '../shared/directory/context'
import { deleteResource } from '../shared/directory/deletion/delete'
import { purgeDeleted } from '../shared/directory/deletion/purge'
import { newId } from '../shared/directory/identifiers'
import { readConfig } from '../shared/config'
import { follow } from '../shared/feed/follow'
import { ENTERPRISE_URN, groupType, userType } from '../shared/scim/schema/schemas'
import { createServices } from '../shared/app/services'
import { connectTables } from '../shared/storage/connect'
import { belongsKey, tombstoneKey, groupKey, managerKey, memberKey, outboxKey, userKey } from '../shared/storage/keys'
import { createMeter } from '../shared/storage/meter'
import type { Action, Table } from '../shared/storage/table'
import { tenantTable } from '../shared/tenants/tenant'
import { startBehindProxy } from './support/behind-proxy'
import { brokenInvariants, feedOf, settled } from './support/check-table'
import { newDirectory } from './support/directory'
import type { FaultProxy, Match } from './support/fault-proxy'
import { startService, type TestService, type TestTenant } from './support/service'
import { newWork } from '../shared/scim/work'
import { followed } from './support/followed'

/** What writes leave behind, and who clears it. */

let proxy: FaultProxy
let service: TestService

beforeAll(async () => {
  ;({ proxy, service } = await startBehindProxy(startService))
})
afterEach(() => {
  proxy.calm()
})
afterAll(() => service.close())

const contextOf = (table: Table): DirectoryContext => ({
  table,
  types: { User: userType, Group: groupType },
  now: () => new Date(),
  work: newWork(),
  tenant: 'none',
  keys: testKeys,
  matching: [],
})

async function created(tenant: TestTenant, path: string, body: object): Promise<string> {
  const answer = await tenant.send('POST', path, body)
  expect(answer.status).toBe(201)
  return String(answer.body['id'])
}

/** What was written about the resource; what the follower itself says of roles is told in roles.test.ts. */
const kindsOf = async (table: Table, id: string) =>
  (await feedOf(table))
    .filter(({ values }) => values['id'] === id && values['type'] !== 'role.changed')
    .map(({ values }) => values['type'])

test('a write that was stored and answered 503 is followed without another write', async () => {
  const tenant = service.tenant(0)
  expect((await tenant.send('GET', '/Users')).status).toBe(200)
  const commit = { method: 'POST', path: '$batch', body: 'unclear@contoso.example' }
  proxy.loseAnswer({ ...commit, times: 3 })
  proxy.busy(1000, { match: { path: 'x!un!' } })
  proxy.busy(1000, { match: { method: 'GET', path: "RowKey='u!" } })
  expect((await tenant.send('POST', '/Users', { userName: 'unclear@contoso.example' })).status).toBe(503)
  proxy.calm()
  const [person, ...others] = await tenant.table().all({ from: 'u!', before: 'u"' })
  expect(others).toEqual([])
  await settled(tenant.table())
  expect(await kindsOf(tenant.table(), person!.key.slice(2))).toEqual(['user.created'])
})

test('a DELETE whose answer is lost is a success even when its job has finished before it is looked for', async () => {
  const tenant = service.tenant(1)
  const id = await created(tenant, '/Users', { userName: 'gone@contoso.example' })
  const commit = { method: 'POST', path: '$batch', body: '"deleted":true' } // of the DELETE alone, never of the service's follower
  proxy.loseAnswer(commit)
  proxy.before(commit, () => follow(contextOf(tenant.table()), 60_000))
  expect((await tenant.send('DELETE', `/Users/${id}`)).status).toBe(204)
  expect(await tenant.table().get(userKey(id))).toBeUndefined()
  expect((await tenant.send('DELETE', `/Users/${id}`)).status).toBe(404)
})

test('half a membership stops neither the DELETE nor its job', async () => {
  const tenant = service.tenant(2)
  const users = [await created(tenant, '/Users', { userName: 'half' }), await created(tenant, '/Users', { userName: 'whole' })]
  const group = await created(tenant, '/Groups', { displayName: 'Halves', members: users.map((value) => ({ value })) })
  await tenant.table().commit([{ type: 'delete', key: belongsKey(users[0]!, group) }])
  expect((await tenant.send('DELETE', `/Groups/${group}`)).status).toBe(204)
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('records are numbered while purges fail', async () => {
  const tenant = service.tenant(3)
  proxy.busy(1000, { match: { method: 'GET', path: "RowKey ge 'd!'" } })
  const id = await created(tenant, '/Users', { userName: 'numbered@contoso.example' })
  await settled(tenant.table())
  expect(await kindsOf(tenant.table(), id)).toEqual(['user.created'])
})

test('reports lose their deleted manager, up to eight side by side, and one look numbers that as well', async () => {
  const directory = await newDirectory(proxy.connectionString) // nobody else follows it
  const { context } = directory
  const boss = await directory.person('boss')
  const manager = { [ENTERPRISE_URN]: { manager: { value: boss } } }
  const reports: string[] = []
  for (let i = 0; i < 20; i += 1) reports.push(await directory.person(`report${i}`, manager))
  await deleteResource(context, userType, boss)
  const width = countSideBySide({ method: 'POST', path: '$batch', body: managerKey(boss, '') })
  await follow(context, 60_000)
  expect(width.most).toBeGreaterThan(1)
  expect(width.most).toBeLessThanOrEqual(8)
  for (const id of reports) expect(await kindsOf(context.table, id)).toEqual(['user.created', 'user.updated'])
  expect(await brokenInvariants(context.table)).toEqual([])
})

/** How many matching requests are under way at once, each held for a moment. */
function countSideBySide(match: Pick<Match, 'method' | 'path' | 'body'>): { now: number; most: number } {
  const count = { now: 0, most: 0 }
  proxy.before({ ...match, times: 10_000 }, async () => {
    count.now += 1
    count.most = Math.max(count.most, count.now)
    await new Promise((resolve) => setTimeout(resolve, 30))
    count.now -= 1
  })
  return count
}

describe('purges', () => {
  const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
  let made = 0

  async function newTable(): Promise<Table> {
    made += 1
    const name = `purge${process.pid}x${made}`
    await tables.create(name)
    return tables.open(name, createMeter())
  }

  const create = (key: string, values = {}): Action => ({ type: 'create', key, values })
  const deleted = (key: string, id: string): Action[] => [
    create(key, { deleted: true, w: '0' }),
    create(tombstoneKey(id), { k: key.charAt(0), w: '0' }),
  ]
  const left = async (table: Table) => (await table.all({ from: '!', before: '~' })).map(({ key }) => key)

  async function withPeople(count: number) {
    const directory = await newDirectory()
    const people = await Promise.all(Array.from({ length: count }, (_, i) => directory.person(`person${i}`)))
    return { ...directory, people }
  }

  /** Of one run over all tombstones. */
  async function callsOf(context: DirectoryContext): Promise<{ isMore: boolean; calls: number }> {
    let calls = 0
    const { table } = context
    const counted: Table = {
      get: (...given) => ((calls += 1), table.get(...given)),
      all: (...given) => ((calls += 1), table.all(...given)),
      page: (...given) => ((calls += 1), table.page(...given)),
      commit: (...given) => ((calls += 1), table.commit(...given)),
    }
    const isMore = await purgeDeleted({ ...context, table: counted }, 60_000)
    return { isMore, calls }
  }

  test('stop when their time is up and go on from there', async () => {
    const table = await newTable()
    const group = newId()
    await table.commit(deleted(groupKey(group), group))
    for (let i = 0; i < 3; i += 1) {
      const members = Array.from({ length: 40 }, newId)
      await table.commit(members.flatMap((id) => [create(belongsKey(id, group)), create(memberKey(group, id))]))
    }
    const counts = [(await left(table)).length]
    for (let isMore = true; isMore;) {
      isMore = await purgeDeleted(contextOf(table), 0)
      counts.push((await left(table)).length)
    }
    expect(counts).toEqual([242, 242 - 98, 242 - 196, 2, 0])
  })

  test('of which nothing is left end together: two ranges for each, one transaction', async () => {
    const { context, people } = await withPeople(12)
    for (const id of people) await deleteResource(context, userType, id)
    expect(await callsOf(context)).toEqual({ isMore: false, calls: 1 + 2 * 12 + 1 })
    expect(await brokenInvariants(context.table)).toEqual([])
    expect(await left(context.table)).not.toContainEqual(expect.stringMatching(/^[du]!/))
    expect(await callsOf(context)).toEqual({ isMore: false, calls: 1 })
  })

  test('with members who came while they were deleted are unlinked first, those of both sides too', async () => {
    const { context, people, ...directory } = await withPeople(5)
    const [some, others] = [await directory.group('Some'), await directory.group('Others')]
    const joined = (id: string, to: string): Action[] => [create(belongsKey(id, to)), create(memberKey(to, id), { k: 'u' })]
    for (const id of people.slice(1)) await deleteResource(context, userType, id)
    await deleteResource(context, groupType, others)
    const [stays = '', first = '', second = ''] = people
    await context.table.commit([
      ...joined(first, some),
      ...joined(first, others),
      ...joined(second, others),
      ...joined(stays, others),
    ])
    expect(await callsOf(context)).toMatchObject({ isMore: true })
    expect(await callsOf(context)).toEqual({ isMore: false, calls: 1 })
    expect(await brokenInvariants(context.table)).toEqual([])
    expect(await left(context.table)).not.toContainEqual(expect.stringMatching(/^[dm]!/))
  })

  test('are finished by two workers at once as by one', async () => {
    const { context, people, ...directory } = await withPeople(10)
    await directory.group('Everybody', people)
    for (const id of people) await deleteResource(context, userType, id)
    await Promise.all([purgeDeleted(context, 60_000), purgeDeleted(context, 60_000)])
    while (await purgeDeleted(context, 60_000));
    expect(await brokenInvariants(context.table)).toEqual([])
    expect(await left(context.table)).not.toContainEqual(expect.stringMatching(/^[dmu]!/))
  })

  test('that fail hold up no others', async () => {
    const table = await newTable()
    const [report, other] = [newId(), newId()]
    const boss = `0${newId().slice(1)}`
    await table.commit([
      ...deleted(userKey(boss), boss),
      create(managerKey(boss, report), { id: report }),
      create(userKey(report), { j0: 'no JSON' }),
      ...deleted(userKey(`f${other.slice(1)}`), `f${other.slice(1)}`),
      create(outboxKey('0'), { type: 'user.deleted', id: other, v: 2 }),
    ])
    await expect(follow(contextOf(table), 60_000)).rejects.toThrow()
    const keys = await left(table)
    expect(keys).toContain(tombstoneKey(boss))
    expect(keys).not.toContain(tombstoneKey(`f${other.slice(1)}`))
    expect(keys).not.toContain(outboxKey('0'))
  })

  test('whose mark is gone already end as well', async () => {
    const table = await newTable()
    const id = newId()
    await table.commit([create(tombstoneKey(id), { k: 'u', w: '0' })])
    await follow(contextOf(table), 60_000)
    expect(await left(table)).toEqual([])
  })
})

test('the timer follows four tenants at once; one that fails is named and holds up no other', async () => {
  const slugs = Array.from({ length: 12 }, (_, i) => `follow-${process.pid}-${i}`)
  const tokens = Object.fromEntries(slugs.map((slug) => [slug, `token-${slug}`]))
  const config = readConfig({
    TABLES_CONNECTION_STRING: proxy.connectionString,
    LOCAL_TENANT_TOKENS: JSON.stringify(tokens),
  })
  const services = createServices(config)
  const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
  const tableOf = (slug: string) => tables.open(tenantTable(slug, 1), createMeter())
  for (const slug of slugs) {
    await followed(services, slug) // which makes it
    await tableOf(slug).commit([{ type: 'create', key: outboxKey('0'), values: { type: 'user.created', id: newId(), v: 1 } }])
  }
  const [broken = '', ...others] = slugs
  const warned = jest.spyOn(console, 'warn').mockReturnValue(undefined)
  proxy.busy(1000, { match: { path: tenantTable(broken, 1) } })
  const width = countSideBySide({ method: 'GET', path: new RegExp(`tfollow${process.pid}.*RowKey ge 'p!'`) }) // not the service's own
  await expect(services.followAll()).rejects.toThrow('Some tenants')
  expect(width.most).toBeGreaterThan(1)
  expect(width.most).toBeLessThanOrEqual(4)
  for (const slug of others) expect(await feedOf(tableOf(slug))).toHaveLength(1)
  const lines = warned.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
  await services.end()
  warned.mockRestore()
  expect(lines.filter(({ tenant }) => tenant !== broken)).toEqual([])
  const failed = lines.filter(({ operation }) => operation === 'follow-tenant')
  expect(failed.length).toBeGreaterThan(0) // it is tried again until then
  for (const line of failed) expect(line).toMatchObject({ message: expect.stringContaining('503 ServerBusy') as string })
})

test('an idle tenant costs eight calls a round, beside its health', async () => {
  const slug = `idle-${process.pid}`
  const tokens = JSON.stringify({ [slug]: `token-${slug}` })
  const services = createServices(readConfig({ TABLES_CONNECTION_STRING: proxy.connectionString, LOCAL_TENANT_TOKENS: tokens }))
  await followed(services, slug) // which makes it, and judges its health
  const before = proxy.requests.length
  await services.follower.round([slug])
  await services.end()
  const calls = proxy.requests.slice(before).filter(({ path }) => path.includes(tenantTable(slug, 1)))
  expect(calls).toHaveLength(8)
})
