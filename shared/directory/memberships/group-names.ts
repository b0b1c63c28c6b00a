import { own } from '../../scim/json'
import { groupKey } from '../../storage/keys'
import type { Table } from '../../storage/table'
import { readDocument } from '../documents/document'
import { visitRowsAt } from '../query/near'

/** Names of groups as they are now, by id; a group that is gone, or whose DELETE is committed, is not among them. Each is read once. */
export async function readGroupNames(table: Table, ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  await visitRowsAt(table, [...new Set(ids)].map(groupKey), (row) => {
    const document = readDocument(row)
    const name = document && own(document.attributes, 'displayName')
    if (document !== undefined) names.set(document.id, typeof name === 'string' ? name : '')
  })
  return names
}
