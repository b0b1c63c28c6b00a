import { invalidValue } from './errors'
import { equalJson, isObject, own, type Json } from './json'

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
  if (byIdentity.size > MAX_ENTRIES) throw invalidValue(`An attribute takes at most ${MAX_ENTRIES} values.`)
  const keeper = primary === undefined ? undefined : byIdentity.get(identityOf(primary))
  return [...byIdentity.values()].map((entry) =>
    entry !== keeper && isObject(entry) && isPrimary(entry) ? { ...entry, primary: false } : entry,
  )
}

/** The held entries with the given ones behind. A new primary takes the mark from the others (RFC 7644 section 3.5.2). */
export function withEntries(held: readonly Json[], given: readonly Json[]): Json[] {
  return settled([...held, ...given], given.findLast(isPrimary))
}

/** The held entries without those that a client listed for removal. */
export function withoutEntries(held: readonly Json[], listed: readonly Json[]): Json[] {
  const meanings = listed.map(meaningOf) // made once: each is asked of every entry
  return held.filter((entry) => !meanings.some((means) => means(entry)))
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
  const value = own(entry, 'value')
  if (value !== undefined) return JSON.stringify([own(entry, 'type') ?? null, value])
  const parts = Object.entries(entry).filter(([name]) => name !== 'primary')
  return JSON.stringify(parts.sort(([a], [b]) => (a < b ? -1 : 1)))
}
