import { testKeys } from './support/keys'
import { randomBytes } from 'node:crypto'
import type { DirectoryContext } from '../shared/directory/context'
import { createResource } from '../shared/directory/documents/create'
import { deleteResource } from '../shared/directory/deletion/delete'
import { listBehind, listByIndex, type OrderIndexes } from '../shared/directory/query/list'
import { rank, readRanked } from '../shared/directory/query/ordered'
import { parseFilter } from '../shared/scim/filter/filter'
import { readSortBy } from '../shared/scim/filter/sort'
import { numberOutbox } from '../shared/feed/sequencer'
import { groupType, userType } from '../shared/scim/schema/schemas'
import { connectTables } from '../shared/storage/connect'
import { HEAD_KEY } from '../shared/storage/keys'
import { createMeter } from '../shared/storage/meter'
import type { Action } from '../shared/storage/table'
import { startService, type Answer, type TestService, type TestTenant } from './support/service'
import { newWork } from '../shared/scim/work'

/** Pages stay right while people come and go, on whichever instance (RFC 7644 section 3.4.2.4, RFC 9865). */

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const namesOf = ({ body }: Answer) => (body['Resources'] as { userName: string }[]).map((one) => one.userName)

async function create(tenant: TestTenant, ...userNames: string[]): Promise<string[]> {
  const ids: string[] = []
  for (const userName of userNames) {
    const answer = await tenant.send('POST', '/Users', { userName })
    expect(answer.status).toBe(201)
    ids.push(String(answer.body['id']))
  }
  return ids
}

