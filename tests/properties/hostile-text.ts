import * as fc from 'fast-check'
import { ScimError } from '../../shared/scim/errors'
import { ENTERPRISE_URN } from '../../shared/scim/schema/schemas'

/** Names that every object inherits. */
export const inherited = Object.getOwnPropertyNames(Object.prototype)

/** Pieces of which hostile texts are made; a count in thousands stands for "by the million" within what a body can hold. */
const pieces = [
  ...inherited,
  ...['prototype', 'emails', 'name', 'type', 'value', 'shoe', ENTERPRISE_URN, 'urn:', 'urn:x:y', ':', '.', '-', '_', '$', '$ref'],
  ...['eq', 'pr', 'and', 'or', 'not', 'true', 'null', '"work"', '""', '"', "'", '(', ')', '[', ']', '\\', '\\"'],
  ...[' ', '\t', '\n', '\0', '\u0007', '\ud800', '\udfff', '👩🏽‍🚀', '\ufeff', 'ß', '7', '-1', '1e999', '9'.repeat(400), '0x10'],
]
const text = fc
  .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(1, 1, 1, 1, 2, 40, 3000)), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.map(([piece, count]) => piece.repeat(count)).join(''))
const likely = fc
  .array(fc.constantFrom(...pieces), { maxLength: 3 })
  .map((parts) => parts.join(''))
  .chain((odd) =>
    fc.constantFrom(
      `emails[${odd}].value`,
      `emails[type eq "${odd}"].${odd}`,
      `emails[${odd} eq "x"]`,
      `${odd} eq "x"`,
      `userName eq ${odd}`,
      `userName ${odd} "x"`,
      `name.${odd} pr`,
      `${ENTERPRISE_URN}:${odd} pr`,
      `${ENTERPRISE_URN}:${odd}`,
      odd,
    ),
  )
export const anyText = fc.oneof(text, likely)

/** What the act gives; undefined when it refuses. Anything thrown but a refusal is a defect. */
export function orRefusal<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof ScimError && error.status >= 400 && error.status < 500) return undefined
    throw error
  }
}
