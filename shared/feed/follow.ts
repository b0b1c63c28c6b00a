import type { DirectoryContext } from '../directory/context'
import { purgeDeleted } from '../directory/deletion/purge'
import { backfillIndexes, type OnIndexed } from '../directory/query/index-backfill'
import type { Progress } from './consume'
import { numberOutbox } from './sequencer'

/** Purging large groups takes minutes, and the feed does not wait for them. */
const MAX_PURGING_MS = 2_000
const MAX_INDEXING_MS = 2_000

/** Work beside numbering and purging that comes from above. */
export interface FollowWork {
  /** One run of the feed's consumers, told how many records have a number now. They may leave records of their own. */
  readonly read?: (numbered: number) => Promise<Progress>
  /** Told which matching attributes are indexed; nothing is indexed when nobody wants to be told. */
  readonly onIndexed?: OnIndexed
}

/**
 * Does what writes left behind: numbers the feed, lets its consumers run, purges what was deleted and indexes
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

/** Consumers first: purging and indexing may take long, and nobody waits for them. */
async function takeTurn(context: DirectoryContext, { read, onIndexed }: FollowWork, numbered: number): Promise<Progress> {
  const progress = (await read?.(numbered)) ?? 'done'
  if (progress === 'more' || (await purgeAndNumber(context))) return 'more'
  return onIndexed !== undefined && (await backfillIndexes(context, MAX_INDEXING_MS, onIndexed)) ? 'more' : progress
}

/** Whether there was something to purge. One that fails holds up no record that it wrote before. */
async function purgeAndNumber(context: DirectoryContext): Promise<boolean> {
  try {
    return await purgeDeleted(context, MAX_PURGING_MS)
  } catch (error) {
    await numberOutbox(context.table)
    throw error
  }
}
