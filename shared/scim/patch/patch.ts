import { printPath } from '../schema/attribute-path'
import { invalidPath, invalidSyntax, invalidValue, mutability, noTarget } from '../errors'
import { entriesOf } from './entries'
import { equalJson, isObject, own, type JsonObject } from '../json'
import { refuseEntriesWithoutValue } from './new-entries'
import type { PatchOperation } from './operation'
import { refuseLostValue } from './lost-value'
import { parsePatchPath, type PatchPath } from './path'
import { applyAssignment, type Assignment } from './assign'
import { objectAssignments } from './object-assignments'
import type { ResourceType } from '../schema/schema'
import { withoutEmptyExtensions } from '../resource'
import { checkStrictPatch } from '../schema/strict'
import { isUnassigned, onlyElement } from '../schema/value'
import { ENTRY_WRITTEN, newWork, spendName, type Work } from '../work'

/**
 * The assignments that the operations come to, one for each attribute named, in order.
 * @throws ScimError invalidPath, invalidFilter, invalidSyntax, mutability, noTarget, and tooMany beyond the limits of work
 */
export function compilePatch(
  type: ResourceType,
  operations: readonly PatchOperation[],
  work: Work = newWork(),
): readonly Assignment[] {
  if (type.strict) checkStrictPatch(type, operations)
  return operations.flatMap((operation) =>
    operation.path === undefined ? pathless(type, operation, work) : withPath(type, { ...operation, path: operation.path }, work),
  )
}

/**
 * The attributes after the assignments; the given object is left as it is (RFC 7644 section 3.5.2: all or nothing).
 * Attributes that no schema knows are ignored.
 * @throws ScimError as the table of RFC 7644 section 3.5.2 says; tooMany when too many entries are looked at
 */
export function applyPatch(
  type: ResourceType,
  attributes: JsonObject,
  assignments: readonly Assignment[],
  work: Work = newWork(),
): JsonObject {
  refuseLongWork(attributes, assignments)
  const next = structuredClone(attributes)
  for (const assignment of assignments) applyAssignment({ type, attributes: next, work }, assignment)
  for (const attribute of type.schema.attributes) {
    if (attribute.required && own(next, attribute.name) === undefined) {
      throw invalidValue(`${attribute.name} is required and cannot be cleared.`)
    }
  }
  refuseEntriesWithoutValue(type, attributes, next)
  const result = withoutEmptyExtensions(type, next)
  return equalJson(result, attributes) ? attributes : result
}

/**
 * Tells before anything is done whether the operations look at more entries than the request may: those that a filter or a
 * sub-attribute makes look at a whole list, as long as nothing before them has shortened that list.
 */
function refuseLongWork(attributes: JsonObject, assignments: readonly Assignment[]): void {
  const lengths = new Map<string, number>()
  const foreseen = newWork()
  for (const assignment of assignments) {
    const { path, filter } = assignment.target
    if (path.kind !== 'attribute' || !path.attribute.multiValued || path.urn !== undefined) continue
    const { name } = path.attribute
    const held = lengths.get(name) ?? entriesOf(own(attributes, name)).length
    if (filter !== undefined) foreseen.spend('entries', held)
    else if (path.sub !== undefined) foreseen.spend('entries', held * ENTRY_WRITTEN)
    lengths.set(name, mayShorten(assignment) ? 0 : held)
  }
}

function mayShorten({ op, target: { path, filter }, value }: Assignment): boolean {
  const isWhole = filter === undefined && path.kind === 'attribute' && path.sub === undefined
  return op === 'remove' || isUnassigned(value) || (isWhole && op === 'replace')
}

function withPath(type: ResourceType, operation: PatchOperation & { readonly path: string }, work: Work): Assignment[] {
  const { path } = operation
  if (operation.op !== 'remove' && operation.value === undefined) {
    throw invalidSyntax(`The ${operation.op} of "${path}" has no value.`)
  }
  spendName(work, path)
  const target = parsePatchPath(path, type)
  if (target.path.kind === 'unknown' && operation.op !== 'remove') {
    refuseLostValue(type, { text: path, value: operation.value }, invalidPath)
  }
  refuseProtected(type, operation, target)
  if (target.path.kind !== 'extension' || operation.op === 'remove') return [{ op: operation.op, target, value: operation.value }]
  return objectAssignments({ type, op: operation.op, work }, { [target.path.urn]: operation.value ?? null })
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
function pathless(type: ResourceType, operation: PatchOperation, work: Work): Assignment[] {
  if (operation.op === 'remove') throw noTarget('A remove operation needs a path.')
  const value = onlyElement(operation.value, `The ${operation.op} without path`)
  if (!isObject(value)) throw invalidSyntax(`The ${operation.op} without path needs an object as value.`)
  return objectAssignments({ type, op: operation.op, work }, value)
}
