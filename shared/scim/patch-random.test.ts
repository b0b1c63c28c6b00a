import { patched } from '../../tests/support/patched'
import { ScimError } from './errors'
import { isObject, type Json, type JsonObject } from './json'
import type { PatchOperation } from './patch'
import { readResource } from './resource'
import { attributeNamed, type Attribute } from './schema'
import { COMMON_ATTRIBUTES, ENTERPRISE_URN, enterpriseUserSchema, USER_URN, userType } from './schemas'

/** A linear congruential generator: the same seed gives the same requests on every machine. */
function picker(seed: number) {
  let state = seed
  const next = (below: number) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
  return <T>(items: readonly T[]): T => items[next(items.length)]!
}

type Pick = ReturnType<typeof picker>

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

const orRefusal = <T>(act: () => T): T | ScimError => {
  try {
    return act()
  } catch (error) {
    if (error instanceof ScimError) return error
    throw error
  }
}

test.each([1, 2, 3, 4])('whatever is sent is refused or leaves a person as the schemas want it (seed %d)', (seed) => {
  const pick = picker(seed)
  const counts = { accepted: 0, changed: 0, refused: 0 }
  let person: JsonObject = { userName: 'u' }
  for (let step = 0; step < 2500; step++) {
    const operations = Array.from({ length: pick([1, 1, 2, 3]) }, () => operation(pick))
    const next = orRefusal(() => patched(person, operations))
    if (next instanceof ScimError) {
      counts.refused++
      continue
    }
    counts.accepted++
    if (next !== person) counts.changed++
    expect({ operations, faults: faultsOf(next) }).toEqual({ operations, faults: [] })
    expect(patched(next, [])).toBe(next)
    person = step % 50 === 0 ? { userName: 'u' } : next
  }
  expect(counts.changed).toBeGreaterThan(400)
  expect(counts.refused).toBeGreaterThan(400)
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('whatever body is sent is refused or read into attributes as the schemas want them', () => {
  const pick = picker(5)
  let read = 0
  for (let step = 0; step < 2500; step++) {
    const keys = Array.from({ length: pick([1, 2, 3]) }, () => Object.values(pathAndValue(pick)))
    const outcome = orRefusal(() => readResource(userType, { ...(Object.fromEntries(keys) as JsonObject), userName: 'u' }))
    if (outcome instanceof ScimError) continue
    read++
    expect({ keys, faults: faultsOf(outcome.attributes) }).toEqual({ keys, faults: [] })
  }
  expect(read).toBeGreaterThan(400)
})

test.each([6, 7])('a repeated PATCH of sets through paths gives the very same object (seed %d)', (seed) => {
  const pick = picker(seed)
  const person: JsonObject = { userName: 'u' }
  const settable = multiValued.filter((name) => !['groups', 'x509Certificates'].includes(name))
  for (let step = 0; step < 500; step++) {
    const operation = (): PatchOperation => ({
      op: pick(['add', 'replace'] as const),
      path: `${pick(settable)}[type eq "${pick(['a', 'b', 'c'])}"].${pick(['display', 'formatted', 'value'])}`,
      value: pick(['x', 'y', 'z', '']),
    })
    const request = [operation()]
    const once = patched(person, [operation(), operation(), ...request])
    expect(patched(once, request)).toBe(once)
  }
})
