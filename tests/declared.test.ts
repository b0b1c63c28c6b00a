import type { DeclaredAttribute } from '../shared/scim/schema/declared'
import { ENTERPRISE_URN, USER_URN } from '../shared/scim/schema/schemas'
import { CONTOSO, declare } from './support/declare-attribute'
import { expectError } from './support/refusals'
import { filtered, patchOf, startService, type TestService, type TestTenant } from './support/service'
import { saveSettings } from './support/tenant-settings'

const PLACES = 'urn:ietf:params:scim:schemas:extension:Places:2.0:Group'

const DECLARED: readonly DeclaredAttribute[] = [
  declare('badge'),
  declare('code', { caseExact: true }),
  declare('level', { valueType: 'integer' }),
  declare('rate', { valueType: 'decimal' }),
  declare('remote', { valueType: 'boolean' }),
  declare('hired', { valueType: 'dateTime', mutability: 'immutable' }),
  declare('key', { valueType: 'binary' }),
  declare('site', { valueType: 'reference' }),
  declare('tags', { multiValued: true }),
  declare('numbers', { multiValued: true, valueType: 'integer' }),
  declare('flags', { multiValued: true, valueType: 'boolean' }),
  declare('sites', { multiValued: true, valueType: 'reference' }),
  declare('note', { returned: 'request' }),
  declare('desk', {
    valueType: 'complex',
    subAttributes: [
      { name: 'floor', valueType: 'integer' },
      { name: 'room', valueType: 'string' },
    ],
  }),
  declare('cards', {
    valueType: 'complex',
    multiValued: true,
    subAttributes: [
      { name: 'value', valueType: 'string' },
      { name: 'type', valueType: 'string', canonicalValues: ['door', 'gate'] },
      { name: 'primary', valueType: 'boolean' },
      { name: 'until', valueType: 'dateTime' },
    ],
  }),
  declare('shoeSize', { urn: ENTERPRISE_URN, valueType: 'integer' }),
  declare('building', { type: 'Group', urn: PLACES }),
]

/** Moves the service's clock: settings are read again after 30 s at most. */
let passedMs = 0
let service: TestService
let tenant: TestTenant
beforeAll(async () => {
  const now = Date.now
  jest.spyOn(Date, 'now').mockImplementation(() => now() + passedMs)
  service = await startService()
  tenant = service.tenant(0)
  await saveSettings(tenant.slug, { declared: DECLARED })
})
afterAll(async () => {
  await service.close()
  jest.restoreAllMocks()
})

const VALUES = {
  badge: 'Blue',
  code: 'aB',
  level: 7,
  rate: 1.5,
  remote: false,
  hired: '2020-03-01T08:00:00+01:00',
  key: 'TUlJ',
  site: '../Sites/1',
  tags: ['red', 'green'],
  desk: { floor: 3, room: '3.14' },
  cards: [
    { value: 'c1', type: 'door', primary: true, until: '2027-01-01T00:00:00Z' },
    { value: 'c2', type: 'gate' },
  ],
}

let names = 0
async function person(given: object = {}): Promise<{ path: string; id: string }> {
  const userName = `user${(names += 1)}@contoso.example`
  const answer = await tenant.send('POST', '/Users', { schemas: [USER_URN, CONTOSO], userName, ...given })
  expect(answer.status).toBe(201)
  const id = String(answer.body['id'])
  return { id, path: `/Users/${id}` }
}
const extensionOf = async (path: string, query = '') => (await tenant.send('GET', path + query)).body[CONTOSO]

test('values of every type are stored and returned as they were sent', async () => {
  const { path } = await person({ [CONTOSO]: VALUES, [ENTERPRISE_URN]: { shoeSize: 42 } })
  const { body } = await tenant.send('GET', path)
  expect(body[CONTOSO]).toEqual(VALUES)
  expect(body[ENTERPRISE_URN]).toEqual({ shoeSize: 42 })
  expect(body['schemas']).toEqual([USER_URN, ENTERPRISE_URN, CONTOSO])
})

test('a group takes what is declared for groups, and a person does not', async () => {
  const made = await tenant.send('POST', '/Groups', { displayName: 'North', [PLACES]: { building: 'B' } })
  expect(made.body[PLACES]).toEqual({ building: 'B' })
  expect((await tenant.send('GET', `/Groups${filtered(`${PLACES}:building eq "b"`)}`)).body['totalResults']).toBe(1)
})

