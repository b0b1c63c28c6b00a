import type { ToldRecord } from '../../feed/tell-record'
import type { Json, JsonObject } from '../../scim/json'
import { joinRecords } from './joined-records'
import { toLine } from './line'
import { describeRecord, kindOf } from './record-words'

const ANA = 'a'.repeat(32)
const BOSS = 'b'.repeat(32)
const SALES = 'c'.repeat(32)
const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const names = new Map([
  [ANA, 'Ana Ruiz'],
  [BOSS, 'Bo Boss'],
  [SALES, 'Sales North'],
])
const wording = { nameOf: (id: string) => names.get(id), shownRole: (role: string) => role }
const told = (type: string, more: Partial<ToldRecord> = {}): ToldRecord => ({
  seq: 1,
  type,
  id: ANA,
  time: '2026-11-22T12:00:00.000Z',
  correlation: 'w',
  ...more,
})
const change = (attribute: string, before?: Json, after?: Json): Pick<ToldRecord, 'changes'> => {
  const sides: JsonObject = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
  return { changes: JSON.parse(JSON.stringify({ [attribute]: sides })) as JsonObject }
}
const group = { id: SALES }
const by = 'Carla'

test.each<[string, ToldRecord, string]>([
  ['a new person', told('user.created', change('userName', undefined, 'ana@x')), 'Ana Ruiz: added; user name ana@x'],
  ['one who is disabled', told('user.created', change('active', undefined, false)), 'Ana Ruiz: added, disabled'],
  ['a value', told('user.updated', change(`${ENT}:department`, 'Logistics', 'Sales')), 'Ana Ruiz: department Logistics → Sales'],
  ['a first value', told('user.updated', change('title', undefined, 'Clerk')), 'Ana Ruiz: title set to Clerk'],
  ['a value that went', told('user.updated', change('title', 'Clerk')), 'Ana Ruiz: title Clerk removed'],
  ['a disable', told('user.updated', change('active', true, false)), 'Ana Ruiz: disabled'],
  ['a return', told('user.updated', change('active', false, true)), 'Ana Ruiz: enabled again'],
  ['a manager', told('user.updated', change(`${ENT}:manager`, undefined, { value: BOSS })), 'Ana Ruiz: manager set to Bo Boss'],
  [
    'a manager who is not here',
    told('user.updated', change(`${ENT}:manager`, { value: BOSS }, { value: 'd'.repeat(32) })),
    'Ana Ruiz: manager Bo Boss → somebody who is not here',
  ],
  [
    'a work address',
    told('user.updated', change('emails', [{ type: 'work', value: 'a@x' }], [{ type: 'work', value: 'b@x', primary: true }])),
    'Ana Ruiz: work e-mail a@x → b@x',
  ],
  [
    'a mark alone',
    told('user.updated', change('emails', [{ value: 'a@x' }], [{ value: 'a@x', primary: true }])),
    'Ana Ruiz: e-mail changed',
  ],
  ['a name', told('user.updated', change('name', { givenName: 'A' }, { givenName: 'Ana' })), 'Ana Ruiz: given name A → Ana'],
  [
    'an attribute of the customer',
    told('user.updated', change('urn:x:contoso:costCentre', 12, 13)),
    'Ana Ruiz: cost centre 12 → 13',
  ],
  ['a hostile name', told('user.updated', change('__proto__', 'a', 'b')), 'Ana Ruiz: __proto__ a → b'],
  ['a sensitive attribute', told('user.updated', { changes: { salary: {} } }), 'Ana Ruiz: salary changed'],
  [
    'names alone',
    told('user.updated', { changed: ['photos', `${ENT}:department`] }),
    'Ana Ruiz: photo, department changed (too large to show)',
  ],
  ['a memberless change', told('user.updated', { changes: {} }), 'Ana Ruiz: changed'],
  ['a deletion', told('user.deleted'), 'Ana Ruiz: deleted'],
  ['somebody who is gone', told('user.deleted', { id: 'd'.repeat(32) }), 'A person who is gone: deleted'],
  ['a new group', told('group.created', { ...group, members: { added: [ANA] } }), 'Sales North: group added; Ana Ruiz joined'],
  [
    'two who joined',
    told('group.updated', { ...group, members: { added: [ANA, BOSS] } }),
    'Sales North: Ana Ruiz and 1 other joined',
  ],
  [
    'many, one known',
    told('group.updated', { ...group, members: { removed: ['x', BOSS, 'y', 'z'] } }),
    'Sales North: Bo Boss and 3 others left',
  ],
  ['many unknown', told('group.updated', { ...group, members: { removed: ['x', 'y', 'z'] } }), 'Sales North: 3 members left'],
  [
    'a rename',
    told('group.updated', { ...group, ...change('displayName', 'North', 'Sales North') }),
    'Sales North: display name North → Sales North',
  ],
  ['a group that goes', told('group.deleted', group), 'Sales North: group deleted'],
  [
    'a role by a rule',
    told('role.changed', {
      role: { before: 'Loanee', after: 'Manager', reason: { kind: 'rule', groupId: SALES, groupName: 'Old name' } },
    }),
    'Ana Ruiz: role Loanee → Manager by rule Sales North',
  ],
  [
    'a role by the rule of a group that is gone',
    told('role.changed', {
      role: { before: 'Loanee', after: 'Manager', reason: { kind: 'rule', groupId: 'x', groupName: 'Old name' } },
    }),
    'Ana Ruiz: role Loanee → Manager by rule Old name',
  ],
  [
    'a first role',
    told('role.changed', { role: { after: 'Manager', reason: { kind: 'default' } } }),
    'Ana Ruiz: role Manager by default, as no rule matches',
  ],
  [
    'a role that a disable takes',
    told('role.changed', { role: { before: 'Manager', after: 'Disabled', reason: { kind: 'inactive' } } }),
    'Ana Ruiz: role Manager → Disabled because the directory disabled them',
  ],
  [
    'a lock',
    told('lock.changed', { facts: { after: { role: 'Manager', by, at: '' }, by } }),
    'Ana Ruiz: role locked as Manager by Carla',
  ],
  [
    'a lock that goes',
    told('lock.changed', { facts: { before: { role: 'Manager', by, at: '' }, by } }),
    'Ana Ruiz: lock on role Manager taken off by Carla',
  ],
  ['a release', told('person.released', { facts: { by } }), 'Ana Ruiz: released, no longer Pending, by Carla'],
  [
    'a new person under an old name',
    told('person.replaced', { facts: { groups: ['x', 'y'], lock: { role: 'Manager' }, productId: 'P-1' } }),
    'Ana Ruiz: a new person under the same user name; dropped of the old one: 2 memberships, lock, product id',
  ],
  [
    'memberships that go before',
    told('person.unlinked', { facts: { groups: ['x'] } }),
    'Ana Ruiz: left 1 group, since a new person takes the user name',
  ],
  ['an erasure', told('person.erased', { facts: { by } }), 'An erased person: everything erased by Carla'],
  [
    'what erased people did',
    told('user.updated', { erased: true, changed: ['title'] }),
    'An erased person: title changed (the values are erased)',
  ],
  ['an erased role', told('role.changed', { erased: true }), 'An erased person: role changed'],
  ['a product id', told('product.linked', { facts: { after: '4711', by } }), 'Ana Ruiz: product id set to 4711 by Carla'],
  [
    'another product id',
    told('product.linked', { facts: { before: '1', after: '2', by } }),
    'Ana Ruiz: product id 1 → 2 by Carla',
  ],
  ['no product id', told('product.unlinked', { facts: { before: '1', by } }), 'Ana Ruiz: product id 1 taken away by Carla'],
  [
    'rules',
    told('rules.saved', { id: 'rules', facts: { by, rules: 2, defaultRole: 'No access' } }),
    'Roles and rules saved by Carla: 2 rules, default No access',
  ],
  ['routes', told('routes.saved', { id: 'routes', facts: { by } }), 'Routes to other tenants saved by Carla'],
  ['an adopted person', told('person.adopted', { facts: { by } }), 'Ana Ruiz: taken over into this tenant by Carla'],
  ['an adopted group', told('group.adopted', { ...group, facts: { by } }), 'Sales North: taken over into this tenant by Carla'],
  [
    'a token that ends',
    told('token.expiring', {
      id: 'k1',
      facts: { lastFour: 'xiIo', label: 'Entra ID', expires: '2026-12-22T00:00:00.000Z', days: 30 },
    }),
    'The token ending in xiIo (Entra ID) ends on 2026-12-22, in 30 days',
  ],
  [
    'health',
    told('health.changed', { id: 'contoso', facts: { before: 'ok', after: 'late', reason: 'Nothing came.' } }),
    'Connection with Entra ID: ok → late. Nothing came.',
  ],
  [
    'equipment of a disabled person',
    told('equipment.held', { facts: { state: 'disabled', count: 2, items: [{ model: 'T14', assetTag: 'PC-1' }] } }),
    'Ana Ruiz: disabled and still holds 2 items: T14 PC-1',
  ],
  [
    'equipment that came back',
    told('equipment.returned', { facts: { state: 'deleted', item: { model: 'T14', assetTag: 'PC-1' } } }),
    'Ana Ruiz: deleted; the last item came back: T14 PC-1',
  ],
  [
    'the report',
    told('equipment.report', { id: 'equipment', facts: { people: 1, items: 3 } }),
    'Equipment report: 1 disabled person still holding 3 items',
  ],
  [
    'a capture',
    told('capture.changed', { id: 'capture', facts: { state: 'on', scope: 'person', minutes: 30, by } }),
    'Capture of requests about one person turned on by Carla for 30 minutes',
  ],
  [
    'the end of a capture',
    told('capture.changed', { id: 'capture', facts: { state: 'off', by } }),
    'Capture turned off by Carla',
  ],
  [
    'a capture that is full',
    told('capture.changed', { id: 'capture', facts: { state: 'full' } }),
    'Capture ended by itself: it holds as much as it may',
  ],
  ['a type that nobody foresaw', told('badge.printed', { id: 'x', facts: { by } }), 'recorded as badge.printed by Carla'],
  ['a type that objects inherit', told('constructor', { id: 'x' }), 'recorded as constructor'],
])('%s', (_, record, text) => {
  expect(toLine({ told: record }, wording).text).toBe(text)
})

