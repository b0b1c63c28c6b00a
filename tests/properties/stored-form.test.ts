import * as fc from 'fast-check'
import { isObject, type Json, type JsonObject } from '../../shared/scim/json'
import type { PatchOperation } from '../../shared/scim/patch/operation'
import { readResource } from '../../shared/scim/resource'
import { attributeNamed, type Attribute } from '../../shared/scim/schema/schema'
import { COMMON_ATTRIBUTES, ENTERPRISE_URN, enterpriseUserSchema, USER_URN, userType } from '../../shared/scim/schema/schemas'
import { patched } from '../support/patched'
import { orRefusal } from './hostile-text'

/** Chooses one of the items, as fast-check says. */
type Pick = <T>(items: readonly T[]) => T

const choice = (items: readonly unknown[]) => fc.constantFrom(...items)
const picker =
  (generate: fc.GeneratorValue): Pick =>
  <T>(items: readonly T[]) =>
    generate(choice, items) as T

const scalars: readonly Json[] = ['a', 'b', 'True', 'false', '', null, true, false, 7, [], {}, ['a'], '2026-11-22T08:00:00Z']
const subNames = [
  'type',
  'value',
  'primary',
  'display',
  'displayName',
  'locality',
  'givenName',
  'VALUE',
  '$ref',
  'shoe',
  '__proto__',
  'constructor',
]
const filters = [
  'type eq "a"',
  'primary eq "True"',
  'value pr',
  'not (type pr)',
  'value eq "b" and type eq "a"',
  'type eq ""',
  'display ne "a"',
  '$ref eq "a"',
]

const listed = [
  ...userType.schema.attributes.map(({ name }) => name),
  'externalId',
  'schemas',
  'id',
  'shoe',
  '__proto__',
  'toString',
]
const extended = enterpriseUserSchema.attributes.map(({ name }) => `${ENTERPRISE_URN}:${name}`)
const multiValued = userType.schema.attributes.filter((attribute) => attribute.multiValued).map(({ name }) => name)
const names = [...listed, ...extended, ...multiValued, ...multiValued, ENTERPRISE_URN, `${USER_URN}:emails`, 'manager', 'name']

/** Mostly a value that suits the name. */
function suitable(pick: Pick, name: string): Json {
  if (pick([true, false, false, false, false, false])) return pick(scalars)
  return name === 'primary' || name === 'active' ? pick(['True', 'false', true, false]) : pick(['a', 'b', 'c', ''])
}

function object(pick: Pick): JsonObject {
  const count = pick([1, 2, 3])
  const entries = Array.from({ length: count }, () => pick(subNames)).map((name) => [name, suitable(pick, name)] as const)
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as JsonObject
}

function pathAndValue(pick: Pick): { path: string; value: Json } {
  const name = pick(names)
  const sub = pick(['', '', ...subNames])
  const path = name + pick(['', '', `[${pick(filters)}]`]) + (sub === '' ? '' : `.${sub}`)
  if (sub !== '') return { path, value: suitable(pick, sub) }
  if (!multiValued.includes(name)) return { path, value: pick([true, true, false]) ? suitable(pick, name) : object(pick) }
  return { path, value: pick([true, false]) ? object(pick) : Array.from({ length: pick([0, 1, 2, 3]) }, () => object(pick)) }
}

function operation(pick: Pick): PatchOperation {
  const op = pick(['add', 'replace', 'add', 'replace', 'remove'] as const)
  const { path, value } = pathAndValue(pick)
  if (op === 'remove') return { op, path, ...(pick([true, false]) ? { value } : {}) }
  if (pick([true, true, false])) return { op, path, value }
  const other = pathAndValue(pick)
  return { op, value: { [path]: value, [other.path]: other.value } }
}

/** Everything that must not stand in stored attributes, by place. */
function faults(attributes: readonly Attribute[], object: JsonObject, where: string): string[] {
  return Object.entries(object).flatMap(([name, held]) => {
    const at = `${where}${name}`
    const attribute = attributeNamed(attributes, name)
    if (attribute?.name !== name) return [`${at}: unknown name`]
    if (attribute.mutability === 'readOnly' || attribute.returned === 'never' || name === '$ref')
      return [`${at}: not ours to store`]
    return attribute.multiValued ? listFaults(attribute, held, at) : singleFaults(attribute, held, at)
  })
}