test.each<[string, unknown]>([
  ['level', 'seven'],
  ['level', 7.5],
  ['remote', 'yes'],
  ['hired', 'today'],
  ['key', 'not base64!'],
  ['tags', [{ display: 'x' }]],
  ['tags', ['x', { value: ['y', 'z'] }]],
  ['numbers', [{ value: 'one' }]],
  ['flags', [{ value: 'yes' }]],
  ['desk', 'x'],
  ['desk', { floor: 'x' }],
  ['cards', [{ until: 'x' }]],
])('a %s of %j is 400 invalidValue in POST and PATCH', async (name, value) => {
  const { path } = await person()
  const body = { userName: `user${(names += 1)}@contoso.example`, [CONTOSO]: { [name]: value } }
  expectError(await tenant.send('POST', '/Users', body), { status: 400, scimType: 'invalidValue' })
  const patch = patchOf({ op: 'add', path: `${CONTOSO}:${name}`, value })
  expectError(await tenant.send('PATCH', path, patch), { status: 400, scimType: 'invalidValue' })
})

test.each<[string, unknown, unknown]>([
  ['tags', [{ value: '1' }, { value: '2' }], ['1', '2']],
  ['numbers', [{ value: '1' }, { value: 2 }], [1, 2]],
  ['flags', [{ value: 'True' }, { value: false }], [true, false]],
  ['sites', [{ $ref: null, value: '../Sites/1' }], ['../Sites/1']],
])('%s come as %j, each value in an object, and are stored as %j', async (name, sent, wanted) => {
  const place = `${CONTOSO}:${name}`
  const { path } = await person({ [CONTOSO]: { [name]: sent } })
  const after = async (operation: object) => {
    expect((await tenant.send('PATCH', path, patchOf(operation))).status).toBe(200)
    return extensionOf(path)
  }
  expect(await extensionOf(path)).toEqual({ [name]: wanted })
  expect(await after({ op: 'Remove', path: place, value: sent })).toBeUndefined()
  expect(await after({ op: 'Add', path: place, value: sent })).toEqual({ [name]: wanted })
  expect(await after({ op: 'Replace', path: place, value: (sent as unknown[]).slice(0, 1) })).toEqual({
    [name]: (wanted as unknown[]).slice(0, 1),
  })
  expect(await after({ op: 'replace', value: { [place]: sent } })).toEqual({ [name]: wanted })
  const put = await tenant.send('PUT', path, { userName: `user${names}@contoso.example`, [place]: sent })
  expect(put.body[CONTOSO]).toEqual({ [name]: wanted })
})

describe('filters', () => {
  let id: string
  beforeAll(async () => {
    ;({ id } = await person({ externalId: 'filtered', [CONTOSO]: VALUES }))
  })
  test.each([
    ['badge eq "BLUE"', true],
    ['code eq "aB"', true],
    ['code eq "ab"', false],
    ['level gt 6', true],
    ['level eq "7"', true],
    ['rate le 1.4', false],
    ['remote eq "False"', true],
    ['remote eq true', false],
    ['hired eq "2020-03-01T07:00:00Z"', true],
    ['hired lt "2020-01-01T00:00:00Z"', false],
    ['site eq "../sites/1"', false],
    ['tags eq "green"', true],
    ['tags co "lac"', false],
    ['tags.value eq "green"', true],
    ['desk.floor ge 3', true],
    ['desk[floor eq 3 and room sw "3."]', true],
    ['cards eq "C2"', true],
    ['cards[type eq "door" and value eq "c1"]', true],
    ['cards[type eq "door" and value eq "c2"]', false],
    ['cards[type eq "door"].until gt "2026-12-31T23:00:00Z"', true],
    ['note pr', false],
  ])('%s matches: %s', async (condition, isMatch) => {
    const filter = `externalId eq "filtered" and ${CONTOSO}:${condition}`
    const { body } = await tenant.send('GET', `/Users${filtered(filter)}`)
    expect((body['Resources'] as { id: string }[]).map((one) => one.id)).toEqual(isMatch ? [id] : [])
  })

  test.each(['remote gt true', 'desk eq "x"', 'level eq "seven"', 'hired eq "today"'])(
    '%s is 400 invalidFilter',
    async (condition) => {
      const answer = await tenant.send('GET', `/Users${filtered(`${CONTOSO}:${condition}`)}`)
      expectError(answer, { status: 400, scimType: 'invalidFilter' })
    },
  )
})

