import { unavailable } from '../scim/errors'
import { StorageUnavailable } from '../storage/unavailable'

/** A request that loses races longer than this is told to come again. */
const MAX_RACING_MS = 20_000
const MAX_PAUSE_MS = 200

/** What one attempt came to: done with a result, or lost to another writer and to be planned anew. */
export type Attempt<T> = { readonly done: true; readonly result: T } | { readonly done: false }

/** The attempt was overtaken: somebody else committed between its read and its write, or its own answer was lost. */
export const lost: Attempt<never> = { done: false }
export const done = <T>(result: T): Attempt<T> => ({ done: true, result })

/**
 * Plans and commits until it holds. An attempt reads anew, so what an earlier one committed counts as success. A commit
 * of unknown outcome is followed by one more attempt, told so by `unclear`: it may find its own write, else it throws
 * the outage (design: a retry is not a failure).
 * @throws ScimError 503 when races go on too long
 */
export async function untilItHolds<T>(
  attempt: (unclear: StorageUnavailable | undefined, tries: number) => Promise<Attempt<T>>,
): Promise<T> {
  const started = performance.now()
  let outages = 0
  let unclear: StorageUnavailable | undefined
  for (let tries = 1; performance.now() - started < MAX_RACING_MS; tries += 1) {
    try {
      const outcome = await attempt(unclear, tries)
      if (outcome.done) return outcome.result
      unclear = undefined
    } catch (error) {
      outages += 1
      if (!(error instanceof StorageUnavailable) || outages > 1) throw error
      unclear = error
    }
    await pause(Math.random() * Math.min(MAX_PAUSE_MS, 5 * 2 ** tries))
  }
  throw unavailable('Many writers change this resource at once. Repeat the request.', 1)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
