import { documentValues } from '../shared/directory/documents/document'
import { newId } from '../shared/directory/identifiers'
import { anchorKey, belongsKey, groupKey, HEAD_KEY, memberKey, userKey } from '../shared/storage/keys'
import type { Action } from '../shared/storage/table'
import { filtered, startService, type TestService, type TestTenant } from './support/service'

/** Storage calls of pages, as the access log counts them: what many of a page have in common is read once. */

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const TIME = new Date().toISOString()
const PEOPLE = 120
const GROUPS = 40
const GROUPS_EACH = 8

function rowsOf(id: string, key: string, attributes: Record<string, string>, created = TIME): Action[] {
  const document = { attributes, revision: 1, writeId: id, created, lastModified: TIME, access: {}, indexed: [] }
  return [
    { type: 'create', key, values: documentValues(document) },
    { type: 'create', key: anchorKey(id), values: { k: key.slice(0, 1), w: id } },
  ]
}

const linkRows = (id: string, group: string): Action[] => [
  { type: 'create', key: belongsKey(id, group), values: { w: 'w' } },
  { type: 'create', key: memberKey(group, id), values: { k: 'u', w: 'w' } },
]

async function store(tenant: TestTenant, rows: readonly Action[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 100)
    expect(await tenant.table().commit(rows.slice(i, i + 100))).toMatchObject({ ok: true })
}

/** 120 people, each in 8 of 40 groups; written as rows, since so many POSTs take long. */
async function fill(tenant: TestTenant): Promise<{ groupsOf: Map<string, string[]> }> {
  await tenant.send('GET', '/Users')
  const groups = Array.from({ length: GROUPS }, newId)
  const people = Array.from({ length: PEOPLE }, newId)
  const groupsOf = new Map(
    people.map((id, i) => [id, Array.from({ length: GROUPS_EACH }, (_, j) => groups[(i + 5 * j) % GROUPS]!)]),
  )
  const rows = [
    ...groups.flatMap((id, i) => rowsOf(id, groupKey(id), { displayName: `Group ${i}` })),
    ...people.flatMap((id, i) => rowsOf(id, userKey(id), { userName: `p${i}@contoso.example` })),
    ...people.flatMap((id) => groupsOf.get(id)!.flatMap((group) => linkRows(id, group))),
  ]
  await store(tenant, rows)
  for (const path of ['/Users', '/Groups']) await tenant.send('GET', `${path}?cursor=&count=10`) // an instance begins with small pages
  return { groupsOf }
}

type Entry = { readonly value: string; readonly display: string }
type Shown = { readonly id: string; readonly groups?: Entry[]; readonly members?: Entry[] }

async function listed(tenant: TestTenant, path: string): Promise<{ resources: Shown[]; calls: number }> {
  const { status, body } = await tenant.send('GET', path)
  expect(status).toBe(200)
  return {
    resources: body['Resources'] as Shown[],
    calls: Number(service.lines.findLast((line) => line['method'] === 'GET')?.['calls']),
  }
}

test('a page of people with their groups reads memberships in ranges and each group once', async () => {
  const tenant = service.tenant(0)
  const { groupsOf } = await fill(tenant)
  const { resources, calls } = await listed(tenant, '/Users?cursor=&count=200&attributes=groups')
  expect(resources).toHaveLength(PEOPLE)
  for (const { id, groups } of resources) {
    expect(groups?.map(({ value }) => value)).toEqual(groupsOf.get(id)!.toSorted())
    expect(groups?.every(({ display }) => /^Group \d+$/.test(display))).toBe(true)
  }
  // The page, the counts, 1,120 rows of memberships and anchors in three ranges at most, the groups' names in one.
  expect(calls).toBeLessThanOrEqual(6)
  const few = await listed(tenant, '/Users?cursor=&count=10&attributes=groups')
  expect(few.calls).toBeLessThanOrEqual(4)
  expect(few.resources).toEqual(resources.slice(0, 10))
})

test('a page of groups reads the members of neighbours in ranges', async () => {
  const tenant = service.tenant(1)
  const { groupsOf } = await fill(tenant)
  const { resources, calls } = await listed(tenant, '/Groups?cursor=&count=200')
  expect(resources).toHaveLength(GROUPS)
  for (const { id, members } of resources) {
    const held = [...groupsOf].filter(([, groups]) => groups.includes(id)).map(([person]) => person)
    expect(members?.map(({ value }) => value)).toEqual(held.sort())
  }
  // The page, the counts, the marks of deleted resources, an anchor for each group, 960 members in one range.
  expect(calls).toBeLessThanOrEqual(GROUPS + 4)
})

