import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'

/** What the programs that talk to an endpoint have in common on their command line. */

/** A flag that cannot be understood; the message is one sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * The values of the flags.
 * @throws UsageError for an unknown flag, one without its value, and a word that belongs to none
 */
export function readFlags<T extends NonNullable<ParseArgsConfig['options']>>(argv: readonly string[], options: T) {
  let parsed
  try {
    parsed = parseArgs({ args: [...argv], allowPositionals: true, options })
  } catch (error) {
    // The first sentence of Node's message names the flag; the rest is advice that does not apply here.
    const [sentence = 'The flags cannot be read'] = (error as { readonly message: string }).message.split(/\.\s|\n/)
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`, { cause: error })
  }
  // The word itself is not repeated: it may be a token.
  if (parsed.positionals.length > 0) throw new UsageError('Give flags only: there is a word that belongs to none.')
  return parsed.values
}

/** @throws UsageError when the value is no whole number within those, both included */
export function wholeNumber(flag: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= least && number <= most) return number
  throw new UsageError(`--${flag} takes a whole number from ${least} to ${most}.`)
}

/** @throws UsageError when it is missing or no http or https URL */
export function httpUrl(flag: string, value: string | undefined, what: string): string {
  if (value === undefined) throw new UsageError(`--${flag} is missing: give the ${what}.`)
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return value
  throw new UsageError(`--${flag} takes an http or https URL.`)
}
