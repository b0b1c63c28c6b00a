import { parseArgs } from 'node:util'

/** In the order in which they take their turns. */
export const NAMES = ['old', 'bare', 'new'] as const
export type Name = (typeof NAMES)[number]

export interface Options {
  readonly only: readonly Name[]
  /** Keys of rows, or the numbers they begin with; undefined for all. */
  readonly rows: readonly string[] | undefined
  /** Of each round of the rows 1 to 4. */
  readonly people: number
  readonly rounds: number
  /** Of the directory in row 6, the smallest first. */
  readonly sizes: readonly number[]
  /** Of the groups in rows 5 and 7, the smallest first. */
  readonly members: readonly number[]
}

const list = (texts: readonly string[]) => texts.flatMap((text) => text.split(','))

function whole(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${text} is no whole number from 1 on.`)
  return number
}

const ascending = (texts: string) =>
  list([texts])
    .map(whole)
    .sort((a, b) => a - b)

/** @throws Error for an option that is not there, or a value it cannot have */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rows: { type: 'string' },
      people: { type: 'string', default: '300' },
      rounds: { type: 'string', default: '3' },
      sizes: { type: 'string', default: '1000,5000' },
      members: { type: 'string', default: '100,2000' },
    },
  })
  const wanted = values.only === undefined ? [...NAMES] : list(values.only)
  const stranger = wanted.find((name) => !NAMES.some((known) => known === name))
  if (stranger !== undefined) throw new Error(`There is no ${stranger}; there are ${NAMES.join(', ')}.`)
  return {
    only: NAMES.filter((name) => wanted.includes(name)),
    rows: values.rows?.split(','),
    people: whole(values.people),
    rounds: whole(values.rounds),
    sizes: ascending(values.sizes),
    members: ascending(values.members),
  }
}