test('a person whose history is read comes first among the members', () => {
  const record = told('group.updated', { ...group, members: { added: ['x', 'y', 'z', BOSS] } })
  expect(describeRecord(record, { ...wording, focus: BOSS }).phrases).toEqual(['Bo Boss and 3 others joined'])
})

test('long values are cut, and a line never tells more than eight things', () => {
  const changes: JsonObject = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`title${i}`, { after: 'x'.repeat(5000) }]))
  const line = toLine({ told: told('user.updated', { changes }) }, wording)
  expect(line.text.length).toBeLessThanOrEqual(1000)
  expect(line.text).toContain('; 13 more')
  expect(line.changes).toHaveLength(20)
  expect(line.changes.every(({ after = '' }) => after.length <= 200)).toBe(true)
})

const role = (seq: number, more: Partial<ToldRecord> = {}) => told('role.changed', { seq, role: { after: 'Manager' }, ...more })
const joinedOf = (records: readonly ToldRecord[]) => joinRecords(records).map(({ told: { seq }, effect }) => [seq, effect?.seq])

test.each<[string, ToldRecord[], [number, number | undefined][]]>([
  ['behind its change', [told('user.updated'), role(2)], [[1, 2]]],
  ['alone', [role(2)], [[2, undefined]]],
  [
    'of somebody else',
    [told('user.updated', { id: BOSS }), role(2)],
    [
      [1, undefined],
      [2, undefined],
    ],
  ],
  [
    'too far behind',
    [told('user.updated'), role(202)],
    [
      [1, undefined],
      [202, undefined],
    ],
  ],
  [
    'too late',
    [told('user.updated'), role(2, { time: '2026-11-22T12:11:00.000Z' })],
    [
      [1, undefined],
      [2, undefined],
    ],
  ],
  [
    'a second one',
    [told('user.updated'), role(2), role(3)],
    [
      [1, 2],
      [3, undefined],
    ],
  ],
  [
    'behind rules that were saved since',
    [told('user.updated'), told('rules.saved', { id: 'rules', seq: 2 }), role(3)],
    [
      [1, undefined],
      [2, undefined],
      [3, undefined],
    ],
  ],
  [
    'behind what changes no role',
    [told('equipment.held'), role(2)],
    [
      [1, undefined],
      [2, undefined],
    ],
  ],
])('a role %s', (_, records, joined) => {
  expect(joinedOf(records)).toEqual(joined)
})

