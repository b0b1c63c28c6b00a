import type { JsonObject } from '../scim/json'
import { ENTERPRISE_URN } from '../scim/schemas'
import { ScimError } from '../scim/errors'
import { applyPatch, compilePatch } from '../scim/patch'
import { closedKey, groupKey, lastPart, userKey } from '../storage/keys'
import { prefixRange, type Row } from '../storage/table'
import type { DirectoryContext } from './context'
import { managerOf } from './document'
import { unlinkActions } from './memberships'
import { updateResource } from './update'

/** 49 memberships are 98 rows: one transaction. */
const MEMBERSHIPS_AT_ONCE = 49

/**
 * Finishes every DELETE that was closed: unlinks memberships that were not in its transaction or were added while it ran,
 * clears the person as manager of others, then removes the mark and the work row. Repeatable at any point, by any number
 * of workers. Returns how many were finished.
 */
export async function finishClosings(context: DirectoryContext): Promise<number> {
  const closings = await context.table.all(prefixRange('d'))
  for (const closing of closings) await finish(context, closing)
  return closings.length
}

async function finish(context: DirectoryContext, closing: Row): Promise<void> {
  const id = lastPart(closing.key)
  await unlinkAll(context, id, 'belongs')
  await unlinkAll(context, id, 'members')
  const isUser = closing.values['k'] === 'u'
  if (isUser) await clearReports(context, id)
  await context.table.commit([
    { type: 'delete', key: isUser ? userKey(id) : groupKey(id) },
    { type: 'delete', key: closedKey(id) },
  ]) // 'missing': another worker was here
}

async function unlinkAll(context: DirectoryContext, id: string, side: 'belongs' | 'members'): Promise<void> {
  const range = prefixRange(side === 'belongs' ? `r!${id}` : `m!${id}`)
  for (;;) {
    const rows = await context.table.all(range, { limit: MEMBERSHIPS_AT_ONCE, select: ['w'] })
    if (rows.length === 0) return
    const actions = rows.flatMap(({ key }) =>
      side === 'belongs' ? unlinkActions(lastPart(key), id) : unlinkActions(id, lastPart(key)),
    )
    await context.table.commit(actions) // 'missing': a removal ran beside; the next read shows what is left
  }
}

/** Manager is a weak reference: it is cleared after the manager's DELETE, as a change of its own of each report. */
async function clearReports(context: DirectoryContext, manager: string): Promise<void> {
  const rows = await context.table.all(prefixRange(`x!mgr!${manager}`))
  for (const row of rows) {
    try {
      await updateResource(context, context.types.User, lastPart(row.key), {
        attributes: (current) => (managerOf(current) === manager ? withoutManager(context, current) : current),
        members: [],
      })
    } catch (error) {
      if (!(error instanceof ScimError && error.status === 404)) throw error // the report was deleted meanwhile
    }
  }
}

function withoutManager(context: DirectoryContext, attributes: JsonObject): JsonObject {
  const { User } = context.types
  return applyPatch(User, attributes, compilePatch(User, [{ op: 'remove', path: `${ENTERPRISE_URN}:manager` }]))
}
