/** Longer than this no request keeps the others waiting on purpose. */
const SLICE_MS = 5

/** Lets whatever else waits for this process run first. */
export const letOthersRun = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * Does the work for each item in order, letting other requests run in between: all tenants share one thread, and matching
 * thousands of documents takes long.
 */
export async function inSlices<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let began = performance.now()
  for (const item of items) {
    work(item)
    if (performance.now() - began < SLICE_MS) continue
    await letOthersRun()
    began = performance.now()
  }
}
