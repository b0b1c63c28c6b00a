import { parseArgs } from 'node:util'
import { UsageError } from '../flags'

export const HELP = `Checks a live deployment with one user and one group, which it deletes again.

  npm run smoke -- --url https://<host>/scim/<tenant> --token <token>

  --url <url>      the Tenant URL
  --token <token>  the Secret Token
  --help           this text

Exit code 0: every step was answered as Entra ID needs it.`

/** A request that gets no answer within a minute is lost to Entra ID as well (entra 1.9). */
const ENTRA_TIMEOUT_MS = 60_000

export interface SmokeOptions {
  /** The Tenant URL as an administrator types it: perhaps with a slash at its end and a query string. */
  readonly url: string
  readonly token: string
  readonly timeoutMs: number
}

function readFlags(argv: readonly string[]) {
  const options = { url: { type: 'string' }, token: { type: 'string' }, help: { type: 'boolean', default: false } } as const
  try {
    return parseArgs({ args: [...argv], options }).values
  } catch (error) {
    throw new UsageError('The flags are --url, --token and --help.', { cause: error }) // the word itself may be a token
  }
}

/**
 * The options that the flags give, or 'help'.
 * @throws UsageError with one sentence, which never holds the token
 */
export function parseOptions(argv: readonly string[]): SmokeOptions | 'help' {
  const { url = '', token = '', help } = readFlags(argv)
  if (help) return 'help'
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw new UsageError('--url takes the Tenant URL, http or https.')
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UsageError('--token takes the Secret Token, visible ASCII characters.')
  return { url, token, timeoutMs: ENTRA_TIMEOUT_MS }
}
