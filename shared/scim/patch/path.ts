import {
  isEntryItself,
  MAX_PATH_CHARACTERS,
  parseAttributePath,
  parseNestedPath,
  refusePath,
  type AttributePath,
} from '../schema/attribute-path'
import { invalidPath } from '../errors'
import { parseBracketFilter, type Filter } from '../filter/filter'
import type { Literal } from '../filter/literal'
import type { Attribute, ResourceType } from '../schema/schema'

/** The target of a PATCH operation. sub is what stands behind brackets; `name.givenName` has its sub in path. */
export interface PatchPath {
  readonly path: AttributePath
  readonly filter?: Filter
  readonly sub?: Attribute
}

/**
 * PATH = attrPath / valuePath [subAttr] (RFC 7644 section 3.5.2). A sub-attribute behind brackets that no schema knows
 * makes the whole path unknown.
 * @throws ScimError invalidPath when the path is malformed, invalidFilter when the filter in it is
 */
export function parsePatchPath(text: string, type: ResourceType): PatchPath {
  if (text.length > MAX_PATH_CHARACTERS) {
    throw invalidPath(`A path may have at most ${MAX_PATH_CHARACTERS} characters, this one has ${text.length}.`)
  }
  const open = text.indexOf('[')
  if (open < 0) return { path: parseAttributePath(text, type) }
  const path = parseAttributePath(text.slice(0, open), type)
  const { filter, end } = parseBracketFilter(text, open + 1, path)
  if (end === text.length) return { path, filter }
  if (text[end] !== '.') throw invalidPath(`Behind "]" at position ${end} only "." and a sub-attribute may stand.`)
  const attribute = path.kind === 'attribute' ? path.attribute : undefined
  if (attribute !== undefined && isEntryItself(attribute, text.slice(end + 1))) return { path, filter }
  const behind = parseNestedPath(text.slice(end + 1), attribute?.subAttributes ?? [], refusePath)
  if (attribute !== undefined && behind.kind === 'attribute') return { path, filter, sub: behind.attribute }
  return { path: withUnknownSub(path, text.slice(end + 1)) }
}

function withUnknownSub(path: AttributePath, sub: string): AttributePath {
  if (path.kind === 'extension') return path
  const name = path.kind === 'attribute' ? path.attribute.name : path.name
  return { kind: 'unknown', name, sub, ...(path.urn === undefined ? {} : { urn: path.urn }) }
}

/**
 * The values an entry must have to satisfy a filter that is `eq`, or an `and` of `eq`s, on sub-attributes: Entra ID
 * expects that entry to be made when none matches. Undefined for any other filter and for one nothing can satisfy.
 */
export function equalTerms(filter: Filter): Map<Attribute, Literal> | undefined {
  if (filter.kind === 'compare') {
    const fits = filter.path.kind === 'attribute' && filter.operator === 'eq' && filter.value !== null
    return fits ? new Map([[filter.path.attribute, filter.value]]) : undefined
  }
  if (filter.kind !== 'and') return undefined
  const left = equalTerms(filter.left)
  const right = equalTerms(filter.right)
  if (left === undefined || right === undefined) return undefined
  for (const [attribute, value] of right) {
    if (left.has(attribute) && left.get(attribute) !== value) return undefined
    left.set(attribute, value)
  }
  return left
}
