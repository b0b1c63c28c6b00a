import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { readDocument, type Document } from '../../directory/documents/document'
import { isId } from '../../directory/identifiers'
import { managerName } from '../../directory/documents/managed'
import { deletedIds } from '../../directory/documents/read'
import { beginsWith, valueRange } from '../search-people'
import { isActive } from '../../roles/derive'
import { labelled, labelShown } from '../../roles/labels'
import { groupRules } from '../../roles/rules'
import type { TenantSettings } from '../../tenants/tenant'
import { groupKey, lastPart, userKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Row } from '../../storage/table'
import { csvReply, type Cell } from '../../api/csv'
import { tenantOperation, type Operation } from '../../api/operation'
import { idPageQuery, pageOf, time, toPage } from '../../api/page'
import { emailOf, managedBy, textOf } from '../../access/person-view'
import { openPlace, sealedPageQuery, sealPlace } from '../../api/place'
import { absent } from '../../api/problem'

/** A default page in one trip. */
const PARALLEL_READS = 100
const EXPORTED_AT_ONCE = 500

const groupShown = z.object({
  id: z.string(),
  displayName: z.string(),
  externalId: z.string().optional(),
  rules: z
    .array(z.object({ id: z.string(), role: z.string(), label: labelShown }))
    .describe('Rules that give a role to its members'),
  managedBy,
})

function showGroup(
  directory: DirectoryContext,
  document: Document,
  { policy, roleLabels }: TenantSettings,
): z.infer<typeof groupShown> {
  const { id, attributes } = document
  const manager = managerName(directory, document)
  const externalId = textOf(attributes, 'externalId')
  return {
    id,
    displayName: textOf(attributes, 'displayName') ?? '',
    ...(externalId !== undefined && { externalId }),
    rules: groupRules(policy)
      .filter(({ groupId }) => groupId === id)
      .map((rule) => ({ id: rule.id, ...labelled(roleLabels, rule.role) })),
    ...(manager !== undefined && { managedBy: manager }),
  }
}

const list = tenantOperation(
  {
    id: 'listGroups',
    method: 'GET',
    path: '/tenants/{tenant}/groups',
    summary: 'Groups, by name',
    access: 'tenantReader',
    query: sealedPageQuery.extend({
      search: z.string().max(200).default('').describe('Beginning of the displayName; letter case does not count'),
    }),
    answers: { 200: { description: 'A page of groups', schema: pageOf(groupShown) } },
  },
  async ({ directory, tenant, query: { limit, after, search } }) => {
    const listName = ['groups', search]
    const behind = after === undefined ? '' : await openPlace(directory, listName, after)
    const range = valueRange('x!gn!', { text: search, behind })
    const rows = await directory.table.all(range, { limit: limit + 1, select: ['id'] })
    const { items, next } = toPage(rows, limit, (row) => row.key)
    const groups = await inParallel(items, PARALLEL_READS, (row) => readGroup(directory, String(row.values['id'])))
    const isFound = (group: Document) => beginsWith(textOf(group.attributes, 'displayName') ?? '', search)
    return {
      status: 200,
      body: {
        items: groups.flatMap((group) => (group && isFound(group) ? [showGroup(directory, group, tenant.settings)] : [])),
        ...(next !== undefined && { next: await sealPlace(directory, listName, next) }),
      },
    }
  },
)

async function readGroup({ table }: DirectoryContext, id: string): Promise<Document | undefined> {
  const row = isId(id) ? await table.get(groupKey(id)) : undefined
  return row && readDocument(row)
}

const noSuchGroup = () => absent('There is no such group.')

const groupId = z.object({ id: z.string().max(64).describe('As SCIM gives it, 32 hex digits') })

const MAX_COUNTED = 10_000

const groupWhole = groupShown.extend({
  lastModified: time.describe('Of its attributes'),
  members: z.object({
    people: z.int(),
    groups: z.int().describe('Groups inside of it. They are not expanded: their members get no role by this group'),
    more: z.boolean().describe('There are more: at most 10,000 are counted'),
  }),
})

const read = tenantOperation(
  {
    id: 'readGroup',
    method: 'GET',
    path: '/tenants/{tenant}/groups/{id}',
    summary: 'One group',
    access: 'tenantReader',
    parameters: groupId,
    answers: { 200: { description: 'The group', schema: groupWhole } },
  },
  async ({ directory, tenant, path: { id } }) => {
    if (!isId(id)) throw noSuchGroup()
    const range = prefixRange(`m!${id}`)
    const [group, rows, deleted] = await Promise.all([
      readGroup(directory, id),
      directory.table.all(range, { limit: MAX_COUNTED + 1, select: ['k'] }),
      deletedIds(directory.table),
    ])
    if (group === undefined) throw noSuchGroup()
    const counted = rows.slice(0, MAX_COUNTED).filter((row) => !deleted.has(lastPart(row.key)))
    const groups = counted.filter(isGroup).length
    const members = { people: counted.length - groups, groups, more: rows.length > MAX_COUNTED }
    return {
      status: 200,
      body: { ...showGroup(directory, group, tenant.settings), lastModified: group.lastModified, members },
    }
  },
)

