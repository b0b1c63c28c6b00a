import { unavailable } from '../scim/errors'
import { StorageUnavailable } from '../storage/unavailable'

/** A request that loses races longer than this is told to come again. */
const MAX_RACING_MS = 20_000
const MAX_PAUSE_MS = 200

/** What one attempt came to: done with a result, or in conflict with another writer and to be planned anew. */
export type Attempt<T> = { readonly done: true; readonly result: T } | { readonly done: false }

/** Somebody else committed between the attempt's read and its write, or its own answer was lost. */
export const conflict: Attempt<never> = { done: false }
export const done = <T>(result: T): Attempt<T> => ({ done: true, result })

/**
 * Plans and commits, again after each conflict. An attempt reads anew, so what an earlier one committed counts as success. A commit
 * of unknown outcome is followed by one more attempt, told so by `outcomeUnknown`: it may find its own write, else it throws
 * the outage (a retry is not a failure).
 * @throws ScimError 503 when races go on too long
 */
export async function retryOnConflict<T>(
  attempt: (outcomeUnknown: StorageUnavailable | undefined, attempts: number) => Promise<Attempt<T>>,
): Promise<T> {
  const started = performance.now()
  let outages = 0
  let outcomeUnknown: StorageUnavailable | undefined
  for (let attempts = 1; performance.now() - started < MAX_RACING_MS; attempts += 1) {
    try {
      const outcome = await attempt(outcomeUnknown, attempts)
      if (outcome.done) return outcome.result
      outcomeUnknown = undefined
    } catch (error) {
      outages += 1
      if (!(error instanceof StorageUnavailable) || outages > 1) throw error
      outcomeUnknown = error
    }
    await pause(Math.random() * Math.min(MAX_PAUSE_MS, 5 * 2 ** attempts))
  }
  throw unavailable('Many writers change this resource at once. Repeat the request.', 1)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
