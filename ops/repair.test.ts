import {
  anchorKey,
  belongsKey,
  tombstoneKey,
  feedKey,
  groupKey,
  HEAD_KEY,
  INDEX_HEAD_KEY,
  memberKey,
  outboxKey,
  userKey,
} from '../shared/storage/keys'
import type { Values } from '../shared/storage/table'
import { repaired, survey, type Repairs } from './repair'
import type { ExportedRow } from './row-file'

const [ANN, BOB, TEAM] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string]

const row = (key: string, values: Values = {}, timestamp = '2026-01-01T00:00:00Z'): ExportedRow => ({ key, timestamp, values })
const person = (id: string, userName: string) => [
  row(userKey(id), { v: 1, w: 'w', c: '', m: '', j0: JSON.stringify({ userName }) }),
  row(anchorKey(id), { k: 'u' }),
  row(`x!un!${userName}`, { id }),
]
const group = [
  row(groupKey(TEAM), { v: 1, w: 'w', c: '', m: '', j0: JSON.stringify({ displayName: 'team' }) }),
  row(anchorKey(TEAM), { k: 'g' }),
  row('x!gn!team!', { id: TEAM }),
]
const titled = [
  row(userKey(BOB), { v: 1, w: 'w', c: '', m: '', x: 'a1!boss a2', j0: JSON.stringify({ userName: 'bob', title: 'boss' }) }),
  row(anchorKey(BOB), { k: 'u' }),
  row('x!un!bob', { id: BOB }),
  row(`x!a1!boss!${BOB}`, { id: BOB }),
]
const membership = [row(memberKey(TEAM, ANN), { k: 'u' }), row(belongsKey(ANN, TEAM))]
const sound = [...person(ANN, 'ann'), ...group, ...membership]

async function* inOrder(rows: readonly ExportedRow[]): AsyncGenerator<ExportedRow> {
  for (const one of [...rows].sort((a, b) => (a.key < b.key ? -1 : 1))) yield await Promise.resolve(one)
}

/** The keys after the repair, the head's values, and what was done. */
async function repair(rows: readonly ExportedRow[]) {
  const repairs: Repairs = { dropped: 0, added: 0, conflicts: [] }
  const stored = new Map<string, Values>()
  for await (const { key, values } of repaired(inOrder(rows), await survey(inOrder(rows)), repairs)) stored.set(key, values)
  const head = stored.get(HEAD_KEY)
  stored.delete(HEAD_KEY)
  return { stored, keys: [...stored.keys()].sort(), head, repairs }
}

const keysOf = (rows: readonly ExportedRow[]) => rows.map(({ key }) => key).sort()
const without = (...keys: string[]) => sound.filter(({ key }) => !keys.includes(key))

test('sound rows stay as they are', async () => {
  const { keys, head, repairs } = await repair(sound)
  expect(keys).toEqual(keysOf(sound))
  expect(head).toMatchObject({ seq: 0, users: 1, groups: 1 })
  expect(repairs).toEqual({ dropped: 0, added: 0, conflicts: [] })
})

const memberKeys = [memberKey(TEAM, ANN), belongsKey(ANN, TEAM)]
test.each<[string, readonly ExportedRow[], readonly string[]]>([
  ['a membership without its other direction goes', without(belongsKey(ANN, TEAM)), keysOf(without(...memberKeys))],
  ['and without the first one', without(memberKey(TEAM, ANN)), keysOf(without(...memberKeys))],
  ['a membership of nobody goes', without(...keysOf(person(ANN, 'ann'))), keysOf(group)],
  ['a group without anchor goes, with its members', without(anchorKey(TEAM)), keysOf(person(ANN, 'ann'))],
  ['a person without anchor gets one', without(anchorKey(ANN)), keysOf(sound)],
  ['an anchor without document goes, with its memberships', without(userKey(ANN), 'x!un!ann'), keysOf(group)],
  ['a missing index row is added', without('x!un!ann', 'x!gn!team!'), keysOf(sound)],
  ['an index row of nobody goes', [...sound, row('x!un!old', { id: ANN }), row('x!un!bob', { id: BOB })], keysOf(sound)],
  ['rows of matching attributes that a document names stay', [...sound, ...titled], keysOf([...sound, ...titled])],
  ['and are added', [...sound, ...titled.slice(0, -1)], keysOf([...sound, ...titled])],
  ['others go', [...sound, row(`x!a1!boss!${ANN}`, { id: ANN })], keysOf(sound)],
  ['the job that indexes begins anew', [...sound, row(INDEX_HEAD_KEY, { target: '[]', finished: true })], keysOf(sound)],
  [
    'a deleted group goes on to have the rows that its purge clears',
    [...without(...keysOf(group)), row(groupKey(TEAM), { deleted: true }), row(tombstoneKey(TEAM), { k: 'g' })],
    keysOf([...without(...keysOf(group)), row(groupKey(TEAM)), row(tombstoneKey(TEAM))]),
  ],
  [
    'a mark whose job had not begun when jobs were read goes, with all that hung on it',
    [...without(...keysOf(group)), row(groupKey(TEAM), { deleted: true })],
    keysOf(person(ANN, 'ann')),
  ],
  [
    'rows of a kind not known here stay',
    [...sound, row('o!1'), row('zz!reader')],
    keysOf([...sound, row('o!1'), row('zz!reader')]),
  ],
  ['readers of the feed begin anew', [...sound, row('l!roles')], keysOf(sound)],
])('%s', async (_, rows, keys) => {
  expect((await repair(rows)).keys).toEqual([...keys].sort())
})

test('a userName that changed hands stays with the one whom its row names, and the other is told', async () => {
  const { stored, repairs } = await repair([...person(ANN, 'ann'), ...person(BOB, 'ann').slice(0, 2)])
  expect(stored.get('x!un!ann')).toEqual({ id: ANN })
  expect(repairs).toEqual({ dropped: 0, added: 0, conflicts: [BOB] })
})

test('records without a number get one in commit order; one that was numbered meanwhile does not get a second', async () => {
  const { stored, head } = await repair([
    ...sound,
    row(HEAD_KEY, { seq: 1, users: 0, groups: 0, moves: 4 }),
    row(feedKey(1), { w: 'w1' }),
    row(feedKey(2), { w: 'w2' }),
    row(outboxKey('w2'), { type: 'user.created', id: ANN, v: 1 }),
    row(outboxKey('w3'), { type: 'user.updated', id: ANN, v: 3 }, '2026-01-01T00:00:02Z'),
    row(outboxKey('w4'), { type: 'user.updated', id: ANN, v: 2 }, '2026-01-01T00:00:01Z'),
  ])
  const feed = [1, 2, 3, 4, 5].map((seq) => stored.get(feedKey(seq))?.['w'])
  expect(feed).toEqual(['w1', 'w2', 'w4', 'w3', undefined])
  expect(stored.get(feedKey(3))).toMatchObject({ type: 'user.updated', at: '2026-01-01T00:00:01Z' })
  expect([...stored.keys()].filter((key) => key.startsWith('p!'))).toEqual([])
  expect(head).toMatchObject({ seq: 4, users: 1, groups: 1 })
  expect(head?.['moves']).toBeGreaterThan(7)
})
