import type { DirectoryContext } from '../directory/context'
import { finishClosings } from '../directory/finish-closing'
import { numberPending } from './number'

const MAX_FOLLOWING_MS = 60_000
/** Large closings take minutes, and the feed does not wait for them. */
const MAX_CLOSING_MS = 10_000

/**
 * Does what writes left behind: numbers the feed and finishes closed resources, in turns, for a minute at most; the timer
 * goes on from there. With a linger it looks again after each until a look finds nothing: one message wakes it for a burst
 * of writes. Repeatable, and safe to run on several instances at once.
 */
export async function follow(context: DirectoryContext, lingerMs: number): Promise<void> {
  const started = performance.now()
  let hasLingered = lingerMs === 0
  for (;;) {
    const numbered = await numberPending(context.table)
    if (performance.now() - started > MAX_FOLLOWING_MS) return
    if (await closingsWorked(context)) continue
    if (hasLingered && (numbered === 0 || lingerMs === 0)) return
    await new Promise((resolve) => setTimeout(resolve, lingerMs))
    hasLingered = true
  }
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
