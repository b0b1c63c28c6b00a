import type { Action } from '../../storage/table'
import { CONFLICTS, linksOf } from '../copies/rows'
import { commitFenced, type Target, type Turn } from '../copies/target'

const DELETED_AT_ONCE = 90

/** Nobody is waited for any more. */
export async function forgetConflicts(turn: Turn, target: Target): Promise<void> {
  for (;;) {
    const rows = await target.context.table.all(CONFLICTS, { limit: DELETED_AT_ONCE, select: ['k'] })
    if (rows.length === 0) return
    await commitFenced(
      turn,
      target,
      rows.map(({ key }): Action => ({ type: 'delete', key })),
    )
  }
}

/** Whether anything of the target is a copy yet. */
export async function hasLinks({ source }: Turn, { context: { table } }: Target): Promise<boolean> {
  const rows = await Promise.all(
    (['u', 'g'] as const).map((kind) => table.all(linksOf(kind, source.slug), { limit: 1, select: ['id'] })),
  )
  return rows.flat().length > 0
}
