import { cyclesOf, type Happening } from './cycles'

const MINUTE_MS = 60_000
const sent = (minute: number): Happening => ({ at: minute * MINUTE_MS, what: 'record', kind: 'person', isSent: true })
const told = (minute: number): Happening => ({ at: minute * MINUTE_MS, what: 'record', kind: 'role', isSent: false })
const refused = (minute: number): Happening => ({ at: minute * MINUTE_MS, what: 'refusal', count: 2 })
const counted = (minute: number): Happening => ({ at: minute * MINUTE_MS, what: 'requests', count: 5 })

const shown = (happenings: readonly Happening[]) =>
  cyclesOf(happenings).map(({ begin, end, changes, refused: no, requests }) => [
    begin / MINUTE_MS,
    end / MINUTE_MS,
    changes,
    no,
    requests,
  ])

test.each<[string, Happening[], unknown[]]>([
  ['nothing', [], []],
  ['one cycle', [sent(1), sent(5), sent(14)], [[1, 14, { person: 3 }, 0, undefined]]],
  [
    'a pause of ten minutes',
    [sent(1), sent(11)],
    [
      [11, 11, { person: 1 }, 0, undefined],
      [1, 1, { person: 1 }, 0, undefined],
    ],
  ],
  ['what the follower adds', [sent(1), told(2)], [[1, 1, { person: 1, role: 1 }, 0, undefined]]],
  ['what an administrator does hours later', [sent(1), told(200)], [[1, 1, { person: 1 }, 0, undefined]]],
  ['refusals alone', [refused(3)], [[3, 3, {}, 2, undefined]]],
  ['a quiet cycle', [counted(40), counted(41)], [[40, 41, {}, 0, 10]]],
  ['any order', [sent(5), sent(1)], [[1, 5, { person: 2 }, 0, undefined]]],
])('%s', (_, happenings, cycles) => {
  expect(shown(happenings)).toEqual(cycles)
})
