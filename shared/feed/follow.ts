import type { DirectoryContext } from '../directory/context'
import { finishClosings } from '../directory/finish-closing'
import { numberPending } from './number'

const MAX_FOLLOWING_MS = 60_000

/**
 * Does what writes left behind: finishes closed resources and numbers the feed. With a linger it looks again after each
 * until a look finds nothing, for a minute at most: one message wakes it for a burst of writes. Repeatable, and safe to
 * run on several instances at once.
 */
export async function follow(context: DirectoryContext, lingerMs: number): Promise<void> {
  const started = performance.now()
  for (let looks = 1; ; looks += 1) {
    const finished = await finishClosings(context)
    const numbered = await numberPending(context.table)
    const quiet = finished + numbered === 0 && looks > 1
    if (lingerMs === 0 || quiet || performance.now() - started > MAX_FOLLOWING_MS) return
    await new Promise((resolve) => setTimeout(resolve, lingerMs))
  }
}
