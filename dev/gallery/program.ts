import { UsageError } from '../flags'
import { withTokens } from '../sign-in/sign-in'
import type { SignIn } from '../sign-in/sign-in'
import { objectionLines } from '../simulator/summary'
import { stopSignal } from '../stop-signal'
import type { Finding } from './outcome'
import { markdown, table } from './table'
import type { Attempt, TryOptions } from './try-all'

/** What the flags of each kit give. */
export type ProgramOptions = Omit<TryOptions, 'tokens'> & { readonly signIn: SignIn; readonly markdown: boolean }

interface Program {
  readonly help: string
  /** @throws UsageError with one sentence */
  readonly parse: (argv: readonly string[]) => ProgramOptions | 'help'
  readonly attempt: (options: TryOptions, report: (finding: Finding) => void, signal: AbortSignal) => Promise<Attempt>
}

/** The exit code: 1 when a requirement failed or was not tried, or something is left behind. */
async function exitCode({ help, parse, attempt }: Program): Promise<number> {
  const options = parse(process.argv.slice(2))
  const print = (line: string) => {
    console.log(line)
  }
  if (options === 'help') {
    print(help)
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
    attempt({ ...options, tokens }, report, signal),
  )
  tell('')
  ;(options.markdown ? markdown : table)(findings).forEach(print)
  for (const line of ['', ...objectionLines(tally.objections), ...left]) tell(line)
  const bad = findings.filter(({ result }) => result === 'failed' || result === 'not run')
  return bad.length === 0 && left.length === 0 ? 0 : 1
}

/** Runs a kit as a command: flags in, a line for each requirement as it is known, the table, the exit code. */
export function runProgram(program: Program): void {
  exitCode(program).then(
    (code) => process.exit(code), // connections that are kept alive would hold the process for seconds
    (error: unknown) => {
      process.exitCode = 1
      console.error(error instanceof UsageError ? error.message : error)
    },
  )
}
