import { AsyncLocalStorage, createHook } from 'node:async_hooks'

/**
 * Whose work the processor does, by the asynchronous context that runs. It makes everything slower, so it is for finding
 * what made the event loop stand still, not for measuring how long.
 */
export function traceSpending() {
  const names = new AsyncLocalStorage<string>()
  const stack: (string | undefined)[] = []
  let spent = new Map<string, number>()
  let since = performance.now()

  function charge(): void {
    const now = performance.now()
    const name = stack.at(-1)
    if (name !== undefined) spent.set(name, (spent.get(name) ?? 0) + now - since)
    since = now
  }
  createHook({
    before() {
      charge()
      stack.push(names.getStore())
    },
    after() {
      charge()
      stack.pop()
    },
  }).enable()

  return {
    run: <T>(name: string, work: () => T): T => names.run(name, work),
    /** Milliseconds by name since the call before. */
    take(): ReadonlyMap<string, number> {
      charge()
      const taken = spent
      spent = new Map()
      return taken
    },
  }
}