const numbered = (count: number, prefix = 'p') =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(2, '0')}`)

/** Every page by cursor, from the first to the last; `between` runs after the first. */
async function allByCursor(tenant: TestTenant, query: string, between: () => Promise<unknown> = () => Promise.resolve()) {
  const pages: Answer[] = [await tenant.send('GET', `/Users?cursor=&${query}`)]
  await between()
  for (let next = pages[0]?.body['nextCursor']; typeof next === 'string'; next = pages.at(-1)?.body['nextCursor']) {
    pages.push(await tenant.send('GET', `/Users?cursor=${next}&${query}`))
    expect(pages.at(-1)?.status).toBe(200)
  }
  return pages
}

describe('by startIndex', () => {
  test.each([
    ['all', ''],
    ['filtered', '&filter=userName%20pr'],
  ])('who is created between two pages lands at the end, and nobody moves: %s', async (_name, query) => {
    const tenant = service.tenant(query === '' ? 0 : 1)
    const first = numbered(6)
    await create(tenant, ...first)
    const seen: string[] = []
    let late = 0
    for (let startIndex = 1; startIndex <= 6; startIndex += 2) {
      const page = await tenant.send('GET', `/Users?startIndex=${startIndex}&count=2${query}`)
      expect(page.body['totalResults']).toBe(6 + late)
      seen.push(...namesOf(page))
      await create(tenant, ...numbered(4, `late${startIndex}-`))
      late += 4
    }
    expect(seen).toEqual(first)
    const rest = await tenant.send('GET', `/Users?startIndex=7${query}`)
    expect(namesOf(rest)).toEqual([1, 3, 5].flatMap((at) => numbered(4, `late${at}-`)))
  })

  test('who is deleted between two pages is gone from the list and its total, the others keep their order', async () => {
    const tenant = service.tenant(2)
    const ids = await create(tenant, ...numbered(8))
    expect(namesOf(await tenant.send('GET', '/Users?count=3'))).toEqual(['p00', 'p01', 'p02'])
    await tenant.send('DELETE', `/Users/${ids[5]!}`)
    const page = await tenant.send('GET', '/Users?startIndex=4&count=10')
    expect(namesOf(page)).toEqual(['p03', 'p04', 'p06', 'p07'])
    expect(page.body).toMatchObject({ totalResults: 7, startIndex: 4, itemsPerPage: 4 })
  })

  test('count=0 and a place behind the end tell the total alone', async () => {
    const tenant = service.tenant(2)
    for (const query of ['count=0', 'startIndex=500', 'count=-3'])
      expect((await tenant.send('GET', `/Users?${query}`)).body).toMatchObject({
        totalResults: 7,
        itemsPerPage: 0,
        Resources: [],
      })
  })
})

describe('by cursor', () => {
  let tenant: TestTenant
  beforeAll(async () => {
    tenant = service.tenant(3)
    await create(tenant, ...numbered(7))
  })

  test('every page tells the total, all but the last where to go on, and everybody comes once', async () => {
    const pages = await allByCursor(tenant, 'count=3')
    expect(pages.map(({ body }) => [body['itemsPerPage'], body['totalResults'], typeof body['nextCursor']])).toEqual([
      [3, 7, 'string'],
      [3, 7, 'string'],
      [1, 7, 'undefined'],
    ])
    expect(pages.flatMap(namesOf).sort()).toEqual(numbered(7))
    expect(pages.map(({ body }) => body['startIndex'])).toEqual([undefined, undefined, undefined])
  })

  test('a list that is filtered or sorted leads back as well: no previousCursor on the first page', async () => {
    const query = 'count=3&sortBy=userName&filter=userName%20sw%20%22p%22'
    const pages = await allByCursor(tenant, query)
    expect(pages.map(namesOf)).toEqual([numbered(3), numbered(6).slice(3), ['p06']])
    expect(pages.map(({ body }) => typeof body['previousCursor'])).toEqual(['undefined', 'string', 'string'])
    const back = await tenant.send('GET', `/Users?${query}&cursor=${String(pages[2]?.body['previousCursor'])}`)
    expect(namesOf(back)).toEqual(['p03', 'p04', 'p05'])
    const first = await tenant.send('GET', `/Users?${query}&cursor=${String(back.body['previousCursor'])}`)
    expect(namesOf(first)).toEqual(['p00', 'p01', 'p02'])
    expect(first.body['previousCursor']).toBeUndefined()
    const onward = await tenant.send('GET', `/Users?${query}&cursor=${String(first.body['nextCursor'])}`)
    expect(namesOf(onward)).toEqual(['p03', 'p04', 'p05'])
  })

  test('the count may change from page to page', async () => {
    const { body } = await tenant.send('GET', '/Users?cursor&count=2&sortBy=userName')
    const next = await tenant.send('GET', `/Users?cursor=${String(body['nextCursor'])}&count=4&sortBy=userName`)
    expect(namesOf(next)).toEqual(['p02', 'p03', 'p04', 'p05'])
  })

  test('a cursor fits its own tenant and list alone', async () => {
    const { body } = await tenant.send('GET', '/Users?cursor=&count=2&sortBy=userName')
    const cursor = String(body['nextCursor'])
    const others: [TestTenant, string][] = [
      [service.tenant(0), `/Users?sortBy=userName&cursor=${cursor}`],
      [tenant, `/Groups?sortBy=userName&cursor=${cursor}`],
      [tenant, `/Users?cursor=${cursor}`],
      [tenant, `/Users?sortBy=title&cursor=${cursor}`],
      [tenant, `/Users?sortBy=userName&sortOrder=descending&cursor=${cursor}`],
      [tenant, `/Users?sortBy=userName&filter=userName%20pr&cursor=${cursor}`],
      [tenant, `/Users?sortBy=userName&attributes=title&cursor=${cursor}`],
      [tenant, `/Users?sortBy=userName&excludedAttributes=title&cursor=${cursor}`],
      [tenant, `/Users?sortBy=userName&cursor=${cursor}x`],
    ]
    for (const [one, path] of others) {
      const answer = await one.send('GET', path)
      expect({ path, status: answer.status, scimType: answer.body['scimType'] }).toEqual({
        path,
        status: 400,
        scimType: 'invalidCursor',
      })
    }
  })

  test('people who come and go between the pages of a sorted list move nobody else', async () => {
    const own = service.tenant(4)
    const ids = await create(own, ...numbered(9))
    const pages = await allByCursor(own, 'count=3&sortBy=userName', async () => {
      await own.send('DELETE', `/Users/${ids[2]!}`) // the one the cursor was made of
      await own.send('DELETE', `/Users/${ids[4]!}`)
      await own.send('PATCH', `/Users/${ids[0]!}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'title', value: 'x' }],
      })
      await create(own, 'a', 'p02-new', 'p99')
    })
    expect(pages.flatMap(namesOf)).toEqual(['p00', 'p01', 'p02', 'p02-new', 'p03', 'p05', 'p06', 'p07', 'p08', 'p99'])
  })

  test('goes on behind a sort key of the longest form in JSON', async () => {
    const own = service.tenant(5)
    for (const userName of numbered(3)) await own.send('POST', '/Users', { userName, displayName: '\u0001'.repeat(200) })
    const pages = await allByCursor(own, 'count=1&sortBy=displayName')
    expect(pages.flatMap(namesOf).sort()).toEqual(numbered(3))
  })

  test('of many with one sort key, or none, each comes once', async () => {
    const pages = await allByCursor(tenant, 'count=2&sortBy=title&sortOrder=descending')
    expect(pages.flatMap(namesOf).sort()).toEqual(numbered(7))
    expect(pages).toHaveLength(4)
  })
})