describe('PATCH', () => {
  const kept = { badge: VALUES.badge, cards: VALUES.cards, desk: VALUES.desk, tags: VALUES.tags }
  const [door, gate] = kept.cards
  test.each<[string, object, object]>([
    ['a value', { op: 'Replace', path: `${CONTOSO}:badge`, value: 'Red' }, { badge: 'Red' }],
    ['a typed value sent as text', { op: 'Add', path: `${CONTOSO}:level`, value: '9' }, { level: 9 }],
    [
      'keys without path',
      { op: 'replace', value: { [`${CONTOSO}:badge`]: 'Red', [`${CONTOSO}:desk.room`]: 'x' } },
      { badge: 'Red', desk: { floor: 3, room: 'x' } },
    ],
    ['the extension', { op: 'add', path: CONTOSO, value: { remote: 'True' } }, { remote: true }],
    ['a sub-attribute', { op: 'replace', path: `${CONTOSO}:desk.floor`, value: 4 }, { desk: { floor: 4, room: '3.14' } }],
    ['a complex value in part', { op: 'add', path: `${CONTOSO}:desk`, value: { room: 'x' } }, { desk: { floor: 3, room: 'x' } }],
    ['one more entry', { op: 'add', path: `${CONTOSO}:tags`, value: ['blue', 'red'] }, { tags: ['red', 'green', 'blue'] }],
    ['entries named in the value', { op: 'Remove', path: `${CONTOSO}:tags`, value: ['red'] }, { tags: ['green'] }],
    [
      'an entry by its value, to another',
      { op: 'replace', path: `${CONTOSO}:tags[value eq "red"]`, value: 'blue' },
      { tags: ['blue', 'green'] },
    ],
    [
      'the value of an entry',
      { op: 'replace', path: `${CONTOSO}:tags[value eq "red"].value`, value: 'green' },
      { tags: ['green'] },
    ],
    ['one more value', { op: 'add', path: `${CONTOSO}:tags.value`, value: 'blue' }, { tags: ['red', 'green', 'blue'] }],
    ['an entry by its value', { op: 'remove', path: `${CONTOSO}:tags[value eq "red"]` }, { tags: ['green'] }],
    [
      'a matched entry',
      { op: 'replace', path: `${CONTOSO}:cards[type eq "gate"].value`, value: 'c3' },
      { cards: [door, { value: 'c3', type: 'gate' }] },
    ],
    ['a matched entry, removed', { op: 'remove', path: `${CONTOSO}:cards[value eq "c1"]` }, { cards: [gate] }],
    [
      'an entry that has to be made',
      { op: 'add', path: `${CONTOSO}:cards[type eq "lift"].value`, value: 'c4' },
      { cards: [door, gate, { type: 'lift', value: 'c4' }] },
    ],
    [
      'a new primary',
      { op: 'replace', path: `${CONTOSO}:cards[type eq "gate"].primary`, value: 'True' },
      {
        cards: [
          { ...door, primary: false },
          { ...gate, primary: true },
        ],
      },
    ],
    ['the whole list', { op: 'replace', path: `${CONTOSO}:cards`, value: [{ value: 'c9' }] }, { cards: [{ value: 'c9' }] }],
    ['nothing', { op: 'replace', path: `${CONTOSO}:badge`, value: '' }, { badge: undefined }],
  ])('changes %s', async (_, operation, wanted) => {
    const { path } = await person({ [CONTOSO]: kept })
    expect((await tenant.send('PATCH', path, patchOf(operation))).status).toBe(200)
    expect(await extensionOf(path)).toEqual({ ...kept, ...wanted })
  })

  test('the removal of the extension takes its URN from schemas', async () => {
    const { path } = await person({ [CONTOSO]: kept })
    const { body } = await tenant.send('PATCH', path, patchOf({ op: 'remove', path: CONTOSO }))
    expect(body).not.toHaveProperty([CONTOSO])
    expect(body['schemas']).toEqual([USER_URN])
  })

  test('an immutable attribute is set once, by PATCH and by PUT', async () => {
    const { path } = await person()
    const set = (value: unknown) => tenant.send('PATCH', path, patchOf({ op: 'replace', path: `${CONTOSO}:hired`, value }))
    const put = (extension: object) =>
      tenant.send('PUT', path, { schemas: [USER_URN], userName: `user${names}@contoso.example`, ...extension })
    expect((await set(VALUES.hired)).status).toBe(200)
    expect((await set(VALUES.hired)).status).toBe(200)
    for (const value of ['2021-01-01T00:00:00Z', '', null]) expectError(await set(value), { status: 400, scimType: 'mutability' })
    expectError(await tenant.send('PATCH', path, patchOf({ op: 'remove', path: CONTOSO })), {
      status: 400,
      scimType: 'mutability',
    })
    expectError(await put({ [CONTOSO]: { hired: '2021-01-01T00:00:00Z' } }), { status: 400, scimType: 'mutability' })
    expect((await put({ [CONTOSO]: { hired: VALUES.hired, badge: 'Red' } })).body[CONTOSO]).toEqual({
      hired: VALUES.hired,
      badge: 'Red',
    })
    expect((await put({})).body[CONTOSO]).toEqual({ hired: VALUES.hired })
  })
})

