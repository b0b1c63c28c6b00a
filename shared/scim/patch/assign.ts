import { countUnvalued, entriesOf, withEntries, withoutEntries } from './entries'
import { invalidValue } from '../errors'
import { isObject, own, setOwn, type Json, type JsonObject } from '../json'
import { assignMatching } from './matching'
import type { PatchPath } from './path'
import { merged, put, putEntries, settling, withSub, type Place } from './place'
import { extensionNamed, type Attribute, type ResourceType } from '../schema/schema'
import { isStored, isUnassigned, onlyElement, readListed, readSingle, readValue, refuseImmutable } from '../schema/value'
import { ENTRY_WRITTEN, type Work } from '../work'

/** What one operation does to one attribute. An undefined value is told from null only by `remove`. */
export interface Assignment {
  readonly op: 'add' | 'remove' | 'replace'
  readonly target: PatchPath
  readonly value: Json | undefined
}

/** What is changed, and the limits of the request that changes it. */
interface Change {
  readonly type: ResourceType
  readonly attributes: JsonObject
  readonly work: Work
}

/**
 * Changes the attributes in place. What no schema knows or the service derives is left alone.
 * @throws ScimError invalidValue for a value of the wrong type; mutability for a change of what is immutable; noTarget when a filter
 * matches nothing and makes no entry; tooMany when too many entries are looked at
 */
export function applyAssignment({ type, attributes, work }: Change, assignment: Assignment): void {
  const { target, op, value } = assignment
  const { path, filter } = target
  if (path.kind === 'unknown') return
  if (path.kind === 'extension') {
    if (op === 'remove') removeExtension(type, attributes, path.urn)
    return
  }
  const { attribute, urn, sub = target.sub } = path
  if (![attribute, sub].every((named) => named === undefined || isStored(named))) return
  if (urn === undefined && attribute.name === 'schemas') return // follows from what is stored
  const spend = (units: number) => {
    work.spend('entries', units)
  }
  const place: Place = { holder: holderOf(attributes, urn), attribute, sub, op, value, strict: type.strict === true, spend }
  spend(sizeOf(value) + (attribute.mutability === 'immutable' ? sizeOf(own(place.holder, attribute.name)) : 1))
  if (filter !== undefined) assignMatching(place, filter)
  else if (sub !== undefined) assignSub(place, sub)
  else assignWhole(place)
}

/** What reading the value costs: its entries, with the names in them. */
function sizeOf(value: Json | undefined): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + ENTRY_WRITTEN + namesIn(entry), 0)
  return value === undefined ? 0 : 1 + namesIn(value)
}

const namesIn = (value: Json) => (isObject(value) ? Object.keys(value).length : 0)

function removeExtension(type: ResourceType, attributes: JsonObject, urn: string): void {
  const held = own(attributes, urn)
  for (const attribute of extensionNamed(type, urn)?.attributes ?? []) {
    if (isObject(held)) refuseImmutable(attribute, own(held, attribute.name), undefined)
  }
  Reflect.deleteProperty(attributes, urn)
}

function holderOf(attributes: JsonObject, urn: string | undefined): JsonObject {
  if (urn === undefined) return attributes
  const held = own(attributes, urn)
  if (isObject(held)) return held
  const created: JsonObject = {}
  setOwn(attributes, urn, created)
  return created
}

function assignWhole(place: Place): void {
  const { attribute, op, value } = place
  const held = own(place.holder, attribute.name)
  if (op !== 'remove') refuseTextForList(attribute, value)
  if (attribute.multiValued) put(place, wholeList(place, entriesOf(held)))
  else if (op === 'remove') put(place, undefined)
  else if (attribute.type === 'complex') put(place, wholeComplex(attribute, held, onlyElement(value, attribute.name)))
  else put(place, readValue(attribute, value))
}

/** A text is no list of entries (RFC 7643 section 2.4). In one it is taken for the value of an entry. */
function refuseTextForList({ name, type, multiValued }: Attribute, value: Json | undefined): void {
  if (multiValued && type === 'complex' && typeof value === 'string' && value !== '')
    throw invalidValue(`${name} takes a list of objects, each with its value, but text was sent.`)
}

/**
 * Entra ID names the entries to remove in the value (entra-scim 2.8, 9): an empty or null one removes nothing, an absent
 * one everything.
 */
function wholeList({ attribute, op, value, spend }: Place, held: readonly Json[]): Json | undefined {
  if (op === 'remove' && value === undefined) return undefined
  const given = op === 'remove' ? readListed(attribute, value) : readValue(attribute, value)
  if (op === 'replace') return given
  if (op === 'add') return withEntries(held, entriesOf(given), settling(spend))
  spend(held.length * (1 + countUnvalued(entriesOf(given))))
  return withoutEntries(held, entriesOf(given))
}

function wholeComplex(attribute: Attribute, held: Json | undefined, value: Json | undefined): Json | undefined {
  if (isUnassigned(value)) return undefined
  return isObject(value) ? merged(attribute, isObject(held) ? held : {}, value) : readSingle(attribute, value)
}

/** `name.givenName`; on a multi-valued attribute the sub-attribute of each entry. */
function assignSub(place: Place, sub: Attribute): void {
  const { attribute } = place
  const held = own(place.holder, attribute.name)
  if (!attribute.multiValued) {
    put(place, withSub(isObject(held) ? held : {}, sub, place))
    return
  }
  const entries = entriesOf(held)
  const changed = entries.length === 0 && place.op !== 'remove' ? [{}] : entries
  putEntries(
    place,
    changed,
    changed.map((_, at) => at),
    (entry) => withSub(entry, sub, place),
  )
}
