import { httpUrl, readFlags, UsageError, wholeNumber } from '../flags'
import { parseSignIn, SIGN_IN_FLAGS, SIGN_IN_HELP } from '../sign-in/options'
import type { ProgramOptions } from './program'

/** Entra gives up on an answer after a minute (entra 1.9). */
const ENTRA_TIMEOUT_MS = 60_000

export const HELP = `Tries what Microsoft's app gallery asks of a SCIM endpoint: its 25 tests by name, and the requirements beside them.

  npm run gallery -- --url https://<host>/scim/<tenant> --token <token> [flags]

  --url <url>                the Tenant URL, without ?aadOptscim062020: both PATCH shapes are tried
${SIGN_IN_HELP}
  --seconds <n>              how long 25 requests a second are kept up (default 60)
  --without <list>           attributes that the application does not map, as addresses,manager
  --markdown                 the table as Markdown
  --help                     this text

Use a tenant for it alone. What it makes is deleted at the end. Exit code 1: a requirement failed.`

const FLAGS = {
  url: { type: 'string' },
  ...SIGN_IN_FLAGS,
  seconds: { type: 'string', default: '60' },
  without: { type: 'string', default: '' },
  markdown: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/**
 * The options that the flags give, or 'help'.
 * @throws UsageError with one sentence
 */
export function parseOptions(argv: readonly string[]): ProgramOptions | 'help' {
  const flags = readFlags(argv, FLAGS)
  if (flags.help) return 'help'
  const url = httpUrl('url', flags.url, 'Tenant URL')
  if (/aadoptscim/i.test(new URL(url).search))
    throw new UsageError('--url takes the Tenant URL without aadOptscim062020: both PATCH shapes are tried.')
  return {
    url,
    signIn: parseSignIn(flags),
    seconds: wholeNumber('seconds', flags.seconds, 1, 3600),
    without: flags.without.split(',').filter((name) => name !== ''),
    timeoutMs: ENTRA_TIMEOUT_MS,
    markdown: flags.markdown,
  }
}