const isGroup = ({ values }: Row) => values['k'] === 'g'

const memberShown = z.object({
  id: z.string(),
  type: z.enum(['User', 'Group']),
  userName: z.string().optional(),
  displayName: z.string().optional(),
  email: z.string().optional(),
  active: z.boolean().optional(),
  note: z.string().optional().describe('Of a group: that it is not expanded'),
})
type MemberShown = z.infer<typeof memberShown>

const NOT_EXPANDED = 'A group inside of a group is not expanded for roles: its members have to be direct members.'

function showMember(row: Row, { id, attributes }: Document): MemberShown {
  const displayName = textOf(attributes, 'displayName')
  const named = { id, ...(displayName !== undefined && { displayName }) }
  if (isGroup(row)) return { ...named, type: 'Group', note: NOT_EXPANDED }
  const [userName, email] = [textOf(attributes, 'userName'), emailOf(attributes)]
  return {
    ...named,
    type: 'User',
    ...(userName !== undefined && { userName }),
    ...(email !== undefined && { email }),
    active: isActive(attributes),
  }
}

const members = tenantOperation(
  {
    id: 'listMembers',
    method: 'GET',
    path: '/tenants/{tenant}/groups/{id}/members',
    summary: 'Members of a group, by id',
    access: 'tenantReader',
    parameters: groupId,
    query: idPageQuery,
    answers: { 200: { description: 'A page of members', schema: pageOf(memberShown) } },
  },
  async ({ directory, path: { id }, query: { limit, after } }) => {
    if (!isId(id)) throw noSuchGroup()
    const [group, rows] = await Promise.all([readGroup(directory, id), memberRows(directory, id, { after, limit: limit + 1 })])
    if (group === undefined) throw noSuchGroup()
    const page = toPage(rows, limit, (row) => lastPart(row.key))
    return { status: 200, body: { ...page, items: await readMembers(directory, page.items) } }
  },
)

function memberRows({ table }: DirectoryContext, id: string, page: { after: string | undefined; limit: number }) {
  const range = prefixRange(`m!${id}`)
  const from = page.after === undefined ? range.from : `${range.from}${page.after}!`
  return table.all({ ...range, from }, { limit: page.limit, select: ['k'] })
}

/** Who is gone by now is left out, while the membership rows are still being cleared. */
async function readMembers({ table }: DirectoryContext, rows: readonly Row[]): Promise<MemberShown[]> {
  const found = await inParallel(rows, PARALLEL_READS, async (row) => {
    const id = lastPart(row.key)
    const held = await table.get(isGroup(row) ? groupKey(id) : userKey(id))
    const document = held && readDocument(held)
    return document && showMember(row, document)
  })
  return found.filter((member) => member !== undefined)
}

const COLUMNS = ['id', 'type', 'userName', 'displayName', 'email', 'active', 'note'] as const

const download = tenantOperation(
  {
    id: 'downloadMembers',
    method: 'GET',
    path: '/tenants/{tenant}/groups/{id}/members/csv',
    summary: 'Members of a group as a table for spreadsheets',
    access: 'tenantReader',
    parameters: groupId,
    answers: {
      200: {
        description: `Columns ${COLUMNS.join(', ')}. A cell that a spreadsheet would take for a formula begins with an apostrophe`,
        mediaType: 'text/csv',
      },
    },
  },
  async ({ directory, tenant, path: { id } }) => {
    if ((await readGroup(directory, id)) === undefined) throw noSuchGroup()
    return csvReply(`members-${tenant.slug}.csv`, COLUMNS, exportPages(directory, id))
  },
)

async function* exportPages(directory: DirectoryContext, id: string): AsyncGenerator<readonly (readonly Cell[])[]> {
  let after: string | undefined
  do {
    const rows = await memberRows(directory, id, { after, limit: EXPORTED_AT_ONCE })
    yield (await readMembers(directory, rows)).map((member) => COLUMNS.map((column) => member[column]))
    const last = rows.at(-1)
    after = last === undefined || rows.length < EXPORTED_AT_ONCE ? undefined : lastPart(last.key)
  } while (after !== undefined)
}

export const groupOperations: readonly Operation[] = [list, read, members, download]
