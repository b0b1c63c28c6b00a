import { testKeys } from '../../../tests/support/keys'
import fc from 'fast-check'
import type { DirectoryContext } from '../context'
import { createResource } from '../documents/create'
import { documentKey, readDocument } from '../documents/document'
import type { MatchingAttribute } from './matching'
import { findMatching } from './query'
import { updateResource } from '../documents/update'
import { parseFilter } from '../../scim/filter/filter'
import { matches } from '../../scim/filter/match'
import type { JsonObject } from '../../scim/json'
import { schemasOf } from '../../scim/resource'
import type { ResourceType } from '../../scim/schema/schema'
import { ENTERPRISE_URN, groupType, userType } from '../../scim/schema/schemas'
import { connectTables } from '../../storage/connect'
import { tombstoneKey, groupKey, memberKey } from '../../storage/keys'
import { createMeter } from '../../storage/meter'
import type { Row, Table } from '../../storage/table'
import { brokenInvariants } from '../../../tests/support/check-table'
import { newWork } from '../../scim/work'

/** Filters against what is stored: indexes answer as reading everything would, and nothing is answered in part. */

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })

async function newTable(name: string): Promise<Table> {
  const table = `queries${process.pid}${name}`
  await tables.create(table)
  return tables.open(table, createMeter())
}

const MATCHING: readonly MatchingAttribute[] = (
  [
    ['User', `${ENTERPRISE_URN}:employeeNumber`],
    ['User', 'phoneNumbers.value'],
    ['User', 'active'],
    ['User', 'name.familyName'],
    ['User', 'profileUrl'],
  ] as const
).map(([type, path]) => ({ type, path, since: '', ready: true }))

const contextOf = (table: Table): DirectoryContext => ({
  table,
  types: { User: userType, Group: groupType },
  now: () => new Date(),
  work: newWork(),
  tenant: 'none',
  keys: testKeys,
  matching: MATCHING,
})

const idsOf = async (context: DirectoryContext, type: ResourceType, filter: string) =>
  (await findMatching(context, type, parseFilter(filter, type))).map(({ id }) => id)

