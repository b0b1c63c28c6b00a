import { parseAttributePath, type AttributePath } from './schema/attribute-path'
import { invalidValue } from './errors'
import { isObject, own, setOwn, type Json, type JsonObject } from './json'
import { attributeNamed, extensionNamed, subAttributeNamed, type Attribute, type ResourceType } from './schema/schema'
import { COMMON_ATTRIBUTES } from './schema/schemas'

/** Names of sub-attributes, or all of them. */
type Part = ReadonlySet<string> | 'all'

/** What of a resource an answer shows (RFC 7644 section 3.9). Keys are `name` or `urn|name`; a whole schema is `|` or `urn|`. */
export interface Projection {
  readonly mode: 'default' | 'only' | 'without'
  readonly parts: ReadonlyMap<string, Part>
}

export const DEFAULT_PROJECTION: Projection = { mode: 'default', parts: new Map() }

/**
 * The projection that the query parameters `attributes` and `excludedAttributes` ask for.
 * Names that no schema knows ask for nothing.
 * @throws ScimError invalidValue when both are given, or a name is malformed: invalidPath is for a PATCH alone (RFC 7644 section 3.12)
 */
export function readProjection(type: ResourceType, attributes: readonly string[], excluded: readonly string[]): Projection {
  if (attributes.length > 0 && excluded.length > 0) {
    throw invalidValue('Send either attributes or excludedAttributes, not both (RFC 7644 section 3.9).')
  }
  if (attributes.length > 0) return { mode: 'only', parts: partsOf(type, 'attributes', attributes) }
  return excluded.length > 0 ? { mode: 'without', parts: partsOf(type, 'excludedAttributes', excluded) } : DEFAULT_PROJECTION
}

function partsOf(type: ResourceType, parameter: string, names: readonly string[]): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>()
  for (const name of names) {
    const path = parseAttributePath(name, type, (clause) => invalidValue(`${parameter}: ${clause}.`))
    if (path.kind === 'extension') parts.set(path.urn === type.schema.id ? '|' : `${path.urn}|`, 'all')
    else if (path.kind === 'attribute') addPart(parts, path)
  }
  return parts
}

function addPart(parts: Map<string, Part>, path: AttributePath & { kind: 'attribute' }): void {
  const key = keyOf(path.attribute, path.urn)
  const held = parts.get(key)
  if (path.sub === undefined || held === 'all') parts.set(key, 'all')
  else parts.set(key, new Set([...(held ?? []), path.sub.name]))
}

function keyOf(attribute: Attribute, urn: string | undefined): string {
  return urn === undefined ? attribute.name : `${urn}|${attribute.name}`
}

/** Whether an answer shows anything of that core attribute: it need not be read otherwise. */
export function shows(type: ResourceType, projection: Projection, name: string): boolean {
  const attribute = attributeNamed(type.schema.attributes, name)
  return attribute !== undefined && partOf(projection, attribute, undefined) !== undefined
}

/** What of the attribute is shown; undefined: nothing. For `without`, the set names the sub-attributes that are left out. */
function partOf(projection: Projection, attribute: Attribute, urn: string | undefined): Part | undefined {
  if (attribute.returned === 'never') return undefined
  if (attribute.returned === 'always') return 'all'
  const asked = projection.parts.get(`${urn ?? ''}|`) ?? projection.parts.get(keyOf(attribute, urn))
  if (projection.mode === 'only') return asked
  if (attribute.returned === 'request') return undefined
  return asked === undefined ? 'all' : asked === 'all' ? undefined : asked
}

/** The resource with only what the projection shows. */
export function project(type: ResourceType, projection: Projection, resource: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(resource)) {
    const extension = name.includes(':') ? extensionNamed(type, name) : undefined
    if (extension !== undefined && isObject(value)) {
      const shown = projectObject(projection, value, extension.attributes, extension.id)
      if (Object.keys(shown).length > 0) setOwn(result, name, shown)
    } else {
      const attribute = attributeNamed(type.schema.attributes, name) ?? attributeNamed(COMMON_ATTRIBUTES, name)
      const shown = attribute === undefined ? undefined : projectValue(projection, attribute, value, undefined)
      if (shown !== undefined) setOwn(result, name, shown)
    }
  }
  return result
}

function projectObject(projection: Projection, object: JsonObject, attributes: readonly Attribute[], urn: string): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(object)) {
    const attribute = attributeNamed(attributes, name)
    const shown = attribute === undefined ? undefined : projectValue(projection, attribute, value, urn)
    if (shown !== undefined) setOwn(result, name, shown)
  }
  return result
}

function projectValue(projection: Projection, attribute: Attribute, value: Json, urn: string | undefined): Json | undefined {
  const part = partOf(projection, attribute, urn)
  if (part === undefined) return undefined
  // What was stored before the attribute had several values is a list for who reads it.
  if (attribute.multiValued && !Array.isArray(value)) return projectValue(projection, attribute, [value], urn)
  const keep = keeperOf(projection, attribute, part)
  if (keep === undefined) return value
  const entries = (Array.isArray(value) ? value : [value]).map((entry) => (isObject(entry) ? pick(entry, keep) : entry))
  const left = entries.filter((entry) => !isObject(entry) || Object.keys(entry).length > 0)
  if (left.length === 0) return undefined
  return Array.isArray(value) ? left : left[0]
}

/** Which sub-attributes are shown; undefined: all of them. Each has its own `returned` (RFC 7643 section 7). */
function keeperOf(projection: Projection, attribute: Attribute, part: Part): ((name: string) => boolean) | undefined {
  if (part === 'all' && (attribute.subAttributes ?? []).every((sub) => sub.returned === 'default')) return undefined
  return (name) => {
    const returned = subAttributeNamed(attribute, name)?.returned ?? 'default'
    const isNamed = part !== 'all' && part.has(name)
    if (returned === 'always' || returned === 'never') return returned === 'always'
    if (projection.mode === 'only' && part !== 'all') return isNamed
    return returned === 'default' && !isNamed
  }
}

function pick(entry: JsonObject, keep: (name: string) => boolean): JsonObject {
  const result: JsonObject = {}
  for (const name of Object.keys(entry)) {
    if (keep(name)) setOwn(result, name, own(entry, name) ?? null)
  }
  return result
}
