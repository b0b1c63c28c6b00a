/** Longer than this no request keeps the others waiting on purpose. */
const SLICE_MS = 5

const waiting: (() => void)[] = []

/** Lets whatever else waits for this process run first. Of all that let others run one goes on in each turn of the event loop. */
export function letOthersRun(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(goOn)
  })
}

function goOn(): void {
  const first = waiting.shift()
  if (waiting.length > 0) setImmediate(goOn)
  first?.()
}

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
