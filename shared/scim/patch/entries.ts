import { invalidValue } from '../errors'
import { equalJson, isObject, own, type Json } from '../json'

/** An attribute holds no more entries than this, for each operation looks at all of them. */
export const MAX_ENTRIES = 1000

/** The entries of a multi-valued attribute; a single value stands for a list of one. */
export function entriesOf(value: Json | undefined): Json[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

export const isPrimary = (entry: Json) => isObject(entry) && own(entry, 'primary') === true

/**
 * The entries as they may be stored: none twice, and the mark `primary` with one alone (RFC 7643 section 2.4), which is the
 * given entry or else the first that has it. Of two with the same type and value the later one's sub-attributes win.
 * @throws ScimError invalidValue above MAX_ENTRIES
 */
export function settled(entries: readonly Json[], primary: Json | undefined = entries.find(isPrimary)): Json[] {
  const byIdentity = new Map<string, Json>()
  for (const entry of entries) {
    const identity = identityOf(entry)
    const other = byIdentity.get(identity)
    byIdentity.set(identity, isObject(other) && isObject(entry) ? { ...other, ...entry } : entry)
  }
  refuseManyEntries(byIdentity)
  const keeper = primary === undefined ? undefined : byIdentity.get(identityOf(primary))
  return [...byIdentity.values()].map((entry) =>
    entry !== keeper && isObject(entry) && isPrimary(entry) ? { ...entry, primary: false } : entry,
  )
}

/**
 * The identities in a settled list, so that one more entry, or a changed one, is compared with none of the others. Made when
 * first asked for, and handed on from list to list: a PATCH of 1,000 operations on one list looks at all of it once.
 */
const identities = new WeakMap<readonly Json[], Set<string>>()

function takeIdentities(list: readonly Json[]): Set<string> {
  const held = identities.get(list) ?? new Set(list.map(identityOf))
  identities.delete(list) // belongs to the list that follows
  return held
}

/** @throws ScimError invalidValue above MAX_ENTRIES */
export function refuseManyEntries(entries: { readonly length: number } | { readonly size: number }): void {
  const count = 'length' in entries ? entries.length : entries.size
  if (count > MAX_ENTRIES) throw invalidValue(`An attribute takes at most ${MAX_ENTRIES} values.`)
}

/** Told how many entries are looked at anew, before they are. */
type OnSettling = (entries: number) => void

/** The held entries, settled, with the given ones behind. A new primary takes the mark from the others (RFC 7644 section 3.5.2). */
export function withEntries(held: readonly Json[], given: readonly Json[], onSettling: OnSettling): Json[] {
  const known = takeIdentities(held)
  const isNew = (entry: Json) => {
    const identity = identityOf(entry)
    return !isPrimary(entry) && !known.has(identity) && known.add(identity)
  }
  if (known.size !== held.length || !given.every(isNew)) {
    onSettling(held.length + given.length)
    return settled([...held, ...given], given.findLast(isPrimary))
  }
  const list = [...held, ...given]
  refuseManyEntries(list)
  identities.set(list, known)
  return list
}

/** The held entries, settled, with those at the places changed, or gone where undefined. A new primary takes the mark. */
export function withChanged(
  held: readonly Json[],
  changes: ReadonlyMap<number, Json | undefined>,
  onSettling: OnSettling,
): Json[] {
  const known = takeIdentities(held)
  const list: (Json | undefined)[] = [...held]
  const isApart = known.size === held.length && [...changes].every(([at, entry]) => moveIdentity(known, held[at], entry))
  for (const [at, entry] of changes) list[at] = entry
  const left = list.filter((entry) => entry !== undefined)
  if (!isApart) {
    onSettling(left.length)
    const primary = [...changes.values()].find((entry) => entry !== undefined && isPrimary(entry))
    return settled(left, primary)
  }
  identities.set(left, known)
  return left
}

/** Whether a changed entry meets none of the others: it has an identity of its own, and takes no mark from another. */
function moveIdentity(known: Set<string>, before: Json | undefined, after: Json | undefined): boolean {
  const [from, to] = [before, after].map((entry) => (entry === undefined ? undefined : identityOf(entry)))
  if (after !== undefined && isPrimary(after) && !(before !== undefined && isPrimary(before))) return false
  if (from === to) return true
  if (from !== undefined) known.delete(from)
  if (to === undefined) return true
  return !known.has(to) && known.add(to).size > 0
}

/** The held entries without those that a client listed for removal. */
export function withoutEntries(held: readonly Json[], listed: readonly Json[]): Json[] {
  const means = meaningOfAny(listed)
  return held.filter((entry) => !means(entry))
}

/** How many comparisons with one entry the listed ones come to: those with a value are found by it. */
export const countUnvalued = (listed: readonly Json[]) =>
  listed.filter((entry) => isObject(entry) && own(entry, 'value') === undefined).length

/** Whether one of those listed means the entry. They are gathered by value, so that long lists are not multiplied. */
function meaningOfAny(listed: readonly Json[]): (entry: Json) => boolean {
  const byValue = new Map<string, ((entry: Json) => boolean)[]>()
  const others: ((entry: Json) => boolean)[] = []
  for (const wanted of listed) {
    const key = valueKey(wanted)
    const known = key === undefined ? others : (byValue.get(key) ?? [])
    known.push(meaningOf(wanted))
    if (key !== undefined) byValue.set(key, known)
  }
  return (entry) => {
    const typed = byValue.get(valueKey(entry) ?? '') ?? []
    const untyped = isObject(entry) ? (byValue.get(valueKey({ ...entry, type: null }) ?? '') ?? []) : []
    return [...others, ...typed, ...untyped].some((means) => means(entry))
  }
}

/** Equal for entries of an equal value and type, of which a list that was read has one. Undefined for those without a value. */
function valueKey(entry: Json): string | undefined {
  if (!isObject(entry)) return JSON.stringify(entry)
  const value = own(entry, 'value')
  return value === undefined ? undefined : JSON.stringify([value, own(entry, 'type') ?? null])
}

/**
 * Whether what the client lists means an entry: by its value, and its type when it says one, for Entra ID lists entries
 * as it last saw them; without a value by every sub-attribute that is said.
 */
function meaningOf(wanted: Json): (entry: Json) => boolean {
  if (!isObject(wanted)) return (entry) => equalJson(wanted, entry)
  const hasValue = own(wanted, 'value') !== undefined
  const parts = Object.entries(wanted).filter(([name]) => !hasValue || name === 'value' || name === 'type')
  return (entry) => isObject(entry) && parts.every(([name, part]) => equalJson(own(entry, name), part))
}

/**
 * Equal for entries that must not stand beside each other: of the same type and value, or without value the same in all but the
 * mark `primary`, which a request for another entry can take away: two that it alone told apart would be twins then.
 */
function identityOf(entry: Json): string {
  if (!isObject(entry)) return JSON.stringify(entry)
  const [type, value] = [own(entry, 'type'), own(entry, 'value')]
  // By far the most, and JSON text takes several times as long to make. It begins as none of the others does.
  if (typeof value === 'string' && typeof type === 'string') return `${type.length}:${type}:${value}`
  if (value !== undefined) return JSON.stringify([type ?? null, value])
  const parts = Object.entries(entry).filter(([name]) => name !== 'primary')
  return JSON.stringify(parts.sort(([a], [b]) => (a < b ? -1 : 1)))
}
