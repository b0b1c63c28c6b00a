import { StorageUnavailable } from '../shared/storage/unavailable'

const MAX_ATTEMPTS = 8
const MAX_WAIT_MS = 30_000

/** Does what may be done twice, again after each outage or throttling of storage, eight times at most. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StorageUnavailable) || attempt === MAX_ATTEMPTS) throw error
      const waitMs = Math.min(error.retryAfterSeconds * 1000, MAX_WAIT_MS)
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}
