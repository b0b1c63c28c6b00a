import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { isId } from '../../directory/identifiers'
import { assign, assignmentOf, giveBack, readAssignment, type Assignment } from '../assign'
import { findPerson } from '../find-person'
import { readHolder, readPerson } from '../holder'
import { foldCase } from '../../scim/fold'
import { inParallel } from '../../storage/parallel'
import { prefixRange } from '../../storage/table'
import { importOperation } from './equipment-import'
import { assetTag as tagGiven, assignmentGiven } from './equipment-list'
import { equipmentReportOperations } from './equipment-report'
import { tenantOperation, type Operation } from '../../api/operation'
import { openPlace, sealedPageQuery, sealPlace } from '../../api/place'
import { absent, invalid } from '../../api/problem'

const PARALLEL_READS = 64
const READ_AT_ONCE = 1000
/** An answer reads no more than this; its `next` goes on. */
const MAX_READ = 5000

const itemShown = z
  .object({
    assetTag: z.string(),
    model: z.string(),
    serial: z.string(),
    since: z.string().describe('Day from which the assignee has it'),
    assignee: z.object({
      id: z.string(),
      name: z.string().describe('As last known for a deleted person; empty once the person was erased'),
      userName: z.string(),
      productId: z.string().optional(),
      state: z.enum(['active', 'disabled', 'deleted']),
    }),
  })
  .meta({ id: 'Equipment' })

const list = tenantOperation(
  {
    id: 'listEquipment',
    method: 'GET',
    path: '/tenants/{tenant}/equipment',
    summary: 'Equipment that people have',
    access: 'tenantReader',
    query: sealedPageQuery.extend({
      search: z.string().trim().max(200).default('').describe('Part of an asset tag, model or serial number'),
      assignee: z.string().trim().max(256).optional().describe('id, userName or product id; of a deleted person the id alone'),
    }),
    answers: {
      200: {
        description:
          'A page in the order of the asset tags. With a search it may hold few or none while `next` leads on: at most 5,000 items are read for it',
        schema: z.object({ items: z.array(itemShown), next: z.string().optional() }),
      },
    },
  },
  async ({ directory, query: { limit, after, search, assignee } }) => {
    const listName = ['equipment', search, assignee]
    const behind = after === undefined ? undefined : await openPlace(directory, listName, after)
    const holder = assignee === undefined ? undefined : await holderNamed(directory, assignee)
    if (assignee !== undefined && holder === undefined) return { status: 200, body: { items: [] } }
    const { items, next } = await readPage(directory, { holder, behind, search: foldCase(search), limit })
    return {
      status: 200,
      body: {
        items: await shown(directory, items),
        ...(next !== undefined && { next: await sealPlace(directory, listName, next) }),
      },
    }
  },
)

/** A deleted person is found by the id that the items keep. */
const holderNamed = async (directory: DirectoryContext, name: string) =>
  (await findPerson(directory, name))?.id ?? (isId(name) ? name : undefined)

interface PageWanted {
  readonly holder: string | undefined
  readonly behind: string | undefined
  readonly search: string
  readonly limit: number
}

/** `next` is the key behind which the list goes on. */
async function readPage({ table }: DirectoryContext, { holder, behind, search, limit }: PageWanted) {
  const { from, before } = prefixRange(holder === undefined ? 'a!t' : `a!u!${holder}`)
  const items: Assignment[] = []
  let reached = behind
  for (let read = 0; read < MAX_READ; read += READ_AT_ONCE) {
    const range = { from: reached === undefined ? from : `${reached}!`, before }
    const wanted = search === '' ? limit - items.length + 1 : READ_AT_ONCE
    const rows = await table.all(range, { limit: wanted })
    for (const { key, values } of rows) {
      const item = assignmentOf(values)
      const isFound = [item.assetTag, item.model, item.serial].some((text) => foldCase(text).includes(search))
      if (isFound && items.length === limit) return { items, next: reached }
      if (isFound) items.push(item)
      reached = key
    }
    if (rows.length < wanted) return { items, next: undefined }
  }
  return { items, next: reached }
}

async function shown(directory: DirectoryContext, items: readonly Assignment[]): Promise<z.infer<typeof itemShown>[]> {
  const ids = [...new Set(items.map(({ holder }) => holder))]
  const people = await inParallel(ids, PARALLEL_READS, (id) => readAssignee(directory, id))
  const byId = new Map(people.map((person) => [person.id, person]))
  return items.flatMap(({ assetTag, model, serial, since, holder }) => {
    const assignee = byId.get(holder)
    return assignee === undefined ? [] : [{ assetTag, model, serial, since, assignee }]
  })
}

async function readAssignee(directory: DirectoryContext, id: string): Promise<z.infer<typeof itemShown>['assignee']> {
  const person = await readPerson(directory, id)
  if (person === undefined) {
    const holder = await readHolder(directory.table, id)
    return { id, name: holder?.name ?? '', userName: holder?.userName ?? '', state: 'deleted' }
  }
  const { name, userName, productId, disabledSince } = person
  const state = disabledSince === undefined ? 'active' : 'disabled'
  return { id, name, userName, ...(productId !== undefined && { productId }), state }
}

const save = tenantOperation(
  {
    id: 'saveEquipment',
    method: 'PUT',
    path: '/tenants/{tenant}/equipment/{assetTag}',
    summary:
      'Gives an item to a person, whoever had it before. Who is disabled already may get it: the feed tells equipment.held at once',
    access: 'tenantAdmin',
    audit: 'equipment.changed',
    parameters: z.object({ assetTag: tagGiven }),
    body: assignmentGiven,
    answers: {
      200: { description: 'Stored, or as it was', schema: itemShown },
      201: { description: 'The item is new', schema: itemShown },
    },
  },
  async ({ directory, path, body: { assignee, ...facts }, audit, wake }) => {
    const person = await findPerson(directory, assignee)
    if (person === undefined)
      throw invalid([{ path: '/assignee', detail: 'names nobody here. Give the id, product id or userName of a person.' }])
    const outcome = await assign(directory, { assetTag: path.assetTag, ...facts }, person, audit)
    if (outcome !== 'unchanged') wake()
    const stored = await readAssignment(directory.table, path.assetTag)
    const [item] = stored === undefined ? [] : await shown(directory, [stored])
    if (item === undefined) throw absent('The item was given back meanwhile.')
    return { status: outcome === 'created' ? 201 : 200, body: item }
  },
)

const remove = tenantOperation(
  {
    id: 'returnEquipment',
    method: 'DELETE',
    path: '/tenants/{tenant}/equipment/{assetTag}',
    summary:
      'Notes that the item was given back. When it was the last one of a disabled or deleted person, the feed tells equipment.returned',
    access: 'tenantAdmin',
    audit: 'equipment.changed',
    parameters: z.object({ assetTag: tagGiven }),
    answers: { 204: { description: 'Nobody has it any more' } },
  },
  async ({ directory, path, audit, wake }) => {
    if (!(await giveBack(directory, path.assetTag, audit))) throw absent('Nobody has an item with this asset tag.')
    wake()
    return { status: 204 }
  },
)

export const equipmentOperations: readonly Operation[] = [list, save, remove, importOperation, ...equipmentReportOperations]
