/** Whether a key's turn has come: at most one in an interval. Beyond maxKeys it forgets, and everybody has a turn again. */
export function atMostEvery(intervalMs: number, maxKeys: number): (key: string) => boolean {
  const last = new Map<string, number>()
  return (key) => {
    const now = performance.now()
    if (now - (last.get(key) ?? Number.NEGATIVE_INFINITY) < intervalMs) return false
    if (last.size >= maxKeys) last.clear()
    last.set(key, now)
    return true
  }
}

/**
 * Runs the work of a key once at a time. Calls that come while it runs share one further run, which sees all that was
 * committed before they came.
 */
export function onceATime(
  work: (key: string, lingerMs: number) => Promise<void>,
): (key: string, lingerMs: number) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const waiting = new Map<string, Promise<void>>()

  function start(key: string, lingerMs: number): Promise<void> {
    const run = work(key, lingerMs).finally(() => running.delete(key))
    running.set(key, run)
    return run
  }

  return (key, lingerMs) => {
    const held = running.get(key)
    if (held === undefined) return start(key, lingerMs)
    const queued = waiting.get(key)
    if (queued !== undefined) return queued
    const next = held
      .catch(() => undefined) // its own callers are told
      .then(() => {
        waiting.delete(key)
        return start(key, lingerMs)
      })
    waiting.set(key, next)
    return next
  }
}
