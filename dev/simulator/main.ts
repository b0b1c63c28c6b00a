import { UsageError } from '../flags'
import { withTokens } from '../sign-in/sign-in'
import { TokenRefused } from '../sign-in/token-endpoint'
import { HELP, parseOptions } from './options'
import { runSimulation } from './simulation'
import { summary } from './summary'

/** The exit code: 0 only when nothing failed and there is no objection. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv)
  const print = (line: string) => {
    console.log(line)
  }
  if (options === 'help') {
    print(HELP)
    return 0
  }
  const result = await withTokens(options.signIn, print, (tokens) => runSimulation({ ...options, tokens }, print))
  summary(result).forEach(print)
  return result.failures === 0 && result.objections.length === 0 ? 0 : 1
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = 1
    console.error(error instanceof UsageError || error instanceof TokenRefused ? error.message : error)
  },
)
