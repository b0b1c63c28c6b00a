import { notFound, ScimError } from '../scim/errors'
import type { JsonObject } from '../scim/json'
import type { Attribute, Schema } from '../scim/schema/schema'
import type { ListedRole, OpenExchange, OpenHandle } from '../http/exchange'
import { LIST_URN, readQuery } from '../http/messages'
import { methodNotAllowed } from './refusals'

/** Okta's, since no RFC has roles as resources: its entitlement management finds by it what a person may be assigned. */
const ROLE_URN = 'urn:okta:scim:schemas:core:1.0:Role'

const displayName: Attribute = {
  name: 'displayName',
  type: 'string',
  multiValued: false,
  description: 'What the tenant calls the role.',
  required: true,
  caseExact: false,
  mutability: 'readOnly',
  returned: 'default',
  uniqueness: 'server',
}

export const roleSchema: Schema = {
  id: ROLE_URN,
  name: 'Role',
  description: 'An access role',
  attributes: [displayName],
}

export const roleResourceType = (base: string): JsonObject => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  id: 'Role',
  name: 'Role',
  description: 'Access roles; to assign one, send its id as a value of roles',
  endpoint: '/Roles',
  schema: ROLE_URN,
  meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/Role` },
})

/**
 * /Roles and /Roles/{id}: the tenant's access roles to read, where it has chosen to list them. The id is what a rule for an app role
 * looks for in a person's `roles`, so that a directory which assigns roles by it gives access by such a rule.
 */
export const rolesHandler: OpenHandle = (exchange) => {
  if (exchange.method !== 'GET') throw methodNotAllowed(['GET'])
  const { roles, base } = exchange
  if (roles === undefined)
    throw notFound('Roles are not listed here. An administrator can choose that they are, in the settings of the tenant.')
  const id = exchange.path.slice(1).join('/')
  if (id === '') return Promise.resolve({ status: 200, body: pageOf(exchange, roles) })
  const role = roles.find((one) => one.id === id)
  if (role === undefined) throw notFound('There is no role with this id.')
  return Promise.resolve({ status: 200, body: roleResource(role, base) })
}

function pageOf({ url, base }: OpenExchange, roles: readonly ListedRole[]): JsonObject {
  const { filter, startIndex, count } = readQuery(url.searchParams)
  if (filter !== undefined) throw new ScimError(501, undefined, 'Roles cannot be filtered: they all fit on one page.')
  const page = roles.slice(startIndex - 1, startIndex - 1 + count)
  return {
    schemas: [LIST_URN],
    totalResults: roles.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page.map((role) => roleResource(role, base)),
  }
}

const roleResource = ({ id, displayName }: ListedRole, base: string): JsonObject => ({
  schemas: [ROLE_URN],
  id,
  displayName,
  meta: { resourceType: 'Role', location: `${base}/Roles/${encodeURIComponent(id)}` },
})
