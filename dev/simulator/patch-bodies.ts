import { ENTERPRISE_URN, target } from './mapping'
import type { Value, Values } from './mapping'
import type { Json, JsonObject } from './json'
import type { Family } from './world'

/** A new value by mapping path; undefined clears it. */
export type Changes = ReadonlyMap<string, Value | undefined>

const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
/** The path of a manager in a mapping. */
export const MANAGER = `${ENTERPRISE_URN}:manager`

export function patchMessage(operations: JsonObject[]): JsonObject {
  return { schemas: [PATCH_URN], Operations: operations }
}

/** Text, as a mapping expression yields it; sometimes a real boolean or lower case, as an administrator's expression does. */
function legacyValue(value: Value, shape: number): Value {
  if (typeof value === 'string') return value
  const forms = [value ? 'True' : 'False', value, value ? 'true' : 'false'] as const
  return forms[shape % 3] ?? value
}

/** A value is cleared by remove, by an empty text or by null (entra 1.10). */
function legacyClear(path: string, shape: number): JsonObject {
  if (shape % 3 === 0) return { op: 'Remove', path }
  return { op: 'Replace', path, value: shape % 3 === 1 ? '' : null }
}

/** One operation for each attribute, capitalised ops, booleans as text (entra 2.4). */
function legacyOperations(held: Values, changes: Changes, shape: number): JsonObject[] {
  return [...changes].map(([path, value]) => {
    if (value === undefined) return legacyClear(path, shape)
    return { op: held.has(path) ? 'Replace' : 'Add', path, value: legacyValue(value, shape) }
  })
}

/** Simple attributes in one object without path, entries of multi-valued ones by path (entra 2.5). */
function modernOperations(held: Values, changes: Changes, shape: number): JsonObject[] {
  const merged: JsonObject = {}
  const separate: JsonObject[] = []
  for (const [path, value] of changes) {
    const simple = target(path).kind !== 'entry'
    if (value === undefined) {
      if (simple && shape % 3 === 1) merged[path] = ''
      else separate.push(shape % 3 === 0 ? { op: 'remove', path } : { op: 'replace', path, value: '' })
    } else if (simple) merged[path] = value
    else separate.push({ op: held.has(path) ? 'replace' : 'add', path, value })
  }
  return Object.keys(merged).length > 0 ? [{ op: 'replace', value: merged }, ...separate] : separate
}

/** The PATCH of a user's or group's simple attributes in the family's form. */
export function attributesPatch(family: Family, held: Values, changes: Changes, shape: number): JsonObject {
  const operations = family === 'legacy' ? legacyOperations : modernOperations
  return patchMessage(operations(held, changes, shape))
}

/** Every form in which a manager has been seen to be written (entra 2.6). */
export function managerPatch(family: Family, id: string, shape: number): JsonObject {
  if (family === 'modern') {
    const forms: JsonObject[] = [
      { op: 'replace', value: { [MANAGER]: id } },
      { op: 'replace', path: MANAGER, value: { value: id } },
      { op: 'add', path: MANAGER, value: id },
    ]
    return patchMessage(forms.slice(shape % 3, (shape % 3) + 1))
  }
  const forms: JsonObject[] = [
    { op: 'Add', path: 'manager', value: [{ $ref: `../Users/${id}`, value: id }] },
    { op: 'Replace', path: MANAGER, value: id },
    { op: 'Replace', path: MANAGER, value: { value: id } },
    { op: 'Replace', path: `${MANAGER}.value`, value: id },
  ]
  return patchMessage(forms.slice(shape % 4, (shape % 4) + 1))
}

/** Every form in which a manager is cleared (entra 2.6). */
export function managerClear(family: Family, id: string, shape: number): JsonObject {
  const replace = family === 'legacy' ? 'Replace' : 'replace'
  const remove = family === 'legacy' ? 'Remove' : 'remove'
  const forms: JsonObject[] = [
    { op: replace, path: MANAGER, value: '' },
    { op: replace, path: MANAGER, value: { value: '' } },
    { op: remove, path: MANAGER },
    { op: remove, path: `manager[value eq "${id}"]` },
  ]
  return patchMessage(forms.slice(shape % 4, (shape % 4) + 1))
}

const references = (ids: readonly string[]) => ids.map((id) => ({ $ref: null, value: id }))

/** All values in one operation; Entra sends a null $ref and never a display (entra 2.8). */
export function membersAdd(family: Family, ids: readonly string[]): JsonObject {
  return patchMessage([{ op: family === 'legacy' ? 'Add' : 'add', path: 'members', value: references(ids) }])
}

/** With a value array in the legacy shape; with a filter for each member in the modern one (entra 2.8). */
export function membersRemove(family: Family, ids: readonly string[]): JsonObject {
  if (family === 'legacy') return patchMessage([{ op: 'Remove', path: 'members', value: references(ids) }])
  return patchMessage(ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })))
}

/** Adding a member once more: as an entry alone, as plain ids, as an ordinary array, and an empty array (entra 2.8). */
export function memberAgain(family: Family, id: string, shape: number): JsonObject {
  const forms: Json[] = [{ value: id }, [id], [{ $ref: null, value: id }], []]
  return patchMessage([{ op: family === 'legacy' ? 'Add' : 'add', path: 'members', value: forms[shape % 4] ?? [] }])
}
