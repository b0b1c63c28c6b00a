import { newDirectory } from '../../tests/support/directory'
import { defaultPolicy } from '../roles/catalogue'
import { userKey } from '../storage/keys'
import type { Table } from '../storage/table'
import { readDocument } from '../directory/documents/document'
import { showPeople } from './person'

test('a page of people who are in the same groups costs a call for memberships and one for the names', async () => {
  const directory = await newDirectory()
  const { context } = directory
  const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => directory.person(`p${i}`)))
  const groups = await Promise.all(Array.from({ length: 20 }, (_, i) => directory.group(`Group ${i}`, ids)))
  const rows = await Promise.all(ids.map((id) => context.table.get(userKey(id))))
  const documents = rows.map((row) => readDocument(row!)!)
  let calls = 0
  const table: Table = {
    ...context.table,
    get: (key) => ((calls += 1), context.table.get(key)),
    page: (...given) => ((calls += 1), context.table.page(...given)),
    all: (...given) => ((calls += 1), context.table.all(...given)),
  }
  const people = await showPeople({ ...context, table }, defaultPolicy, documents)
  expect(people.map(({ id }) => id)).toEqual(ids)
  for (const shown of people) expect(shown.groups.map(({ id }) => id)).toEqual(groups.toSorted())
  expect(people[0]?.groups.find(({ id }) => id === groups[3])?.displayName).toBe('Group 3')
  expect(calls).toBe(2)
})
