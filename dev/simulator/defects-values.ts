import { operations, opOf, pathOf, alterResources, alterOperations } from './defect'
import type { Defect } from './defect'
import { isObject, objects, own, text } from './json'
import type { JsonObject } from './json'
import { ENTERPRISE_URN, GROUP_URN, USER_URN } from './mapping'
import { refusal } from './memory-server'

/** Whether the operation clears a manager, in any form. */
function clearsManager(operation: JsonObject): boolean {
  if (!pathOf(operation).includes('manager')) return false
  const value = own(operation, 'value')
  return opOf(operation) === 'remove' || value === '' || own(value, 'value') === ''
}

export const VALUES: readonly Defect[] = [
  {
    name: 'returns telephone numbers without spaces',
    raises: ['value-changed', 'second-cycle-not-empty'],
    alter: alterResources((resource) => ({
      ...resource,
      phoneNumbers: objects(resource['phoneNumbers']).map((one) => ({
        ...one,
        value: (text(one['value']) ?? '').replaceAll(' ', ''),
      })),
    })),
  },
  {
    name: 'derives a displayName',
    raises: ['value-not-absent'],
    alter: alterResources((resource) => ({ displayName: resource['userName'] ?? '', ...resource })),
  },
  {
    name: 'never clears a value',
    raises: ['value-not-absent'],
    alter: alterOperations((operation) => (opOf(operation) === 'remove' || (operation['value'] ?? '') === '' ? [] : [operation])),
  },
  {
    name: 'returns active as text',
    raises: ['boolean-as-text'],
    alter: alterResources((resource) =>
      'active' in resource ? { ...resource, active: JSON.stringify(resource['active']) } : resource,
    ),
  },
  {
    name: 'returns an e-mail address twice',
    raises: ['duplicate-type'],
    alter: alterResources((resource) => ({
      ...resource,
      emails: [...objects(resource['emails']), ...objects(resource['emails'])],
    })),
  },
  {
    name: 'returns the manager as a bare id',
    raises: ['manager-form'],
    alter: alterResources((resource) => {
      const enterprise = own(resource, ENTERPRISE_URN)
      const manager = own(own(enterprise, 'manager'), 'value')
      if (!isObject(enterprise) || manager === undefined) return resource
      return { ...resource, [ENTERPRISE_URN]: { ...enterprise, manager } }
    }),
  },
  {
    name: 'never clears a manager',
    raises: ['manager-wrong'],
    alter: alterOperations((operation) => (clearsManager(operation) ? [] : [operation])),
  },
  {
    name: 'lists only the core schema',
    raises: ['schemas-wrong'],
    alter: alterResources((resource) => ({ ...resource, schemas: ['userName' in resource ? USER_URN : GROUP_URN] })),
  },
  {
    name: 'leaves the resourceType out',
    raises: ['meta-wrong'],
    alter: alterResources((resource) => ({ ...resource, meta: { location: own(own(resource, 'meta'), 'location') ?? '' } })),
  },
  {
    name: 'stores the keys of an object without path as names',
    raises: ['key-stored-literally'],
    family: 'modern',
    alter: ({ next, request, store }) => {
      const given = next()
      const stored = store.User.get(request.id ?? '')
      const merged = operations(request).filter((operation) => pathOf(operation) === '')
      for (const { value } of merged) if (stored !== undefined && isObject(value)) Object.assign(stored, value)
      return given
    },
  },
  {
    name: 'refuses to write an entry that is not there',
    raises: ['absent-entry-refused'],
    alter: ({ next, request, store }) => {
      const stored = store.User.get(request.id ?? '')
      const absent = operations(request).some((operation) => {
        const [, attribute = '', type] = /^(\w+)\[type eq "(\w+)"\]/.exec(pathOf(operation)) ?? []
        return type !== undefined && !objects(own(stored, attribute)).some((one) => one['type'] === type)
      })
      return absent ? refusal(400, 'noTarget') : next()
    },
  },
  {
    name: 'refuses a PATCH without operations',
    raises: ['empty-patch-refused'],
    alter: ({ next, request }) =>
      request.method === 'PATCH' && operations(request).length === 0 ? refusal(400, 'invalidSyntax') : next(),
  },
  {
    name: 'adds roles where it should replace them',
    raises: ['roles-wrong'],
    alter: alterOperations((operation) => [pathOf(operation) === 'roles' ? { ...operation, op: 'add' } : operation]),
  },
  {
    name: 'takes any text for true',
    raises: ['disable-without-effect'],
    alter: ({ next, request, store }) => {
      const given = next()
      const stored = store.User.get(request.id ?? '')
      if (request.method === 'PATCH' && stored !== undefined) stored['active'] = true
      return given
    },
  },
]
