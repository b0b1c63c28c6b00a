import { notFound, ScimError } from '../scim/errors'
import type { JsonObject } from '../scim/json'
import type { Attribute, Schema } from '../scim/schema/schema'
import type { ListedRoles, OpenExchange, OpenHandle } from '../http/exchange'
import { LIST_URN, readQuery } from '../http/messages'
import type { RoleEndpoint } from '../tenants/tenant'
import { methodNotAllowed } from './refusals'

/** As what Okta finds the access roles; no RFC has either as a resource. */
interface Kind {
  readonly name: string
  readonly urn: string
  readonly description: string
  /** Of the person, which holds the ids of what is assigned. */
  readonly assigned: string
}

const kinds: Readonly<Record<RoleEndpoint, Kind>> = {
  Roles: {
    name: 'Role',
    urn: 'urn:okta:scim:schemas:core:1.0:Role',
    description: 'An access role',
    assigned: 'roles',
  },
  Entitlements: {
    name: 'Entitlement',
    urn: 'urn:okta:scim:schemas:core:1.0:Entitlement',
    description: 'An access role, as an entitlement',
    assigned: 'entitlements',
  },
}

const text = (name: string, description: string): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description,
  required: true,
  caseExact: false,
  mutability: 'readOnly',
  returned: 'default',
  uniqueness: 'none',
})

const displayName = { ...text('displayName', 'What the tenant calls the role.'), uniqueness: 'server' } as const
/** Okta's entitlements have one each; its roles have none. */
const type = text('type', 'Role, for each of them.')

export function listedRoleSchema(endpoint: RoleEndpoint): Schema {
  const { urn, name, description } = kinds[endpoint]
  return { id: urn, name, description, attributes: endpoint === 'Roles' ? [displayName] : [displayName, type] }
}

export function listedRoleType(endpoint: RoleEndpoint, base: string): JsonObject {
  const { name, urn, assigned } = kinds[endpoint]
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    description: `Access roles; to assign one, send its id as a value of ${assigned}`,
    endpoint: `/${endpoint}`,
    schema: urn,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  }
}

/**
 * The tenant's access roles to read, all or one by its id, at the endpoint where it has chosen to list them. The id is what a rule for
 * an app role looks for in a person's `roles` and `entitlements`, so that a directory which assigns roles by it gives access by such a
 * rule.
 */
export const listedRolesHandler =
  (endpoint: RoleEndpoint): OpenHandle =>
  (exchange) => {
    if (exchange.method !== 'GET') throw methodNotAllowed(['GET'])
    const { listed } = exchange
    if (listed?.endpoint !== endpoint) throw notFound(notListed(listed))
    const id = exchange.path.slice(1).join('/')
    if (id === '') return Promise.resolve({ status: 200, body: pageOf(exchange, listed) })
    const role = listed.roles.find((one) => one.id === id)
    if (role === undefined) throw notFound('There is no role with this id.')
    return Promise.resolve({ status: 200, body: roleResource(role, listed, exchange.base) })
  }

const notListed = (listed: ListedRoles | undefined) =>
  listed === undefined
    ? 'Roles are not listed here. An administrator can choose that they are, in the settings of the tenant.'
    : `Roles are listed at /${listed.endpoint}. An administrator can choose where, in the settings of the tenant.`

function pageOf({ url, base }: OpenExchange, listed: ListedRoles): JsonObject {
  const { filter, startIndex, count } = readQuery(url.searchParams)
  if (filter !== undefined) throw new ScimError(501, undefined, 'Roles cannot be filtered: they all fit on one page.')
  const page = listed.roles.slice(startIndex - 1, startIndex - 1 + count)
  return {
    schemas: [LIST_URN],
    totalResults: listed.roles.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page.map((role) => roleResource(role, listed, base)),
  }
}

function roleResource({ id, displayName }: ListedRoles['roles'][number], { endpoint }: ListedRoles, base: string): JsonObject {
  const { urn, name } = kinds[endpoint]
  return {
    schemas: [urn],
    id,
    displayName,
    ...(endpoint === 'Entitlements' && { type: 'Role' }),
    meta: { resourceType: name, location: `${base}/${endpoint}/${encodeURIComponent(id)}` },
  }
}
