import { parseArgs } from 'node:util'
import { isObject, text } from './json'
import type { SimulationOptions } from './simulation'
import type { Family } from './world'

/** Entra gives up on an answer after a minute (entra 1.9). */
const ENTRA_TIMEOUT_MS = 60_000

export const HELP = `Plays Microsoft Entra ID's provisioning service against a SCIM server and judges every answer.

  npm run simulate -- --url http://localhost:7071/scim/demo --token <token> [flags]

  --url <url>      the Tenant URL
  --token <token>  the Secret Token
  --users <n>      people in the directory (default 200, at least 10)
  --groups <n>     groups in the directory (default 10, at least 4)
  --legacy         only the PATCH shape without a feature flag
  --modern         only the PATCH shape of ?aadOptscim062020
                   neither: both, one after the other
  --seed <n>       another directory for another number (default 1)
  --parallel <n>   connections at a time (default 8)
  --keep           only the initial cycle; what it makes stays there
  --help           this text

The people and groups it makes are deleted at the end, unless --keep is given. Exit code 0: no failure and no objection.`

/** A flag that cannot be understood; the message is one sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

function wholeNumber(flag: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= least && number <= most) return number
  throw new UsageError(`--${flag} takes a whole number from ${least} to ${most}.`)
}

function httpUrl(value: string | undefined): string {
  if (value === undefined) throw new UsageError('--url is missing: give the Tenant URL.')
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return value
  throw new UsageError('--url takes an http or https URL.')
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        users: { type: 'string', default: '200' },
        groups: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
        parallel: { type: 'string', default: '8' },
        legacy: { type: 'boolean', default: false },
        modern: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    // The first sentence of Node's message names the flag; the rest is advice that does not apply here.
    const [sentence = 'The flags cannot be read'] = (isObject(error) ? text(error['message']) : undefined)?.split(/\.\s|\n/) ?? []
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`, { cause: error })
  }
}

/**
 * The options that the flags give, or 'help'.
 * @throws UsageError with one sentence
 */
export function parseOptions(argv: readonly string[]): SimulationOptions | 'help' {
  const { values: flags, positionals } = readFlags(argv)
  // The word itself is not repeated: it may be a token.
  if (positionals.length > 0) throw new UsageError('Give flags only: there is a word that belongs to none.')
  if (flags.help) return 'help'
  const url = httpUrl(flags.url)
  if (flags.token === undefined || flags.token === '') throw new UsageError('--token is missing: give the Secret Token.')
  const both: readonly Family[] = ['legacy', 'modern']
  const families = both.filter((family) => flags[family])
  return {
    url,
    token: flags.token,
    users: wholeNumber('users', flags.users, 10, 1_000_000),
    groups: wholeNumber('groups', flags.groups, 4, 100_000),
    seed: wholeNumber('seed', flags.seed, 0, 2_147_483_647),
    parallel: wholeNumber('parallel', flags.parallel, 1, 256),
    families: families.length > 0 ? families : both,
    timeoutMs: ENTRA_TIMEOUT_MS,
    keep: flags.keep,
  }
}
