import { ScimError, uniqueness } from '../../scim/errors'
import type { JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import type { Action } from '../../storage/table'
import type { DirectoryContext, SuperTenant } from '../context'
import { documentKey, readDocument, type Document } from './document'
import { taken } from './unique'

/**
 * Refuses to change a copy unless the work says that it may: default deny. No trip.
 * @throws ScimError 403 that names the owner and says what to do
 */
export function refuseManaged(context: DirectoryContext, type: ResourceType, { access: { owner } }: Document): void {
  if (owner === undefined || context.managing !== undefined) return
  const what = type.name === 'User' ? 'person' : 'group'
  const leave =
    type.name === 'User'
      ? 'or take the person out of the groups that are routed here, and out of scope in Entra here'
      : 'and take it out of scope in Entra here'
  throw new ScimError(
    403,
    undefined,
    `This ${what} is managed by ${nameOf(context, owner.tenant)}, which routes it here. Change it there, ${leave}.`,
  )
}

/** Who manages the resource, for people to read. */
export function managerName(context: DirectoryContext, { access: { owner } }: Document): SuperTenant | undefined {
  if (owner === undefined) return undefined
  const name = context.superTenant?.slug === owner.tenant ? context.superTenant.name : owner.tenant
  return { slug: owner.tenant, name }
}

const nameOf = ({ superTenant }: DirectoryContext, slug: string) =>
  superTenant?.slug === slug ? `${superTenant.name} (${slug})` : slug

/** Rows for the transaction that writes the resource. */
export const besideActions = async ({ managing }: DirectoryContext, id: string): Promise<readonly Action[]> =>
  (await managing?.beside?.(id)) ?? []

/**
 * The refusal of a unique value that the resource with the id holds. Where a super tenant routes people one trip more, for
 * who is told that a copy has it looks for it there.
 */
export async function takenBy(
  context: DirectoryContext,
  type: ResourceType,
  { holderId, attributes }: { readonly holderId: string; readonly attributes: JsonObject },
): Promise<ScimError> {
  if (context.superTenant === undefined || context.managing !== undefined) return taken(type, attributes)
  const row = await context.table.get(documentKey(type, holderId))
  const owner = row && readDocument(row)?.access.owner
  if (owner === undefined) return taken(type, attributes)
  const name = nameOf(context, owner.tenant)
  const what = type.name === 'User' ? 'person with this userName' : 'group with this displayName'
  return uniqueness(
    `The ${what} is managed by ${name}, which routes it here, and need not be provisioned a second time. Take it out of scope in Entra here, or change it there.`,
  )
}
