import { readConfig } from '../shared/config'
import { createServices } from '../shared/app/services'
import { feedKey, HEAD_KEY } from '../shared/storage/keys'
import type { Action, Table } from '../shared/storage/table'
import { customerOf, type Customer } from './support/customer'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { filtered, patchOf, type TestTenant } from './support/service'
import { followed } from './support/followed'
import { OPENING } from './support/trips'

/** What an administrator reads of the last days. */

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

type Item = Readonly<Record<string, unknown>>

/** Numbers the records and announces roles. */
const follow = ({ slug }: TestTenant) => followed(createServices(readConfig()), slug)

async function activity(api: Manage, path: string, query = ''): Promise<Item[]> {
  const { status, body } = await api('GET', `${path}/activity${query}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body['items'] as Item[]
}

/** Every line, page after page. */
async function everything(api: Manage, path: string, query: string): Promise<Item[]> {
  const items: Item[] = []
  for (let after = ''; ;) {
    const { body } = await api('GET', `${path}/activity?${query}${after}`)
    items.push(...(body['items'] as Item[]))
    if (typeof body['next'] !== 'string') return items
    after = `&after=${body['next']}`
  }
}

const texts = (items: readonly Item[]) => items.map(({ text }) => text)

async function withAna(customer: Customer) {
  const { tenant, person, group, save } = customer
  const boss = await person('boss@contoso.example', { displayName: 'Bo Boss' })
  const ana = await person('ana@contoso.example', {
    displayName: 'Ana Ruiz',
    emails: [{ type: 'work', value: 'ana@contoso.example' }],
    [ENTERPRISE]: { department: 'Logistics' },
  })
  const sales = await group('Sales North', [])
  await save([{ groupId: sales, role: 'Admin' }])
  await follow(tenant)
  return { boss, ana, sales }
}

test('a cycle reads in plain words: people, values before and after, and the role with its rule in one line', async () => {
  const customer = await customerOf(service, 0)
  const { tenant, path, admin } = customer
  const { boss, ana, sales } = await withAna(customer)
  await tenant.send(
    'PATCH',
    `/Users/${ana}`,
    patchOf(
      { op: 'Replace', path: `${ENTERPRISE}:department`, value: 'Sales' },
      { op: 'Add', path: `${ENTERPRISE}:manager`, value: boss },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ruiz@contoso.example' },
    ),
  )
  await tenant.send('PATCH', `/Groups/${sales}`, patchOf({ op: 'Add', path: 'members', value: [{ value: ana }] }))
  await follow(tenant)
  const [joined, changed] = (await activity(admin, path)).filter(({ kind }) => kind !== 'connection')
  expect(joined).toMatchObject({ kind: 'group', text: 'Sales North: Ana Ruiz joined', subject: { type: 'group', id: sales } })
  expect(changed).toMatchObject({
    kind: 'person',
    record: 'user.updated',
    subject: { type: 'person', id: ana, name: 'Ana Ruiz' },
    roleSeq: expect.any(Number) as number,
  })
  expect(changed?.['text']).toMatch(/^Ana Ruiz: /)
  for (const phrase of [
    'work e-mail ana@contoso.example → ruiz@contoso.example',
    'department Logistics → Sales',
    'manager set to Bo Boss',
    'role No access → Admin by rule Sales North',
  ]) {
    expect(changed?.['text']).toContain(phrase)
  }
  expect(changed?.['changes']).toContainEqual({
    attribute: `${ENTERPRISE}:department`,
    label: 'department',
    before: 'Logistics',
    after: 'Sales',
  })
  const all = await activity(admin, path)
  expect(texts(all)).toContain('Roles and rules saved by Carla Customer (setup link): 1 rule, default No access')
  expect(all.find(({ record }) => record === 'user.created')?.['text']).toMatch(/^Ana Ruiz: added; /)
})

test('disabled, enabled again, locked and deleted people, and refusals with their reason', async () => {
  const customer = await customerOf(service, 1)
  const { tenant, path, admin, person } = customer
  const { ana } = await withAna(customer)
  const active = (value: boolean) => tenant.send('PATCH', `/Users/${ana}`, patchOf({ op: 'Replace', path: 'active', value }))
  await active(false)
  await active(true)
  await follow(tenant)
  await admin('PUT', `${path}/people/${ana}/lock`, {})
  const bob = await person('bob@contoso.example')
  await tenant.send('DELETE', `/Users/${bob}`)
  await tenant.send('POST', '/Users', { userName: 'ana@contoso.example' })
  await follow(tenant)
  const lines = texts(await activity(admin, path))
  expect(lines).toEqual(
    expect.arrayContaining([
      'Ana Ruiz: disabled',
      expect.stringMatching(/^Ana Ruiz: enabled again/),
      'Ana Ruiz: role locked as No access by Carla Customer (setup link)',
      expect.stringMatching(/^bob@contoso\.example: deleted/),
      expect.stringMatching(/^A user or group was to be made or renamed whose name is taken once at /),
    ]),
  )
  const refused = await activity(admin, path, '?refused=true')
  expect(refused).toMatchObject([
    { kind: 'refusal', refusal: { status: 409, reason: 'uniqueness', count: 1, operation: 'users' } },
  ])
  expect(await activity(admin, path, '?kind=refusal')).toEqual(refused)
  expect((await activity(admin, path, '?refused=false')).some(({ kind }) => kind === 'refusal')).toBe(false)
  expect((await activity(admin, path, `?person=${ana}`)).every(({ kind }) => kind !== 'refusal')).toBe(true)
})

test('filters find the lines of a person, a group, a kind and a name', async () => {
  const customer = await customerOf(service, 2)
  const { tenant, path, admin } = customer
  const { ana, boss, sales } = await withAna(customer)
  const members = [ana, boss].map((value) => ({ value }))
  await tenant.send('PATCH', `/Groups/${sales}`, patchOf({ op: 'Add', path: 'members', value: members }))
  await follow(tenant)
  const ofAna = await activity(admin, path, `?person=${ana}`)
  expect(texts(ofAna)).toContain('Sales North: Ana Ruiz and 1 other joined')
  expect(ofAna.every(({ text }) => String(text).includes('Ana Ruiz'))).toBe(true)
  expect(texts(await activity(admin, path, `?person=${boss}`))).toContain('Sales North: Bo Boss and 1 other joined')
  expect((await activity(admin, path, `?group=${sales}`)).map(({ record }) => record)).toEqual(['group.updated', 'group.created'])
  const roles = await activity(admin, path, '?kind=role')
  expect(roles.length).toBeGreaterThanOrEqual(2)
  for (const { text } of roles) expect(text).toContain('role ')
  const found = await activity(admin, path, '?search=bo%20boss')
  expect(found.length).toBeGreaterThan(0)
  for (const { text } of found) expect(text).toContain('Bo Boss')
  expect(await activity(admin, path, `?person=${'0'.repeat(32)}`)).toEqual([])
})

test('a client that replaces all members by one, request after request, is told of where the group is', async () => {
  const customer = await customerOf(service, 9)
  const { tenant, path, admin } = customer
  const ids = [await customer.person('a@contoso.example'), await customer.person('b@contoso.example')]
  ids.push(await customer.person('c@contoso.example', { displayName: 'Cem Kaya' }))
  const sales = await customer.group('Sales North', ids)
  for (const value of ids) {
    await tenant.send('PATCH', `/Groups/${sales}`, patchOf({ op: 'replace', path: 'members', value: [{ value }] }))
  }
  expect((await tenant.send('GET', `/Groups/${sales}`)).body['members']).toMatchObject([{ value: ids[2] }])
  await tenant.send('PATCH', `/Groups/${sales}`, patchOf({ op: 'replace', path: 'members', value: [{ value: ids[0] }] }))
  await follow(tenant)
  const [last, ...others] = texts(await activity(admin, path, `?group=${sales}`))
  expect(last).toMatch(
    /Cem Kaya left; in 3 requests in a row one joined and the one before left: .* or to send all of them in one request$/,
  )
  expect(others.join()).not.toContain('in a row')
})

test('pages of any size together are the whole, refusals among them, each line once', async () => {
  const customer = await customerOf(service, 3)
  const { tenant, path, admin } = customer
  await withAna(customer)
  await tenant.send('POST', '/Users', { userName: 'ana@contoso.example' })
  await tenant.send('GET', `/Users${filtered('userName is x')}`)
  for (let i = 0; i < 12; i += 1) await customer.person(`more${i}@contoso.example`)
  await follow(tenant)
  const to = `to=${new Date().toISOString()}` // what the timer may tell meanwhile is not meant
  const whole = await activity(admin, path, `?limit=200&${to}`)
  expect(whole.filter(({ kind }) => kind === 'refusal')).toHaveLength(2)
  expect(whole.length).toBeGreaterThan(16)
  for (const limit of [1, 3, 7]) expect(await everything(admin, path, `limit=${limit}&${to}`)).toEqual(whole)
  const people = await activity(admin, path, `?limit=200&kind=person&${to}`)
  expect(await everything(admin, path, `limit=2&kind=person&${to}`)).toEqual(people)
})

/** Waits until the feed has so many numbered records. */
async function told(table: Table, records: number): Promise<void> {
  const deadline = Date.now() + 20_000
  while (Number((await table.get(HEAD_KEY))?.values['seq'] ?? 0) < records) {
    if (Date.now() > deadline) throw new Error(`The feed has not reached ${records} records within 20 s.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('a page costs five trips at most, one behind it three, whatever the feed holds', async () => {
  const { tenant, path, admin, person } = await customerOf(service, 8)
  await Promise.all(Array.from({ length: 60 }, (_, i) => person(`person${i}@contoso.example`)))
  await told(tenant.table(), 120) // everybody, and everybody's role: what comes later would be numbered first, for three trips
  const tripsOf = () => service.lines.findLast((line) => line['manage'] === 'listActivity')?.['trips']
  const { body } = await admin('GET', `${path}/activity?limit=20`)
  expect(tripsOf()).toBe(OPENING.link + 5) // the outbox, the head, records, names, refusals
  await admin('GET', `${path}/activity?limit=20&after=${String(body['next'])}`)
  expect(tripsOf()).toBe(OPENING.link + 3)
  await admin('GET', `${path}/activity?refused=true`)
  expect(tripsOf()).toBe(OPENING.link + 1)
  await admin('GET', `${path}/activity?person=${'0'.repeat(32)}`)
  expect(tripsOf()).toBe(OPENING.link + 3)
})

test('what an erased person did stays erased', async () => {
  const customer = await customerOf(service, 4)
  const { path, admin, tenant } = customer
  const { ana, boss, sales } = await withAna(customer)
  await tenant.send('PATCH', `/Groups/${sales}`, patchOf({ op: 'Add', path: 'members', value: [{ value: ana }] }))
  const manager = { op: 'Add', path: `${ENTERPRISE}:manager`, value: ana }
  await tenant.send('PATCH', `/Users/${boss}`, patchOf(manager))
  await service.operator('POST', `${path}/people/${ana}/erase`, { confirm: ana })
  await follow(tenant)
  await follow(tenant)
  const lines = await activity(admin, path, '?limit=200')
  expect(texts(lines)).toContain('An erased person: everything erased by Olga Operator')
  const shown = JSON.stringify(lines)
  for (const trace of ['Ana', 'ana@', 'Logistics']) expect(shown).not.toContain(trace)
  expect(texts(await activity(admin, path, `?person=${ana}`))).toContain('Sales North: somebody who is gone joined')
})

/** A feed of records on several days, as if it had been written so. */
async function writeFeed(table: Table, times: readonly number[]): Promise<void> {
  const rows = times.map((ms, i): Action => {
    const time = new Date(ms).toISOString()
    const values = { type: 'user.updated', id: 'a'.repeat(32), v: 1, time, at: time, w: 'w', j0: '{"changes":{}}' }
    return { type: 'upsert', key: feedKey(i + 1), values }
  })
  for (let i = 0; i < rows.length; i += 100) await table.commit(rows.slice(i, i + 100))
  await table.commit([{ type: 'upsert', key: HEAD_KEY, values: { seq: rows.length, users: 0, groups: 0, moves: 0 } }])
}

test('days are counted exactly, and times are found, also when the oldest records are gone', async () => {
  const { tenant, path, admin } = await customerOf(service, 5)
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const perDay = [3, 0, 250, 1, 17]
  const times = perDay.flatMap((count, day) => Array.from({ length: count }, (_, i) => today - (5 - day) * DAY_MS + i * 1000))
  const table = tenant.table()
  await writeFeed(table, times)
  const { body } = await admin('GET', `${path}/activity/days?days=6`)
  const items = body['items'] as Item[]
  expect(items.slice(0, 5).map(({ changes }) => changes)).toEqual(perDay) // of today the timer may tell something
  expect(items.at(-1)).toMatchObject({ day: new Date(today).toISOString().slice(0, 10), refusals: 0 })
  expect(body['first']).toBe(new Date(times[0]!).toISOString())

  const between = (from: number, to: number) => `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
  const third = today - 3 * DAY_MS
  const lines = await everything(admin, path, `limit=200&${between(third, third + DAY_MS)}`)
  expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 250 }, (_, i) => 253 - i))
  expect(await everything(admin, path, between(third + 249_001, third + DAY_MS))).toEqual([])
  expect(await everything(admin, path, between(third + 249_000, third + DAY_MS))).toHaveLength(1)

  for (let seq = 1; seq <= 100; seq += 50)
    await table.commit(Array.from({ length: 50 }, (_, i): Action => ({ type: 'delete', key: feedKey(seq + i) })))
  const later = (await admin('GET', `${path}/activity/days?days=6`)).body['items'] as Item[]
  expect(later.slice(0, 5).map(({ changes }) => changes)).toEqual([0, 0, 153, 1, 17])
  expect(await everything(admin, path, 'limit=50&kind=person')).toHaveLength(171)
})

test('cycles are parted by pauses of ten minutes', async () => {
  const { tenant, path, admin } = await customerOf(service, 6)
  const now = Date.now()
  const minutesAgo = [600, 599, 595, 500, 491, 400]
  await writeFeed(
    tenant.table(),
    minutesAgo.map((minutes) => now - minutes * MINUTE_MS),
  )
  const { body } = await admin('GET', `${path}/activity/cycles`)
  const [running, ...past] = body['items'] as Item[]
  expect(running).toMatchObject({ changes: {}, requests: 1, refused: 0 })
  expect(
    past.map(({ begin, end }) => [begin, end].map((time) => Math.round((now - Date.parse(String(time))) / MINUTE_MS))),
  ).toEqual([
    [400, 400],
    [500, 491],
    [600, 595],
  ])
  expect(past.map(({ changes }) => changes)).toEqual([{ person: 1 }, { person: 2 }, { person: 3 }])
  expect((await admin('GET', `${path}/activity/cycles?limit=1`)).body['items']).toHaveLength(1)
})

test('bad input is refused by name, and no other tenant is seen', async () => {
  const { path, admin } = await customerOf(service, 7)
  const other = await linkOf(service, service.tenant(0).slug, 'reader')
  for (const [query, wrong] of [
    ['person=__proto__', '?person'],
    ['group=1', '?group'],
    ['kind=everything', '?kind'],
    ['from=yesterday', '?from'],
    ['limit=0', '?limit'],
    ['after=made-up', '?after'],
    ['refused=perhaps', '?refused'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', '?from'],
  ]) {
    const { status, body } = await admin('GET', `${path}/activity?${query}`)
    expect({ query, status, path: (body['errors'] as Item[] | undefined)?.[0]?.['path'] }).toEqual({
      query,
      status: 400,
      path: wrong,
    })
  }
  expect((await admin('GET', `${path}/activity/days?days=91`)).status).toBe(400)
  for (const below of ['', '/days', '/cycles']) {
    expect((await other('GET', `${path}/activity${below}`)).status).toBe(404)
    expect((await other('GET', `/tenants/${service.tenant(0).slug}/activity${below}`)).status).toBe(200)
    expect((await service.as(undefined)('GET', `${path}/activity${below}`)).status).toBe(401)
  }
  const place = (await other('GET', `/tenants/${service.tenant(0).slug}/activity?limit=1`)).body['next']
  expect((await admin('GET', `${path}/activity?limit=1&after=${String(place)}`)).status).toBe(400)
})
