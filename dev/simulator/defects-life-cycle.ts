import { isById, isUserPost, eachResource } from './defect'
import type { Defect, Situation } from './defect'
import { isObject, own, text } from './json'
import { answer, refusal } from './memory-server'
import type { ServerAnswer } from './memory-server'

/** A POST made under another name, then given its own: uniqueness is never checked. */
function postUnchecked({ next, request, store }: Situation): ServerAnswer {
  const { kind } = request
  if (request.method !== 'POST' || kind === undefined) return next()
  const attribute = kind === 'User' ? 'userName' : 'displayName'
  const name = own(request.body, attribute) ?? ''
  const given = next({ ...request, body: { ...request.body, [attribute]: crypto.randomUUID() } })
  const id = text(own(given.body, 'id')) ?? ''
  const stored = store[kind].get(id)
  if (stored !== undefined) stored[attribute] = name
  return eachResource(given, (resource) => ({ ...resource, [attribute]: name }))
}

const holdsName = ({ request, store }: Situation) =>
  [...store.User.values(), ...store.Group.values()].some(
    ({ userName, displayName }) => (userName ?? displayName) === (request.body['userName'] ?? request.body['displayName']),
  )

export const LIFE_CYCLE: readonly Defect[] = [
  {
    name: 'answers 409 to a POST without having a record',
    raises: ['conflict-not-findable'],
    alter: ({ next, request, once }) => (isUserPost(request) && once() ? refusal(409, 'uniqueness') : next()),
  },
  {
    name: 'leaves the id out after a POST',
    raises: ['no-id'],
    alter: ({ next, request, once }) => {
      const given = next()
      return isUserPost(request) && once() && isObject(given.body) ? { ...given, body: { ...given.body, id: '' } } : given
    },
  },
  {
    name: 'returns another spelling of the id',
    raises: ['id-changed'],
    alter: ({ next, request }) =>
      isById(request, 'GET') ? eachResource(next(), (resource) => ({ ...resource, id: `${request.id ?? ''}.` })) : next(),
  },
  {
    name: 'takes the id from the client',
    raises: ['id-taken-from-client'],
    alter: ({ next, request, store }) => {
      const given = next()
      const id = text(own(request.body, 'id'))
      if (!isUserPost(request) || id === undefined || !isObject(given.body)) return given
      const meta = { resourceType: 'User', location: `${request.origin}/Users/${id}` }
      const resource = { ...given.body, id, meta }
      store.User.delete(text(given.body['id']) ?? '')
      store.User.set(id, resource)
      return answer(201, resource, { location: meta.location })
    },
  },
  {
    name: 'answers a POST with 200',
    raises: ['post-not-201'],
    alter: ({ next }) => {
      const given = next()
      return given.status === 201 ? { ...given, status: 200 } : given
    },
  },
  {
    name: 'answers a POST without a Location',
    raises: ['post-without-location'],
    alter: ({ next }) => ({ ...next(), headers: {} }),
  },
  { name: 'never checks uniqueness', raises: ['duplicate-accepted'], alter: postUnchecked },
  {
    name: 'checks uniqueness with case',
    raises: ['duplicate-in-other-case-accepted'],
    alter: (situation) => (holdsName(situation) ? situation.next() : postUnchecked(situation)),
  },
  {
    name: 'answers 409 without a scimType',
    raises: ['uniqueness-missing'],
    alter: ({ next }) => {
      const given = next()
      return given.status === 409 ? refusal(409) : given
    },
  },
  {
    name: 'answers a DELETE with 200 and a body',
    raises: ['delete-not-204'],
    alter: ({ next, request }) => {
      const given = next()
      return request.method === 'DELETE' && given.status === 204 ? answer(200, {}) : given
    },
  },
  {
    name: 'keeps what is deleted',
    raises: ['deleted-still-read', 'deleted-still-found', 'second-delete-not-404'],
    alter: ({ next, request }) => (request.method === 'DELETE' ? answer(204) : next()),
  },
  {
    name: 'keeps a deleted user in the groups',
    raises: ['deleted-member-listed'],
    alter: ({ next, request, store }) => {
      const before = [...store.Group.values()].map((group) => [group, group['members'] ?? []] as const)
      const given = next()
      if (request.method === 'DELETE') for (const [group, members] of before) group['members'] = members
      return given
    },
  },
]