describe('an index', () => {
  const WORDS = ['a', 'A', 'b', 'ab', 'straße', 'STRASSE', 'x'.repeat(300), '', ' ']
  const one = <T>(...values: readonly T[]) => fc.constantFrom(...values)
  const word = one(...WORDS)

  const personOf = (i: number): fc.Arbitrary<JsonObject> =>
    fc
      .record({
        externalId: fc.option(word),
        emails: fc.array(fc.record({ value: word, type: one('work', 'home') }), { maxLength: 3 }),
        phoneNumbers: fc.oneof(
          { weight: 5, arbitrary: fc.array(fc.record({ value: word, type: one('work', 'home') }), { maxLength: 3 }) },
          {
            weight: 1,
            arbitrary: fc.constant(Array.from({ length: 25 }, (_, n) => ({ value: WORDS[n] ?? `n${n}`, type: 'work' }))),
          },
        ),
        familyName: word,
        profileUrl: word,
        active: fc.boolean(),
        employeeNumber: word,
        manager: fc.option(word),
      })
      .map(({ externalId, employeeNumber, manager, familyName, ...rest }) => ({
        userName: `${WORDS[i] ?? ''}${i}`,
        name: { familyName },
        ...rest,
        ...(externalId !== null && { externalId }),
        [ENTERPRISE_URN]: { employeeNumber, ...(manager !== null && { manager: { value: manager } }) },
      }))

  interface World {
    readonly context: DirectoryContext
    readonly users: readonly string[]
    readonly groups: readonly string[]
    /** Every resource as a filter sees it, by type, in the order of the ids above. */
    readonly views: Readonly<Record<'User' | 'Group', readonly JsonObject[]>>
  }
  const worlds: World[] = []

  /** Small directories, full of people who differ in one thing only. */
  beforeAll(async () => {
    const samples = fc.sample(fc.tuple(...[0, 1, 2, 3, 4, 5, 6, 7].map(personOf)), { numRuns: 4, seed: 7 })
    for (const [i, people] of samples.entries()) worlds.push(await worldOf(contextOf(await newTable(`index${i}`)), people))
  })

  async function worldOf(context: DirectoryContext, people: readonly JsonObject[]): Promise<World> {
    const users: string[] = []
    for (const attributes of people) users.push((await createResource(context, userType, attributes)).id)
    const boss = { [ENTERPRISE_URN]: { manager: { value: users[0] ?? '' } } }
    for (const id of users.slice(4, 6))
      await updateResource(context, userType, id, { attributes: (current) => ({ ...current, ...boss }), members: [] })
    const groups: string[] = []
    for (const [i, displayName] of ['a', 'A', 'b', 'straße'].entries()) {
      const members = [...users.filter((_, n) => n % (i + 1) === 0 && i < 3), ...groups.slice(0, 1)]
      groups.push((await createResource(context, groupType, { displayName, externalId: WORDS[i] ?? '' }, members)).id)
    }
    const rows = await context.table.all({ from: 'm!', before: 'm"' })
    const links = rows.map(({ key, values }) => ({
      group: key.slice(2, 34),
      id: key.slice(35),
      type: values['k'] === 'g' ? 'Group' : 'User',
    }))
    const nameOf = async (id: string) => readDocument((await context.table.get(groupKey(id)))!)!.attributes['displayName']!
    const names = new Map(await Promise.all(groups.map(async (id) => [id, await nameOf(id)] as const)))
    const view = async (type: ResourceType, id: string): Promise<JsonObject> => {
      const document = readDocument((await context.table.get(documentKey(type, id)))!)!
      const members = links.filter(({ group }) => group === id).map((link) => ({ value: link.id, type: link.type }))
      const held = links.filter((link) => link.id === id)
      return {
        ...document.attributes,
        ...(type.name === 'Group'
          ? { members }
          : { groups: held.map(({ group }) => ({ value: group, display: names.get(group) ?? '', type: 'direct' })) }),
        schemas: schemasOf(type, document.attributes),
        id,
        meta: { resourceType: type.name },
      }
    }
    const User = await Promise.all(users.map((id) => view(userType, id)))
    return { context, users, groups, views: { User, Group: await Promise.all(groups.map((id) => view(groupType, id))) } }
  }

  const quoted = (text: string) => JSON.stringify(text)
  const operator = one('eq', 'eq', 'eq', 'ne', 'sw', 'co')
  const textTerm = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
    fc.tuple(name, operator, value).map(([path, op, text]) => `${path} ${op} ${quoted(text)}`)

  /** Filters in which every index takes part; ids in them are those of the world. */
  function filterOf(type: ResourceType, { users, groups }: World): fc.Arbitrary<string> {
    const anyId = one(...users, ...groups, 'none')
    const terms =
      type.name === 'User'
        ? fc.oneof(
            textTerm(
              one(
                'externalId',
                'emails',
                'emails.value',
                'phoneNumbers',
                'name.familyName',
                'profileUrl',
                'employeeNumber',
                'manager',
              ),
              word,
            ),
            textTerm(one('userName'), one('A0', 'a1', 'b2', 'ab3', 'STRASSE4', 'nobody')),
            textTerm(one('id', 'manager', 'groups', 'groups.value'), anyId),
            textTerm(one('groups.display', 'emails.type', 'phoneNumbers.type'), one('a', 'B', 'STRASSE', 'work')),
            fc
              .tuple(one('emails', 'phoneNumbers'), one('work', 'home'), word, one('and', 'or'))
              .map(([name, label, value, join]) => `${name}[type eq "${label}" ${join} value eq ${quoted(value)}]`),
            fc.tuple(anyId, one('a', 'b')).map(([id, name]) => `groups[value eq "${id}" and display eq "${name}"]`),
            one(
              'active eq true',
              'active eq false',
              'groups pr',
              'emails pr',
              'manager pr',
              'externalId eq null',
              'phoneNumbers[not (value pr)]',
            ),
          )
        : fc.oneof(
            textTerm(one('displayName', 'externalId'), word),
            textTerm(one('id', 'members', 'members.value'), anyId),
            fc.tuple(anyId, one('User', 'Group')).map(([id, kind]) => `members[value eq "${id}" and type eq "${kind}"]`),
            one('members pr', 'members.type eq "Group"', 'members[type eq "User"]', 'displayName pr'),
          )
    return fc.letrec<{ filter: string }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        terms,
        fc.tuple(tie('filter'), one('and', 'or'), tie('filter')).map(([left, join, right]) => `(${left} ${join} ${right})`),
        tie('filter').map((inner) => `not (${inner})`),
      ),
    })).filter
  }

  test.each(['User', 'Group'] as const)('of a %s answers as reading everything would', async (name) => {
    const type = name === 'User' ? userType : groupType
    const cases = fc.nat(worlds.length - 1).chain((at) => filterOf(type, worlds[at]!).map((filter) => ({ at, filter })))
    await fc.assert(
      fc.asyncProperty(cases, async ({ at, filter }) => {
        const { context, users, groups, views } = worlds[at]!
        const parsed = parseFilter(filter, type)
        const wanted = (name === 'User' ? users : groups).filter((_, i) => matches(parsed, views[name][i]!))
        expect(await idsOf(context, type, filter)).toEqual(wanted.sort())
      }),
      { numRuns: 300 },
    )
  })

  test('and its rows are those that the documents call for', async () => {
    for (const { context } of worlds) expect(await brokenInvariants(context.table, MATCHING)).toEqual([])
  })
})

