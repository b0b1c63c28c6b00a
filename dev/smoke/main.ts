import { UsageError } from '../flags'
import { HELP, parseOptions } from './options'
import { stopSignal } from '../stop-signal'
import { runSmoke } from './smoke'

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
