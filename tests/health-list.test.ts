import { readBody } from '../shared/directory/documents/record'
import { listHealth } from '../shared/monitoring/health/listed'
import { prefixRange } from '../shared/storage/table'
import { finishDeletion } from '../shared/tenants/lifecycle'
import { startBehindProxy } from './support/behind-proxy'
import type { FaultProxy } from './support/fault-proxy'
import { newWorld } from './support/health-world'
import { startManaged, type ManagedService } from './support/manage'

/** The list of tenants says how each of them is, without a look into any of them. */

let proxy: FaultProxy
let service: ManagedService
beforeAll(async () => {
  ;({ proxy, service } = await startBehindProxy(startManaged))
})
afterEach(() => {
  proxy.calm()
})
afterAll(() => service.close())

type World = Awaited<ReturnType<typeof newWorld>>
const RUN = `listed${process.pid}`
const list = async (query: string) => (await service.reader('GET', `/tenants?${query}`)).body
const healthOf = async (slug: string) => {
  const items = (await list(`search=${slug}`))['items'] as Record<string, unknown>[]
  expect(items).toHaveLength(1)
  return items[0]?.['health']
}
const told = async ({ table }: World) =>
  (await table.all(prefixRange('p')))
    .filter(({ values }) => values['type'] === 'health.changed')
    .map((row) => readBody(row)['after'])

test('each state is shown with its beginning, which stays while the state goes on', async () => {
  const slug = `${RUN}a`
  const world = await newWorld(slug)
  expect(await healthOf(slug)).toBeUndefined() // nobody has judged it yet
  await world.watch()
  const never = { state: 'never connected', since: '2026-11-22T08:00:00.000Z', likelyQuarantine: false }
  expect(await healthOf(slug)).toEqual(never)
  await world.pass(30)
  expect(await healthOf(slug)).toEqual(never)
  world.probe()
  await world.watch()
  const ok = { state: 'ok', since: '2026-11-22T08:30:00.000Z', likelyQuarantine: false }
  expect(await healthOf(slug)).toEqual(ok)
  await world.pass(40)
  world.probe()
  await world.pass(80) // the store of tokens is asked again meanwhile
  expect(await healthOf(slug)).toEqual(ok)
  await world.pass(10)
  expect(await healthOf(slug)).toEqual({ state: 'late', since: '2026-11-22T10:00:00.000Z', likelyQuarantine: false })
  world.deny()
  await world.pass(10)
  expect(await healthOf(slug)).toMatchObject({ state: 'failing', since: '2026-11-22T09:10:00.000Z', likelyQuarantine: true })
  await world.pass(360, 60)
  expect(await healthOf(slug)).toMatchObject({ state: 'failing', likelyQuarantine: true })
})

describe('the filter by health', () => {
  const slugs = ['failing', 'late', 'never', 'ok', 'unjudged'].map((state) => `${RUN}b-${state}`)
  beforeAll(async () => {
    const [failing, late, never, ok] = await Promise.all(slugs.map((slug) => newWorld(slug, { name: `Customer of ${RUN}b` })))
    for (let i = 0; i < 6; i += 1) failing?.write(true)
    late?.probe()
    await late?.tick(100)
    ok?.probe()
    await Promise.all([failing, late, never, ok].map(async (world) => world?.watch()))
  })
  const found = async (query: string) =>
    ((await list(`search=${RUN}b${query}`))['items'] as { slug: string }[]).map(({ slug }) => slug.slice(RUN.length + 2))

  test.each([
    ['', ['failing', 'late', 'never', 'ok', 'unjudged']],
    ['&health=failing,silent,late', ['failing', 'late']],
    ['&health=ok', ['ok']],
    ['&health=never%20connected,ok', ['never', 'ok']],
    ['&health=silent', []],
  ])('%j finds %j', async (query, states) => {
    expect(await found(query)).toEqual(states)
  })

  test('goes page by page, and with a search for the name', async () => {
    const first = await list(`search=customer%20of%20${RUN}b&health=failing,silent,late&limit=1`)
    expect(first).toMatchObject({ items: [{ slug: slugs[0], health: { state: 'failing' } }], next: slugs[0] })
    const second = await list(`search=${RUN}b&health=failing,silent,late&limit=1&after=${String(first['next'])}`)
    expect(second).toMatchObject({ items: [{ slug: slugs[1], health: { state: 'late' } }] })
    expect(second).not.toHaveProperty('next')
  })

  test.each(['', 'broken', 'OK', 'ok,', 'ok,,late', 'ok late', '__proto__', 'x'.repeat(200)])('%j is refused', async (states) => {
    const answer = await service.reader('GET', `/tenants?health=${encodeURIComponent(states)}`)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: '?health' }] } })
  })

  test('health costs one read beside that of the tenants, with a filter and without', async () => {
    for (const query of ['', '&health=late']) {
      const before = proxy.requests.length
      await list(`search=${RUN}b${query}`)
      const asked = proxy.requests.slice(before)
      expect(asked.map(({ path }) => /RowKey ge '([^']*)'/.exec(path)?.[1])).toEqual(['0', '!h!'])
    }
  })
})

test('a crash between the list and the tenant is repeated, and the change is told once', async () => {
  const slug = `${RUN}c`
  const world = await newWorld(slug, { via: proxy.connectionString })
  await world.watch()
  world.probe()
  proxy.busy(9, { match: { method: 'POST', path: '$batch', body: 's!health' } })
  await expect(world.watchVia()).rejects.toThrow()
  expect(await healthOf(slug)).toMatchObject({ state: 'ok' })
  expect(await told(world)).toEqual([])
  proxy.calm()
  await world.watch()
  await world.watch()
  expect(await healthOf(slug)).toMatchObject({ state: 'ok' })
  expect(await told(world)).toEqual(['ok'])
})

test('of two instances that judge differently at once, the list says what the tenant keeps', async () => {
  const slug = `${RUN}d`
  const world = await newWorld(slug, { via: proxy.connectionString })
  await world.watch()
  world.probe()
  proxy.before({ method: 'POST', path: '$batch', body: `!h!${slug}` }, async () => {
    await world.tick(100)
    await world.watchDirect()
  })
  await world.watchVia()
  expect(await told(world)).toEqual(['late'])
  expect(await healthOf(slug)).toMatchObject({ state: 'late' })
})

test('a deleted tenant is not listed, and its row goes with its table', async () => {
  const slug = `${RUN}e`
  const world = await newWorld(slug)
  await world.watch()
  expect((await service.operator('DELETE', `/tenants/${slug}?confirm=${slug}`)).status).toBe(202)
  expect((await list(`search=${slug}`))['items']).toEqual([])
  await world.watch() // an instance remembers the tenant for a while
  expect((await list(`health=never%20connected&search=${slug}`))['items']).toEqual([])
  await finishDeletion(world.storage, slug, () => Promise.resolve())
  expect((await listHealth(world.storage.list())).has(slug)).toBe(false)
})
