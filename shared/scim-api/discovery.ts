import { notFound, ScimError } from '../scim/errors'
import type { Json, JsonObject } from '../scim/json'
import { schemasOfTypes, type Attribute, type ResourceType, type Schema } from '../scim/schema/schema'
import { EXTERNAL_ID, groupSchema, MEMBER_DISPLAY, userSchema } from '../scim/schema/schemas'
import { MAX_BULK_OPERATIONS } from './bulk/bulk-message'
import type { OpenExchange, OpenHandle, Reply } from '../http/exchange'
import { LIMITS, LIST_URN } from '../http/messages'
import type { DirectorySignIn } from '../tenants/directory-sign-in'
import { methodNotAllowed } from './refusals'
import { listedRoleSchema, listedRoleType } from './listed-roles'

/** Discovery (RFC 7644 section 4) from the schemas that validate requests. GET only; a filter is refused with 403. */
function discovery(read: (exchange: OpenExchange, id: string | undefined) => JsonObject): OpenHandle {
  return (exchange): Promise<Reply> => {
    if (exchange.method !== 'GET') throw methodNotAllowed(['GET'])
    if (exchange.url.searchParams.has('filter'))
      throw new ScimError(403, undefined, 'Discovery endpoints cannot be filtered (RFC 7644 section 4).')
    return Promise.resolve({ status: 200, body: read(exchange, exchange.path.slice(1).join('/') || undefined) })
  }
}

function listOf(resources: readonly JsonObject[]): JsonObject {
  return {
    schemas: [LIST_URN],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: [...resources],
  }
}

function oneOrAll(resources: readonly JsonObject[], id: string | undefined, what: string): JsonObject {
  if (id === undefined) return listOf(resources)
  const found = resources.find(({ id: held }) => typeof held === 'string' && held.toLowerCase() === id.toLowerCase())
  if (found === undefined) throw notFound(`There is no ${what} of that name here.`)
  return found
}

export const schemasHandler = discovery((exchange, id) => {
  const { User, Group } = exchange.types
  const schemas = [
    ...schemasOfTypes([User, Group]),
    ...(exchange.listed === undefined ? [] : [listedRoleSchema(exchange.listed.endpoint)]),
  ]
  return oneOrAll(
    schemas.map((schema) => schemaResource(schema, exchange.base)),
    id,
    'schema',
  )
})

export const resourceTypesHandler = discovery((exchange, id) => {
  const { User, Group } = exchange.types
  const ofRoles = exchange.listed === undefined ? [] : [listedRoleType(exchange.listed.endpoint, exchange.base)]
  return oneOrAll([...[User, Group].map((type) => typeResource(type, exchange.base)), ...ofRoles], id, 'resource type')
})

/**
 * Core schemas list externalId, which RFC 7643 section 3.1 leaves to them: the App Gallery's reader looks for each mapped
 * attribute in /Schemas, and externalId is mapped by default (entra-facts 3.1, 4.6).
 */
function listedAttributes(schema: Schema): readonly Attribute[] {
  return schema === userSchema || schema === groupSchema ? [...schema.attributes, EXTERNAL_ID] : schema.attributes
}

function schemaResource(schema: Schema, base: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: listedAttributes(schema).map(attributeResource),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  }
}

/** Only what RFC 7643 section 7 names, and never a null: Entra ID's schema reader fails on them (entra-scim 4.1). */
function attributeResource(attribute: Attribute): Json {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute
  const subAttributes = attribute.subAttributes?.filter((sub) => sub !== MEMBER_DISPLAY)
  return {
    name,
    type,
    multiValued,
    description,
    required,
    caseExact,
    mutability,
    returned,
    uniqueness,
    ...(attribute.canonicalValues && { canonicalValues: [...attribute.canonicalValues] }),
    ...(attribute.referenceTypes && { referenceTypes: [...attribute.referenceTypes] }),
    ...(subAttributes && { subAttributes: subAttributes.map(attributeResource) }),
  }
}

function typeResource(type: ResourceType, base: string): JsonObject {
  const schemaExtensions = type.extensions.map((extension) => ({ schema: extension.id, required: false }))
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    ...(schemaExtensions.length > 0 && { schemaExtensions }),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  }
}

const SECRET_TOKEN = {
  type: 'oauthbearertoken',
  name: 'Secret token',
  description: "A long-lived bearer token, given to the directory's administrator.",
  specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
}
const ACCESS_TOKEN = {
  type: 'oauth2',
  name: 'OAuth 2.0 client credentials',
  description: "A short-lived access token from the tenant's token endpoint, for a client secret or an assertion.",
  specUri: 'https://www.rfc-editor.org/rfc/rfc6749',
}

/** Those that the tenant has, the first one primary; to who asks without a token, those that there are. */
function schemesOf(signIn: DirectorySignIn | undefined): JsonObject[] {
  const isOAuthUsed = signIn === undefined || signIn.secrets.length + signIn.trusts.length > 0
  const schemes = [...(signIn?.bearer === false ? [] : [SECRET_TOKEN]), ...(isOAuthUsed ? [ACCESS_TOKEN] : [])]
  return schemes.map((scheme, i) => ({ ...scheme, primary: i === 0 }))
}

/**
 * RFC 7643 section 5, RFC 9865 section 4, and for a strict tenant that the rules of the interoperability profile hold
 * (draft-zollner-scim-interop-profile-02).
 */
export const serviceProviderConfigHandler = discovery((exchange, id) => {
  if (id !== undefined) throw notFound('ServiceProviderConfig is a single resource.')
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: MAX_BULK_OPERATIONS, maxPayloadSize: LIMITS.maxBodyBytes },
    filter: { supported: true, maxResults: LIMITS.maxPageSize },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: LIMITS.defaultPageSize,
      maxPageSize: LIMITS.maxPageSize,
      cursorTimeout: LIMITS.cursorSeconds,
    },
    authenticationSchemes: schemesOf(exchange.signIn),
    ...(exchange.types.User.strict === true && { interopProfileConformant: true }),
    meta: { resourceType: 'ServiceProviderConfig', location: `${exchange.base}/ServiceProviderConfig` },
  }
})
