import { httpUrl, readFlags } from '../flags'
import type { ProgramOptions } from '../gallery/program'
import { parseSignIn, SIGN_IN_FLAGS, SIGN_IN_HELP } from '../sign-in/options'

const TIMEOUT_MS = 60_000

export const HELP = `Tries "Okta SCIM 2.0 SPEC Test" against a SCIM endpoint: its requests and assertions, by Okta's names.

  npm run okta -- --url https://<host>/scim/<tenant> --token <token> [flags]

  --url <url>                the endpoint: Okta's SCIM connector base URL
${SIGN_IN_HELP}
  --markdown                 the table as Markdown
  --help                     this text

Whom it makes it deletes at the end. Exit code 1: a test failed, or somebody is left.`

const FLAGS = {
  url: { type: 'string' },
  ...SIGN_IN_FLAGS,
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
  const url = httpUrl('url', flags.url, 'address of the endpoint')
  return { url, signIn: parseSignIn(flags), seconds: 0, without: [], timeoutMs: TIMEOUT_MS, markdown: flags.markdown }
}
