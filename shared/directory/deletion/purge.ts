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
/** Two ranges for each, and two rows in one transaction. */
const TOMBSTONES_SIDE_BY_SIDE = 32
const REPORTS_SIDE_BY_SIDE = 8

/**
 * Finishes DELETEs: unlinks memberships that were not in their transaction or were added while it ran,
 * clears the person as manager of others, then removes the mark and the tombstone. Begins nothing after maxMs; the next
 * call goes on from there. Repeatable at any point, by any number of workers. Returns whether more may be left, or records be
 * new.
 * @throws the first failure, after the others had their turn
 */
export async function purgeDeleted(context: DirectoryContext, maxMs: number): Promise<boolean> {
  const started = performance.now()
  const isTimeUp = () => performance.now() - started >= maxMs
  const failures: unknown[] = []
  const tombstones = await context.table.all(prefixRange('d'))
  let [looked, long] = [0, 0]
  while (looked < tombstones.length && (looked === 0 || !isTimeUp())) {
    const some = tombstones.slice(looked, looked + TOMBSTONES_SIDE_BY_SIDE)
    looked += some.length
    const others = await purgeCleared(context.table, some).catch(() => some) // what fails says so when it has its own turn
    for (const tombstone of others) {
      long += 1
      if (long > 1 && isTimeUp()) break
      await purge(context, tombstone, isTimeUp).catch((error: unknown) => failures.push(error))
    }
  }
  if (failures.length > 0) throw failures[0]
  return long > 0 || looked < tombstones.length
}

/** Ends those of which nothing but mark and tombstone is left, which are most, in one transaction. Returns the others. */
async function purgeCleared(table: Table, tombstones: readonly Row[]): Promise<readonly Row[]> {
  const areCleared = await Promise.all(tombstones.map((tombstone) => isCleared(table, tombstone)))
  const cleared = tombstones.filter((_, i) => areCleared[i])
  const others = tombstones.filter((_, i) => !areCleared[i])
  if (cleared.length === 0) return others
  const outcome = await table.commit(cleared.flatMap(ownKeys).map((key): Action => ({ type: 'delete', key })))
  return outcome.ok ? others : tombstones // another worker was faster with one of them
}

async function isCleared(table: Table, tombstone: Row): Promise<boolean> {
  const id = lastPart(tombstone.key)
  const prefixes = [`r!${id}`, isUser(tombstone) ? `x!mgr!${id}` : `m!${id}`]
  const pages = await Promise.all(prefixes.map((prefix) => table.page(prefixRange(prefix), { limit: 1, select: [] })))
  return pages.every(({ rows, next }) => rows.length === 0 && next === undefined)
}

const isUser = (tombstone: Row) => tombstone.values['k'] === 'u'

/** Of the mark and of the tombstone. */
const ownKeys = (tombstone: Row) => {
  const id = lastPart(tombstone.key)
  return [isUser(tombstone) ? userKey(id) : groupKey(id), tombstone.key]
}

async function purge(context: DirectoryContext, tombstone: Row, isTimeUp: () => boolean): Promise<void> {
  const id = lastPart(tombstone.key)
  const isClear =
    (await unlinkAll(context.table, id, { side: 'belongs', isTimeUp })) &&
    (isUser(tombstone)
      ? await clearReports(context, id, isTimeUp)
      : await unlinkAll(context.table, id, { side: 'members', isTimeUp }))
  if (isClear) await removeRows(context.table, ownKeys(tombstone))
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