test('projection knows declared attributes, their sub-attributes and what is returned on request alone', async () => {
  const { path } = await person({ [CONTOSO]: { ...VALUES, note: 'n' } })
  expect(await extensionOf(path)).toEqual(VALUES)
  expect(await extensionOf(path, `?attributes=${CONTOSO}:note`)).toEqual({ note: 'n' })
  expect(await extensionOf(path, `?attributes=${CONTOSO}:desk.floor,${CONTOSO}:cards.type`)).toEqual({
    desk: { floor: 3 },
    cards: [{ type: 'door' }, { type: 'gate' }],
  })
  const without = Object.keys(VALUES).filter((name) => name !== 'badge')
  expect(await extensionOf(path, `?excludedAttributes=${without.map((name) => `${CONTOSO}:${name}`).join(',')}`)).toEqual({
    badge: 'Blue',
  })
  expect(await extensionOf(path, `?excludedAttributes=${CONTOSO}`)).toBeUndefined()
})

test('a list is sorted by a declared attribute as its type orders it', async () => {
  const ids: string[] = []
  for (const level of [10, 9, 100]) ids.push((await person({ title: 'sorted', [CONTOSO]: { level } })).id)
  const sorted = await tenant.send('GET', `/Users${filtered('title eq "sorted"', `&sortBy=${CONTOSO}:level`)}`)
  expect((sorted.body['Resources'] as { id: string }[]).map(({ id }) => id)).toEqual([ids[1], ids[0], ids[2]])
})

test('what was learnt with one value, and is declared with several or comes as a list, is a list for who reads it', async () => {
  const other = service.tenant(2)
  const made = await other.send('POST', '/Users', { userName: 'one', [CONTOSO]: { tags: 'red', hobbies: 'chess' } })
  const path = `/Users/${String(made.body['id'])}`
  expect(made.body[CONTOSO]).toEqual({ tags: 'red', hobbies: 'chess' })
  await saveSettings(other.slug, { declared: [declare('tags', { multiValued: true })] })
  passedMs += 31_000
  await other.send('POST', '/Users', { userName: 'two', [CONTOSO]: { hobbies: ['chess', 'go'] } })
  expect((await other.send('GET', path)).body[CONTOSO]).toEqual({ tags: ['red'], hobbies: ['chess'] })
  const found = await other.send('GET', `/Users${filtered(`${CONTOSO}:hobbies eq "Chess"`)}`)
  expect(found.body['totalResults']).toBe(2)
})

test('what was learnt as text and is declared as a number then keeps its old values until they are written again', async () => {
  const other = service.tenant(1)
  const body = { userName: 'old@contoso.example', [CONTOSO]: { level: 'B7', floor: 'x' } }
  const made = await other.send('POST', '/Users', body)
  expect(made.body[CONTOSO]).toEqual({ level: 'B7', floor: 'x' })
  const path = `/Users/${String(made.body['id'])}`
  const declared = [declare('LEVEL', { urn: CONTOSO.toUpperCase(), valueType: 'integer' })]
  await saveSettings(other.slug, { declared })
  passedMs += 31_000
  const isFound = async (condition: string) =>
    (await other.send('GET', `/Users${filtered(`${CONTOSO}:level ${condition}`)}`)).body['totalResults'] === 1
  expect((await other.send('GET', path)).body[CONTOSO]).toEqual({ level: 'B7', floor: 'x' })
  expect([await isFound('pr'), await isFound('gt 1'), await isFound('ne 7')]).toEqual([true, false, true])
  expect((await other.send('PATCH', path, patchOf({ op: 'replace', path: 'title', value: 'x' }))).body[CONTOSO]).toEqual({
    level: 'B7',
    floor: 'x',
  })
  expectError(await other.send('PATCH', path, patchOf({ op: 'replace', path: `${CONTOSO}:level`, value: 'B8' })), {
    status: 400,
    scimType: 'invalidValue',
  })
  await other.send('PATCH', path, patchOf({ op: 'replace', path: `${CONTOSO}:level`, value: '8' }))
  expect((await other.send('GET', path)).body[CONTOSO]).toEqual({ level: 8, floor: 'x' })
  expect(await isFound('gt 1')).toBe(true)
})
