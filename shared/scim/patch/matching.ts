import { entriesOf, withChanged, withEntries } from './entries'
import { noTarget } from '../errors'
import type { Filter } from '../filter/filter'
import { entryMatcher } from '../filter/match'
import { isObject, own, setOwn, type Json, type JsonObject } from '../json'
import { equalTerms } from './path'
import { merged, put, putEntries, readGiven, settling, withSub, type Place } from './place'
import { complexForm, hasValue, isStored, isUnassigned, onlyElement, readValue } from '../schema/value'
import { ENTRY_WRITTEN, gathered } from '../work'

/** `emails[type eq "work"]` and `emails[type eq "work"].value`. */
export function assignMatching(place: Place, filter: Filter): void {
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
