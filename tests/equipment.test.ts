import { announceHolders } from '../shared/equipment/announce-holders'
import { assign, giveBack } from '../shared/equipment/assign'
import { disabledHolders } from '../shared/equipment/disabled-holders'
import { readPerson } from '../shared/equipment/holder'
import { makeScheduledReport } from '../shared/equipment/scheduled-report'
import { deleteResource } from '../shared/directory/deletion/delete'
import { readBody } from '../shared/directory/documents/record'
import { numberOutbox } from '../shared/feed/sequencer'
import { announceRoles } from '../shared/access/announce-roles'
import { defaultPolicy } from '../shared/roles/catalogue'
import { userType } from '../shared/scim/schema/schemas'
import { brokenInvariants, feedOf, settled } from './support/check-table'
import { newDirectory, type TestDirectory } from './support/directory'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { patchOf, type Answer, type TestTenant } from './support/service'
import type { Table } from '../shared/storage/table'

const DAY_MS = 86_400_000

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

interface Place {
  readonly tenant: TestTenant
  /** Below the tenant's equipment. */
  readonly api: Manage
  readonly person: (name: string, more?: object) => Promise<string>
}

let used = 0
function newPlace(): Place {
  const tenant = service.tenant(used)
  used += 1
  const person = async (name: string, more: object = {}) => {
    const body = { schemas: [userType.schema.id], userName: `${name}@contoso.example`, displayName: name, ...more }
    return String((await tenant.send('POST', '/Users', body)).body['id'])
  }
  return {
    tenant,
    person,
    api: (method, path, ...rest) => service.operator(method, `/tenants/${tenant.slug}/equipment${path}`, ...rest),
  }
}

const csv = { 'content-type': 'text/csv' }
const items = ({ body }: Answer) => body['items'] as Record<string, unknown>[]
const tags = (answer: Answer) => items(answer).map(({ assetTag }) => assetTag)
const equipmentFeed = async (table: Table) =>
  (await feedOf(table))
    .filter(({ values }) => String(values['type']).startsWith('equipment.'))
    .map((record) => ({ type: record.values['type'], id: record.values['id'], ...readBody(record) }))

