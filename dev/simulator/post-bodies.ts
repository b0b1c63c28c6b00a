import { isObject, own } from './json'
import type { JsonObject } from './json'
import { CONTOSO_URN, ENTERPRISE_URN, GROUP_URN, toAttributes, USER_URN } from './mapping'
import type { Values } from './mapping'

/** A URN that Entra lists for groups and that carries no attributes (entra 2.8). */
const AD_GROUP_URN = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'

/** The variations that a server must accept (entra 2.3). shape is 0 to 3. */
function varied(body: JsonObject, shape: number): JsonObject {
  if (shape === 0) return { ...body, schemas: [USER_URN, ENTERPRISE_URN] }
  if (shape === 1) {
    // Entra was seen to misspell the URN, to write nulls, and to leave an extension out of schemas.
    const schemas = [USER_URN, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User']
    const absent = { ...('title' in body ? {} : { title: null }), ...('addresses' in body ? {} : { addresses: null }) }
    return { ...body, ...absent, schemas }
  }
  if (shape === 2) return { ...body, schemas: [USER_URN] }
  const extensions = [ENTERPRISE_URN, CONTOSO_URN].filter((urn) => isObject(own(body, urn)))
  return { ...body, schemas: [USER_URN, ...extensions], ...('roles' in body ? {} : { roles: [] }) }
}

/** `primary` of a role comes as text in one of the two captured forms (entra 2.7). */
function withRoleText(body: JsonObject, shape: number): JsonObject {
  const roles = own(body, 'roles')
  if (!Array.isArray(roles) || shape % 2 === 0) return body
  return { ...body, roles: roles.map((role) => (isObject(role) ? { ...role, primary: 'True' } : role)) }
}

/** POST /Users (entra 2.3): references are never in it. shape varies what captures show varying. */
export function userPost(values: Values, shape: number): JsonObject {
  const body = withRoleText(toAttributes('User', values), shape)
  return { ...varied(body, shape % 4), meta: { resourceType: 'User' } }
}

/** POST /Groups (entra 2.8): without members, or with none. */
export function groupPost(values: Values, shape: number): JsonObject {
  const body = toAttributes('Group', values)
  const members = shape % 2 === 0 ? { members: [] } : {}
  return { schemas: [GROUP_URN, AD_GROUP_URN], ...body, ...members, meta: { resourceType: 'Group' } }
}
