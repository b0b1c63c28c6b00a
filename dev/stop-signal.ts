/** npm passes Ctrl-C on, so that one press may come twice; a later one is meant. */
const SAME_PRESS_MS = 1000

/** Aborts at the first Ctrl-C, so that what was made can still be deleted; another one ends the process as it is. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let pressedMs: number | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      pressedMs ??= performance.now()
      if (performance.now() - pressedMs > SAME_PRESS_MS) process.exit(1)
      if (!stop.signal.aborted) console.error('Stopping; another Ctrl-C ends it at once and leaves what was made.')
      stop.abort()
    })
  }
  return stop.signal
}