async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 15_000
  for (;;) {
    const value = await read()
    if (holds(value) || Date.now() > deadline) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('whoever is disabled with equipment is told and reported until the last item comes back', async () => {
  const { tenant, api, person } = newPlace()
  const [ada, bob] = [await person('Ada'), await person('Bob')]
  const laptop = { model: 'T14', serial: 'S-1', assignee: { userName: 'ADA@contoso.example' }, since: '2026-03-01' }
  expect(await api('PUT', '/PC-1', laptop)).toMatchObject({
    status: 201,
    body: { assetTag: 'PC-1', since: '2026-03-01', assignee: { id: ada, name: 'Ada', state: 'active' } },
  })
  expect((await api('PUT', '/PC-1', laptop)).status).toBe(200)
  expect((await api('PUT', '/PC-2', { assignee: { id: ada } })).status).toBe(201)
  expect((await api('PUT', '/PC-3', { assignee: 'bob@contoso.example' })).body).toMatchObject({ assignee: { id: bob } })
  expect(items(await api('GET', '/disabled-holders'))).toEqual([])

  await tenant.send('PATCH', `/Users/${ada}`, patchOf({ op: 'replace', path: 'active', value: false }))
  const told = await until(
    () => equipmentFeed(tenant.table()),
    (feed) => feed.length > 0,
  )
  expect(told).toEqual([expect.objectContaining({ type: 'equipment.held', id: ada, state: 'disabled', count: 2 }) as unknown])
  expect(items(await api('GET', '/disabled-holders'))).toEqual([
    {
      id: ada,
      name: 'Ada',
      userName: 'Ada@contoso.example',
      state: 'disabled',
      disabledSince: (await tenant.table().get(`o!${ada}`))?.values['since'],
      items: [
        { assetTag: 'PC-1', model: 'T14', serial: 'S-1', since: '2026-03-01' },
        expect.objectContaining({ assetTag: 'PC-2' }) as unknown,
      ],
    },
  ])

  expect((await api('DELETE', '/pc-1')).status).toBe(204)
  expect((await api('DELETE', '/PC-1')).status).toBe(404)
  expect((await api('PUT', '/PC-2', { assignee: { id: bob } })).body).toMatchObject({ assignee: { id: bob } })
  await settled(tenant.table())
  expect((await equipmentFeed(tenant.table())).slice(1)).toEqual([
    { type: 'equipment.returned', id: ada, state: 'disabled', item: expect.objectContaining({ assetTag: 'PC-2' }) as unknown },
  ])
  expect(items(await api('GET', '/disabled-holders'))).toEqual([])
  expect(await brokenInvariants(tenant.table())).toEqual([])
})

test('a deleted person stays in the report under the last known name, which an erasure takes away', async () => {
  const { tenant, api, person } = newPlace()
  const ada = await person('=Ada')
  await api('PUT', '/PC-1', { model: 'T14', assignee: { id: ada } })
  await tenant.send('DELETE', `/Users/${ada}`)
  const report = async () => items(await api('GET', '/disabled-holders'))[0]
  expect(await report()).toMatchObject({ id: ada, name: '=Ada', userName: '=Ada@contoso.example', state: 'deleted' })
  expect(items(await api('GET', ''))).toMatchObject([{ assetTag: 'PC-1', assignee: { name: '=Ada', state: 'deleted' } }])
  expect(tags(await api('GET', `?assignee=${ada}`))).toEqual(['PC-1'])
  const again = [{ assetTag: 'PC-1', assignee: '=ada@contoso.example' }]
  expect((await api('POST', '/import', again)).body).toEqual({ created: 0, changed: 0, unchanged: 1 })
  const told = await until(
    () => equipmentFeed(tenant.table()),
    (feed) => feed.length > 0,
  )
  expect(told).toMatchObject([{ type: 'equipment.held', state: 'deleted', count: 1 }])

  const { slug } = tenant
  const file = await fetch(`${service.origin}/api/manage/tenants/${slug}/equipment/disabled-holders/csv`, {
    headers: { authorization: `Bearer ${await service.issuer.token({ roles: ['Rollcall.Reader'], name: 'Rita' })}` },
  })
  const [header, row, ...rest] = (await file.text()).split('\r\n')
  expect(header).toContain('"name","userName","state","disabledSince","assetTag","model","serial","since"')
  expect(row).toMatch(/^"'=Ada","'=Ada@contoso\.example","deleted","[^"]+","PC-1","T14","","\d{4}-\d\d-\d\d"$/)
  expect(rest).toEqual([''])

  await service.operator('POST', `/tenants/${slug}/people/${ada}/erase`, { confirm: ada })
  const erased = await until(report, (one) => one?.['name'] === '')
  expect(erased).toMatchObject({ id: ada, name: '', userName: '', items: [{ assetTag: 'PC-1' }] })
})

test('an inventory is imported as CSV or JSON, repeatably, and told for whoever is disabled already', async () => {
  const { tenant, api, person } = newPlace()
  const [ada, bob] = [await person('Ada'), await person('Bob', { active: false })]
  await service.operator('POST', `/tenants/${tenant.slug}/product-ids`, [{ userName: 'Ada@contoso.example', productId: 'P-1' }])
  const file = 'Assignee;assetTag;model;serial;since\r\nP-1;A 1;T14;;2026-01-02\r\n\r\nBob@contoso.example;A 2;;S;\r\n'
  expect((await api('POST', '/import', file, csv)).body).toEqual({ created: 2, changed: 0, unchanged: 0 })
  expect((await api('POST', '/import', file, csv)).body).toEqual({ created: 0, changed: 0, unchanged: 2 })
  const list = [
    { assetTag: 'a 1', model: 'T15', assignee: { productId: 'P-1' } },
    { assetTag: 'A 3', assignee: { id: bob } },
  ]
  expect((await api('POST', '/import', list)).body).toEqual({ created: 1, changed: 1, unchanged: 0 })
  expect(items(await api('GET', ''))).toMatchObject([
    { assetTag: 'a 1', model: 'T15', since: '2026-01-02', assignee: { id: ada, productId: 'P-1', state: 'active' } },
    { assetTag: 'A 2', serial: 'S', assignee: { id: bob, state: 'disabled' } },
    { assetTag: 'A 3', assignee: { id: bob, state: 'disabled' } },
  ])
  await settled(tenant.table())
  expect((await equipmentFeed(tenant.table())).map(({ id, count }: Record<string, unknown>) => [id, count])).toEqual([
    [bob, 1],
    [bob, 2],
  ])
})

describe('refusals', () => {
  let place: Place
  beforeAll(async () => {
    place = newPlace()
    await place.person('Ada')
  })
  const header = 'assetTag,model,serial,assignee,since\n'
  const good = 'A1,,,Ada@contoso.example,\n'

  test.each([
    ['an assignee who is nobody', `${header}${good}A2,,,Eve,\n`, 'row 3, assignee'],
    ['a tag that is there twice', `${header}${good}a1,,,Ada@contoso.example,\n`, 'row 3, assetTag'],
    ['a day that is none', `${header}A1,,,Ada@contoso.example,2026-02-30\n`, 'row 2, since'],
    ['no tag', `${header},T14,,Ada@contoso.example,\n`, 'row 2, assetTag'],
    ['a cell too many', `${header}A1,,,Ada@contoso.example,,x\n`, 'row 2'],
    ['a column that is not known', `assetTag,assignee,price\nA1,Ada@contoso.example,1\n`, 'row 1, cell 3'],
    ['a column that is missing', `assetTag,model\nA1,x\n`, 'row 1'],
    ['a quote that is not closed', `${header}"A1,,,Ada`, ''],
  ])('a CSV with %s is refused by row and column, and nothing of it is stored', async (_, file, path) => {
    const answer = await place.api('POST', '/import', file, csv)
    expect(answer.status).toBe(400)
    expect((answer.body['errors'] as { path: string }[])[0]?.path).toBe(path)
    expect(items(await place.api('GET', ''))).toEqual([])
  })

  test('a million columns, or as many cells in a row, are refused with few words', async () => {
    for (const file of [','.repeat(1_000_000), `${header}${','.repeat(1_000_000)}x\n`]) {
      const answer = await place.api('POST', '/import', file, csv)
      expect(answer.status).toBe(400)
      expect((answer.body['errors'] as unknown[]).length).toBeLessThanOrEqual(100)
    }
  })

  test.each([
    ['nobody', '/PC-1', { assignee: { userName: 'eve' } }, '/assignee'],
    ['no assignee', '/PC-1', { model: 'x' }, '/assignee'],
    ['a field that is not known', '/PC-1', { assignee: 'Ada@contoso.example', price: 1 }, '/price'],
    ['a tag with a slash', '/PC%2F1', { assignee: 'Ada@contoso.example' }, '{assetTag}'],
  ])('a PUT with %s is refused', async (_, path, body, field) => {
    const answer = await place.api('PUT', path, body)
    expect([answer.status, (answer.body['errors'] as { path: string }[])[0]?.path]).toEqual([400, field])
  })

  test('JSON entries are named by their place', async () => {
    const answer = await place.api('POST', '/import', [{ assetTag: 'A1', assignee: 'eve' }])
    expect(answer.body['errors']).toEqual([{ path: '/0/assignee', detail: 'names nobody here' }])
  })

  test('readers read, administrators write, and another tenant is closed', async () => {
    const { slug } = place.tenant
    const path = `/tenants/${slug}/equipment`
    const body = { assignee: 'Ada@contoso.example' }
    expect((await service.reader('GET', path)).status).toBe(200)
    expect((await service.reader('PUT', `${path}/PC-1`, body)).status).toBe(403)
    expect((await service.reader('DELETE', `${path}/PC-1`)).status).toBe(403)
    expect((await service.reader('POST', `${path}/import`, [])).status).toBe(403)
    expect((await service.as(undefined)('GET', `${path}/disabled-holders`)).status).toBe(401)
    const link = await linkOf(service, slug)
    expect((await link('GET', path)).status).toBe(200)
    expect((await link('GET', `/tenants/${service.tenant(0).slug}/equipment`)).status).toBe(404)
  })
})

test('lists go on page by page, and a search looks into tags, models and serial numbers', async () => {
  const { api, person } = newPlace()
  const [ada, bob] = [await person('Ada'), await person('Bob', { active: false })]
  const list = Array.from({ length: 7 }, (_, i) => ({
    assetTag: `PC-${i}`,
    model: i % 2 === 0 ? 'ThinkPad' : 'MacBook',
    assignee: { id: i < 5 ? ada : bob },
  }))
  await api('POST', '/import', [...list, { assetTag: 'X', serial: 'pc-99', assignee: { id: ada } }])
  const pages = async (query: string) => {
    const all: unknown[] = []
    let after = ''
    do {
      const page = await api('GET', `?limit=2&${query}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`)
      all.push(...tags(page))
      after = (page.body['next'] as string | undefined) ?? ''
    } while (after !== '')
    return all
  }
  expect(await pages('')).toEqual([...list.map(({ assetTag }) => assetTag), 'X'])
  expect(await pages('search=thinkPAD')).toEqual(['PC-0', 'PC-2', 'PC-4', 'PC-6'])
  expect(await pages('search=PC-9')).toEqual(['X'])
  expect(await pages(`assignee=${bob}`)).toEqual(['PC-5', 'PC-6'])
  expect(await pages('assignee=Ada%40contoso.example&search=mac')).toEqual(['PC-1', 'PC-3'])
  expect(await pages('assignee=eve')).toEqual([])
})

/** The readers' turn by hand: numbers, roles, equipment. */
async function follow({ context }: TestDirectory): Promise<void> {
  const rules = { policy: defaultPolicy, version: 1, rebind: () => Promise.resolve() }
  await numberOutbox(context.table)
  await announceRoles(context, rules, 5000)
  await numberOutbox(context.table)
  expect((await announceHolders(context, 5000)).state).toBe('done')
  await numberOutbox(context.table)
}

const holderRow = async ({ context }: TestDirectory, id: string) => (await context.table.get(`a!h!${id}`))?.values
const give = async ({ context }: TestDirectory, assetTag: string, id: string) =>
  assign(context, { assetTag }, (await readPerson(context, id))!)

test('the feed tells once of each time somebody leaves with equipment', async () => {
  const directory = await newDirectory()
  const { context } = directory
  const ada = await directory.person('ada')
  await give(directory, 'A', ada)
  const told = async () => (await equipmentFeed(context.table)).map(({ type }) => type)
  await follow(directory)
  expect(await told()).toEqual([])
  await directory.change(ada, { active: false })
  await follow(directory)
  await follow(directory)
  expect(await told()).toEqual(['equipment.held'])
  await deleteResource(context, userType, ada)
  await follow(directory)
  expect(await told()).toEqual(['equipment.held'])
  const back = await directory.person('bob', { active: false })
  await give(directory, 'B', back)
  await directory.change(back, { active: true })
  await follow(directory)
  await directory.change(back, { active: false })
  await follow(directory)
  expect(await told()).toEqual(['equipment.held', 'equipment.held', 'equipment.held'])
})

test('whoever left before the reader ever ran is told of, too', async () => {
  const directory = await newDirectory()
  const ada = await directory.person('ada')
  await give(directory, 'A', ada)
  await directory.change(ada, { active: false })
  await numberOutbox(directory.context.table)
  await follow(directory)
  expect(await equipmentFeed(directory.context.table)).toHaveLength(1)
})

test('somebody who was disabled while they got an item is told of by whoever gave it', async () => {
  const directory = await newDirectory()
  const ada = await directory.person('ada')
  const seenActive = (await readPerson(directory.context, ada))!
  await directory.change(ada, { active: false })
  await follow(directory)
  await assign(directory.context, { assetTag: 'A' }, seenActive)
  await numberOutbox(directory.context.table)
  expect(await equipmentFeed(directory.context.table)).toMatchObject([{ type: 'equipment.held', id: ada, count: 1 }])
})

test('items that many writers give and take at once leave exact counts', async () => {
  const directory = await newDirectory()
  const { context } = directory
  const people = await Promise.all(['ada', 'bob'].map((name) => directory.person(name)))
  await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      await give(directory, `T${i % 4}`, people[i % 2]!)
      if (i % 5 === 0) await giveBack(context, `T${i % 4}`)
    }),
  )
  const rows = await context.table.all({ from: 'a!t!', before: 'a!t"' })
  for (const id of people) {
    const held = await context.table.all({ from: `a!u!${id}!`, before: `a!u!${id}"` })
    expect(held.map(({ values }) => values['tag'])).toEqual(
      rows.filter(({ values }) => values['id'] === id).map(({ values }) => values['tag']),
    )
    expect((await holderRow(directory, id))?.['n']).toBe(held.length)
  }
})

