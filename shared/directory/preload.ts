import { ScimError } from '../scim/errors'
import { foldCase } from '../scim/fold'
import type { JsonObject } from '../scim/json'
import { productIdKey, userKey, userNameKey } from '../storage/keys'
import { setProductId, type AccessOutcome } from './access'
import type { DirectoryContext } from './context'
import { createResource } from './create'
import { readDocument } from './document'

/** Somebody whom the product knows already. */
export interface Known {
  readonly userName: string
  readonly productId: string
  /** Of the person who is created when the userName is nobody's yet; the userName among them. */
  readonly attributes: JsonObject
}

export type PreloadOutcome = 'created' | 'linked' | 'unchanged' | { readonly failed: string }

/**
 * Gives the product id to the person with the userName, who is created unless there. Who works with the product already
 * is no newcomer, and so never staged. Nothing but the product id changes of a person who is there. Repeatable: one trip
 * when it holds already, four to link, four to create.
 */
export async function preloadPerson(context: DirectoryContext, known: Known, by: string): Promise<PreloadOutcome> {
  const [named, holder] = await Promise.all([
    context.table.get(userNameKey(foldCase(known.userName))),
    context.table.get(productIdKey(known.productId)),
  ])
  if (holder !== undefined) return holder.values['id'] === named?.values['id'] ? 'unchanged' : { failed: TAKEN }
  if (named !== undefined) return link(context, String(named.values['id']), known, by)
  try {
    const { id } = await createResource({ ...context, staging: false }, context.types.User, known.attributes)
    return outcomeOf(await setProductId(context, id, known.productId, by), 'created')
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return { failed: `${error.message} Send the list again.` } // the directory created the same person meanwhile
  }
}

async function link(context: DirectoryContext, id: string, known: Known, by: string): Promise<PreloadOutcome> {
  const row = await context.table.get(userKey(id))
  const held = row && readDocument(row)?.access.productId
  if (held !== undefined) return { failed: 'The person has another product id already. Change it there, one by one.' }
  return outcomeOf(await setProductId(context, id, known.productId, by), 'linked')
}

const TAKEN = 'Another person has the product id already.'

function outcomeOf(outcome: AccessOutcome, done: 'created' | 'linked'): PreloadOutcome {
  if (outcome.ok) return done
  return { failed: outcome.reason === 'taken' ? TAKEN : 'The person was deleted meanwhile. Send the list again.' }
}
