import type { JsonObject } from './json'
import { ENTERPRISE_URN, GROUP_URN, USER_URN } from './mapping'

/** What the tests' server publishes at /Schemas: what its clients map, with the characteristics that are read from it. */

const simple = (name: string, more: JsonObject = {}): JsonObject => ({ name, type: 'string', multiValued: false, ...more })
const complex = (name: string, multiValued: boolean, subAttributes: JsonObject[]): JsonObject => ({
  name,
  type: 'complex',
  multiValued,
  subAttributes,
})

/** A multi-valued attribute; its types are those that a mapping may name. */
const list = (name: string, subs: readonly string[], types: string[]): JsonObject =>
  complex(name, true, [
    ...subs.map((sub) => simple(sub)),
    simple('type', types.length > 0 ? { canonicalValues: types } : {}),
    simple('primary', { type: 'boolean' }),
  ])

const externalId = simple('externalId', { caseExact: true })

export const SCHEMAS: readonly JsonObject[] = [
  {
    id: USER_URN,
    name: 'User',
    attributes: [
      simple('userName', { required: true, uniqueness: 'server' }),
      simple('active', { type: 'boolean' }),
      ...['displayName', 'title', 'preferredLanguage'].map((name) => simple(name)),
      externalId,
      complex(
        'name',
        false,
        ['givenName', 'familyName', 'formatted'].map((name) => simple(name)),
      ),
      list('emails', ['value'], ['work', 'other']),
      list('phoneNumbers', ['value'], ['work', 'mobile', 'fax']),
      list('addresses', ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'], ['work']),
      list('roles', ['value'], []),
    ],
  },
  {
    id: ENTERPRISE_URN,
    name: 'EnterpriseUser',
    attributes: [simple('employeeNumber'), simple('department'), complex('manager', false, [simple('value')])],
  },
  {
    id: GROUP_URN,
    name: 'Group',
    attributes: [simple('displayName', { required: true }), externalId, list('members', ['value'], ['User'])],
  },
]
