import * as z from 'zod'
import type { DirectoryContext } from '../directory/context'
import { readDocument, type Document } from '../directory/documents/document'
import { isId } from '../directory/identifiers'
import { findMatching } from '../directory/query/query'
import { deletedIds } from '../directory/documents/read'
import { tenantOperation, type Operation } from '../api/operation'
import { idPageQuery, pageOf, time, toPage } from '../api/page'
import { absent } from '../api/problem'
import { parseFilter } from '../scim/filter/filter'
import { groupKey, lastPart } from '../storage/keys'
import { prefixRange } from '../storage/table'
import { textOf } from './person'
import { searchedBy, searchPage, snapshotOf, snapshotPage, snapshotQuery } from './snapshot'

const text = z.string().nullable()
const group = z
  .object({
    id: z.string().describe('Never changes and is never used again'),
    displayName: text,
    externalId: text,
    attributes: z.record(z.string(), z.unknown()).describe('All SCIM attributes but the members'),
    revision: z.int().describe('Counts the changes of the attributes; records of the change feed carry it'),
    lastModified: time.describe('When an attribute last changed; members count as none'),
  })
  .meta({ id: 'Group' })
const member = z.object({
  id: z.string(),
  type: z.enum(['User', 'Group']).describe('The members of a group in a group are no members here, and count for no role'),
})

const id = z.string().describe('Of the group')
const sought = z.string().min(1).max(1000).optional()
const SEARCHES = ['displayName', 'externalId'] as const

const list = tenantOperation(
  {
    id: 'listGroupsForProduct',
    method: 'GET',
    path: '/tenants/{tenant}/groups',
    summary: 'All groups by id, or those with a displayName or externalId',
    access: 'people:read',
    query: z.strictObject({ ...snapshotQuery, displayName: sought, externalId: sought }),
    answers: { 200: { description: 'A page of groups', schema: snapshotOf(group) } },
  },
  async ({ directory, query }) => {
    const search = searchedBy(query, SEARCHES)
    if (search !== undefined) {
      const { Group } = directory.types
      const filter = parseFilter(`${search.name} eq ${JSON.stringify(search.value)}`, Group)
      const { documents, next } = searchPage(await findMatching(directory, Group, filter), query)
      return { status: 200, body: { items: documents.map(shown), next } }
    }
    const { documents, seq, next } = await snapshotPage(directory, 'g', query)
    return { status: 200, body: { items: documents.map(shown), next, seq } }
  },
)

const read = tenantOperation(
  {
    id: 'readGroupForProduct',
    method: 'GET',
    path: '/tenants/{tenant}/groups/{id}',
    summary: 'One group without its members',
    access: 'people:read',
    parameters: z.object({ id }),
    answers: { 200: { description: 'The group', schema: group } },
  },
  async ({ directory, path }) => ({ status: 200, body: shown(await groupOf(directory, path.id)) }),
)

const members = tenantOperation(
  {
    id: 'listMembersForProduct',
    method: 'GET',
    path: '/tenants/{tenant}/groups/{id}/members',
    summary: 'The members of a group, by id',
    access: 'people:read',
    parameters: z.object({ id }),
    query: z.strictObject(idPageQuery.shape),
    answers: { 200: { description: 'A page of members', schema: pageOf(member) } },
  },
  async ({ directory, path, query: { limit, after } }) => {
    const { table } = directory
    const range = prefixRange(`m!${isId(path.id) ? path.id : ''}`)
    const [, deleted, rows] = await Promise.all([
      groupOf(directory, path.id),
      deletedIds(table),
      table.all(
        { from: after === undefined ? range.from : `${range.from}${after}!`, before: range.before },
        { limit: limit + 1 },
      ),
    ])
    const page = toPage(rows, limit, ({ key }) => lastPart(key))
    const items = page.items.map(({ key, values }) => ({ id: lastPart(key), type: values['k'] === 'g' ? 'Group' : 'User' }))
    return { status: 200, body: { ...page, items: items.filter((one) => !deleted.has(one.id)) } }
  },
)

/** @throws Problem 404 */
async function groupOf({ table }: DirectoryContext, wanted: string): Promise<Document> {
  const row = isId(wanted) ? await table.get(groupKey(wanted)) : undefined
  const document = row && readDocument(row)
  if (document === undefined) throw absent('There is no group with this id.')
  return document
}

const shown = (document: Document) => ({
  id: document.id,
  displayName: textOf(document, 'displayName'),
  externalId: textOf(document, 'externalId'),
  attributes: document.attributes,
  revision: document.revision,
  lastModified: document.lastModified,
})

export const productGroupOperations: readonly Operation[] = [list, read, members]
