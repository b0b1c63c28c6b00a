import type { DirectoryContext } from '../directory/context'
import type { Action } from '../storage/table'
import { heldRecord, holderAction, itemsOf, readHolder, readPerson, type Holder, type Person } from './holder'

/**
 * What is to be stored and told now that the person may have been disabled, deleted, enabled or erased: nothing when that is
 * done, or the person has no equipment. At most two actions; the holder's row is among them, under its ETag. One trip for whoever
 * has nothing.
 */
export async function stateActions(
  context: DirectoryContext,
  id: string,
  { isErased }: { readonly isErased: boolean },
): Promise<Action[]> {
  const holder = await readHolder(context.table, id)
  if (holder === undefined || holder.count === 0) return []
  const person = await readPerson(context, id)
  const told = toldOf(context, holder, person)
  const isNamed = isErased && holder.name + holder.userName !== ''
  if (told === holder.told && !isNamed) return []
  const stored = holderAction(id, holder, { ...holder, ...(isErased && { name: '', userName: '' }), told })
  const isNews = holder.told === '' && told !== ''
  return isNews ? [stored, heldRecord(context, id, { person, items: await itemsOf(context.table, id) })] : [stored]
}

/** Since when the person is disabled or deleted; empty for an active one. */
function toldOf({ now }: DirectoryContext, { told }: Holder, person: Person | undefined): string {
  if (person !== undefined && person.disabledSince === undefined) return ''
  return told === '' ? (person?.disabledSince ?? now().toISOString()) : told
}
