import { isById, isUserPost, alterResources } from './defect'
import type { Defect } from './defect'
import { isObject } from './json'
import { answer, listAnswer, refusal } from './memory-server'

export const TRANSPORT: readonly Defect[] = [
  {
    name: 'answers as application/json',
    raises: ['content-type'],
    alter: ({ next }) => ({ ...next(), headers: { 'content-type': 'application/json' } }),
  },
  {
    name: 'writes the status of an error as a number',
    raises: ['error-malformed'],
    alter: ({ next }) => {
      const given = next()
      return isObject(given.body) && given.status >= 400 ? { ...given, body: { ...given.body, status: given.status } } : given
    },
  },
  {
    name: 'answers a page of HTML',
    raises: ['unparseable-body'],
    alter: ({ next, request }) => (isById(request, 'GET') ? { ...next(), raw: '<html>' } : next()),
  },
  {
    name: 'answers the PATCH of a group 200 without a body',
    raises: ['missing-body'],
    alter: ({ next }) => {
      const given = next()
      return given.status === 204 ? answer(200) : given
    },
  },
  {
    name: 'returns null for what is unassigned',
    raises: ['explicit-null'],
    alter: alterResources((resource) => ({ ...resource, nickName: null })),
  },
  {
    name: 'throttles without saying how long',
    raises: ['throttle-without-retry-after'],
    alter: ({ next, request, once }) => (request.method === 'PATCH' && once() ? refusal(429) : next()),
  },
  {
    name: 'throttles for ever',
    raises: ['throttled-too-long'],
    alter: ({ next, request }) =>
      request.kind === 'Group' && isById(request, 'GET') ? refusal(429, undefined, { 'retry-after': '0' }) : next(),
  },
  {
    name: 'never answers one DELETE',
    raises: ['time-out'],
    alter: ({ next, request, once }) => (request.method === 'DELETE' && once() ? 'hang' : next()),
  },
  {
    name: 'drops the connection after a POST',
    raises: ['connection-lost'],
    alter: ({ next, request, once }) => {
      const given = next()
      return isUserPost(request) && once() ? 'drop' : given
    },
  },
  {
    name: 'fails at the PATCH of a user',
    raises: ['unexpected-status'],
    alter: ({ next, request }) => (request.kind === 'User' && isById(request, 'PATCH') ? refusal(500) : next()),
  },
  { name: 'refuses the token', raises: ['credentials-refused'], alter: () => refusal(401) },
  {
    name: 'lists only users in /Schemas',
    raises: ['discovery-wrong'],
    alter: ({ next, request }) => (request.path === '/Schemas' ? listAnswer([{ name: 'User' }]) : next()),
  },
]
