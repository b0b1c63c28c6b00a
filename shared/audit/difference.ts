import { isDeepStrictEqual } from 'node:util'

/** Facts by name, of what can be JSON. Never a secret. */
export type Facts = Readonly<Record<string, unknown>>

/** What was before and is after, of that alone which differs. */
export interface Difference {
  readonly before?: Facts
  readonly after?: Facts
}

/** A property of a row takes 32,768 characters; both sides have one of their own. */
const MAX_SIDE_LENGTH = 30_000
const MAX_FACT_LENGTH = 8000
const MAX_LIST_LENGTH = 24_000
const TOO_LARGE = 'too large to be kept'

/**
 * The facts that differ; all of a side where there is no other. Of two lists each side names what the other has not, or all of it where
 * what both have is in another order. A list of more than 24,000 characters is kept as far as that, with the number of those that are
 * left out. Any other fact of more than 8,000 is named without its value, and so are all of a side that has more than 30,000.
 */
export function difference(before: Facts | undefined, after: Facts | undefined): Difference {
  if (before === undefined || after === undefined) return { ...side('before', before), ...side('after', after) }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]))
  const sides = changed.map((name) => [name, ...apart(before[name], after[name])] as const)
  return {
    ...side('before', Object.fromEntries(sides.map(([name, was]) => [name, was]))),
    ...side('after', Object.fromEntries(sides.map(([name, , is]) => [name, is]))),
  }
}

function apart(before: unknown, after: unknown): readonly [unknown, unknown] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [before, after]
  const [was, is] = [before.map(textOf), after.map(textOf)]
  const [inBefore, inAfter] = [new Set(was), new Set(is)]
  const kept = was.filter((text) => inAfter.has(text))
  const isReordered = !isDeepStrictEqual(
    kept,
    is.filter((text) => inBefore.has(text)),
  )
  if (isReordered) return [before, after]
  return [before.filter((_, i) => !inAfter.has(was[i] ?? '')), after.filter((_, i) => !inBefore.has(is[i] ?? ''))]
}

const textOf = (value: unknown) => JSON.stringify(value)

function side(name: 'before' | 'after', facts: Facts | undefined): Difference {
  const known: [string, unknown][] = Object.entries(facts ?? {}).filter(([, value]) => value !== undefined)
  if (known.length === 0) return {}
  const bounded = known.map(([fact, value]): [string, unknown] => [fact, boundedFact(value)])
  const isTooLarge = textOf(Object.fromEntries(bounded)).length > MAX_SIDE_LENGTH
  return { [name]: Object.fromEntries(isTooLarge ? known.map(([fact]) => [fact, TOO_LARGE]) : bounded) }
}

function boundedFact(value: unknown): unknown {
  if (!Array.isArray(value)) return textOf(value).length > MAX_FACT_LENGTH ? TOO_LARGE : value
  let length = 0
  const end = value.findIndex((entry) => (length += textOf(entry).length + 1) > MAX_LIST_LENGTH)
  return end < 0 ? value : [...(value.slice(0, end) as unknown[]), `and ${value.length - end} more`]
}
