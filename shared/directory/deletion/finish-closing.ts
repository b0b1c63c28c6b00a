import type { JsonObject } from '../../scim/json'
import { ENTERPRISE_URN } from '../../scim/schema/schemas'
import { ScimError } from '../../scim/errors'
import { applyPatch, compilePatch } from '../../scim/patch/patch'
import { belongsKey, groupKey, lastPart, memberKey, userKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Action, type Row, type Table } from '../../storage/table'
import type { DirectoryContext } from '../context'
import { managerOf } from '../documents/document'
import { updateResource } from '../documents/update'

/** 49 memberships are 98 rows: one transaction. */
const MEMBERSHIPS_AT_ONCE = 49
const REPORTS_SIDE_BY_SIDE = 8

/**
 * Finishes DELETEs that were closed: unlinks memberships that were not in their transaction or were added while it ran,
 * clears the person as manager of others, then removes the mark and the work row. Begins nothing after maxMs; the next
 * call goes on from there. Repeatable at any point, by any number of workers. Returns whether there was anything to do:
 * then more may be left, and records may be new.
 * @throws the first failure, after the other closings had their turn
 */
export async function finishClosings(context: DirectoryContext, maxMs: number): Promise<boolean> {
  const started = performance.now()
  const isTimeUp = () => performance.now() - started >= maxMs
  const failures: unknown[] = []
  const closings = await context.table.all(prefixRange('d'))
  for (const closing of closings) {
    await finish(context, closing, isTimeUp).catch((error: unknown) => failures.push(error))
    if (isTimeUp()) break
  }
  if (failures.length > 0) throw failures[0]
  return closings.length > 0
}

async function finish(context: DirectoryContext, closing: Row, isTimeUp: () => boolean): Promise<void> {
  const id = lastPart(closing.key)
  const isUser = closing.values['k'] === 'u'
  const isClear =
    (await unlinkAll(context.table, id, { side: 'belongs', isTimeUp })) &&
    (isUser ? await clearReports(context, id, isTimeUp) : await unlinkAll(context.table, id, { side: 'members', isTimeUp }))
  if (isClear) await removeRows(context.table, [isUser ? userKey(id) : groupKey(id), closing.key])
}

/** Deletes the rows, in one transaction unless another worker was faster with one of them. */
async function removeRows(table: Table, keys: readonly string[]): Promise<void> {
  const actions = keys.map((key): Action => ({ type: 'delete', key }))
  const outcome = await table.commit(actions)
  if (!outcome.ok) for (const action of actions) await table.commit([action]) // 'missing' is as good
}

interface Unlinking {
  readonly side: 'belongs' | 'members'
  readonly isTimeUp: () => boolean
}

/** Whether no membership of that side is left. */
async function unlinkAll(table: Table, id: string, { side, isTimeUp }: Unlinking): Promise<boolean> {
  const range = prefixRange(side === 'belongs' ? `r!${id}` : `m!${id}`)
  let failedAt: string | undefined
  do {
    const rows = await table.all(range, { limit: MEMBERSHIPS_AT_ONCE, select: [] })
    const [first] = rows
    if (first === undefined) return true
    // The far row goes first: the near one is how a later look finds what an earlier one left.
    const memberships = rows.map(({ key }) =>
      side === 'belongs' ? [memberKey(lastPart(key), id), key] : [belongsKey(lastPart(key), id), key],
    )
    const outcome = await table.commit(memberships.flat().map((key): Action => ({ type: 'delete', key })))
    if (outcome.ok) continue
    // A removal ran beside, which the next read shows; else only half of a membership is there.
    if (first.key === failedAt) for (const keys of memberships) await removeRows(table, keys)
    failedAt = first.key
  } while (!isTimeUp())
  return false
}

/**
 * Manager is a weak reference: it is cleared after the manager's DELETE, as a change of its own of each report. Returns
 * whether all reports had their turn.
 */
async function clearReports(context: DirectoryContext, manager: string, isTimeUp: () => boolean): Promise<boolean> {
  const rows = await context.table.all(prefixRange(`x!mgr!${manager}`))
  const turns = await inParallel(rows, REPORTS_SIDE_BY_SIDE, async (row) => {
    if (isTimeUp()) return false
    await clearReport(context, manager, lastPart(row.key))
    return true
  })
  return !turns.includes(false)
}

/** Also of a copy: whoever its manager was here is gone here. */
async function clearReport(context: DirectoryContext, manager: string, report: string): Promise<void> {
  try {
    await updateResource({ ...context, managing: {} }, context.types.User, report, {
      attributes: (current) => (managerOf(current) === manager ? withoutManager(context, current) : current),
      members: [],
    })
  } catch (error) {
    if (!(error instanceof ScimError && error.status === 404)) throw error // the report was deleted meanwhile
  }
}

function withoutManager(context: DirectoryContext, attributes: JsonObject): JsonObject {
  const { User } = context.types
  return applyPatch(User, attributes, compilePatch(User, [{ op: 'remove', path: `${ENTERPRISE_URN}:manager` }]))
}
