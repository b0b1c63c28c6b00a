import * as fc from 'fast-check'
import { parseFilter } from '../../shared/scim/filter/filter'
import { matches } from '../../shared/scim/filter/match'
import type { Json, JsonObject } from '../../shared/scim/json'
import { applyPatch, compilePatch } from '../../shared/scim/patch/patch'
import type { PatchOperation } from '../../shared/scim/patch/operation'
import { readResource } from '../../shared/scim/resource'
import { ENTERPRISE_URN, userType } from '../../shared/scim/schema/schemas'
import { ana } from '../support/patched'
import { anyText, inherited, orRefusal } from './hostile-text'

const scalar = fc.oneof(anyText, fc.constantFrom(true, false, null, 0, -1, 1e308, Infinity, 1e21, '', 'True'))
const value = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...inherited, 'value', 'type', 'primary', 'emails'), anyText), tie('any'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.constantFrom(1000, 20_000).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as Json),
    fc.constantFrom('value', '__proto__').map((name) => JSON.parse(`{"${name}":`.repeat(2000) + '1' + '}'.repeat(2000)) as Json),
  ),
})).any
const named = fc.oneof(
  fc.constantFrom('emails', 'name', 'manager', 'title', 'active', ENTERPRISE_URN, userType.schema.id),
  anyText,
)

/** The object as JSON makes it, with its keys as own properties, `__proto__` too. */
const withKey = (key: string, held: Json): JsonObject => Object.fromEntries<Json>([[key, held]])

const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'remove', 'replace'), path: named, value }),
  fc.record({ op: fc.constantFrom('add', 'replace'), value: fc.tuple(named, value).map(([key, held]) => withKey(key, held)) }),
)

/** What objects inherit from one another, by place. */
const everythingInherited = () =>
  new Map<string, unknown>(
    [Object, Array, String, Number, Boolean, Function, Map].flatMap((one) =>
      Object.entries<object>(Object.getOwnPropertyDescriptors(one.prototype)).map(([name, described]): [string, unknown] => [
        `${one.name}.${name}`,
        Reflect.get(described, 'value') ?? Reflect.get(described, 'get'),
      ]),
    ),
  )
const before = everythingInherited()
afterEach(() => {
  const after = everythingInherited()
  expect([...after.keys()]).toEqual([...before.keys()])
  expect([...after].filter(([place, held]) => !Object.is(held, before.get(place)))).toEqual([])
})

test('a filter that is read is matched against whatever is stored', () => {
  let read = 0
  fc.assert(
    fc.property(anyText, named, value, (one, key, held) => {
      const filter = orRefusal(() => parseFilter(one, userType))
      if (filter === undefined) return
      read += 1
      expect(typeof matches(filter, withKey(key, held))).toBe('boolean')
      expect(typeof matches(filter, ana)).toBe('boolean')
    }),
    { numRuns: 600 },
  )
  expect(read).toBeGreaterThan(20)
})

test('a PATCH is refused or leaves a person who can be written as JSON', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 3 }), (operations) => {
      const untouched = JSON.stringify(ana)
      const next = orRefusal(() => applyPatch(userType, ana, compilePatch(userType, operations)))
      expect(JSON.stringify(ana)).toBe(untouched)
      if (next === undefined) return
      accepted += 1
      expect(Object.getPrototypeOf(next)).toBe(Object.prototype)
      expect(JSON.parse(JSON.stringify(next))).toEqual(next)
    }),
    { numRuns: 800 },
  )
  expect(accepted).toBeGreaterThan(50)
})

test('a body is refused or read into what can be written as JSON', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(named, value), { maxLength: 3 }), (entries) => {
      const body = { ...Object.fromEntries<Json>(entries), userName: 'u' }
      const resource = orRefusal(() => readResource(userType, body))
      if (resource === undefined) return
      read += 1
      expect(JSON.parse(JSON.stringify(resource))).toEqual(resource)
    }),
    { numRuns: 600 },
  )
  expect(read).toBeGreaterThan(50)
})
