import { setTimeout } from 'node:timers/promises'
import type { DirectoryContext } from '../directory/context'
import { finishClosings } from '../directory/finish-closing'
import { backfillIndexes, type OnIndexed } from '../directory/index-backfill'
import { numberPending } from './number'

const MAX_FOLLOWING_MS = 60_000
/** Large closings take minutes, and the feed does not wait for them. */
const MAX_CLOSING_MS = 10_000
const MAX_INDEXING_MS = 10_000

/** What a reader of the feed says of its turn: call at once again, a little later, or when there are new records. */
export type Progress = 'more' | 'later' | 'done'

/** Work beside numbering and closing that comes from above. */
export interface FollowWork {
  /** One turn of the readers of the feed. They may leave records of their own. */
  readonly read?: () => Promise<Progress>
  /** Ends lingering: the process is about to end. */
  readonly ending?: AbortSignal
  /** Told which matching attributes are indexed; nothing is indexed when nobody wants to be told. */
  readonly onIndexed?: OnIndexed
}

/**
 * Does what writes left behind: numbers the feed, lets its readers have a turn, finishes closed resources and indexes
 * matching attributes, for a minute at most; the timer goes on from there. With a linger it looks again after each until a
 * look finds nothing: one message wakes it for a burst of writes. Repeatable, and safe to run on several instances at once.
 */
export async function follow(context: DirectoryContext, lingerMs: number, work: FollowWork = {}): Promise<void> {
  const started = performance.now()
  let hasLingered = lingerMs === 0
  for (;;) {
    const numbered = await numberPending(context.table)
    if (performance.now() - started > MAX_FOLLOWING_MS) return
    const progress = await takeTurn(context, work)
    if (progress === 'more') continue
    if (lingerMs === 0 || (hasLingered && numbered === 0 && progress === 'done')) return
    if (!(await lingered(lingerMs, work.ending))) return
    hasLingered = true
  }
}

async function lingered(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  await setTimeout(ms, undefined, signal && { signal }).catch(() => undefined)
  return signal?.aborted !== true
}

/** Readers first: closing and indexing may take long, and nobody waits for them. */
async function takeTurn(context: DirectoryContext, { read, onIndexed }: FollowWork): Promise<Progress> {
  const progress = (await read?.()) ?? 'done'
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