test('a deleted group is in nobody’s groups, and a deleted person in no group’s members, while their rows are cleared', async () => {
  const tenant = service.tenant(2)
  const { groupsOf } = await fill(tenant)
  const [person = ''] = groupsOf.keys()
  const [group = ''] = groupsOf.get(person)!
  await tenant.table().commit([
    { type: 'merge', key: groupKey(group), values: { deleted: true }, etag: '*' },
    { type: 'create', key: `d!${group}`, values: { k: 'g' } },
    { type: 'merge', key: userKey(person), values: { deleted: true }, etag: '*' },
    { type: 'create', key: `d!${person}`, values: { k: 'u' } },
  ])
  const people = (await listed(tenant, '/Users?cursor=&count=200&attributes=groups')).resources
  expect(people).toHaveLength(PEOPLE - 1)
  expect(people.flatMap(({ groups }) => groups ?? []).filter(({ value }) => value === group)).toEqual([])
  const groups = (await listed(tenant, '/Groups?cursor=&count=200')).resources
  expect(groups).toHaveLength(GROUPS - 1)
  expect(groups.flatMap(({ members }) => members ?? []).filter(({ value }) => value === person)).toEqual([])
})

test('a filter on the names of groups reads each name once', async () => {
  const tenant = service.tenant(3)
  await fill(tenant)
  const { resources, calls } = await listed(
    tenant,
    `/Users${filtered('groups.display eq "group 7"', '&count=200&attributes=userName')}`,
  )
  expect(resources).toHaveLength((PEOPLE * GROUPS_EACH) / GROUPS)
  expect(calls).toBeLessThanOrEqual(6)
})

test('a group of 2,000 members comes in two trips, each of its members in one of three ranges', async () => {
  const tenant = service.tenant(4)
  await tenant.send('GET', '/Groups')
  const group = newId()
  const people = Array.from({ length: 2000 }, newId).sort()
  await store(tenant, [
    ...rowsOf(group, groupKey(group), { displayName: 'Everybody' }),
    ...people.flatMap((id) => linkRows(id, group)),
  ])
  const { body } = await tenant.send('GET', `/Groups/${group}`)
  expect((body['members'] as Entry[]).map(({ value }) => value)).toEqual(people)
  const line = service.lines.findLast(({ method }) => method === 'GET')
  expect(line?.['trips']).toBe(2)
  // Its document, its anchor, the marks of deleted resources, a first range of 1,000 and two for the others.
  expect(line?.['calls']).toBeLessThanOrEqual(6)
})

test('a page by startIndex of a larger directory is one range of who was created between its first and last', async () => {
  const tenant = service.tenant(5)
  await tenant.send('GET', '/Users')
  const first = Date.parse(TIME)
  const people = Array.from({ length: 1000 }, newId)
  const timeOf = (i: number) => new Date(first + i - (i % 3)).toISOString() // three in a millisecond, as parallel writers are
  await store(
    tenant,
    people.flatMap((id, i) => rowsOf(id, userKey(id), { userName: `p${i}@contoso.example` }, timeOf(i))),
  )
  const head = { seq: 0, users: people.length, groups: 0, moves: people.length }
  await store(tenant, [{ type: 'upsert', key: HEAD_KEY, values: head }])
  const inOrder = people
    .map((id, i) => timeOf(i) + id)
    .sort()
    .map((place) => place.slice(TIME.length))
  const pageOf = async (startIndex: number, count: number) => {
    const { resources, calls } = await listed(tenant, `/Users?startIndex=${startIndex}&count=${count}`)
    expect(resources.map(({ id }) => id)).toEqual(inOrder.slice(startIndex - 1, startIndex - 1 + count))
    return calls
  }
  await pageOf(1, 100) // finds out where everybody stands, and how large documents are
  expect(await pageOf(301, 100)).toBe(2)
  expect(await pageOf(902, 200)).toBe(2)
  expect(await pageOf(5, 63)).toBe(2) // a sixteenth of the directory
  expect(await pageOf(5, 62)).toBe(1 + 62) // less is read one by one
})

test('of people who were created at the same time, as by an import, a page is read in a range only when it is many of them', async () => {
  const tenant = service.tenant(6)
  await fill(tenant)
  const head = { seq: 0, users: PEOPLE, groups: GROUPS, moves: PEOPLE + GROUPS }
  await store(tenant, [{ type: 'upsert', key: HEAD_KEY, values: head }])
  const whole = await listed(tenant, '/Users?startIndex=1&count=200')
  expect(whole.resources).toHaveLength(PEOPLE)
  const some = await listed(tenant, '/Users?startIndex=21&count=30')
  expect(some).toEqual({ resources: whole.resources.slice(20, 50), calls: 2 })
  const few = await listed(tenant, '/Users?startIndex=21&count=29')
  expect(few).toEqual({ resources: whole.resources.slice(20, 49), calls: 1 + 29 })
})
