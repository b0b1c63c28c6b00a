import { testKeys } from '../../../tests/support/keys'
import { follow } from '../../feed/follow'
import type { JsonObject } from '../../scim/json'
import { parseFilter } from '../../scim/filter/filter'
import { ENTERPRISE_URN, groupType, userType } from '../../scim/schema/schemas'
import { connectTables } from '../../storage/connect'
import { userKey } from '../../storage/keys'
import { createMeter } from '../../storage/meter'
import { inParallel } from '../../storage/parallel'
import type { Table } from '../../storage/table'
import { brokenInvariants } from '../../../tests/support/check-table'
import { deleteResource } from '../deletion/delete'
import type { DirectoryContext } from '../context'
import { createResource } from '../documents/create'
import { backfillIndexes } from './index-backfill'
import type { MatchingAttribute } from './matching'
import { findMatching } from './query'
import { readResourceById } from '../documents/read'
import { updateResource } from '../documents/update'
import { newWork } from '../../scim/work'

/** How a directory that has people already comes to be indexed by an attribute that its tenant names. */

const NUMBER = `${ENTERPRISE_URN}:employeeNumber`
const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
const NAMED_MS = Date.parse('2026-11-22T08:00:00Z')
let made = 0

const named = (path: string, more: Partial<MatchingAttribute> = {}): MatchingAttribute => ({
  type: 'User',
  path,
  since: '2026-11-22T08:00:00.000Z',
  ready: false,
  ...more,
})
const ready = (attribute: MatchingAttribute): MatchingAttribute => ({ ...attribute, ready: true })
const number = named(NUMBER)

async function newTable(): Promise<Table> {
  made += 1
  const name = `backfill${process.pid}x${made}`
  await tables.create(name)
  return tables.open(name, createMeter())
}

/** One instance: the choice it knows of, and its clock. */
const instance = (table: Table, matching: readonly MatchingAttribute[], minutes = 0): DirectoryContext => ({
  table,
  types: { User: userType, Group: groupType },
  now: () => new Date(NAMED_MS + minutes * 60_000),
  work: newWork(),
  tenant: 'none',
  keys: testKeys,
  matching,
})

const person = (i: number): JsonObject => ({ userName: `person${i}`, [ENTERPRISE_URN]: { employeeNumber: `N-${i}` } })

async function withPeople(count: number): Promise<{ table: Table; ids: string[] }> {
  const table = await newTable()
  const ids: string[] = []
  for (let i = 0; i < count; i += 1) ids.push((await createResource(instance(table, []), userType, person(i))).id)
  return { table, ids }
}

/** Runs the job as the timer does until it says that there is no more to do now. Answers with what it told. */
async function runJob(context: DirectoryContext, maxMs = 60_000): Promise<(readonly MatchingAttribute[])[]> {
  const told: (readonly MatchingAttribute[])[] = []
  const onIndexed = (attributes: readonly MatchingAttribute[]) => Promise.resolve(void told.push(attributes))
  while (await backfillIndexes(context, maxMs, onIndexed));
  return told
}

/** From the naming to the end. */
async function indexed(table: Table, matching: readonly MatchingAttribute[], minutes = 0) {
  await runJob(instance(table, matching, minutes))
  return runJob(instance(table, matching, minutes + 3))
}

const find = async (table: Table, matching: readonly MatchingAttribute[], filter: string) =>
  (await findMatching(instance(table, matching), userType, parseFilter(filter, userType))).map(
    ({ attributes }) => attributes['userName'],
  )

const byNumber = (value: string) => `employeeNumber eq "${value}"`

test('people who are there already are found by the index, and nothing that clients see has changed', async () => {
  const { table, ids } = await withPeople(5)
  const read = () =>
    Promise.all(ids.map((id) => readResourceById(instance(table, []), userType, id, { members: false, groups: false })))
  const before = await read()
  expect(await indexed(table, [number])).toEqual([[number]])
  expect(await read()).toEqual(before)
  expect(await brokenInvariants(table, [number])).toEqual([])
  expect(await find(table, [ready(number)], byNumber('n-3'))).toEqual(['person3'])
  expect(await find(table, [ready(number)], byNumber('none'))).toEqual([])
})