test('the schedule is saved, and the report of the day is told once', async () => {
  const { tenant, person } = newPlace()
  const bob = await person('Bob', { active: false })
  const at = `/tenants/${tenant.slug}/settings/equipment-report`
  const { version } = (await service.operator('GET', at)).body
  expect((await service.operator('GET', at)).body).toEqual({ version, everyDays: null, hourUtc: 6 })
  for (const wrong of [{ everyDays: 0 }, { everyDays: 32 }, { hourUtc: 24 }]) {
    expect((await service.operator('PUT', at, { version, everyDays: 1, hourUtc: 0, ...wrong })).status).toBe(400)
  }
  expect((await service.reader('PUT', at, { version, everyDays: 1, hourUtc: 0 })).status).toBe(403)
  await service.operator('PUT', `/tenants/${tenant.slug}/equipment/PC-1`, { assignee: { id: bob } })
  const saved = await service.operator('PUT', at, { version, everyDays: 1, hourUtc: 0 })
  expect(saved.body).toEqual({ version: Number(version) + 1, everyDays: 1, hourUtc: 0 })
  const reports = async () => (await equipmentFeed(tenant.table())).filter(({ type }) => type === 'equipment.report')
  const told = await until(reports, (feed) => feed.length > 0)
  expect(told).toMatchObject([{ people: 1, items: 1, holders: [{ id: bob, state: 'disabled', count: 1, assetTags: ['PC-1'] }] }])
})

