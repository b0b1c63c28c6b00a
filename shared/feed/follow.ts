import type { DirectoryContext } from '../directory/context'
import { finishClosings } from '../directory/finish-closing'
import { numberPending } from './number'

const MAX_FOLLOWING_MS = 60_000

/**
 * Does what writes left behind: finishes closed resources and numbers the feed, again after each linger until nothing
 * came, for a minute at most. Repeatable, and safe to run on several instances at once.
 */
export async function follow(context: DirectoryContext, lingerMs: number): Promise<void> {
  const started = performance.now()
  do {
    const finished = await finishClosings(context)
    const numbered = await numberPending(context.table)
    if (finished + numbered === 0) return
    if (lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs))
  } while (performance.now() - started < MAX_FOLLOWING_MS)
}