test('nothing begins before every instance knows of the choice', async () => {
  const { table } = await withPeople(2)
  await runJob(instance(table, [number]))
  expect(await runJob(instance(table, [number], 1.9))).toEqual([])
  expect(await brokenInvariants(table, [])).toEqual([])
  expect(await runJob(instance(table, [number], 2))).toEqual([[number]])
})

test('the follower does it, after it has numbered the feed', async () => {
  const { table } = await withPeople(2)
  const told: unknown[] = []
  for (const minutes of [0, 3])
    await follow(instance(table, [number], minutes), 60_000, {
      onIndexed: (attributes) => Promise.resolve(void told.push(attributes)),
    })
  expect(told).toEqual([[number]])
  expect(await table.all({ from: 'p!0', before: 'p"' })).toEqual([])
  expect(await brokenInvariants(table, [number])).toEqual([])
})

test('a tenant that names nothing has no row of the job', async () => {
  const { table } = await withPeople(0)
  expect(await runJob(instance(table, []))).toEqual([])
  expect(await table.all({ from: '!', before: '~' })).toEqual([])
})

test('a job that is cut short goes on from there, whoever takes it up', async () => {
  const { table } = await withPeople(0)
  const all = Array.from({ length: 210 }, (_, i) => i)
  await inParallel(all, 16, (i) => createResource(instance(table, []), userType, person(i)))
  await runJob(instance(table, [number]))
  const later = instance(table, [number], 3)
  const told: unknown[] = []
  const turns: boolean[] = []
  do turns.push(await backfillIndexes(later, 0, (attributes) => Promise.resolve(void told.push(attributes))))
  while (turns.at(-1) === true)
  expect(turns).toEqual([true, true, false]) // the groups, of which there are none, and two pages of people
  expect(told).toEqual([[number]])
  expect(await brokenInvariants(table, [number])).toEqual([])
})

test('two workers at once do no harm', async () => {
  const { table } = await withPeople(30)
  await runJob(instance(table, [number]))
  const told = await Promise.all([1, 2, 3].map(() => runJob(instance(table, [number], 3))))
  expect(told.flat().length).toBeGreaterThan(0)
  await runJob(instance(table, [number], 4))
  expect(await brokenInvariants(table, [number])).toEqual([])
})

test('who writes meanwhile is not overwritten, and who is deleted meanwhile does not return', async () => {
  const { table, ids } = await withPeople(40)
  const here = instance(table, [number])
  await runJob(here)
  const writes = ids.map(async (id, i) => {
    if (i % 2 === 0) return deleteResource(here, userType, id)
    const attributes = (current: JsonObject) => ({ ...current, [ENTERPRISE_URN]: { employeeNumber: `M-${i}` } })
    await updateResource(here, userType, id, { attributes, members: [] })
  })
  await Promise.all([runJob(instance(table, [number], 3)), ...writes])
  expect(await brokenInvariants(table, [number])).toEqual([])
  expect(await find(table, [ready(number)], byNumber('m-7'))).toEqual(['person7'])
  expect(await find(table, [ready(number)], byNumber('n-7'))).toEqual([])
})

test('writes keep the rows: a new person, another value, none, a DELETE', async () => {
  const table = await newTable()
  const here = instance(table, [ready(number)])
  const { id } = await createResource(here, userType, person(1))
  const set = (attributes: JsonObject) => updateResource(here, userType, id, { attributes: () => attributes, members: [] })
  expect(await find(table, here.matching, byNumber('N-1'))).toEqual(['person1'])
  await set({ ...person(1), [ENTERPRISE_URN]: { employeeNumber: 'X' } })
  expect(await find(table, here.matching, byNumber('N-1'))).toEqual([])
  expect(await find(table, here.matching, byNumber('x'))).toEqual(['person1'])
  await set({ userName: 'person1' })
  expect(await find(table, here.matching, byNumber('x'))).toEqual([])
  expect(await brokenInvariants(table, here.matching)).toEqual([])
  await deleteResource(here, userType, id)
  expect((await table.all({ from: 'x!', before: 'x"' })).map(({ key }) => key)).toEqual([])
})

