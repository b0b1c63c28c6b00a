import { withChanged } from './entries'
import { foldingUnits } from '../fold'
import { isObject, own, setOwn, type Json, type JsonObject } from '../json'
import type { Attribute } from '../schema/schema'
import { hasValue, onlyElement, readSingle, readValue, refuseImmutable, storedSub } from '../schema/value'
import { ENTRY_WRITTEN } from '../work'

/** An attribute, where it lies and what is to be done there. */
export interface Place {
  readonly holder: JsonObject
  readonly attribute: Attribute
  readonly sub: Attribute | undefined
  readonly op: 'add' | 'remove' | 'replace'
  readonly value: Json | undefined
  readonly strict: boolean
  /** Spends entries of the request. */
  readonly spend: (units: number) => void
}

export const settling = (spend: Place['spend']) => (entries: number) => {
  spend(ENTRY_WRITTEN * entries)
}

/** Sets the attribute, or drops it when nothing is left of it. */
export function put({ holder, attribute }: Place, value: Json | undefined): void {
  refuseImmutable(attribute, own(holder, attribute.name), value)
  if (value === undefined || (Array.isArray(value) && value.length === 0)) Reflect.deleteProperty(holder, attribute.name)
  else setOwn(holder, attribute.name, value)
}

/** Given sub-attributes are set, given empty ones are cleared, others stay (RFC 7644 section 3.5.2.3). */
export function merged(attribute: Attribute, held: JsonObject, given: JsonObject): JsonObject | undefined {
  const result = { ...held }
  for (const name of Object.keys(given)) {
    const sub = storedSub(attribute, name)
    if (sub !== undefined) Reflect.deleteProperty(result, sub.name)
  }
  const read = readSingle(attribute, given)
  if (isObject(read)) Object.assign(result, read)
  return Object.keys(result).length > 0 ? result : undefined
}

/** The object with the sub-attribute set or cleared; undefined when nothing but a label is left of it. */
export function withSub(object: JsonObject, sub: Attribute, place: Place): JsonObject | undefined {
  const result = { ...object }
  const value = place.op === 'remove' ? undefined : readGiven(place)
  if (value !== undefined) {
    setOwn(result, sub.name, value)
    return result
  }
  Reflect.deleteProperty(result, sub.name)
  return leftOf(place.attribute, object, result)
}

/** What is left of an entry after a change: nothing when its value went, and labels alone stayed. */
function leftOf(attribute: Attribute, before: JsonObject, after: JsonObject): JsonObject | undefined {
  if (!attribute.multiValued) return Object.keys(after).length > 0 ? after : undefined
  if (hasValue(attribute, after)) return after
  return hasValue(attribute, before) || Object.keys(after).every((name) => name === 'type' || name === 'primary')
    ? undefined
    : after
}

/** Changes the entries at these places; a change to undefined takes one away. */
export function putEntries(
  place: Place,
  entries: readonly Json[],
  places: readonly number[],
  change: (entry: JsonObject) => JsonObject | undefined,
): void {
  const changes = new Map<number, Json | undefined>()
  for (const at of places) {
    const entry = entries[at]
    if (!isObject(entry)) continue
    place.spend(ENTRY_WRITTEN + unitsOf(entry))
    changes.set(at, change(entry))
  }
  put(place, withChanged(entries, changes, settling(place.spend)))
}

/** An entry is told from others by its value, however long that is. */
function unitsOf(entry: JsonObject): number {
  const value = own(entry, 'value')
  return typeof value === 'string' ? foldingUnits(value) : 0
}

export function readGiven({ attribute, sub, value }: Place): Json | undefined {
  if (sub === undefined) return readSingle(attribute, onlyElement(value, attribute.name))
  return readValue(sub, value, `${attribute.name}.${sub.name}`)
}
