import { mutability, noTarget } from './errors'
import { entryMatches } from './filter-match'
import type { Filter } from './filter'
import { equalJson, isObject, own, setOwn, type Json, type JsonObject } from './json'
import { equalTerms, type PatchPath } from './patch-path'
import type { Attribute, ResourceType } from './schema'
import { complexForm, readSingle, readValue } from './value'

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
  readonly filter: Filter | undefined
  readonly op: 'add' | 'remove' | 'replace'
  readonly value: Json | undefined
}

/** Changes the attributes in place. What no schema knows is left alone. */
export function applyAssignment(type: ResourceType, attributes: JsonObject, assignment: Assignment): void {
  const { path, filter } = assignment.target
  if (path.kind === 'unknown') return
  if (path.kind === 'extension') {
    if (assignment.op === 'remove' && path.urn !== type.schema.id) Reflect.deleteProperty(attributes, path.urn)
    return
  }
  const holder = path.urn === undefined ? attributes : extensionHolder(attributes, path.urn)
  const sub = assignment.target.sub ?? path.sub
  if (path.attribute.returned === 'never') return // a password is accepted and dropped
  const place: Place = { holder, attribute: path.attribute, sub, filter, op: assignment.op, value: assignment.value }
  if (filter !== undefined) assignMatching(place, filter)
  else if (sub !== undefined) assignSub(place, sub)
  else assignWhole(place)
}

function extensionHolder(attributes: JsonObject, urn: string): JsonObject {
  const held = own(attributes, urn)
  if (isObject(held)) return held
  const created: JsonObject = {}
  setOwn(attributes, urn, created)
  return created
}

function put(holder: JsonObject, attribute: Attribute, value: Json | undefined): void {
  if (value !== undefined) {
    setOwn(holder, attribute.name, value)
    return
  }
  if (attribute.required) throw mutability(`${attribute.name} is required and cannot be removed.`)
  Reflect.deleteProperty(holder, attribute.name)
}

function assignWhole(place: Place): void {
  const { holder, attribute, op, value } = place
  const held = own(holder, attribute.name)
  if (op === 'remove') {
    put(holder, attribute, attribute.multiValued ? withoutListed(attribute, held, value) : undefined)
    return
  }
  if (attribute.multiValued) {
    const given = readValue(attribute, value)
    put(holder, attribute, op === 'replace' ? given : appended(entriesOf(held), given === undefined ? [] : entriesOf(given)))
    return
  }
  if (attribute.type === 'complex' && isObject(value)) {
    put(holder, attribute, merged(attribute, isObject(held) ? held : {}, value))
    return
  }
  put(holder, attribute, readValue(attribute, value))
}

/** Given sub-attributes are set, given empty ones are cleared, others stay (RFC 7644 section 3.5.2.3). */
function merged(attribute: Attribute, held: JsonObject, given: JsonObject): JsonObject | undefined {
  const result = { ...held }
  for (const sub of attribute.subAttributes ?? []) {
    const named = Object.keys(given).some((name) => name.toLowerCase() === sub.name.toLowerCase())
    if (named && sub.mutability !== 'readOnly') Reflect.deleteProperty(result, sub.name)
  }
  const read = readSingle(attribute, given, attribute.name)
  if (isObject(read)) Object.assign(result, read)
  return Object.keys(result).length > 0 ? result : undefined
}

