import { operations, opOf, isMembers, alterResources, alterOperations } from './defect'
import type { Defect } from './defect'
import { objects, own } from './json'
import type { Json } from './json'
import { refusal } from './memory-server'
import type { Store } from './memory-server'

/** Takes the user out of every group but one. */
function leaveGroups(store: Store, userId: Json | undefined, except?: string): void {
  for (const [id, group] of store.Group) {
    if (id !== except) group['members'] = objects(group['members']).filter((member) => member['value'] !== userId)
  }
}

export const MEMBERSHIPS: readonly Defect[] = [
  {
    name: 'loses a race',
    raises: ['parallel-conflict'],
    alter: ({ next, request, once }) => (operations(request).some(isMembers) && once() ? refusal(412) : next()),
  },
  {
    name: 'adds only the first of several members',
    raises: ['member-lost'],
    alter: alterOperations((operation) => {
      const value = own(operation, 'value')
      return [
        isMembers(operation) && opOf(operation) === 'add' && Array.isArray(value)
          ? { ...operation, value: value.slice(0, 1) }
          : operation,
      ]
    }),
  },
  {
    name: 'empties the group at a remove with values',
    raises: ['remove-took-others'],
    family: 'legacy',
    alter: alterOperations((operation) => [
      isMembers(operation) && opOf(operation) === 'remove' ? { op: 'replace', path: 'members', value: [] } : operation,
    ]),
  },
  {
    name: 'removes no member',
    raises: ['member-not-removed'],
    alter: alterOperations((operation) => (isMembers(operation) && opOf(operation) === 'remove' ? [] : [operation])),
  },
  {
    name: 'lists members twice',
    raises: ['member-twice'],
    alter: alterResources((resource) => {
      const members = objects(resource['members'])
      return members.length > 0 ? { ...resource, members: [...members, ...members] } : resource
    }),
  },
  {
    name: 'refuses to add a member again',
    raises: ['repeat-membership-refused'],
    alter: ({ next, request, store }) => {
      const present = objects(own(store.Group.get(request.id ?? ''), 'members')).map((member) => member['value'])
      const adding = operations(request).filter((operation) => isMembers(operation) && opOf(operation) === 'add')
      const again = adding.some((operation) => objects(operation['value']).some((one) => present.includes(one['value'])))
      return again ? refusal(409) : next()
    },
  },
  {
    name: 'empties a group that is renamed',
    raises: ['rename-changed-members'],
    alter: ({ next, request, store }) => {
      const given = next()
      const group = store.Group.get(request.id ?? '')
      if (group !== undefined && JSON.stringify(request.body).includes('displayName')) group['members'] = []
      return given
    },
  },
  {
    name: 'takes a user who is disabled out of the groups',
    raises: ['inactive-membership-lost'],
    alter: ({ next, request, store }) => {
      const given = next()
      if (own(store.User.get(request.id ?? ''), 'active') === false) leaveGroups(store, request.id)
      return given
    },
  },
  {
    name: 'lets a user be in one group only',
    raises: ['membership-wrong'],
    alter: ({ next, request, store }) => {
      const given = next()
      const adding = operations(request).filter((operation) => isMembers(operation) && opOf(operation) === 'add')
      for (const { value } of adding) for (const member of objects(value)) leaveGroups(store, member['value'], request.id)
      return given
    },
  },
]
