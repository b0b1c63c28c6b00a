import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { readDocument, managerOf } from '../../directory/documents/document'
import { readGroupNames } from '../../directory/memberships/group-names'
import { isId } from '../../directory/identifiers'
import { managerName } from '../../directory/documents/managed'
import { derive, readPeople } from '../../access/read-access'
import { findPeople, type FoundPerson, type PeoplePlace } from '../search-people'
import { readCounts } from '../../directory/query/order-index'
import { matchOf } from '../../roles/derive'
import { labelled } from '../../roles/labels'
import { matchingRules } from '../../roles/match'
import { sayCause } from '../../roles/say-reason'
import { DEFAULT_PROJECTION, project } from '../../scim/projection'
import { userKey } from '../../storage/keys'
import { csvReply, type Cell } from '../../api/csv'
import { tenantOperation, type Operation } from '../../api/operation'
import type { TenantSettings } from '../../tenants/tenant'
import { peopleAccessOperations, waitingOperation } from './people-access'
import { emailOf, personId, personShown, ruleMatch, showPerson, textOf, withNamesOfNow } from '../../access/person-view'
import { keeper, readPage, type Filters } from './people-page'
import { openPlace, sealedPageQuery, sealPlace } from '../../api/place'
import { absent } from '../../api/problem'

/** Names are looked into up to here: the whole directory is read for it. */
const MAX_NAMED = 10_000
/** A download holds so many people at a time, with all their groups. */
const EXPORTED_AT_ONCE = 500

const filters = {
  search: z
    .string()
    .trim()
    .max(200)
    .default('')
    .describe(
      'Beginning of a userName or e-mail address; a whole id, externalId or product id; in a directory of at most 10,000 people also part of a displayName, or beginning of a family or given name',
    ),
  role: z.string().max(100).optional().describe('As derived now; letter case does not count'),
  status: z
    .enum(['active', 'disabled', 'pending', 'locked'])
    .optional()
    .describe('locked: everybody who has a lock, the disabled among them'),
}
const filterQuery = z.object(filters)

const list = tenantOperation(
  {
    id: 'listPeople',
    method: 'GET',
    path: '/tenants/{tenant}/people',
    summary: 'People with their access roles and the reasons for them',
    access: 'tenantReader',
    query: sealedPageQuery.extend(filters),
    answers: {
      200: {
        description:
          'A page of people. With a filter it may hold few or none while `next` leads on: at most 2,000 people are read for it',
        schema: z.object({
          items: z.array(personShown),
          next: z.string().optional(),
          complete: z
            .boolean()
            .describe('False: the directory is large, so that displayNames and family names were not looked into'),
        }),
      },
    },
  },
  async ({ directory, tenant, query: { limit, after, ...wanted } }) => {
    const listName = ['people', wanted.search, wanted.role, wanted.status]
    const from = after === undefined ? undefined : placeOf(await openPlace(directory, listName, after))
    const names = wanted.search !== '' && (await isSmall(directory))
    const page = await readPage(directory, tenant.settings.policy, { ...wanted, names, limit, from })
    const shown = await withNamesOfNow(directory, page.people)
    return {
      status: 200,
      body: {
        items: shown.map((person) => showPerson(person, tenant.settings.roleLabels)),
        ...(page.next !== undefined && {
          next: await sealPlace(directory, listName, `${page.next.stage} ${page.next.behind}`),
        }),
        complete: wanted.search === '' || names,
      },
    }
  },
)

function placeOf(text: string): PeoplePlace {
  const [stage = '', behind = ''] = text.split(' ')
  return { stage, behind }
}

const isSmall = async ({ table }: DirectoryContext) => (await readCounts(table)).totals.User <= MAX_NAMED

const EXPORT_COLUMNS = [
  ...['id', 'userName', 'displayName', 'email', 'active', 'role', 'label', 'reason', 'locked', 'productId', 'groups'],
]

const download = tenantOperation(
  {
    id: 'downloadPeople',
    method: 'GET',
    path: '/tenants/{tenant}/people/csv',
    summary: 'People as a table for spreadsheets',
    access: 'tenantReader',
    query: filterQuery,
    answers: {
      200: {
        description: `Columns ${EXPORT_COLUMNS.join(', ')}. A cell that a spreadsheet would take for a formula begins with an apostrophe`,
        mediaType: 'text/csv',
      },
    },
  },
  async ({ directory, tenant, query }) => {
    const names = query.search !== '' && (await isSmall(directory))
    const pages = exportPages(directory, tenant.settings, { ...query, names })
    return csvReply(`people-${tenant.slug}.csv`, EXPORT_COLUMNS, pages)
  },
)

