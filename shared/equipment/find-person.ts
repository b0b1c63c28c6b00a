import type { DirectoryContext } from '../directory/context'
import { isId } from '../directory/identifiers'
import { foldCase } from '../scim/fold'
import { productIdKey, userNameKey } from '../storage/keys'
import { readPerson, type Person } from './holder'

/** Who is meant: by one of the names, or by a text that may be any of them, tried in this order. */
export type PersonName = string | { readonly id: string } | { readonly userName: string } | { readonly productId: string }

/** Undefined when it names nobody who is there. Two trips at most for a name of one kind, and one more for a disabled person. */
export async function findPerson(context: DirectoryContext, name: PersonName): Promise<Person | undefined> {
  if (typeof name === 'string') {
    for (const one of [{ id: name }, { userName: name }, { productId: name }]) {
      const person = await findPerson(context, one)
      if (person !== undefined) return person
    }
    return undefined
  }
  if ('id' in name) return isId(name.id) ? readPerson(context, name.id) : undefined
  const key = 'userName' in name ? userNameKey(foldCase(name.userName)) : productIdKey(name.productId)
  const row = await context.table.get(key)
  return row && readPerson(context, String(row.values['id']))
}