function listFaults(attribute: Attribute, held: Json, at: string): string[] {
  if (!Array.isArray(held) || held.length === 0) return [`${at}: not a list with entries`]
  const primaries = held.filter((entry) => isObject(entry) && entry['primary'] === true).length
  const labels = held.map((entry) =>
    isObject(entry) && 'value' in entry ? JSON.stringify([entry['type'], entry['value']]) : JSON.stringify(entry),
  )
  return [
    ...(primaries > 1 ? [`${at}: ${primaries} primaries`] : []),
    ...(new Set(labels).size < labels.length ? [`${at}: the same entry twice`] : []),
    ...held.flatMap((entry) => singleFaults(attribute, entry, at)),
  ]
}

function singleFaults(attribute: Attribute, held: Json, at: string): string[] {
  if (attribute.type !== 'complex') {
    const type = attribute.type === 'boolean' ? 'boolean' : 'string'
    return typeof held === type && held !== '' ? [] : [`${at}: ${JSON.stringify(held)} is no ${type}`]
  }
  if (!isObject(held) || Object.keys(held).length === 0) return [`${at}: not an object with attributes`]
  return faults(attribute.subAttributes ?? [], held, `${at}.`)
}

function faultsOf(person: JsonObject): string[] {
  const { [ENTERPRISE_URN]: enterprise, ...core } = person
  const stored = [...userType.schema.attributes, ...COMMON_ATTRIBUTES.filter(({ name }) => name === 'externalId')]
  const emptied = enterprise !== undefined && (!isObject(enterprise) || Object.keys(enterprise).length === 0)
  return [
    ...faults(stored, core, ''),
    ...(typeof core['userName'] === 'string' ? [] : ['userName is missing']),
    ...(emptied ? ['an empty extension'] : []),
    ...(isObject(enterprise) ? faults(enterpriseUserSchema.attributes, enterprise, 'enterprise.') : []),
  ]
}

test('whatever is sent is refused or leaves a person as the schemas want it', () => {
  const counts = { changed: 0, refused: 0 }
  fc.assert(
    fc.property(fc.gen(), (generate) => {
      const pick = picker(generate)
      let person: JsonObject = { userName: 'u' }
      for (let step = 0; step < 12; step++) {
        const operations = Array.from({ length: pick([1, 1, 2, 3]) }, () => operation(pick))
        const next = orRefusal(() => patched(person, operations))
        if (next === undefined) {
          counts.refused++
          continue
        }
        if (next !== person) counts.changed++
        expect({ operations, faults: faultsOf(next) }).toEqual({ operations, faults: [] })
        expect(patched(next, [])).toBe(next)
        person = next
      }
    }),
    { numRuns: 400 },
  )
  expect(counts.changed).toBeGreaterThan(200)
  expect(counts.refused).toBeGreaterThan(200)
})

test('whatever body is sent is refused or read into attributes as the schemas want them', () => {
  let read = 0
  fc.assert(
    fc.property(fc.gen(), (generate) => {
      const pick = picker(generate)
      const keys = Array.from({ length: pick([1, 2, 3]) }, () => pathAndValue(pick)).map(
        ({ path, value }) => [path, value] as const,
      )
      const outcome = orRefusal(() => readResource(userType, { ...Object.fromEntries<Json>(keys), userName: 'u' }))
      if (outcome === undefined) return
      read++
      expect({ keys, faults: faultsOf(outcome.attributes) }).toEqual({ keys, faults: [] })
    }),
    { numRuns: 1000 },
  )
  expect(read).toBeGreaterThan(100)
})

test('a repeated PATCH of sets through paths gives the very same object', () => {
  const settable = multiValued.filter((name) => !['groups', 'x509Certificates'].includes(name))
  const set = fc
    .tuple(
      fc.constantFrom('add' as const, 'replace' as const),
      fc.constantFrom(...settable),
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('display', 'formatted', 'value'),
      fc.constantFrom('x', 'y', 'z', ''),
    )
    .map(([op, name, type, sub, value]): PatchOperation => ({ op, path: `${name}[type eq "${type}"].${sub}`, value }))
  fc.assert(
    fc.property(fc.array(set, { maxLength: 4 }), set, (before, last) => {
      const once = orRefusal(() => patched({ userName: 'u' }, [...before, last]))
      if (once !== undefined) expect(patched(once, [last])).toBe(once)
    }),
    { numRuns: 300 },
  )
})
