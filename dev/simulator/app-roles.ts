import type { Json, JsonObject } from './json'
import type { Family } from './world'

/** The three expressions by which Entra maps app roles (entra 2.7). */
export type RoleMapping = 'SingleAppRoleAssignment' | 'AppRoleAssignmentsComplex' | 'AssertiveAppRoleAssignmentsComplex'

/** Which of the people, counted by seven, have their app roles mapped how. */
export const ROLE_MAPPINGS: ReadonlyMap<number, RoleMapping> = new Map([
  [1, 'AssertiveAppRoleAssignmentsComplex'],
  [2, 'SingleAppRoleAssignment'],
  [5, 'AppRoleAssignmentsComplex'],
])

const PRIMARY = 'roles[primary eq "True"].value'

const complexEntry = (value: string): JsonObject => ({
  primary: false,
  type: 'WindowsAzureActiveDirectoryRole',
  display: value,
  value,
})

/** Without the flag, SingleAppRoleAssignment writes the app role as JSON into a text. */
const writtenText = (value: string) => JSON.stringify({ id: '06b07648-ecfe-589f-9d2f-6325724a46ee', value, displayName: value })

/** `roles` of a POST for a person with these app roles, of which a single mapping has one at most. */
export function rolesPost(mapping: RoleMapping, roles: readonly string[]): JsonObject[] {
  if (mapping !== 'SingleAppRoleAssignment') return roles.map(complexEntry)
  return roles.slice(0, 1).map((value) => ({ primary: 'True', type: 'WindowsAzureActiveDirectoryRole', value }))
}

interface Wanted {
  readonly family: Family
  readonly mapping: RoleMapping
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Varies how the last one is taken away. */
  readonly shape: number
}

/** The operations by which Entra brings a person's app roles from one state to another; none where its mapping sends nothing. */
export function rolesOperations({ family, mapping, before, after, shape }: Wanted): JsonObject[] {
  const spelled = (op: 'add' | 'replace' | 'remove', path: string, value?: Json): JsonObject => ({
    op: family === 'legacy' ? op.charAt(0).toUpperCase() + op.slice(1) : op,
    path,
    ...(value !== undefined && { value }),
  })
  if (mapping === 'AppRoleAssignmentsComplex') {
    const added = after.filter((role) => !before.includes(role))
    return added.length === 0 ? [] : [spelled('add', 'roles', added.map(complexEntry))]
  }
  if (mapping === 'AssertiveAppRoleAssignmentsComplex') {
    if (after.length > 0) return [spelled('replace', 'roles', after.map(complexEntry))]
    return [shape % 2 === 0 ? spelled('replace', 'roles', []) : spelled('remove', 'roles')]
  }
  const [role] = after
  if (role === undefined) return [family === 'legacy' ? spelled('remove', 'roles') : spelled('remove', PRIMARY)]
  if (family === 'legacy') return [spelled('add', 'roles', [{ value: writtenText(role) }])]
  return [spelled(before.length > 0 ? 'replace' : 'add', PRIMARY, role)]
}

/** The values that `roles` has to hold after each of the states, in their order: what a mapping never takes away stays. */
export function rolesHeld(family: Family, mapping: RoleMapping, states: readonly (readonly string[])[]): string[] {
  const last = states.at(-1) ?? []
  if (mapping === 'AssertiveAppRoleAssignmentsComplex') return [...last]
  if (mapping === 'AppRoleAssignmentsComplex') return [...new Set(states.flat())]
  if (family === 'modern' || last.length === 0) return last.slice(0, 1)
  const written = states.slice(states.findLastIndex((state) => state.length === 0) + 1).map(([role = '']) => writtenText(role))
  return [...new Set(written)]
}
