import { parseArgs } from 'node:util'

export interface Options {
  readonly count: number
  readonly seed: number
  /** The number of one request, to be sent alone. */
  readonly only: number | undefined
  /** After which no request is begun. */
  readonly maxSeconds: number
  /** Whether stalls are told with who did what of them. */
  readonly trace: boolean
}

const whole = (text: string | undefined, otherwise: number): number => {
  const number = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${String(text)} is no whole number.`)
  return number
}

/** `[count] [seed] [--only index] [--seconds n] [--trace] [--old]` @throws Error for anything else */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { only: { type: 'string' }, seconds: { type: 'string' }, old: { type: 'boolean' }, trace: { type: 'boolean' } },
  })
  return {
    count: whole(positionals[0], 100_000),
    seed: whole(positionals[1], 1),
    only: values.only === undefined ? undefined : whole(values.only, 0),
    maxSeconds: whole(values.seconds, 3_600),
    trace: values.trace === true,
  }
}
