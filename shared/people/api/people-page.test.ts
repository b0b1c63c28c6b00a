import { newDirectory } from '../../../tests/support/directory'
import { documentValues } from '../../directory/documents/document'
import { derive, readPeople } from '../../access/read-access'
import type { PeoplePlace } from '../search-people'
import type { AccessFacts } from '../../roles/derive'
import type { Policy } from '../../roles/rules'
import { anchorKey, belongsKey, memberKey, userKey, userNameKey } from '../../storage/keys'
import type { Action, Table } from '../../storage/table'
import { keeper, readPage, type Filters } from './people-page'

/** 600 people as rows: calls are counted, and 2,000 take long to write. */
const PEOPLE = 600
const idOf = (n: number) => (n * 0x1000).toString(16).padStart(32, '0')
const groupOf = (n: number) => `${n.toString(16).padStart(2, '0')}${'a'.repeat(30)}`
const TIME = '2026-11-29T00:00:00.000Z'

const rule = (group: number, role: string) => ({
  kind: 'group' as const,
  id: `rule-${group}`,
  groupId: groupOf(group),
  groupName: `G${group}`,
  role,
})
const policy: Policy = {
  roles: ['Admin', 'Loanee', 'Other', 'No access'],
  grantsAccess: ['Admin', 'Loanee', 'Other'],
  defaultRole: 'No access',
  rules: [rule(1, 'Admin'), rule(2, 'Loanee')],
}

/** Every 50th is in the Admins' group 1, every 3rd in the Loanees' group 2, all in `more` groups that no rule names. */
async function fill(table: Table, more: number): Promise<void> {
  const rows = Array.from({ length: PEOPLE }, (_, n): Action[] => {
    const id = idOf(n)
    const groups = [...(n % 50 === 0 ? [1] : []), ...(n % 3 === 0 ? [2] : []), ...Array.from({ length: more }, (_g, i) => 16 + i)]
    const access: AccessFacts = {
      ...(n === 7 && { staged: true }),
      ...(n === 8 && { lock: { role: 'Admin', by: 'grace', at: TIME } }),
      ...(n === 50 && { lock: { role: 'Loanee', by: 'grace', at: TIME } }),
    }
    const userName = `p${String((n * 7919) % PEOPLE).padStart(3, '0')}` // in another order than the ids
    const attributes = { userName, active: n % 100 !== 99 }
    const document = { attributes, revision: 1, writeId: id, created: TIME, lastModified: TIME, access, indexed: [] }
    return [
      { type: 'create', key: userKey(id), values: documentValues(document) },
      { type: 'create', key: userNameKey(userName), values: { id } },
      { type: 'create', key: anchorKey(id), values: { k: 'u', w: 'w' } },
      ...groups.map((group): Action => ({ type: 'create', key: belongsKey(id, groupOf(group)), values: { w: 'w' } })),
      ...groups
        .filter((group) => group < 16)
        .map((group): Action => ({ type: 'create', key: memberKey(groupOf(group), id), values: { k: 'u', w: 'w' } })),
    ]
  }).flat()
  for (let i = 0; i < rows.length; i += 100) expect(await table.commit(rows.slice(i, i + 100))).toMatchObject({ ok: true })
}

const filled = async (more: number) => {
  const { context } = await newDirectory()
  await fill(context.table, more)
  return context
}

function counted(table: Table) {
  let calls = 0
  const counting: Table = {
    ...table,
    get: (key) => ((calls += 1), table.get(key)),
    page: (...given) => ((calls += 1), table.page(...given)),
    all: (...given) => ((calls += 1), table.all(...given)),
  }
  return { table: counting, calls: () => calls }
}

/** Every page; the ids, and the calls of the dearest page. */
async function walk(context: Awaited<ReturnType<typeof filled>>, wanted: Partial<Filters>, limit = 100) {
  const found: string[] = []
  let from: PeoplePlace | undefined
  let dearest = 0
  do {
    const { table, calls } = counted(context.table)
    const page = await readPage({ ...context, table }, policy, { search: '', names: false, limit, from, ...wanted })
    found.push(...page.people.map(({ document }) => document.id))
    dearest = Math.max(dearest, calls())
    from = page.next
  } while (from !== undefined)
  return { found, dearest }
}

describe.each<[name: string, more: number, dearest: number]>([
  // For 1,000 people: 2 documents' pages, the marks, 3 or 4 pages of rows, of which 200 people first.
  ['in few groups', 1, 8],
  // From the side of the two groups that rules name: 20,000 rows would be 20 pages.
  ['in many groups', 10, 10],
])('people %s', (_name, more, dearest) => {
  let context: Awaited<ReturnType<typeof filled>>
  beforeAll(async () => {
    context = await filled(more)
  }, 60_000)

  test.each(['Admin', 'loanee', 'No access', 'Disabled', 'Pending', 'Other'])(
    'of the role %s are found in few calls',
    async (role) => {
      const people = await readPeople(
        context,
        Array.from({ length: PEOPLE }, (_, n) => idOf(n)),
      )
      const held = people.filter((person) => derive(person, policy).role.toLowerCase() === role.toLowerCase())
      const walked = await walk(context, { role })
      expect(walked.found).toEqual(held.map(({ document }) => document.id))
      expect(walked.dearest).toBeLessThanOrEqual(role === 'Disabled' || role === 'Pending' || role === 'Other' ? 2 : dearest)
      expect((await walk(context, { role }, 3)).found).toEqual(walked.found)
    },
  )

  test('are found by the beginning of a userName and role in few calls', async () => {
    const { found, dearest: calls } = await walk(context, { search: 'p', role: 'Admin' })
    expect(found.sort()).toEqual((await walk(context, { role: 'Admin' })).found)
    expect(calls).toBeLessThanOrEqual(30)
  })
})

test('of people in too many groups together half are taken at a time, and each comes once', async () => {
  const { context } = await newDirectory()
  const people = Array.from({ length: 40 }, (_, n) => idOf(n))
  const rows = (id: string) =>
    Array.from({ length: 1000 }, (_, n) => ({
      key: belongsKey(id, n === 0 ? groupOf(1) : n.toString(16).padStart(32, '0')),
      etag: '',
      characters: 0,
      timestamp: '',
      values: {},
    }))
  // As if each were in 4,000 groups: pages of a thousand, whatever is asked for.
  const page: Table['page'] = ({ from }, { next = '0' } = {}) => {
    if (!from.startsWith('r!')) return Promise.resolve({ rows: [], next: undefined })
    return Promise.resolve({ rows: rows(from.split('!')[1] ?? ''), next: next === '3' ? undefined : String(Number(next) + 1) })
  }
  const directory = { ...context, table: { ...context.table, page } }
  const keep = keeper(directory, policy, { role: 'Admin', allGroups: true })
  const attributes = { userName: 'p' }
  const personOf = (id: string) => ({
    document: {
      id,
      attributes,
      revision: 1,
      writeId: '',
      created: TIME,
      lastModified: TIME,
      access: {},
      indexed: [],
      etag: '',
      characters: 0,
    },
    place: { stage: 'everybody', behind: userKey(id) },
  })
  let found: readonly ReturnType<typeof personOf>[] | Parameters<typeof keep>[0] = people.map(personOf)
  const shown: string[][] = []
  while (found.length > 0) {
    const { kept, left } = await keep(found)
    shown.push(kept.map(({ document }) => document.id))
    found = left
  }
  expect(shown.length).toBeGreaterThan(1)
  expect(shown.flat()).toEqual(people)
})
