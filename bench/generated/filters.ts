import type { Random } from './random'
import { attributePath, LISTS, text } from './words'

const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'Co']
const MAX_FILTER = 4_000

const literal = (random: Random) =>
  random.pick([
    () => JSON.stringify(text(random, 1 + random.below(20))),
    () => JSON.stringify(text(random, 200 + random.below(3_000))),
    () => String(random.below(10_000)),
    () => random.pick(['true', 'false', 'null', '"True"', '"2026-01-01T00:00:00Z"']),
    () => `"p${random.below(200)}@contoso.example"`,
  ])()

function term(random: Random): string {
  const list = random.pick(LISTS)
  return random.pick([
    () => `${attributePath(random)} ${random.pick(OPERATORS)} ${literal(random)}`,
    () => `${attributePath(random)} pr`,
    () => `${list}[type eq "work" and value ${random.pick(OPERATORS)} ${literal(random)}]`,
    () => `not (${attributePath(random)} ${random.pick(OPERATORS)} ${literal(random)})`,
    () => `userName eq ${literal(random)}`,
  ])()
}

/** A filter of RFC 7644 section 3.4.2.2: from one term up to more than the service takes, now and then a broken one. */
export function filter(random: Random): string {
  const terms = random.chance(0.5) ? 1 : 1 + random.below(random.chance(0.3) ? 70 : 8)
  const word = random.pick([' or ', ' and '])
  const whole = random.list(terms, () => term(random)).join(word)
  const nested = random.chance(0.1) ? '('.repeat(random.below(40)) + whole + ')'.repeat(random.below(40)) : whole
  return random.chance(0.05) ? nested.slice(0, random.below(nested.length)) : nested.slice(0, MAX_FILTER + 200)
}
