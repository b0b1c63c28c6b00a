import { objects, own, text } from '../simulator/json'
import type { Json, JsonObject } from '../simulator/json'
import { GROUP_URN, USER_URN } from '../simulator/mapping'

/** What an endpoint's /Schemas tells whoever maps to it. */
export interface Discovered {
  readonly hasGroup: boolean
  /** Every path that a mapping may name, in lower case. */
  readonly paths: ReadonlySet<string>
  /** The values that the endpoint publishes for an attribute, by its path in lower case. */
  readonly canonicalValues: ReadonlyMap<string, readonly string[]>
  /** Names of the attributes that may not be cleared, in lower case. */
  readonly required: ReadonlySet<string>
}

const nameOf = (attribute: JsonObject) => text(own(attribute, 'name')) ?? ''
const texts = (value: Json | undefined) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])

/** Entries are named by each published type, or as the primary one where none is published (entra 4.6). */
function entryPaths(path: string, subs: readonly JsonObject[]): string[] {
  const types = texts(
    own(
      subs.find((sub) => nameOf(sub) === 'type'),
      'canonicalValues',
    ),
  )
  const keys = types.length > 0 ? types.map((type) => `[type eq "${type}"]`) : ['[primary eq "True"]']
  return keys.flatMap((key) => subs.map((sub) => `${path}${key}.${nameOf(sub)}`))
}

/** The attribute and what lies in it, as paths of a mapping. */
function pathsIn(path: string, attribute: JsonObject): string[] {
  const subs = objects(own(attribute, 'subAttributes'))
  if (own(attribute, 'type') !== 'complex') return [path]
  return [
    path,
    ...(own(attribute, 'multiValued') === true ? entryPaths(path, subs) : subs.map((sub) => `${path}.${nameOf(sub)}`)),
  ]
}

/** Reads the ListResponse of /Schemas. */
export function discovered(body: Json | undefined): Discovered {
  const paths = new Set<string>()
  const canonicalValues = new Map<string, readonly string[]>()
  const required = new Set<string>()
  const schemas = objects(own(body, 'Resources'))
  const idOf = (schema: JsonObject) => text(own(schema, 'id'))?.toLowerCase()
  const note = (prefix: string, attribute: JsonObject) => {
    const path = `${prefix}${nameOf(attribute)}`
    for (const one of pathsIn(path, attribute)) paths.add(one.toLowerCase())
    const values = texts(own(attribute, 'canonicalValues'))
    if (values.length > 0) canonicalValues.set(path.toLowerCase(), values)
    if (own(attribute, 'required') === true) required.add(path.toLowerCase())
    if (own(attribute, 'multiValued') !== true) for (const sub of objects(own(attribute, 'subAttributes'))) note(`${path}.`, sub)
  }
  for (const schema of schemas) {
    const id = text(own(schema, 'id')) ?? ''
    const core = [USER_URN, GROUP_URN].some((urn) => urn.toLowerCase() === id.toLowerCase())
    for (const attribute of objects(own(schema, 'attributes'))) note(core ? '' : `${id}:`, attribute)
  }
  return { hasGroup: schemas.some((schema) => idOf(schema) === GROUP_URN.toLowerCase()), paths, canonicalValues, required }
}