/** The directory itself, each call with its own count of trips, and order indexes as one instance keeps them. */
async function newDirectory() {
  const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
  const name = `t${randomBytes(8).toString('hex')}`
  await tables.create(name)
  const measured = () => {
    const meter = createMeter()
    const context: DirectoryContext = {
      table: tables.open(name, meter),
      types: { User: userType, Group: groupType },
      now: () => new Date(),
      work: newWork(),
      tenant: 'none',
      keys: testKeys,
      matching: [],
    }
    return { meter, context }
  }
  const page = async (orderIndexes: OrderIndexes, startIndex: number, count = 3, types = [userType]) => {
    const { meter, context } = measured()
    const { found, total } = await listByIndex(context, types, { startIndex, count }, orderIndexes)
    const names = found.map(({ document: { attributes } }) => attributes['userName'] ?? attributes['displayName'])
    return { names, total, trips: meter.trips, calls: meter.calls }
  }
  const { context } = measured()
  const person = (userName: string) => createResource(context, userType, { userName, active: true })
  return { context, measured, page, person }
}

describe('the order index of an instance', () => {
  test('is brought up to date from records, numbered or not, and two instances never differ', async () => {
    const { context, page, person } = await newDirectory()
    const one: OrderIndexes = new Map()
    const other: OrderIndexes = new Map()
    const people = [await person('a'), await person('b'), await person('c')]
    expect(await page(one, 1)).toMatchObject({ names: ['a', 'b', 'c'], trips: 3 }) // counts, keys, documents
    expect(await page(one, 1)).toMatchObject({ trips: 2 })
    await person('d')
    expect(await page(one, 3)).toEqual({ names: ['c', 'd'], total: 4, trips: 2, calls: 3 }) // the outbox told it
    await numberOutbox(context.table)
    expect(await page(one, 3)).toMatchObject({ names: ['c', 'd'], trips: 2 })
    await person('e')
    await deleteResource(context, userType, people[1]!.id)
    await numberOutbox(context.table)
    await person('f')
    expect(await page(one, 2)).toMatchObject({ names: ['c', 'd', 'e'], total: 5, trips: 3 }) // with the numbered records
    expect(await page(one, 4, 10)).toMatchObject({ names: ['e', 'f'], total: 5, trips: 2 })
    for (const startIndex of [1, 2, 4]) {
      const [here, there] = [await page(one, startIndex), await page(other, startIndex)]
      expect(here.names).toEqual(there.names)
    }
  })

  test('has its order from the time of creation, whichever record is seen first', async () => {
    const { context, page } = await newDirectory()
    const at = (time: string): DirectoryContext => ({ ...context, now: () => new Date(time) })
    const orderIndexes: OrderIndexes = new Map()
    await createResource(at('2026-11-22T10:00:00.002Z'), userType, { userName: 'second' })
    expect((await page(orderIndexes, 1)).names).toEqual(['second'])
    await createResource(at('2026-11-22T10:00:00.001Z'), userType, { userName: 'first' })
    expect((await page(orderIndexes, 1)).names).toEqual(['first', 'second'])
    expect((await page(new Map(), 1)).names).toEqual(['first', 'second'])
  })

  test('is read anew when the records do not tell it all, as after an import', async () => {
    const { context, page, person } = await newDirectory()
    const orderIndexes: OrderIndexes = new Map()
    const { id } = await person('a')
    await person('b')
    await numberOutbox(context.table)
    expect((await page(orderIndexes, 1)).names).toEqual(['a', 'b'])
    const head = await context.table.get(HEAD_KEY)
    const actions: Action[] = [
      { type: 'delete', key: `u!${id}` },
      { type: 'merge', key: HEAD_KEY, values: { users: 1, moves: 1_800_000_000 }, etag: head!.etag },
    ]
    expect(await context.table.commit(actions)).toMatchObject({ ok: true })
    expect(await page(orderIndexes, 1)).toMatchObject({ names: ['b'], total: 1 })
  })

  test('is read once for requests that come together, and a failed reading is not kept', async () => {
    const { context, measured, page, person } = await newDirectory()
    for (const name of ['a', 'b']) await person(name)
    const orderIndexes: OrderIndexes = new Map()
    const broken = { ...context.table, page: () => Promise.reject(new Error('no answer')) }
    await expect(
      listByIndex({ ...context, table: broken }, [userType], { startIndex: 1, count: 1 }, orderIndexes),
    ).rejects.toThrow('no answer')
    const { meter, context: shared } = measured()
    const asked = [1, 2].map((startIndex) => listByIndex(shared, [userType], { startIndex, count: 1 }, orderIndexes))
    expect((await Promise.all(asked)).map(({ found }) => found[0]?.document.attributes['userName'])).toEqual(['a', 'b'])
    expect(meter.calls).toBe(5) // counts and a document for each, the keys once
    expect((await page(orderIndexes, 1)).trips).toBe(2)
  })

  test('of users and groups are walked side by side in one order of creation', async () => {
    const { context, measured, page, person } = await newDirectory()
    const group = (displayName: string) => createResource(context, groupType, { displayName })
    await person('a')
    await group('B')
    await person('c')
    await group('D')
    await group('E')
    const orderIndexes: OrderIndexes = new Map()
    const both = [userType, groupType]
    expect(await page(orderIndexes, 1, 3, both)).toMatchObject({ names: ['a', 'B', 'c'], total: 5 })
    expect(await page(orderIndexes, 3, 2, both)).toMatchObject({ names: ['c', 'D'], trips: 2 })
    expect(await page(orderIndexes, 5, 9, both)).toMatchObject({ names: ['E'], total: 5 })
    expect(await page(orderIndexes, 6, 9, both)).toMatchObject({ names: [] })
    const seen: string[] = []
    let after: string | undefined
    do {
      const behind = await listBehind(measured().context, both, { after, count: 2 })
      seen.push(...behind.found.map(({ type }) => type.name))
      after = behind.next
    } while (after !== undefined)
    expect(seen).toEqual(['User', 'User', 'Group', 'Group', 'Group'])
  })
})

