import type { DirectoryContext } from '../directory/context'
import { inParallel } from '../storage/parallel'
import { prefixRange, type Row } from '../storage/table'
import { holderOf, itemsOf, readPerson, type Item } from './holder'

/** Somebody who is disabled or deleted and still has equipment. */
export interface DisabledHolder {
  readonly id: string
  /** As last known for a deleted person; empty when the person was erased. */
  readonly name: string
  readonly userName: string
  readonly state: 'disabled' | 'deleted'
  /** Undefined for a deletion that the feed does not tell yet. */
  readonly disabledSince: string | undefined
  readonly items: readonly Item[]
}

const HOLDERS_AT_ONCE = 500
const PARALLEL_READS = 64
const HOLDERS = prefixRange('a!h')

/** Page by page in the order of the ids, behind the one given; `reached` is the last id that a page looked at. Reads holders, not all people. */
export async function* disabledHolders(
  context: DirectoryContext,
  after: string,
): AsyncGenerator<{ readonly holders: readonly DisabledHolder[]; readonly read: number; readonly reached: string }> {
  for (let from = after === '' ? HOLDERS.from : `${HOLDERS.from}${after}!`; ;) {
    const rows = await context.table.all({ from, before: HOLDERS.before }, { limit: HOLDERS_AT_ONCE })
    const last = rows.at(-1)
    if (last === undefined) return
    const found = await inParallel(rows, PARALLEL_READS, (row) => disabledHolder(context, row))
    yield { holders: found.filter((one) => one !== undefined), read: rows.length, reached: holderOf(last).id }
    if (rows.length < HOLDERS_AT_ONCE) return
    from = `${last.key}!`
  }
}

async function disabledHolder(context: DirectoryContext, row: Row): Promise<DisabledHolder | undefined> {
  const { id, count, name, userName, told } = holderOf(row)
  if (count === 0) return undefined
  const person = await readPerson(context, id)
  if (person !== undefined && person.disabledSince === undefined) return undefined
  const items = await itemsOf(context.table, id)
  if (items.length === 0) return undefined // given back while this was read
  const since = told === '' ? person?.disabledSince : told
  return {
    id,
    name: person?.name ?? name,
    userName: person?.userName ?? userName,
    state: person === undefined ? 'deleted' : 'disabled',
    disabledSince: since,
    items,
  }
}
