import { printPath } from './attribute-path'
import { invalidSyntax, invalidValue, mutability, noTarget, tooMany } from './errors'
import { countTerms } from './filter'
import { equalJson, isObject, own, type Json, type JsonObject } from './json'
import { isMembers } from './member-changes'
import { parsePatchPath, type PatchPath } from './patch-path'
import { applyAssignment, type Assignment } from './assign'
import { objectAssignments } from './object-assignments'
import type { ResourceType } from './schema'
import { withoutEmptyExtensions } from './resource'
import { checkStrictPatch } from './strict'

/** One operation of a PATCH message; op is already in lower case (RFC 7644 section 3.5.2). */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path?: string | undefined
  /** Undefined when the operation carries none, which for `remove` differs from null. */
  readonly value?: Json | undefined
}

/** Each term, and each value to remove, is compared with up to 1,000 entries, in a process that other tenants share. */
const MAX_PATCH_TERMS = 2000

/**
 * The assignments that the operations come to, one for each attribute named, in order.
 * @throws ScimError invalidPath, invalidFilter, invalidSyntax, mutability, noTarget, and tooMany beyond 2,000 filter terms
 * and values to remove; those of members, which lie in rows, have their own limit
 */
export function compilePatch(type: ResourceType, operations: readonly PatchOperation[]): readonly Assignment[] {
  if (type.strict) checkStrictPatch(type, operations)
  const assignments = operations.flatMap((operation) =>
    operation.path === undefined ? pathless(type, operation) : withPath(type, operation, operation.path),
  )
  const terms = assignments.reduce((sum, assignment) => sum + countComparisons(assignment), 0)
  if (terms > MAX_PATCH_TERMS)
    throw tooMany(`The filters and the values to remove of one PATCH may be at most ${MAX_PATCH_TERMS} terms together.`)
  return assignments
}

/** Of one entry. */
function countComparisons(assignment: Assignment): number {
  const { op, target, value } = assignment
  if (target.filter !== undefined) return countTerms(target.filter)
  return op === 'remove' && Array.isArray(value) && !isMembers(assignment) ? value.length : 0
}

/**
 * The attributes after the assignments; the given object is left as it is (RFC 7644 section 3.5.2: all or nothing).
 * Attributes that no schema knows are ignored.
 * @throws ScimError as the table of RFC 7644 section 3.5.2 says
 */
export function applyPatch(type: ResourceType, attributes: JsonObject, assignments: readonly Assignment[]): JsonObject {
  const next = structuredClone(attributes)
  for (const assignment of assignments) applyAssignment(type, next, assignment)
  for (const attribute of type.schema.attributes) {
    if (attribute.required && own(next, attribute.name) === undefined) {
      throw invalidValue(`${attribute.name} is required and cannot be cleared.`)
    }
  }
  const result = withoutEmptyExtensions(type, next)
  return equalJson(result, attributes) ? attributes : result
}

function withPath(type: ResourceType, operation: PatchOperation, text: string): Assignment[] {
  if (operation.op !== 'remove' && operation.value === undefined) {
    throw invalidSyntax(`The ${operation.op} of "${text}" has no value.`)
  }
  const target = parsePatchPath(text, type)
  refuseProtected(type, operation, target)
  if (target.path.kind !== 'extension' || operation.op === 'remove') return [{ op: operation.op, target, value: operation.value }]
  return objectAssignments(type, operation.op, { [target.path.urn]: operation.value ?? null })
}

/** A write to what is readOnly, and the removal of what is required. */
function refuseProtected(type: ResourceType, operation: PatchOperation, target: PatchPath): void {
  const { path } = target
  if (path.kind === 'unknown') return
  if (path.kind === 'extension') {
    if (operation.op === 'remove' && path.urn === type.schema.id)
      throw mutability('The core schema of a resource cannot be removed.')
    return
  }
  const { attribute, sub = target.sub } = path
  if (attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') {
    throw mutability(`"${printPath(path)}" is read-only and cannot be changed by a client.`)
  }
  if (operation.op === 'remove' && attribute.required) throw mutability(`${attribute.name} is required and cannot be removed.`)
}

/**
 * An operation without path: each key of its value is a path of its own. With the feature flag Entra ID sends
 * `"name.familyName"` and URN-qualified names as keys (entra-scim 2.5).
 */
function pathless(type: ResourceType, operation: PatchOperation): Assignment[] {
  if (operation.op === 'remove') throw noTarget('A remove operation needs a path.')
  if (!isObject(operation.value)) throw invalidSyntax(`The ${operation.op} without path needs an object as value.`)
  return objectAssignments(type, operation.op, operation.value)
}
