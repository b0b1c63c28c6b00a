import { HELP, parseOptions, UsageError } from './options'
import { runSmoke } from './smoke'

/** npm passes Ctrl-C on, so that one press may come twice; a later one is meant. */
const SAME_PRESS_MS = 1000

/** Aborts at the first Ctrl-C, so that what was made can still be deleted; another one ends the process as it is. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let pressedMs: number | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      pressedMs ??= performance.now()
      if (performance.now() - pressedMs > SAME_PRESS_MS) process.exit(1)
      if (!stop.signal.aborted) console.log('Stopping; another Ctrl-C ends it at once and leaves what was made.')
      stop.abort()
    })
  }
  return stop.signal
}

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv)
  const print = (line: string) => {
    console.log(line)
  }
  if (options === 'help') {
    print(HELP)
    return 0
  }
  return (await runSmoke(options, print, stopSignal())) ? 0 : 1
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code), // connections that are kept alive would hold the process for seconds
  (error: unknown) => {
    process.exitCode = 1
    console.error(error instanceof UsageError ? error.message : error)
  },
)
