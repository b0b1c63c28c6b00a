import type { Attribute, ResourceType, Schema } from './schema'

/** The schemas of RFC 7643 sections 4.1, 4.2, 4.3 as data: they validate requests and are what /Schemas serves. */

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Of the schemas that every tenant has. */
export const CORE_URNS: readonly string[] = [USER_URN, GROUP_URN, ENTERPRISE_URN]

type Given = Partial<Attribute> & { readonly description: string }

/** The defaults of RFC 7643 section 2.2. */
function attribute(name: string, given: Given): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...given,
  }
}

const text = (name: string, description: string, given: Partial<Attribute> = {}) => attribute(name, { description, ...given })

const complex = (name: string, description: string, subAttributes: readonly Attribute[], given: Partial<Attribute> = {}) =>
  attribute(name, { type: 'complex', description, subAttributes, ...given })

const primary = attribute('primary', { type: 'boolean', description: 'Whether this is the preferred entry; true at most once.' })

/** A multi-valued complex attribute with the sub-attributes of RFC 7643 section 2.4. */
function plural(name: string, description: string, types: readonly string[], value: Partial<Attribute> = {}): Attribute {
  const type = text('type', 'A label for the entry, such as its use.', types.length > 0 ? { canonicalValues: types } : {})
  const subAttributes = [text('value', 'The value itself.', value), text('display', 'A name for display.'), type, primary]
  return complex(name, description, subAttributes, { multiValued: true })
}

/** Not in the core schemas of RFC 7643, but /Schemas lists it with them: who maps attributes looks for it there. */
export const EXTERNAL_ID = text('externalId', "The client's own identifier.", { caseExact: true })

/** Common attributes of every resource (RFC 7643 section 3.1). */
export const COMMON_ATTRIBUTES: readonly Attribute[] = [
  attribute('schemas', {
    type: 'reference',
    multiValued: true,
    caseExact: true,
    returned: 'always',
    description: 'URNs of the schemas in use.',
  }),
  text('id', 'The identifier that this service gave.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  EXTERNAL_ID,
  complex(
    'meta',
    'Metadata of the resource.',
    [
      text('resourceType', 'The kind of resource.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', { type: 'dateTime', mutability: 'readOnly', description: 'When it was created.' }),
      attribute('lastModified', { type: 'dateTime', mutability: 'readOnly', description: 'When it was last changed.' }),
      attribute('location', {
        type: 'reference',
        caseExact: true,
        mutability: 'readOnly',
        referenceTypes: ['uri'],
        description: 'Its address.',
      }),
      text('version', 'Its version, as the ETag header gives it.', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
]

const name = complex('name', "The components of the person's name.", [
  text('formatted', 'The full name.'),
  text('familyName', 'The family name.'),
  text('givenName', 'The given name.'),
  text('middleName', 'The middle names.'),
  text('honorificPrefix', 'Title before the name.'),
  text('honorificSuffix', 'Suffix after the name.'),
])

const addresses = complex(
  'addresses',
  'Postal addresses.',
  [
    text('formatted', 'The full address.'),
    text('streetAddress', 'Street, house number, floor.'),
    text('locality', 'City or town.'),
    text('region', 'State or region.'),
    text('postalCode', 'Postal code.'),
    text('country', 'Country.'),
    text('type', 'A label for the entry, such as its use.', { canonicalValues: ['work', 'home', 'other'] }),
    primary, // not in RFC 7643, but Entra ID sends it
  ],
  { multiValued: true },
)

const groups = complex(
  'groups',
  'Groups the person is a direct member of; changed through /Groups only.',
  [
    text('value', 'Id of the group.', { mutability: 'readOnly', caseExact: true }),
    attribute('$ref', {
      type: 'reference',
      referenceTypes: ['User', 'Group'],
      mutability: 'readOnly',
      caseExact: true,
      description: 'Address of the group.',
    }),
    text('display', 'Name of the group.', { mutability: 'readOnly' }),
    text('type', 'How the person belongs.', { mutability: 'readOnly', canonicalValues: ['direct', 'indirect'] }),
  ],
  // On request only: a point read of a person then costs nothing for memberships.
  { multiValued: true, mutability: 'readOnly', returned: 'request' },
)

/** Schemas and types have the descriptions of RFC 7643 sections 8.6 and 8.7.1, for which Microsoft's collection of requests looks. */
export const userSchema: Schema = {
  id: USER_URN,
  name: 'User',
  description: 'User Account',
  attributes: [
    text('userName', 'The name to sign in with; unique without case.', { required: true, uniqueness: 'server' }),
    name,
    text('displayName', 'The name to show.'),
    text('nickName', 'What the person is called casually.'),
    attribute('profileUrl', {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
      description: 'Address of a profile page.',
    }),
    text('title', 'Job title.'),
    text('userType', 'Relation to the organisation.'),
    text('preferredLanguage', 'Preferred written or spoken language.'),
    text('locale', 'Locale for dates, numbers and currency.'),
    text('timezone', 'Time zone.'),
    attribute('active', { type: 'boolean', description: 'Whether the person may use the service.' }),
    text('password', 'Accepted and dropped: this service signs nobody in.', {
      mutability: 'writeOnly',
      returned: 'never',
      caseExact: true,
    }),
    plural('emails', 'E-mail addresses.', ['work', 'home', 'other']),
    plural('phoneNumbers', 'Phone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    plural('ims', 'Instant messaging addresses.', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    plural('photos', 'Addresses of pictures.', ['photo', 'thumbnail'], {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    addresses,
    groups,
    plural('entitlements', 'Entitlements.', []),
    plural('roles', 'Roles.', []),
    plural('x509Certificates', 'Certificates.', [], { type: 'binary', caseExact: true }),
  ],
}

export const enterpriseUserSchema: Schema = {
  id: ENTERPRISE_URN,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    text('employeeNumber', 'Number of the employee.'),
    text('costCenter', 'Cost center.'),
    text('organization', 'Organisation.'),
    text('division', 'Division.'),
    text('department', 'Department.'),
    complex('manager', "The person's manager.", [
      text('value', 'Id of the manager.', { caseExact: true }),
      attribute('$ref', { type: 'reference', referenceTypes: ['User'], caseExact: true, description: 'Address of the manager.' }),
      text('displayName', "The manager's name.", { mutability: 'readOnly' }),
    ]),
  ],
}

/**
 * Clients send a member's name, and it is taken and not stored: names come from the members themselves. So /Schemas does not offer it,
 * as RFC 7643 section 8.7.1 does not either.
 */
export const MEMBER_DISPLAY = text('display', 'Name of the member.', { mutability: 'immutable' })

export const groupSchema: Schema = {
  id: GROUP_URN,
  name: 'Group',
  description: 'Group',
  attributes: [
    text('displayName', 'Name of the group.', { required: true }),
    complex(
      'members',
      'The direct members.',
      [
        text('value', 'Id of the member.', { mutability: 'immutable', caseExact: true }),
        attribute('$ref', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
          caseExact: true,
          description: 'Address of the member.',
        }),
        text('type', 'Kind of member.', { mutability: 'immutable', canonicalValues: ['User', 'Group'] }),
        MEMBER_DISPLAY,
      ],
      { multiValued: true },
    ),
  ],
}

export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  extensions: [enterpriseUserSchema],
}

export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  extensions: [],
}