test('an instance that has not heard of the attribute yet hides nobody whom it changes', async () => {
  const { table, ids } = await withPeople(3)
  await indexed(table, [number])
  const [first = '', second = ''] = ids
  const old = instance(table, [])
  const numbered = (employeeNumber: string) => ({
    attributes: (current: JsonObject) => ({ ...current, [ENTERPRISE_URN]: { employeeNumber } }),
    members: [],
  })
  await updateResource(old, userType, first, numbered('late'))
  await updateResource(old, userType, second, { attributes: () => ({ userName: 'bare' }), members: [] })
  await updateResource(old, userType, second, numbered('later'))
  expect(await find(table, [ready(number)], byNumber('late'))).toEqual(['person0'])
  expect(await find(table, [ready(number)], byNumber('later'))).toEqual(['bare'])
  expect(await brokenInvariants(table)).toEqual([])
})

test('an attribute that is taken back loses its rows; named again, it is indexed again', async () => {
  const { table } = await withPeople(4)
  const title = named('title')
  await indexed(table, [number, title])
  expect(await indexed(table, [ready(title)], 10)).toEqual([])
  expect(await brokenInvariants(table, [title])).toEqual([])
  await createResource(instance(table, [ready(title)]), userType, person(9))
  const again = named(NUMBER, { since: '2026-11-22T09:00:00.000Z' })
  expect(await indexed(table, [ready(title), again], 60)).toEqual([[ready(title), again]])
  expect(await find(table, [ready(again)], byNumber('n-9'))).toEqual(['person9'])
  expect(await indexed(table, [], 90)).toEqual([])
  expect(await brokenInvariants(table, [])).toEqual([])
})

test('what could not be told is told again, until the settings say that it has arrived', async () => {
  const { table } = await withPeople(1)
  await runJob(instance(table, [number]))
  const later = instance(table, [number], 3)
  await expect(backfillIndexes(later, 0, () => Promise.reject(new Error('out of reach')))).resolves.toBe(true)
  await expect(backfillIndexes(later, 0, () => Promise.reject(new Error('out of reach')))).rejects.toThrow('out of reach')
  expect(await runJob(later)).toEqual([[number]])
  expect(await runJob(later)).toEqual([[number]])
  expect(await runJob(instance(table, [ready(number)], 4))).toEqual([])
})

test('groups are indexed by attributes of their own', async () => {
  const table = await newTable()
  const extension = 'urn:contoso:2.0:Group'
  const attributes = { displayName: 'Team', [extension]: { code: 7 } }
  const member = await createResource(instance(table, []), userType, person(1))
  const { id } = await createResource(instance(table, []), groupType, attributes, [member.id])
  const code = named(`${extension}:code`, { type: 'Group' })
  await indexed(table, [code])
  expect(await brokenInvariants(table, [code])).toEqual([])
  await deleteResource(instance(table, [code]), groupType, id)
  expect(await brokenInvariants(table, [code])).toEqual([])
})

test('a person with more values than rows is found all the same', async () => {
  const table = await newTable()
  const phones = ready(named('phoneNumbers.value'))
  const here = instance(table, [phones, ready(number)])
  const phoneNumbers = Array.from({ length: 40 }, (_, i) => ({ value: `+49 ${i}`, type: 'work' }))
  const { id } = await createResource(here, userType, { ...person(1), phoneNumbers })
  expect(await find(table, here.matching, 'phoneNumbers[type eq "work" and value eq "+49 39"]')).toEqual(['person1'])
  expect(await find(table, here.matching, 'phoneNumbers eq "+49 40"')).toEqual([])
  const emails = Array.from({ length: 20 }, (_, i) => ({ value: `mail${i}@x` }))
  const few = phoneNumbers.slice(0, 19)
  await updateResource(here, userType, id, { attributes: (current) => ({ ...current, emails, phoneNumbers: few }), members: [] })
  const others = {
    emails: emails.map(({ value }) => ({ value: `o${value}` })),
    phoneNumbers: few.map(({ value }) => ({ value: `o${value}` })),
  }
  await updateResource(here, userType, id, { attributes: () => ({ ...person(2), ...others, externalId: 'e' }), members: [] })
  expect(await brokenInvariants(table, here.matching)).toEqual([])
  expect((await table.get(userKey(id)))?.values['v']).toBe(3)
})
