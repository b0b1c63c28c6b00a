import * as fc from 'fast-check'
import { jsonShape } from '../../shared/http/json-shape'
import { applyAssignment } from '../../shared/scim/patch/assign'
import { ScimError } from '../../shared/scim/errors'
import { parseFilter } from '../../shared/scim/filter/filter'
import { matcher } from '../../shared/scim/filter/match'
import type { Json, JsonObject } from '../../shared/scim/json'
import { compilePatch } from '../../shared/scim/patch/patch'
import type { PatchOperation } from '../../shared/scim/patch/operation'
import { readResource } from '../../shared/scim/resource'
import { ENTERPRISE_URN, userType } from '../../shared/scim/schema/schemas'
import { newWork, WORK_LIMITS } from '../../shared/scim/work'
import { watched, type Reads } from './counted-reads'

/**
 * Whatever a request holds, the work that it causes is work that was counted: looks into the objects of a body, a resource or an
 * entry stay under a multiple of what the budget was told, and the budget is never passed by more than one step.
 */

const READS_FOR_A_UNIT = 60
/** Every request is read once as a whole, and a name that is refused may be the last one. */
const READS_FOR_A_NAME = 10
const READS_AT_LEAST = 1_000

const LISTS = ['emails', 'phoneNumbers', 'addresses', 'roles', 'ims'] as const
const listed = fc.constantFrom(...LISTS)
const spelled = fc
  .tuple(listed, fc.integer({ min: 0, max: 255 }))
  .map(([name, bits]) => name.replace(/./g, (letter, at: number) => (((bits >> at) & 1) === 1 ? letter.toUpperCase() : letter)))
const sub = fc.constantFrom('value', 'type', 'primary', 'display', 'streetAddress', 'shoeSize')
const small = fc.oneof(
  fc.constantFrom('', 'a', 'work', 'ß', 'İ'),
  fc.integer({ min: 0, max: 99 }).map((i) => `v${i}`),
)
const term = fc
  .tuple(sub, fc.constantFrom('eq', 'ne', 'co', 'sw', 'pr'), small)
  .map(([name, operator, value]) => (operator === 'pr' ? `${name} pr` : `${name} ${operator} ${JSON.stringify(value)}`))
const terms = fc.array(term, { minLength: 1, maxLength: 20 }).map((all) => all.join(' or '))
const path = fc.oneof(
  spelled,
  fc.tuple(spelled, sub).map((parts) => parts.join('.')),
  fc.tuple(spelled, terms, sub).map(([name, filter, part]) => `${name}[${filter}].${part}`),
  fc.tuple(spelled, terms).map(([name, filter]) => `${name}[${filter}]`),
  fc.constantFrom('displayName', 'name.givenName', `${ENTERPRISE_URN}:department`, 'manager', 'urn:x:Y:2.0:User:z'),
)
const entry: fc.Arbitrary<Json> = fc.dictionary(sub, fc.oneof(small, fc.boolean()), { maxKeys: 4 }).map((one) => one as Json)
/** Large by repeating a few entries with other values: sizes are what costs, and generating them is slow. */
const entries = fc
  .tuple(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 400 }))
  .map(([some, times]) => Array.from({ length: times }, (_, i) => ({ ...(some[i % some.length] as JsonObject), value: `n${i}` })))
const value: fc.Arbitrary<Json> = fc.oneof(small, fc.boolean(), fc.constant(null), entry, entries as fc.Arbitrary<Json>)
const keys = fc
  .tuple(fc.array(fc.tuple(path, value), { maxLength: 30 }), fc.integer({ min: 0, max: 3000 }))
  .map(([pairs, more]): JsonObject => ({
    ...Object.fromEntries(pairs),
    ...Object.fromEntries(Array.from({ length: more }, (_, i) => [`x${i}`, i])),
  }))
const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add' as const, 'replace' as const, 'remove' as const), path, value }),
  fc.record({ op: fc.constantFrom('add' as const, 'replace' as const), value: keys }),
)
const operations = fc
  .tuple(fc.array(operation, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 100 }))
  .map(([some, times]) => Array.from({ length: times }, (_, i) => some[i % some.length]!))

const person = (held: Json): JsonObject => ({
  userName: 'u',
  active: true,
  ...Object.fromEntries(LISTS.map((name) => [name, held])),
})

/** What the work was counted as. A refusal is an answer; anything else thrown is a defect. */
function counted(run: (work: ReturnType<typeof newWork>) => void): number {
  const work = newWork()
  try {
    run(work)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
  }
  const { names, entries: looked, comparisons } = work.spent
  expect(names).toBeLessThanOrEqual(WORK_LIMITS.names + 100)
  expect(looked).toBeLessThanOrEqual(WORK_LIMITS.entries + 20_000)
  return names + looked + comparisons
}

const withinBudget = (reads: Reads, units: number, request: Json) => {
  const { names } = jsonShape(new TextEncoder().encode(JSON.stringify(request)))
  expect(reads.count).toBeLessThanOrEqual(READS_AT_LEAST + READS_FOR_A_NAME * names + READS_FOR_A_UNIT * units)
}

test('bodies of POST and PUT', () => {
  fc.assert(
    fc.property(keys, (body) => {
      const reads = { count: 0 }
      const units = counted((work) => readResource(userType, watched({ userName: 'u', ...body }, reads), {}, work))
      withinBudget(reads, units, body)
    }),
    { numRuns: 300 },
  )
})

test('operations of PATCH over long lists', () => {
  fc.assert(
    fc.property(operations, entries, (all, held) => {
      const reads = { count: 0 }
      const units = counted((work) => {
        const attributes = watched(person(held), reads)
        for (const assignment of compilePatch(userType, watched(all, reads), work)) {
          applyAssignment({ type: userType, attributes, work }, assignment)
        }
      })
      withinBudget(reads, units, all as unknown as Json)
    }),
    { numRuns: 50 },
  )
})

test('filters over long lists', () => {
  const filter = fc
    .array(fc.tuple(path, term, fc.boolean()), { minLength: 1, maxLength: 30 })
    .map((parts) => parts.map(([, one, inside]) => (inside ? `phoneNumbers[${one}]` : `phoneNumbers.${one}`)).join(' or '))
  fc.assert(
    fc.property(filter, entries, (text, held) => {
      const reads = { count: 0 }
      const units = counted((work) => {
        const isMatch = matcher(parseFilter(text, userType), (spent) => {
          work.spend('comparisons', spent)
        })
        isMatch(watched(person(held), reads))
      })
      withinBudget(reads, units, held)
    }),
    { numRuns: 300 },
  )
})
