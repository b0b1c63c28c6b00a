import { UsageError } from '../flags'
import { withTokens } from '../sign-in/sign-in'
import { objectionLines } from '../simulator/summary'
import { stopSignal } from '../stop-signal'
import { runGallery } from './gallery'
import type { Finding } from './outcome'
import { HELP, parseOptions } from './options'
import { markdown, table } from './table'

/** The exit code: 1 when a requirement failed or was not tried, or something is left behind. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv)
  const print = (line: string) => {
    console.log(line)
  }
  if (options === 'help') {
    print(HELP)
    return 0
  }
  // Standard output is the table alone, so that it may go into a file.
  const tell = (line: string) => {
    console.error(line)
  }
  const report = ({ requirement, result }: Finding) => {
    tell(`${result.padEnd(14)}  ${requirement}`)
  }
  const signal = stopSignal()
  const { findings, left, tally } = await withTokens(options.signIn, tell, (tokens) =>
    runGallery({ ...options, tokens }, report, signal),
  )
  tell('')
  ;(options.markdown ? markdown : table)(findings).forEach(print)
  for (const line of ['', ...objectionLines(tally.objections), ...left]) tell(line)
  const bad = findings.filter(({ result }) => result === 'failed' || result === 'not run')
  return bad.length === 0 && left.length === 0 ? 0 : 1
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code), // connections that are kept alive would hold the process for seconds
  (error: unknown) => {
    process.exitCode = 1
    console.error(error instanceof UsageError ? error.message : error)
  },
)
