import type { DirectoryContext } from '../directory/context'
import { finishClosings } from '../directory/deletion/finish-closing'
import { backfillIndexes, type OnIndexed } from '../directory/query/index-backfill'
import type { Progress } from './consume'
import { numberOutbox } from './sequencer'

/** Large closings take minutes, and the feed does not wait for them. */
const MAX_CLOSING_MS = 2_000
const MAX_INDEXING_MS = 2_000

/** Work beside numbering and closing that comes from above. */
export interface FollowWork {
  /** One run of the feed's consumers, told how many records have a number now. They may leave records of their own. */
  readonly read?: (numbered: number) => Promise<Progress>
  /** Told which matching attributes are indexed; nothing is indexed when nobody wants to be told. */
  readonly onIndexed?: OnIndexed
}

/**
 * Does what writes left behind: numbers the feed, lets its consumers run, finishes closed resources and indexes
 * matching attributes. Begins nothing after maxMs, but looks at all of it once; `more` when something may be left.
 * Repeatable, and safe to run on several instances at once.
 */
export async function follow(context: DirectoryContext, maxMs: number, work: FollowWork = {}): Promise<Progress> {
  const started = performance.now()
  for (;;) {
    const numbered = await numberOutbox(context.table)
    const progress = await takeTurn(context, work, numbered)
    if (progress !== 'more' || performance.now() - started > maxMs) return progress
  }
}

/** Consumers first: closing and indexing may take long, and nobody waits for them. */
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
    await numberOutbox(context.table)
    throw error
  }
}
