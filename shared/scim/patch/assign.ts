import { countUnvalued, entriesOf, withChanged, withEntries, withoutEntries } from './entries'
import { invalidValue, noTarget } from '../errors'
import type { Filter } from '../filter/filter'
import { entryMatcher } from '../filter/match'
import { foldingUnits } from '../fold'
import { isObject, own, setOwn, type Json, type JsonObject } from '../json'
import { equalTerms, type PatchPath } from './path'
import { extensionNamed, type Attribute, type ResourceType } from '../schema/schema'
import {
  complexForm,
  hasValue,
  isStored,
  isUnassigned,
  onlyElement,
  readListed,
  readSingle,
  readValue,
  refuseImmutable,
  storedSub,
} from '../schema/value'
import { ENTRY_WRITTEN, gathered, type Work } from '../work'

/** What one operation does to one attribute. An undefined value is told from null only by `remove`. */
export interface Assignment {
  readonly op: 'add' | 'remove' | 'replace'
  readonly target: PatchPath
  readonly value: Json | undefined
}

/** An attribute, where it lies and what is to be done there. */
interface Place {
  readonly holder: JsonObject
  readonly attribute: Attribute
  readonly sub: Attribute | undefined
  readonly op: 'add' | 'remove' | 'replace'
  readonly value: Json | undefined
  readonly strict: boolean
  /** Spends entries of the request. */
  readonly spend: (units: number) => void
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

const settling = (spend: Place['spend']) => (entries: number) => {
  spend(ENTRY_WRITTEN * entries)
}

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

/** Sets the attribute, or drops it when nothing is left of it. */
function put({ holder, attribute }: Place, value: Json | undefined): void {
  refuseImmutable(attribute, own(holder, attribute.name), value)
  if (value === undefined || (Array.isArray(value) && value.length === 0)) Reflect.deleteProperty(holder, attribute.name)
  else setOwn(holder, attribute.name, value)
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

/** Given sub-attributes are set, given empty ones are cleared, others stay (RFC 7644 section 3.5.2.3). */
function merged(attribute: Attribute, held: JsonObject, given: JsonObject): JsonObject | undefined {
  const result = { ...held }
  for (const name of Object.keys(given)) {
    const sub = storedSub(attribute, name)
    if (sub !== undefined) Reflect.deleteProperty(result, sub.name)
  }
  const read = readSingle(attribute, given)
  if (isObject(read)) Object.assign(result, read)
  return Object.keys(result).length > 0 ? result : undefined
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

/** The object with the sub-attribute set or cleared; undefined when nothing but a label is left of it. */
function withSub(object: JsonObject, sub: Attribute, place: Place): JsonObject | undefined {
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
function putEntries(
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

/** `emails[type eq "work"]` and `emails[type eq "work"].value`. */
function assignMatching(place: Place, filter: Filter): void {
  const { attribute, op } = place
  const held = own(place.holder, attribute.name)
  const entries = entriesOf(held)
  const places = placesOf(place, filter, entries)
  if (places.length === 0) {
    if (op !== 'remove') addMatching(place, filter, attribute.multiValued ? entries : [])
  } else if (!attribute.multiValued) {
    if (isObject(held)) put(place, changedEntry(place, filter, held)) // `manager[value eq "77c0"]` (entra-scim 2.6)
  } else if (attribute.type === 'complex') {
    putEntries(place, entries, places, (entry) => changedEntry(place, filter, entry))
  } else {
    place.spend(ENTRY_WRITTEN * places.length)
    const value = op === 'remove' ? undefined : readGiven(place)
    put(place, withChanged(entries, new Map(places.map((at) => [at, value])), settling(place.spend)))
  }
}

function placesOf(place: Place, filter: Filter, entries: readonly Json[]): number[] {
  const { add, flush } = gathered(place.spend)
  const isMatch = entryMatcher(filter, add)
  const places = [...entries.keys()].filter((at) => isMatch(entries[at] ?? null))
  flush()
  return places
}

function changedEntry(place: Place, filter: Filter, entry: JsonObject): JsonObject | undefined {
  const { attribute, op, sub } = place
  if (sub !== undefined) return withSub(entry, sub, place)
  const value = onlyElement(place.value, attribute.name)
  if (op === 'remove' || isUnassigned(value)) return undefined
  // A replaced entry keeps what the filter says of it: without its type Entra ID would not find it again.
  const base = op === 'replace' && isObject(value) ? (entryFor(filter) ?? {}) : entry
  const result = merged(attribute, base, complexForm(attribute, value))
  if (result === undefined || hasValue(attribute, result) || !hasValue(attribute, entry)) return result
  return undefined
}

/**
 * No entry matches. RFC 7644 section 3.5.2.3 says noTarget, but Entra ID, which names a sub-attribute behind the filter, expects the
 * entry to be made from the filter's `eq` terms (entra-scim 0.6, 9); so does an add. Other filters stay noTarget, and so does the
 * replacement of a whole entry, which no known client sends so. A cleared value on an entry that is not there changes nothing.
 * Strict mode goes by the RFC only.
 */
function addMatching(place: Place, filter: Filter, others: readonly Json[]): void {
  const { attribute, op, sub } = place
  if (place.strict) throw noTarget(`No entry of ${attribute.name} matches the filter.`)
  const given = readGiven(place)
  if (given === undefined) return
  if (op === 'replace' && sub === undefined && attribute.multiValued)
    throw noTarget(`No entry of ${attribute.name} matches the filter, so none can be replaced. Add it, or name a sub-attribute.`)
  const entry = entryFor(filter)
  if (entry === undefined) throw noTarget(`No entry of ${attribute.name} matches the filter, and none can be made from it.`)
  const isSimple = attribute.type !== 'complex'
  const created = isSimple ? given : { ...entry, ...(sub === undefined ? asObject(given) : { [sub.name]: given }) }
  if (attribute.multiValued) refuseContradiction(place, filter, { entry, created })
  put(place, attribute.multiValued ? withEntries(others, [created], settling(place.spend)) : created)
}

/** An entry that is made has to be what the filter says: `emails[primary eq true].primary` set to false makes none. */
function refuseContradiction(place: Place, filter: Filter, made: { readonly entry: Json; readonly created: Json }): void {
  const isMatch = entryMatcher(filter, place.spend)
  if (!isMatch(made.entry) || isMatch(made.created)) return
  throw noTarget(`No entry of ${place.attribute.name} matches the filter, and the value contradicts it.`)
}

function readGiven({ attribute, sub, value }: Place): Json | undefined {
  if (sub === undefined) return readSingle(attribute, onlyElement(value, attribute.name))
  return readValue(sub, value, `${attribute.name}.${sub.name}`)
}

const asObject = (value: Json): JsonObject => (isObject(value) ? value : {})

/** The entry that a filter of `eq` terms describes; undefined for other filters and for terms on what a client cannot write. */
function entryFor(filter: Filter): JsonObject | undefined {
  const terms = equalTerms(filter)
  if (terms === undefined || ![...terms.keys()].every(isStored)) return undefined
  const entry: JsonObject = {}
  for (const [sub, literal] of terms) {
    const value = readValue(sub, literal)
    if (value !== undefined) setOwn(entry, sub.name, value)
  }
  return entry
}
