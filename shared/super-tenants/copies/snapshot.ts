import type { DirectoryContext } from '../../directory/context'
import { readDocument, type Document } from '../../directory/documents/document'
import { readPeople, type Person } from '../../access/read-access'
import { deletedIds } from '../../directory/documents/read'
import { readHead } from '../../feed/read-feed'
import { anchorKey, groupKey, lastPart } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange } from '../../storage/table'

const PARALLEL_READS = 64

/** People and groups of the super tenant as they are now, with the groups that each is a direct member of. */
export interface Snapshot {
  /** Every record up to this number is in it. */
  readonly seq: number
  readonly people: ReadonlyMap<string, Person>
  readonly groups: ReadonlyMap<string, Person>
}

/** Reads those that there are of the ids. The number comes first: what is written later may be in it, too, and is told later. */
export async function readSnapshot(
  context: DirectoryContext,
  ids: { readonly people: readonly string[]; readonly groups: readonly string[] },
): Promise<Snapshot> {
  const seq = await readHead(context.table)
  const [people, groups] = await Promise.all([
    ids.people.length === 0 ? [] : readPeople(context, ids.people),
    ids.groups.length === 0 ? [] : readGroupsWithGroups(context, ids.groups),
  ])
  return { seq, people: byId(people), groups: byId(groups) }
}

export const byId = (found: readonly Person[]): ReadonlyMap<string, Person> => new Map(found.map((one) => [one.document.id, one]))

async function readGroupsWithGroups({ table }: DirectoryContext, ids: readonly string[]): Promise<Person[]> {
  const deleted = await deletedIds(table)
  const found = await inParallel(ids, PARALLEL_READS, async (id): Promise<Person | undefined> => {
    const [row, belongs] = await Promise.all([table.get(groupKey(id)), table.all(prefixRange(anchorKey(id)), { select: ['w'] })])
    const document: Document | undefined = row && readDocument(row)
    if (document === undefined) return undefined
    return { document, groupIds: belongs.map(({ key }) => lastPart(key)).filter((group) => !deleted.has(group)) }
  })
  return found.filter((one) => one !== undefined)
}

/** Who has the person as manager. */
export async function reportsOf({ table }: DirectoryContext, id: string, limit = Infinity): Promise<string[]> {
  return (await table.all(prefixRange(`x!mgr!${id}`), { select: ['id'], limit })).map(({ key }) => lastPart(key))
}
