import { parseAttributePath, printPath, type AttributePath } from '../schema/attribute-path'
import { entriesOf, isPrimary } from '../patch/entries'
import { invalidValue } from '../errors'
import { instantMs } from './literal'
import { foldCase } from '../fold'
import { isObject, own, type Json, type JsonObject } from '../json'
import { subAttributeNamed, type Attribute, type ResourceType } from '../schema/schema'

/** What a resource is sorted by: text as it is compared, a number (also an instant or a boolean), or null when it has no value. */
export type SortKey = string | number | null

/** Longer texts are ordered by their beginning: a key travels in cursors, which travel in URLs. */
export const MAX_SORTED_CHARACTERS = 128

/** Lie in rows of their own, in no order of their own. */
const MEMBERSHIPS = { User: 'groups', Group: 'members' } as const

/**
 * The attribute that `sortBy` names (RFC 7644 section 3.4.2.3). One that no schema knows has no value in any resource.
 * @throws ScimError invalidValue when it is malformed, complex without `value`, never returned, or the members or groups
 */
export function readSortBy(text: string, type: ResourceType): AttributePath {
  const path = parseAttributePath(text, type, (clause) => invalidValue(`sortBy: ${clause}.`))
  if (path.kind === 'unknown') return path
  if (path.kind === 'extension') throw invalidValue(`sortBy: ${path.urn} is a schema; name one of its attributes.`)
  const { attribute } = path
  if (path.urn === undefined && attribute.name === MEMBERSHIPS[type.name])
    throw invalidValue(`sortBy: ${attribute.name} are not ordered; sort by another attribute.`)
  const sub = path.sub ?? (attribute.type === 'complex' ? subAttributeNamed(attribute, 'value') : undefined)
  if (attribute.returned === 'never' || sub?.returned === 'never')
    throw invalidValue(`sortBy: ${printPath(path)} is never returned, and so orders nothing.`)
  if (sub !== undefined) return { ...path, sub }
  if (attribute.type === 'complex') throw subAttributeWanted(path)
  return path
}

function subAttributeWanted(path: AttributePath & { kind: 'attribute' }) {
  const names = path.attribute.subAttributes?.map((sub) => printPath({ ...path, sub })) ?? []
  return invalidValue(`sortBy: ${path.attribute.name} is complex; sort by one of ${names.join(', ')}.`)
}

/** The key of a resource. Of several values the primary one counts, else the first. */
export function sortKey(path: AttributePath, resource: JsonObject): SortKey {
  if (path.kind !== 'attribute') return null
  const holder = path.urn === undefined ? resource : own(resource, path.urn)
  if (!isObject(holder)) return null
  const entries = entriesOf(own(holder, path.attribute.name))
  const value = entries.find(isPrimary) ?? entries[0]
  if (path.sub === undefined) return keyOf(path.attribute, value)
  return keyOf(path.sub, entriesOf(partOf(value, path.sub))[0])
}

/** A scalar counts as an entry with that `value`. */
function partOf(entry: Json | undefined, sub: Attribute): Json | undefined {
  if (isObject(entry)) return own(entry, sub.name)
  return sub.name === 'value' ? entry : undefined
}

function keyOf(attribute: Attribute, value: Json | undefined): SortKey {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value === '') return null
  if (attribute.type === 'dateTime') {
    const ms = instantMs(value)
    return Number.isNaN(ms) ? null : ms
  }
  const text = attribute.caseExact || attribute.type === 'binary' ? value : foldCase(value)
  return text.slice(0, MAX_SORTED_CHARACTERS).replace(/[\ud800-\udbff]$/, '')
}

/**
 * The root order of Unicode: English has no rules of its own there, while `und` means whatever the process was started
 * with. RFC 7644 section 3.4.2.3: Unicode alphabetic order, no specific locale implied. Text without case is folded before.
 */
const alphabetic = new Intl.Collator('en', { sensitivity: 'variant' })

/** Ascending: false before true, numbers before text, no value last. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'string' && typeof b === 'string') return alphabetic.compare(a, b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return typeof a === 'number' ? -1 : 1
}
