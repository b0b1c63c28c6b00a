import type { DirectoryContext } from '../directory/context'
import { finishClosings } from '../directory/deletion/finish-closing'
import { backfillIndexes, type OnIndexed } from '../directory/query/index-backfill'
import { numberPending } from './number'

/** Large closings take minutes, and the feed does not wait for them. */
const MAX_CLOSING_MS = 2_000
const MAX_INDEXING_MS = 2_000

/** What a reader of the feed says of its turn: call at once again, a little later, or when there are new records. */
export type Progress = 'more' | 'later' | 'done'

/** Work beside numbering and closing that comes from above. */
export interface FollowWork {
  /** One turn of the readers of the feed, told how many records have a number now. They may leave records of their own. */
  readonly read?: (numbered: number) => Promise<Progress>
  /** Told which matching attributes are indexed; nothing is indexed when nobody wants to be told. */
  readonly onIndexed?: OnIndexed
}

/**
 * Does what writes left behind: numbers the feed, lets its readers have a turn, finishes closed resources and indexes
 * matching attributes. Begins nothing after maxMs, but looks at all of it once; `more` when something may be left.
 * Repeatable, and safe to run on several instances at once.
 */
export async function follow(context: DirectoryContext, maxMs: number, work: FollowWork = {}): Promise<Progress> {
  const started = performance.now()
  for (;;) {
    const numbered = await numberPending(context.table)
    const progress = await takeTurn(context, work, numbered)
    if (progress !== 'more' || performance.now() - started > maxMs) return progress
  }
}

/** Readers first: closing and indexing may take long, and nobody waits for them. */
async function takeTurn(context: DirectoryContext, { read, onIndexed }: FollowWork, numbered: number): Promise<Progress> {
  const progress = (await read?.(numbered)) ?? 'done'
  if (progress === 'more' || (await closingsWorked(context))) return 'more'
  return onIndexed !== undefined && (await backfillIndexes(context, MAX_INDEXING_MS, onIndexed)) ? 'more' : progress
}

/** Whether there were closings to work on. One that fails holds up no record that it wrote before. */
async function closingsWorked(context: DirectoryContext): Promise<boolean> {
  try {
    return await finishClosings(context, MAX_CLOSING_MS)
  } catch (error) {
    await numberPending(context.table)
    throw error
  }
}