describe('a large directory', () => {
  test('beyond one page of storage is listed and sorted whole; above 10,000 a sort is refused before it is read', async () => {
    const { context, measured, page } = await newDirectory()
    const total = 1100
    const documents = Array.from({ length: total }, (_, i): Action => {
      const id = randomBytes(16).toString('hex')
      const time = new Date(Date.UTC(2026, 0, 1) + i).toISOString()
      const attributes = { userName: `p${String(i).padStart(4, '0')}`, title: `t${i % 7}` }
      return { type: 'create', key: `u!${id}`, values: { v: 1, w: id, c: time, m: time, j0: JSON.stringify(attributes) } }
    })
    for (let i = 0; i < total; i += 100) await context.table.commit(documents.slice(i, i + 100))
    await context.table.commit([{ type: 'create', key: HEAD_KEY, values: { seq: 0, users: total, groups: 0, moves: total } }])
    const orderIndexes: OrderIndexes = new Map()
    expect(await page(orderIndexes, 1099)).toMatchObject({ names: ['p1098', 'p1099'], total })
    expect(await page(orderIndexes, 1, 100)).toMatchObject({ trips: 3 }) // ten documents tell how large they are
    const selection = { type: userType, filter: undefined, sortBy: readSortBy('title', userType) }
    const ranked = await rank(context, [selection], true)
    expect(ranked.map(({ key }) => key)).toEqual(
      documents
        .map((_, i) => `t${i % 7}`)
        .sort()
        .reverse(),
    )
    const filter = parseFilter('userName sw "p"', userType)
    const filtered = await rank(context, [{ type: userType, filter, sortBy: undefined }], false)
    const shown = await readRanked(context, filtered.slice(395, 405)) // some of them still in memory
    expect(shown.found.map(({ document }) => document.attributes['userName'])).toEqual(
      Array.from({ length: 10 }, (_, i) => `p0${395 + i}`),
    )
    const head = await context.table.get(HEAD_KEY)
    await context.table.commit([{ type: 'merge', key: HEAD_KEY, values: { users: 10_001 }, etag: head!.etag }])
    const { meter, context: refused } = measured()
    await expect(rank(refused, [selection], true)).rejects.toMatchObject({ status: 400, scimType: 'tooMany' })
    expect(meter.calls).toBe(1)
  })
})
