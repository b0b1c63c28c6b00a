import { httpUrl, readFlags, wholeNumber } from '../flags'
import { parseSignIn, SIGN_IN_FLAGS, SIGN_IN_HELP } from '../sign-in/options'
import type { SignIn } from '../sign-in/sign-in'
import type { SimulationOptions } from './simulation'
import type { Family } from './world'

/** Entra gives up on an answer after a minute (entra 1.9). */
const ENTRA_TIMEOUT_MS = 60_000

export const HELP = `Plays Microsoft Entra ID's provisioning service against a SCIM server and judges every answer.

  npm run simulate -- --url http://localhost:7071/scim/demo --token <token> [flags]

  --url <url>                the Tenant URL
${SIGN_IN_HELP}
  --users <n>                people in the directory (default 200, at least 10)
  --groups <n>               groups in the directory (default 10, at least 4)
  --legacy                   only the PATCH shape without a feature flag
  --modern                   only the PATCH shape of ?aadOptscim062020
                             neither: both, one after the other
  --seed <n>                 another directory for another number (default 1)
  --parallel <n>             connections at a time (default 8)
  --keep                     only the initial cycle; what it makes stays there
  --help                     this text

The people and groups it makes are deleted at the end, unless --keep is given. Exit code 0: no failure and no objection.`

const FLAGS = {
  url: { type: 'string' },
  ...SIGN_IN_FLAGS,
  users: { type: 'string', default: '200' },
  groups: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  parallel: { type: 'string', default: '8' },
  legacy: { type: 'boolean', default: false },
  modern: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

type Options = Omit<SimulationOptions, 'tokens'> & { readonly signIn: SignIn }

/**
 * The options that the flags give, or 'help'.
 * @throws UsageError with one sentence
 */
export function parseOptions(argv: readonly string[]): Options | 'help' {
  const flags = readFlags(argv, FLAGS)
  if (flags.help) return 'help'
  const url = httpUrl('url', flags.url, 'Tenant URL')
  const both: readonly Family[] = ['legacy', 'modern']
  const families = both.filter((family) => flags[family])
  return {
    url,
    signIn: parseSignIn(flags),
    users: wholeNumber('users', flags.users, 10, 1_000_000),
    groups: wholeNumber('groups', flags.groups, 4, 100_000),
    seed: wholeNumber('seed', flags.seed, 0, 2_147_483_647),
    parallel: wholeNumber('parallel', flags.parallel, 1, 256),
    families: families.length > 0 ? families : both,
    timeoutMs: ENTRA_TIMEOUT_MS,
    keep: flags.keep,
  }
}
