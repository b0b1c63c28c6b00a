import type { Document } from '../directory/documents/document'
import { countPerson, effectOf, MAX_SHOWN, newTally, summed, type Change } from './effects'

const document = (id: string): Document => ({
  id,
  attributes: { userName: `${id}@contoso.example` },
  revision: 1,
  writeId: '',
  created: '',
  lastModified: '',
  access: {},
  indexed: [],
  etag: '',
  characters: 0,
})
const member = (id: string, ...groupIds: string[]) => ({ document: document(id), groupIds })
const side = (onLeave: 'disable' | 'delete', ...routed: string[]) => ({ routed: new Set(routed), onLeave })
const copy = { isThere: true, isHeldBack: false }
const none = { isThere: false, isHeldBack: false }
const conflict = { isThere: false, isHeldBack: true }

test.each([
  ['a group that is routed now', side('disable'), side('disable', 'lab'), none, 'comes'],
  ['the same while the name is taken', side('disable'), side('disable', 'lab'), conflict, 'heldBack'],
  ['the same over a copy that was left', side('disable'), side('disable', 'lab'), copy, 'returns'],
  ['another group in place of the one', side('disable', 'lab'), side('disable', 'staff'), copy, 'stays'],
  ['nothing new', side('disable', 'lab'), side('disable', 'lab'), copy, 'stays'],
  ['nothing new, its copy to come yet', side('disable', 'lab'), side('disable', 'lab'), none, 'stays'],
  ['nothing new, the name taken', side('disable', 'lab'), side('disable', 'lab'), conflict, 'heldBack'],
  [
    'a new name that is taken: the copy is there',
    side('disable', 'lab'),
    side('disable', 'lab'),
    { isThere: true, isHeldBack: true },
    'stays',
  ],
  ['the route taken away', side('disable', 'lab'), side('disable'), copy, 'leaves'],
  ['the same and delete', side('disable', 'lab'), side('delete'), copy, 'leaves'],
  ['the same without a copy', side('disable', 'lab'), side('disable'), none, undefined],
  ['the same while the name is taken', side('disable', 'lab'), side('delete'), conflict, undefined],
  ['a copy that was left, delete from now on', side('disable'), side('delete'), copy, 'leaves'],
  ['a copy that was left, disable as before', side('disable'), side('disable'), copy, undefined],
  ['a copy that is to be deleted anyhow', side('delete'), side('delete'), copy, undefined],
  ['a copy that was left, disable from now on', side('delete'), side('disable'), copy, undefined],
  ['a group that does not concern the person', side('disable', 'other'), side('disable', 'another'), none, undefined],
] as const)('somebody in Lab and Staff: %s', (...[, before, after, held, expected]) => {
  expect(effectOf('u', member('ada', 'lab', 'staff'), { before, after }, held)).toBe(expected)
})

test.each([
  ['is routed', side('disable'), side('disable', 'lab'), none, 'comes'],
  ['is routed again, its copy not gone yet', side('disable'), side('disable', 'lab'), copy, 'returns'],
  ['is routed no more', side('disable', 'lab'), side('disable'), copy, 'leaves'],
  ['has a name that is taken', side('disable'), side('disable', 'lab'), conflict, 'heldBack'],
  ['is inside of a group that is routed', side('disable'), side('disable', 'staff'), none, undefined],
  ['was routed once', side('disable'), side('delete'), copy, undefined],
] as const)('a group that %s', (...[, before, after, held, expected]) => {
  expect(effectOf('g', member('lab', 'staff'), { before, after }, held)).toBe(expected)
})

const routing: Change = { before: side('disable', 'old'), after: side('disable', 'new') }
const tallyOf = (slug: string, group: string, times: number, held = none) => {
  const tally = newTally()
  for (let i = 0; i < times; i += 1) countPerson(tally, member(`${group}${i}`, group), { slug, change: routing }, held)
  return tally
}

test('fifty are shown, those who leave before all others, and no range keeps more of a kind', () => {
  const tallies = [tallyOf('north', 'new', 300), tallyOf('south', 'old', 30, copy)]
  const { counts, first } = summed(tallies, ['north', 'south'])
  expect(counts.get('north')).toEqual({ comes: 300, returns: 0, leaves: 0, stays: 0, heldBack: 0 })
  expect(counts.get('south')).toMatchObject({ leaves: 30 })
  expect(first.map(({ effect }) => effect)).toEqual([...Array<string>(30).fill('leaves'), ...Array<string>(20).fill('comes')])
  expect(tallies[0]?.shown.comes).toHaveLength(MAX_SHOWN)
})

test('of a target that could not be read nobody is shown or counted', () => {
  const { counts, first } = summed([tallyOf('north', 'new', 3), tallyOf('south', 'new', 1)], ['south', 'west'])
  expect([...counts].map(([slug, { comes }]) => [slug, comes])).toEqual([
    ['south', 1],
    ['west', 0],
  ])
  expect(first.map(({ tenant }) => tenant)).toEqual(['south'])
})
