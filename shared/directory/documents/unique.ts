import { uniqueness, type ScimError } from '../../scim/errors'
import { own, type JsonObject } from '../../scim/json'
import type { ResourceType } from '../../scim/schema/schema'
import { uniqueUserNameKey } from './document'

/** Whether the index row is the one that makes the resource unique: its userName, or a group's (displayName, externalId). */
export function isUniqueKey(type: ResourceType, attributes: JsonObject, key: string): boolean {
  return type.name === 'User' ? key === uniqueUserNameKey(attributes) : key.startsWith('x!gn!')
}

/** The refusal of a value that another resource of the tenant holds; perhaps one that is inactive, which nobody would guess. */
export function taken(type: ResourceType, attributes: JsonObject): ScimError {
  if (type.name === 'User') return uniqueness(USER_NAME_TAKEN)
  const externalId = own(attributes, 'externalId') === undefined ? 'no externalId' : 'the same externalId'
  return uniqueness(
    `Another group has this displayName and ${externalId} already. Match groups by displayName or externalId in the Entra mapping.`,
  )
}

const USER_NAME_TAKEN =
  'Another user, perhaps an inactive one, has this userName already (letter case does not count). Match users by userName in the Entra mapping. If this is somebody new and the other one is inactive, an administrator can release the userName in Rollcall.'