function entriesOf(value: Json | undefined): Json[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/**
 * The entries with the given ones behind, none twice: an entry of the same type and value takes the new one's
 * sub-attributes instead (RFC 7643 section 2.4). A new primary takes the mark from the others.
 */
function appended(held: readonly Json[], given: readonly Json[]): Json[] | undefined {
  const result = [...held]
  for (const entry of given) {
    const at = result.findIndex((other) => equalJson(other, entry) || sameTypeAndValue(other, entry))
    const other = result[at]
    if (other === undefined) result.push(entry)
    else if (isObject(other) && isObject(entry)) result[at] = { ...other, ...entry }
  }
  const primary = given.findLast((entry) => isObject(entry) && own(entry, 'primary') === true)
  return result.length > 0 ? onlyPrimary(result, primary) : undefined
}

function sameTypeAndValue(a: Json, b: Json): boolean {
  if (!isObject(a) || !isObject(b) || own(b, 'value') === undefined) return false
  return equalJson(own(a, 'value'), own(b, 'value')) && equalJson(own(a, 'type'), own(b, 'type'))
}

/** The mark `primary` stays with that entry alone (RFC 7644 section 3.5.2). */
function onlyPrimary(entries: readonly Json[], primary: Json | undefined): Json[] {
  if (primary === undefined) return [...entries]
  const keeper = entries.findLast((entry) => entry === primary || sameTypeAndValue(entry, primary) || equalJson(entry, primary))
  return entries.map((entry) =>
    entry !== keeper && isObject(entry) && own(entry, 'primary') === true ? { ...entry, primary: false } : entry,
  )
}

/**
 * What `remove` without filter leaves. Entra ID names the entries to remove in the value (entra-scim 2.8, 9): an empty
 * or null one removes nothing, an absent one everything.
 */
function withoutListed(attribute: Attribute, held: Json | undefined, value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined
  const listed = readListed(attribute, value)
  const left = entriesOf(held).filter((entry) => !listed.some((wanted) => covers(wanted, entry)))
  return left.length > 0 ? left : undefined
}

function readListed(attribute: Attribute, value: Json): Json[] {
  return entriesOf(value)
    .map((element) => readSingle(attribute, element, attribute.name))
    .filter((element) => element !== undefined)
}

/** Every sub-attribute that was named is the same in the entry. */
function covers(wanted: Json, entry: Json): boolean {
  if (!isObject(wanted) || !isObject(entry)) return equalJson(wanted, entry)
  return Object.entries(wanted).every(([name, part]) => equalJson(own(entry, name), part))
}

/** `name.givenName`; on a multi-valued attribute the sub-attribute of each entry. */
function assignSub(place: Place, sub: Attribute): void {
  const { holder, attribute } = place
  const held = own(holder, attribute.name)
  if (!attribute.multiValued) {
    put(holder, attribute, withSub(isObject(held) ? held : {}, sub, place))
    return
  }
  const entries = entriesOf(held)
  if (entries.length === 0 && place.op !== 'remove') entries.push({})
  putEntries(place, entries, (entry) => withSub(entry, sub, place))
}

/** The object with the sub-attribute set or cleared; undefined when nothing but a label is left of it. */
function withSub(object: JsonObject, sub: Attribute, place: Place): JsonObject | undefined {
  const result = { ...object }
  const value = place.op === 'remove' ? undefined : readValue(sub, place.value, `${place.attribute.name}.${sub.name}`)
  if (value !== undefined) {
    setOwn(result, sub.name, value)
    return result
  }
  Reflect.deleteProperty(result, sub.name)
  return saysSomething(place.attribute, result) ? result : undefined
}

/** An entry of which only `type` and `primary` are left describes nothing. */
function saysSomething(attribute: Attribute, entry: JsonObject): boolean {
  const names = Object.keys(entry)
  return attribute.multiValued ? names.some((name) => name !== 'type' && name !== 'primary') : names.length > 0
}

function putEntries(place: Place, entries: readonly Json[], change: (entry: JsonObject) => JsonObject | undefined): void {
  const changed = entries.map((entry) => (isObject(entry) ? change(entry) : entry))
  const left = changed.filter((entry) => entry !== undefined)
  const primary = left.find((entry) => isObject(entry) && own(entry, 'primary') === true && !entries.includes(entry))
  put(place.holder, place.attribute, left.length > 0 ? onlyPrimary(left, primary) : undefined)
}

/** `emails[type eq "work"]` and `emails[type eq "work"].value`. */
function assignMatching(place: Place, filter: Filter): void {
  const { holder, attribute, op } = place
  const held = own(holder, attribute.name)
  if (!attribute.multiValued) {
    assignMatchingSingle(place, filter, held)
    return
  }
  const entries = entriesOf(held)
  if (!entries.some((entry) => entryMatches(filter, asEntry(entry)))) {
    if (op !== 'remove') addMatching(place, filter, entries)
    return
  }
  if (entries.some((entry) => !isObject(entry))) {
    put(holder, attribute, matchingScalars(place, filter, entries))
    return
  }
  putEntries(place, entries, (entry) => (entryMatches(filter, entry) ? changedEntry(place, entry) : entry))
}

const asEntry = (entry: Json): JsonObject => (isObject(entry) ? entry : { value: entry })

/** Entries of a simple multi-valued attribute can only be kept or removed by a filter. */
function matchingScalars(place: Place, filter: Filter, entries: readonly Json[]): Json | undefined {
  const left = entries.filter((entry) => place.op !== 'remove' || !entryMatches(filter, asEntry(entry)))
  return left.length > 0 ? left : undefined
}

/** `manager[value eq "77c0"]`: a filter on a single-valued attribute, as an administrator's client sends it (entra-scim 2.6). */
function assignMatchingSingle(place: Place, filter: Filter, held: Json | undefined): void {
  if (isObject(held) && entryMatches(filter, held)) put(place.holder, place.attribute, changedEntry(place, held))
  else if (place.op !== 'remove') addMatching(place, filter, [])
}

function changedEntry(place: Place, entry: JsonObject): JsonObject | undefined {
  if (place.sub !== undefined) return withSub(entry, place.sub, place)
  if (place.op === 'remove' || place.value === null || place.value === '' || place.value === undefined) return undefined
  const given = complexForm(place.attribute, place.value)
  const bareText = !isObject(place.value)
  return merged(place.attribute, place.op === 'replace' && !bareText ? {} : entry, given)
}

/**
 * No entry matches. RFC 7644 section 3.5.2.3 says noTarget, but Entra ID expects the entry to be made from the filter's
 * `eq` terms (entra-scim 0.6, 9); other filters stay noTarget.
 */
function addMatching(place: Place, filter: Filter, entries: readonly Json[]): void {
  const terms = equalTerms(filter)
  if (terms === undefined) throw noTarget(`No entry of ${place.attribute.name} matches the filter, and none can be made from it.`)
  const entry: JsonObject = {}
  for (const [sub, literal] of terms) setOwn(entry, sub.name, literal)
  const created = changedEntry({ ...place, op: 'add' }, entry)
  if (created === undefined || !saysMore(place, created)) return
  if (place.attribute.multiValued) put(place.holder, place.attribute, appended(entries, [created]))
  else put(place.holder, place.attribute, created)
}

/** A cleared value on an entry that is not there has nothing to say. */
function saysMore(place: Place, created: JsonObject): boolean {
  return place.sub === undefined || own(created, place.sub.name) !== undefined
}
