import { invalidFilter } from '../errors'
import { printPath, shownWord } from '../schema/attribute-path'
import type { Filter } from './filter'
import { matches } from './match'
import type { ResourceType } from '../schema/schema'

/**
 * What is left of a filter once the resource type is known: true or false when that alone decides. A search over several
 * types (RFC 7644 section 3.4.2.1) then reads no resource of a type whose schemas lack the attribute, and
 * `meta.resourceType eq "User"` reads none of another type.
 */
export function filterForType(filter: Filter, type: ResourceType): Filter | boolean {
  switch (filter.kind) {
    case 'and':
      return both(filterForType(filter.left, type), filterForType(filter.right, type))
    case 'or':
      return either(filterForType(filter.left, type), filterForType(filter.right, type))
    case 'not': {
      const operand = filterForType(filter.operand, type)
      return typeof operand === 'boolean' ? !operand : { kind: 'not', operand }
    }
    case 'present':
    case 'compare':
    case 'valuePath':
      if (filter.path.kind === 'unknown') return false
      return namesType(filter) ? matches(filter, { meta: { resourceType: type.name } }) : filter
  }
}

function namesType(filter: Filter & { kind: 'present' | 'compare' | 'valuePath' }): boolean {
  const { path } = filter
  return path.kind === 'attribute' && path.attribute.name === 'meta' && path.sub?.name === 'resourceType'
}

function both(left: Filter | boolean, right: Filter | boolean): Filter | boolean {
  if (left === false || right === false) return false
  if (left === true) return right
  return right === true ? left : { kind: 'and', left, right }
}

function either(left: Filter | boolean, right: Filter | boolean): Filter | boolean {
  if (left === true || right === true) return true
  if (left === false) return right
  return right === false ? left : { kind: 'or', left, right }
}

/**
 * Refuses what no type knows, given one filter as it was read for each of them: what one type alone lacks is of another.
 * @throws ScimError invalidFilter (interoperability profile, draft-zollner-scim-interop-profile-02)
 */
export function refuseUnknownNames(filters: readonly Filter[]): void {
  const [first = [], ...others] = filters.map(unknownNames)
  const name = first.find((one) => others.every((names) => names.includes(one)))
  if (name !== undefined) throw invalidFilter(`No schema here has ${shownWord(name)}, which the filter names.`)
}

function unknownNames(filter: Filter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...unknownNames(filter.left), ...unknownNames(filter.right)]
    case 'not':
      return unknownNames(filter.operand)
    case 'present':
    case 'compare':
      return filter.path.kind === 'unknown' ? [printPath(filter.path)] : []
    case 'valuePath':
      return [...(filter.path.kind === 'unknown' ? [printPath(filter.path)] : []), ...unknownNames(filter.filter)]
  }
}
