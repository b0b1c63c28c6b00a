import type { Stored } from '../directory/context'
import { isId } from '../directory/identifiers'
import { isObject, own, setOwn, type JsonObject } from '../scim/json'
import { project, type Projection } from '../scim/projection'
import { schemasOf } from '../scim/resource'
import { ENTERPRISE_URN } from '../scim/schema/schemas'

/** The resource as an answer shows it: ids and addresses added, nothing stored is altered (entra-scim 0.16). */
export function represent(stored: Stored, base: string, projection: Projection): JsonObject {
  const { type, attributes } = stored
  const resource: JsonObject = { schemas: schemasOf(type, attributes), id: stored.id, ...attributes }
  const enterprise = own(attributes, ENTERPRISE_URN)
  if (isObject(enterprise)) setOwn(resource, ENTERPRISE_URN, withManagerAddress(enterprise, base))
  if (stored.members !== undefined && stored.members.length > 0) {
    resource['members'] = stored.members.map(({ id, type: kind }) => ({ value: id, type: kind, $ref: `${base}/${kind}s/${id}` }))
  }
  if (stored.groups !== undefined && stored.groups.length > 0) {
    resource['groups'] = stored.groups.map(({ id, display }) => ({
      value: id,
      display,
      type: 'direct',
      $ref: `${base}/Groups/${id}`,
    }))
  }
  resource['meta'] = {
    resourceType: type.name,
    created: stored.created,
    lastModified: stored.lastModified,
    location: locationOf(stored, base),
    version: stored.version,
  }
  return project(type, projection, resource)
}

export const locationOf = (stored: Stored, base: string) => `${base}${stored.type.endpoint}/${stored.id}`

function withManagerAddress(enterprise: JsonObject, base: string): JsonObject {
  const manager = own(enterprise, 'manager')
  const value = isObject(manager) ? own(manager, 'value') : undefined
  if (!isObject(manager) || typeof value !== 'string' || !isId(value)) return enterprise // may be any text, as sent
  return { ...enterprise, manager: { ...manager, $ref: `${base}/Users/${value}` } }
}