async function* exportPages(
  directory: DirectoryContext,
  { policy, roleLabels }: TenantSettings,
  wanted: Filters & { readonly names: boolean },
): AsyncGenerator<readonly (readonly Cell[])[]> {
  const known = new Map<string, string>()
  const search = { text: wanted.search, names: wanted.names, atOnce: () => EXPORTED_AT_ONCE }
  for await (const step of findPeople(directory, search, undefined)) {
    const keep = keeper(directory, policy, { ...wanted, allGroups: true })
    for (let found: readonly FoundPerson[] = step.found; found.length > 0;) {
      const { kept, left } = await keep(found)
      const unknown = kept.flatMap(({ groupIds }) => groupIds).filter((id) => !known.has(id))
      for (const [id, name] of await readGroupNames(directory.table, unknown)) known.set(id, name)
      yield (await withNamesOfNow(directory, kept)).map((person) =>
        exportRow(showPerson(person, roleLabels), person.groupIds, known),
      )
      found = left
    }
  }
}

function exportRow(
  { id, userName, displayName, email, active, role, label, reason, lock, productId }: z.infer<typeof personShown>,
  groupIds: readonly string[],
  names: ReadonlyMap<string, string>,
): Cell[] {
  const groups = groupIds.map((group) => names.get(group) ?? '').sort()
  return [id, userName, displayName, email, active, role, label, reason.words, lock !== undefined, productId, groups.join('; ')]
}

const personWhole = personShown.extend({
  groups: z
    .array(z.object({ id: z.string(), displayName: z.string() }))
    .describe('Direct memberships. Groups inside of groups are never expanded for roles'),
  rules: z
    .array(ruleMatch.extend({ words: z.string().describe('Why it holds') }))
    .describe('All rules that hold for the person, in the order in which they are tried'),
  manager: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  attributes: z.record(z.string(), z.unknown()).describe('As SCIM answers them'),
})

const read = tenantOperation(
  {
    id: 'readPerson',
    method: 'GET',
    path: '/tenants/{tenant}/people/{id}',
    summary: 'One person',
    access: 'tenantReader',
    parameters: personId,
    answers: { 200: { description: 'The person', schema: personWhole } },
  },
  async ({ directory, tenant, path: { id } }) => {
    const [person] = isId(id) ? await readPeople(directory, [id]) : []
    if (person === undefined) throw absent('There is no such person.')
    return { status: 200, body: await wholePerson(directory, tenant.settings, person) }
  },
)

async function wholePerson(
  directory: DirectoryContext,
  { policy, roleLabels }: TenantSettings,
  person: Awaited<ReturnType<typeof readPeople>>[number],
): Promise<z.infer<typeof personWhole>> {
  const { document, groupIds } = person
  const [names, manager] = await Promise.all([
    readGroupNames(directory.table, groupIds),
    readManager(directory, managerOf(document.attributes)),
  ])
  const rules = policy.rules.map((rule) =>
    rule.kind === 'group' ? { ...rule, groupName: names.get(rule.groupId) ?? rule.groupName } : rule,
  )
  return {
    ...showPerson(
      { ...person, ...derive(person, { ...policy, rules }), managedBy: managerName(directory, document) },
      roleLabels,
    ),
    groups: [...names].map(([id, displayName]) => ({ id, displayName })).sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
    rules: matchingRules({ attributes: document.attributes, groupIds }, { rules })
      .map(matchOf)
      .map((match) => ({ ...match, ...labelled(roleLabels, match.role), words: sayCause(match) })),
    ...(manager !== undefined && { manager }),
    attributes: project(directory.types.User, DEFAULT_PROJECTION, document.attributes),
  }
}

/** A manager is whatever the directory sent, which need not be anybody here. */
async function readManager({ table }: DirectoryContext, id: string | undefined) {
  if (id === undefined) return undefined
  const row = isId(id) ? await table.get(userKey(id)) : undefined
  const attributes = row && readDocument(row)?.attributes
  const name = attributes && (textOf(attributes, 'displayName') ?? emailOf(attributes) ?? textOf(attributes, 'userName'))
  return { id, ...(name !== undefined && { name }) }
}

/** `/people/csv` and `/people/releases` before `/people/{id}`, which would take them too. */
export const peopleOperations: readonly Operation[] = [list, download, waitingOperation, read, ...peopleAccessOperations]