test('the scheduled report comes each day, unless there is nobody to tell of', async () => {
  const directory = await newDirectory()
  const { context } = directory
  const daily = { everyDays: 1, hourUtc: 0 }
  const ada = await directory.person('ada', { active: false })
  expect(await makeScheduledReport(context, daily)).toBe(false)
  await give(directory, 'A', ada)
  expect(await makeScheduledReport(context, daily)).toBe(false)
  directory.pass(DAY_MS)
  const made = await Promise.all([1, 2, 3].map(() => makeScheduledReport(context, daily)))
  expect(made.filter(Boolean)).toHaveLength(1)
  directory.pass(DAY_MS)
  expect(await makeScheduledReport(context, { ...daily, everyDays: 2 })).toBe(false)
  await giveBack(context, 'A')
  directory.pass(DAY_MS)
  expect(await makeScheduledReport(context, { ...daily, everyDays: 2 })).toBe(false)
})

test('the report lists exactly the disabled and deleted who still have something', async () => {
  const directory = await newDirectory()
  const { context } = directory
  const wanted: string[] = []
  for (let i = 0; i < 12; i += 1) {
    const id = await directory.person(`user${i}`)
    if (i % 2 === 0) await give(directory, `A${i}`, id)
    if (i % 3 === 0) await directory.change(id, { active: false })
    if (i === 4) await deleteResource(context, userType, id)
    if (i === 6) await giveBack(context, 'A6')
    if (i === 0 || i === 4) wanted.push(id)
  }
  await follow(directory)
  const found: string[] = []
  for await (const { holders } of disabledHolders(context, '')) found.push(...holders.map(({ id }) => id))
  expect(found).toEqual(wanted.sort())
})
