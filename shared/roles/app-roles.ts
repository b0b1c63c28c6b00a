import { foldCase } from '../scim/fold'
import { isObject, own, type JsonObject } from '../scim/json'

/** Longer than any app role that Entra ID writes as JSON: id, value and displayName have at most some 250 characters each. */
const MAX_WRITTEN_LENGTH = 2000

/** Where a directory says which app roles somebody has: Entra ID in `roles`, Okta's entitlements in either. */
export const APP_ROLE_ATTRIBUTES = ['roles', 'entitlements'] as const

/**
 * The app roles that the person has, folded, since an app role is compared without letter case.
 *
 * SingleAppRoleAssignment without Entra ID's flag adds each new app role as JSON written as text, `{"id":…,"value":"25",…}`, and takes
 * none away. Such an entry means the one app role of now, so the last of them stands for all: else whoever was moved from Administrator
 * to Reader would stay an Administrator.
 */
export function appRolesOf(attributes: JsonObject): ReadonlySet<string> {
  const [roles, entitlements] = [textsOf(attributes, 'roles'), textsOf(attributes, 'entitlements')]
  const last = roles.map(readWritten).findLast((value) => value !== undefined)
  return new Set([...(last === undefined ? roles : [last]), ...entitlements].map((text) => foldCase(text)))
}

function textsOf(attributes: JsonObject, name: string): string[] {
  const entries = own(attributes, name)
  const values = (Array.isArray(entries) ? entries : []).map((entry) => (isObject(entry) ? own(entry, 'value') : entry))
  return values.filter((value): value is string => typeof value === 'string' && value !== '')
}

/** The value of an app role that was written as JSON; undefined for any other text. */
function readWritten(text: string): string | undefined {
  if (!text.startsWith('{') || text.length > MAX_WRITTEN_LENGTH) return undefined
  try {
    const written: unknown = JSON.parse(text)
    const value = isObject(written) ? own(written, 'value') : undefined
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
