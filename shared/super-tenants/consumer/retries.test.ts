import { newDirectory } from '../../../tests/support/directory'
import { connectTables } from '../../storage/connect'
import { createMeter } from '../../storage/meter'
import { newId } from '../../directory/identifiers'
import { retryKey } from '../../storage/keys'
import type { Action, Table } from '../../storage/table'
import {
  changedRetries,
  learnRetries,
  nextDue,
  openRetries,
  pauseAfter,
  readDue,
  retryOf,
  settleRetries,
  triedWell,
  tryLater,
  type Retries,
} from './retries'
import { retryActions } from '../copies/rows'

const trouble = { target: 'north', id: 'i1', kind: 'u', reason: 'exists' } as const
const whole = { target: 'north', id: '', kind: 'u', reason: 'failed' } as const
const none = (): Retries => ({ entries: new Map(), earliestMs: Infinity })

test.each([
  [0, 60_000],
  [1, 120_000],
  [5, 1_920_000],
  [6, 3_600_000],
  [1_000, 3_600_000],
])('after %i tries the pause is %i ms at most, and four fifths of it at least', (tries, most) => {
  expect(pauseAfter(tries, 1)).toBe(most)
  expect(pauseAfter(tries, 0)).toBe(0.8 * most)
})

test('tries are counted until it goes well', () => {
  const retries = none()
  tryLater(retries, trouble, 0)
  expect(changedRetries(retries)).toMatchObject([[{ type: 'upsert', key: 'y!n!north!i1', values: { tries: 0 } }, { values: {} }]])
  tryLater(retries, trouble, 0)
  expect(retryOf(retries, 'north', 'i1')?.tries).toBe(1)
  expect(nextDue(retries)).toBeGreaterThanOrEqual(48_000)
})

test('a step stores of each what came last, and deletes no row that is not stored', () => {
  const retries = none()
  tryLater(retries, trouble, 0)
  triedWell(retries, 'north', 'i1')
  expect(changedRetries(retries)).toEqual([])
})

test('a target is known from step to step until it goes well', () => {
  const retries = none()
  tryLater(retries, whole, 0)
  settleRetries(retries)
  triedWell(retries, 'north')
  tryLater(retries, whole, 0)
  expect(changedRetries(retries)).toMatchObject([[{ type: 'upsert', key: 'y!t!north' }]])
  triedWell(retries, 'north')
  expect(changedRetries(retries)).toEqual([[{ type: 'delete', key: 'y!t!north' }]])
  settleRetries(retries)
  expect([changedRetries(retries), nextDue(retries)]).toEqual([[], undefined])
})

test('nothing is due before the earliest, be it a target or a person', () => {
  const retries = none()
  tryLater(retries, whole, 5_000_000)
  tryLater(retries, trouble, 1_000_000)
  const due = retryOf(retries, 'north', 'i1')?.due
  settleRetries(retries)
  expect(nextDue(retries)).toBe(due)
})

describe('stored', () => {
  const person = (i: number) => String(i).padStart(4, '0')
  const retry = (target: string, i: number, due: number) => ({ ...trouble, target, id: person(i), tries: 3, due })

  async function tableWith(actions: readonly Action[]): Promise<Table> {
    const { table } = (await newDirectory()).context
    for (let from = 0; from < actions.length; from += 100) await table.commit(actions.slice(from, from + 100))
    return table
  }

  test('what is due comes in order, each once, and what was noted anew or forgotten before its time is passed over', async () => {
    const noted = Array.from({ length: 30 }, (_, i) => retry(i % 2 === 0 ? 'north' : 'south', i, 1_000 + i))
    const table = await tableWith([...noted.flatMap(retryActions)])
    await table.commit(retryActions(retry('north', 2, 9_000))) // noted anew
    await table.commit([{ type: 'delete', key: retryKey('south', person(3)) }]) // forgotten
    const retries = await openRetries(table, 1)
    const first = await readDue(table, retries, { nowMs: 1_010, limit: 8 })
    expect(first.retries.map(({ target, due }) => [target, due])).toEqual([
      ['north', 1_000],
      ['south', 1_001],
      ['north', 1_004],
      ['south', 1_005],
      ['north', 1_006],
      ['south', 1_007],
    ])
    expect([first.passed.length, nextDue(retries)]).toEqual([8, 1_008])
    await table.commit(first.passed)
    const second = await readDue(table, retries, { nowMs: 1_010, limit: 8 })
    expect(second.retries.map(({ due }) => due)).toEqual([1_008, 1_009, 1_010])
    expect(nextDue(retries)).toBe(1_011)
    await table.commit(second.passed)
    const last = await readDue(table, retries, { nowMs: 10_000, limit: 100 })
    expect([last.retries.length, nextDue(retries)]).toEqual([20, undefined])
    expect(last.retries.at(-1)).toMatchObject({ id: person(2), due: 9_000, tries: 3, reason: 'exists' })
  })

  test('a turn reads what its people need, however many wait', async () => {
    const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
    const name = `retries${newId()}`
    await tables.create(name)
    const fill = tables.open(name, createMeter())
    const actions = Array.from({ length: 1_500 }, (_, i) => retryActions(retry('north', i, 5_000 + i))).flat()
    for (let from = 0; from < actions.length; from += 100) await fill.commit(actions.slice(from, from + 100))
    const meter = createMeter()
    const table = tables.open(name, meter)
    const retries = await openRetries(table, 5_000)
    await learnRetries(table, retries, 'north', [person(700), person(701), 'nobody'])
    expect([meter.trips, meter.calls]).toEqual([3, 3]) // the failing targets, those side by side, the one beyond
    expect(retryOf(retries, 'north', person(701))).toMatchObject({ due: 5_701, tries: 3 })
    expect(retryOf(retries, 'north', 'nobody')).toBeUndefined()
    tryLater(retries, { ...trouble, id: person(700) }, 0)
    expect(retryOf(retries, 'north', person(700))?.tries).toBe(4)
    triedWell(retries, 'north', 'nobody')
    expect(changedRetries(retries)).toHaveLength(1)
  })
})
