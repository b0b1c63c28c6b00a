import { ScimError } from '../scim/errors'
import { foldCase } from '../scim/fold'
import type { JsonObject } from '../scim/json'
import { productIdKey, userKey, userNameKey } from '../storage/keys'
import type { Action } from '../storage/table'
import { setProductId } from './access'
import { accessKeys } from '../directory/documents/access-facts'
import { conflict, done, retryOnConflict, type Attempt } from '../directory/optimistic-retry'
import type { DirectoryContext } from '../directory/context'
import { creationActions, newDocument } from '../directory/documents/create'
import { readDocument } from '../directory/documents/document'
import { newId, newWriteId } from '../directory/identifiers'
import { outboxFact, outboxRecord } from '../directory/documents/record'

/** Somebody whom the product knows already. */
export interface Known {
  readonly userName: string
  readonly productId: string
  /** Of the person who is created when the userName is nobody's yet; the userName among them. */
  readonly attributes: JsonObject
}

export type PreloadOutcome = 'created' | 'linked' | 'unchanged' | { readonly failed: string }

/**
 * Gives the product id to the person with the userName, who is created with it, in one transaction, unless there. Who works
 * with the product already is no newcomer, and so never staged. Nothing but the product id changes of a person who is
 * there. Repeatable: one trip when it holds already, four to link, two to create.
 */
export async function preloadPerson(context: DirectoryContext, known: Known, by: string): Promise<PreloadOutcome> {
  let ownId: string | undefined
  try {
    return await retryOnConflict(async (outcomeUnknown): Promise<Attempt<PreloadOutcome>> => {
      const [holder, named] = (
        await Promise.all(
          [productIdKey(known.productId), userNameKey(foldCase(known.userName))].map((key) => context.table.get(key)),
        )
      ).map((row) => row && String(row.values['id']))
      if (holder !== undefined && holder === ownId) return done('created') // our own, after a lost answer
      if (holder !== undefined) return done(holder === named ? 'unchanged' : { failed: TAKEN })
      if (named !== undefined) return done(await link(context, named, known, by))
      if (outcomeUnknown !== undefined) throw outcomeUnknown
      ownId = newId()
      return (await create(context, known, { id: ownId, by })) ? done('created') : conflict
    })
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return { failed: `${error.message} Send the list again.` }
  }
}

/** False when the userName or the product id was taken meanwhile. */
async function create(context: DirectoryContext, known: Known, { id, by }: { id: string; by: string }): Promise<boolean> {
  const { attributes, productId } = known
  const { User } = context.types
  const document = { ...newDocument(context, User, { id, attributes }), access: { productId } }
  const { created: time } = document
  const linked = { writeId: newWriteId(Date.parse(time)), type: 'product.linked' as const, id, time, productId }
  const outcome = await context.table.commit([
    ...creationActions(User, document, { k: 'u' }),
    ...accessKeys(document.access).map((key): Action => ({ type: 'create', key, values: { id } })),
    outboxRecord(User, { ...document, kind: 'created', time, before: {}, after: attributes, productId }),
    outboxFact({ ...linked, body: { after: productId, by } }),
  ])
  return outcome.ok
}

async function link(context: DirectoryContext, id: string, known: Known, by: string): Promise<PreloadOutcome> {
  const row = await context.table.get(userKey(id))
  const held = row && readDocument(row)?.access.productId
  if (held !== undefined) return { failed: 'The person has another product id already. Change it there, one by one.' }
  const outcome = await setProductId(context, id, known.productId, { by })
  if (outcome.ok) return 'linked'
  return { failed: outcome.reason === 'taken' ? TAKEN : 'The person was deleted meanwhile. Send the list again.' }
}

const TAKEN = 'Another person has the product id already.'