describe('a filter that would read too much', () => {
  const rowOf = (key: string): Row => ({ key, etag: '', timestamp: '', values: { k: 'u' } })
  const id = (i: number) => i.toString(16).padStart(32, '0')

  /** The table, with more rows of that prefix than a test could write. */
  const crowded = (table: Table, prefix: string, rows: readonly Row[]): Table => ({
    ...table,
    all: (range, options) =>
      range.from.startsWith(prefix) ? Promise.resolve(rows.slice(0, options?.limit)) : table.all(range, options),
  })

  test('is refused rather than answered in part: 100,000 memberships', async () => {
    const table = await newTable('crowd')
    const rows = Array.from({ length: 100_001 }, (_, i) => rowOf(memberKey(id(0), id(i))))
    const many = contextOf(crowded(table, 'm!', rows))
    await expect(idsOf(many, groupType, 'members pr')).rejects.toMatchObject({ status: 400, scimType: 'tooMany' })
    await expect(idsOf(many, userType, 'groups pr')).rejects.toMatchObject({ scimType: 'tooMany' })
    await expect(idsOf(many, userType, `not (groups eq "${id(0)}")`)).rejects.toMatchObject({ scimType: 'tooMany' })
    const few = contextOf(crowded(table, 'm!', rows.slice(0, 100_000)))
    expect(await idsOf(few, groupType, 'members pr')).toEqual([])
    const longWork = Array.from({ length: 64 }, () => 'members.type eq "x"').join(' or ')
    await expect(idsOf(few, groupType, longWork)).rejects.toMatchObject({ scimType: 'tooMany' })
  })

  test('ids that are found in many places count together: 10,000 resources', async () => {
    const table = await newTable('found')
    const rows = Array.from({ length: 6000 }, (_, i) => rowOf(memberKey(id(0), id(i))))
    const others = Array.from({ length: 6000 }, (_, i) => rowOf(memberKey(id(1), id(6000 + i))))
    const crowd = crowded(crowded(table, `m!${id(0)}`, rows), `m!${id(1)}`, others)
    await expect(idsOf(contextOf(crowd), userType, `groups eq "${id(0)}" or groups eq "${id(1)}"`)).rejects.toMatchObject({
      scimType: 'tooMany',
    })
  })

  test('of a deleted group counts nobody', async () => {
    const table = await newTable('tombstone')
    const context = contextOf(table)
    const user = await createResource(context, userType, { userName: 'ann' })
    const group = await createResource(context, groupType, { displayName: 'Team' }, [user.id])
    await table.commit([{ type: 'create', key: tombstoneKey(group.id), values: { k: 'g', w: '0' } }])
    expect(await idsOf(context, userType, 'groups pr')).toEqual([])
    expect(await idsOf(context, userType, 'not (groups pr)')).toEqual([user.id])
  })
})
