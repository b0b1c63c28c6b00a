import type { AccessFacts } from '../roles/derive'
import { lastPart } from '../storage/keys'
import { readAccessFacts } from '../directory/documents/access-facts'
import type { DirectoryContext } from '../directory/context'
import { visitRows } from '../directory/query/order-index'

/** Shows the lock, product id and staging of everybody, in no order; of the documents nothing else is read. */
export async function visitAccess(context: DirectoryContext, visit: (id: string, access: AccessFacts) => void): Promise<void> {
  await visitRows(context.table, context.types.User, ['lk', 'pid', 'st', 'deleted'], ({ key, values }) => {
    if (values['deleted'] !== true) visit(lastPart(key), readAccessFacts(values))
  })
}