test('a type that the catalogue does not have yet is told by its name', () => {
  expect(kindOf('badge.printed')).toBe('other')
})

const swap = (seq: number, added: string[], removed: string[], more: Partial<ToldRecord> = {}) =>
  told('group.updated', { ...group, seq, members: { added, removed }, ...more })
const first = swap(1, ['a'], ['x', 'y', 'z'])
const LATER = '2026-11-22T12:11:00.000Z'

test.each<[string, ToldRecord[], [number, number][]]>([
  ['three times', [first, swap(2, ['b'], ['a']), swap(3, ['c'], ['b'])], [[3, 3]]],
  [
    'with other records between',
    [first, told('user.updated', { seq: 2 }), swap(3, ['b'], ['a']), swap(4, [], [], { id: 'other' }), swap(5, ['c'], ['b'])],
    [[5, 3]],
  ],
  ['twice', [first, swap(2, ['b'], ['a'])], [[2, 2]]],
  ['once', [first, swap(2, ['b'], ['q'])], []],
  ['in two groups', [first, swap(2, ['b'], ['a'], { id: 'other' }), swap(3, ['c'], ['b'])], []],
  ['with somebody else leaving', [first, swap(2, ['b'], ['a', 'q'])], []],
  ['with two joining', [first, swap(2, ['b', 'q'], ['a']), swap(3, ['c'], ['b'])], []],
  ['with a long pause', [first, swap(2, ['b'], ['a'], { time: LATER })], []],
])('members replaced by one %s', (_, records, found) => {
  const said = joinRecords(records).flatMap(({ told: { seq }, oneByOne }) => (oneByOne === undefined ? [] : [[seq, oneByOne]]))
  expect(said).toEqual(found)
})
