import { isObject, objects, own, text } from './json'
import type { Json, JsonObject } from './json'
import { ENTERPRISE_URN } from './mapping'

/** PATCH for the tests' server: just what the simulator sends, done right. */

interface Path {
  readonly urn: string | undefined
  readonly attribute: string
  readonly filter: { readonly name: string; readonly value: Json } | undefined
  readonly sub: string | undefined
}

const PATH = /^(?:(urn:.*):)?([A-Za-z]+)(?:\[(\w+) eq "([^"]*)"\])?(?:\.(\w+))?$/

const BOOLEAN_TEXT = /^(?:true|false)$/i

/** The stored form of a value: booleans where the schema says so, whatever text came (entra 0.4). */
export function coerced(name: string, value: Json): Json {
  if (name !== 'active' && name !== 'primary') return value
  return typeof value === 'string' && BOOLEAN_TEXT.test(value) ? value.toLowerCase() === 'true' : value
}

function parsePath(source: string): Path {
  const [, urn, attribute = '', name, value = '', sub] = PATH.exec(source) ?? []
  const filter = name === undefined ? undefined : { name, value: coerced(name, value) }
  return { urn: urn ?? (attribute === 'manager' ? ENTERPRISE_URN : undefined), attribute, filter, sub }
}

/** Null, empty text, an empty array and an object of nothing are all "unassigned" (entra 0.17). */
function isUnassigned(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.values(value).every(isUnassigned)
}

function put(holder: JsonObject, name: string, value: Json): void {
  if (isUnassigned(value)) Reflect.deleteProperty(holder, name)
  else holder[name] = coerced(name, value)
}

function patchEntries(holder: JsonObject, path: Path & { readonly filter: object }, value: Json | undefined): void {
  const { attribute, filter, sub } = path
  const all = objects(holder[attribute])
  const matching = all.filter((entry) => entry[filter.name] === filter.value)
  if (sub === undefined) {
    put(
      holder,
      attribute,
      all.filter((entry) => !matching.includes(entry)),
    )
    return
  }
  if (matching.length === 0 && value !== undefined) {
    matching.push({ [filter.name]: filter.value })
    all.push(...matching)
  }
  for (const entry of matching) put(entry, sub, value ?? null)
  put(holder, attribute, all)
}

/** A reference as a bare id, an entry alone or an array of either (entra 2.6, 2.8). */
function references(value: Json | undefined): JsonObject[] {
  const items = Array.isArray(value) ? value : [value ?? null]
  return items.flatMap((item) => {
    const id = text(item) ?? text(own(item, 'value'))
    return id === undefined || id === '' ? [] : [{ value: id }]
  })
}

const idsOf = (members: readonly JsonObject[]) => new Set(members.map((member) => member['value']))

function patchMembers(group: JsonObject, op: string, value: Json | undefined): void {
  const present = objects(group['members'])
  const given = references(value)
  const ids = idsOf(op === 'add' ? present : given)
  if (op === 'add') put(group, 'members', [...present, ...given.filter((member) => !ids.has(own(member, 'value') ?? ''))])
  else put(group, 'members', op === 'replace' ? given : present.filter((member) => !ids.has(member['value'])))
}

function patchWhole(holder: JsonObject, path: Path, op: string, value: Json | undefined): void {
  const { attribute } = path
  if (attribute === 'members') patchMembers(holder, op, value)
  else if (attribute === 'manager') put(holder, attribute, op === 'remove' ? null : (references(value)[0] ?? null))
  else if (op === 'add' && Array.isArray(value)) put(holder, attribute, [...objects(holder[attribute]), ...value])
  else put(holder, attribute, op === 'remove' ? null : (value ?? null))
}

function operate(resource: JsonObject, op: string, path: Path, value: Json | undefined): void {
  const { urn, attribute, filter, sub } = path
  const extension = urn === undefined ? undefined : own(resource, urn)
  const holder = urn === undefined ? resource : isObject(extension) ? extension : {}
  const single = attribute === 'manager'
  if (filter !== undefined && !single) patchEntries(holder, { ...path, filter }, op === 'remove' ? undefined : value)
  else if (sub !== undefined) {
    const complex = own(holder, attribute)
    put(holder, attribute, { ...(isObject(complex) ? complex : {}), [sub]: op === 'remove' ? '' : (value ?? '') })
  } else patchWhole(holder, path, op, value)
  if (urn !== undefined) put(resource, urn, holder)
}

/** Applies the operations to a copy. */
export function patched(resource: JsonObject, operations: readonly JsonObject[]): JsonObject {
  const copy = structuredClone(resource)
  for (const operation of operations) {
    const op = (text(own(operation, 'op')) ?? '').toLowerCase()
    const path = text(own(operation, 'path'))
    const value = own(operation, 'value')
    const whole = path === undefined && isObject(value) ? Object.entries(value) : [[path ?? '', value] as const]
    for (const [key, part] of whole) operate(copy, op, parsePath(key), part)
  }
  return copy
}
