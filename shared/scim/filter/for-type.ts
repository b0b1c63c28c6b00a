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
