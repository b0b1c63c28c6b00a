import { ScimError } from '../../shared/scim/errors'
import type { JsonObject } from '../../shared/scim/json'
import { applyPatch, compilePatch } from '../../shared/scim/patch/patch'
import type { PatchOperation } from '../../shared/scim/patch/operation'
import { ENTERPRISE_URN, userType } from '../../shared/scim/schema/schemas'

export const work = { type: 'work', value: 'ana@contoso.example', primary: true }
export const home = { type: 'home', value: 'ana@home.example' }
export const ana: JsonObject = {
  userName: 'ana@contoso.example',
  active: true,
  displayName: 'Ana Ruiz',
  title: 'Planner',
  name: { givenName: 'Ana', familyName: 'Ruiz' },
  emails: [work, home],
  [ENTERPRISE_URN]: { department: 'Operations', manager: { value: '77c0' } },
}

/** The person with these attributes instead; undefined ones are gone. */
export function anaWith(changes: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries({ ...ana, ...changes }).filter(([, value]) => value !== undefined))
}

/** The attributes after the operations. Whatever happens, those given must not be changed. */
export function patched(before: JsonObject, operations: readonly PatchOperation[], type = userType): JsonObject {
  const untouched = structuredClone(before)
  try {
    return applyPatch(type, before, compilePatch(type, operations))
  } finally {
    expect(before).toStrictEqual(untouched)
  }
}

/** Status, scimType and detail of the refusal, or 'accepted' and the attributes. */
export function refusal(before: JsonObject, operations: readonly PatchOperation[], type = userType): unknown[] {
  try {
    return ['accepted', patched(before, operations, type)]
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return [error.status, error.scimType, error.message]
  }
}
