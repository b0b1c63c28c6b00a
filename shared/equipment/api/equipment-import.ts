import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { assign, readAssignment, type AssignOutcome, type Wanted } from '../assign'
import { findPerson } from '../find-person'
import { readHolder, type Person } from '../holder'
import { unavailable } from '../../scim/errors'
import { foldCase } from '../../scim/fold'
import { inParallel } from '../../storage/parallel'
import { MAX_LIST_BYTES, MAX_LIST_ROWS } from '../../api/csv-list'
import { equipmentList, fieldOf, readEquipmentCsv, type Listed } from './equipment-list'
import { tenantOperation } from '../../api/operation'
import { invalid, type WrongField } from '../../api/problem'
import { MAX_WRONG_FIELDS } from '../../api/request'

const READ_AT_ONCE = 32
const WRITTEN_AT_ONCE = 16
/** Azure ends a request after 230 s. */
const MAX_WRITING_MS = 150_000

export const importOperation = tenantOperation(
  {
    id: 'importEquipment',
    method: 'POST',
    path: '/tenants/{tenant}/equipment/import',
    summary:
      'Gives the items of a list to people, as JSON or CSV. Items that the list does not name stay as they are. Repeatable',
    access: 'tenantAdmin',
    audit: 'data.imported',
    body: equipmentList,
    readCsv: readEquipmentCsv,
    maxBodyBytes: MAX_LIST_BYTES,
    maxItems: MAX_LIST_ROWS,
    answers: {
      200: {
        description: 'What came of the list. One with a wrong entry stores nothing: 400',
        schema: z.object({ created: z.int(), changed: z.int(), unchanged: z.int() }),
      },
    },
  },
  async ({ directory, body, audit, wake }) => {
    const assignments = await checked(directory, body)
    await directory.table.commit([audit({ label: 'equipment', after: { rows: body.length } })])
    const started = performance.now()
    const counts: Record<AssignOutcome, number> = { created: 0, changed: 0, unchanged: 0 }
    try {
      await inParallel(byPerson(assignments), WRITTEN_AT_ONCE, async (items) => {
        for (const { wanted, person } of items) {
          if (performance.now() - started > MAX_WRITING_MS)
            throw unavailable('The list is stored in part. Send it again, and it goes on from there.', 5)
          counts[person === undefined ? 'unchanged' : await assign(directory, wanted, person)] += 1
        }
      })
    } finally {
      wake()
    }
    return { status: 200, body: counts }
  },
)

interface Checked {
  readonly wanted: Wanted
  /** Undefined: a deleted person has the item already, and nothing is to be done. */
  readonly person: Person | undefined
}

/** Every entry with its person, before any is stored. */
async function checked(directory: DirectoryContext, items: readonly Listed[]): Promise<Checked[]> {
  const personOf = onceForEach((assignee: Listed['assignee']) => findPerson(directory, assignee))
  const wrong = new Map<number, WrongField>()
  const found = await inParallel([...items.entries()], READ_AT_ONCE, async ([index, item]): Promise<Checked | undefined> => {
    if (wrong.size >= MAX_WRONG_FIELDS) return undefined // no more are told
    const { assetTag, model, serial, assignee, since } = item
    const wanted = { assetTag, model, serial, since }
    const person = await personOf(assignee)
    if (person !== undefined || (await isWithDeleted(directory, assetTag, assignee))) return { wanted, person }
    wrong.set(index, { path: fieldOf(item.row, index, 'assignee'), detail: 'names nobody here' })
    return undefined
  })
  if (wrong.size > 0) {
    const inOrder = [...wrong].sort(([a], [b]) => a - b).map(([, field]) => field)
    throw invalid(inOrder.slice(0, MAX_WRONG_FIELDS))
  }
  return found.filter((one) => one !== undefined)
}

/** One who has many items is looked for once. */
function onceForEach<K, V>(find: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const found = new Map<string, Promise<V>>()
  return (key) => {
    const text = JSON.stringify(key)
    const known = found.get(text) ?? find(key)
    found.set(text, known)
    return known
  }
}

/** An inventory goes on naming whoever has not given the item back. */
async function isWithDeleted({ table }: DirectoryContext, assetTag: string, assignee: Listed['assignee']): Promise<boolean> {
  const held = await readAssignment(table, assetTag)
  const holder = held && (await readHolder(table, held.holder))
  if (holder === undefined) return false
  const names: readonly string[] = typeof assignee === 'string' ? [assignee] : Object.values(assignee)
  return names.some((name) => name === holder.id || foldCase(name) === foldCase(holder.userName))
}

/** What goes to one person goes one after another: each changes the person's count. */
function byPerson(assignments: readonly Checked[]): Checked[][] {
  const groups = new Map<string, Checked[]>()
  for (const one of assignments) {
    const held = groups.get(one.person?.id ?? '')
    if (held === undefined) groups.set(one.person?.id ?? '', [one])
    else held.push(one)
  }
  return [...groups.values()]
}
