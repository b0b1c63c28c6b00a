import { isFilter, withoutParameter, kept } from './defect'
import type { Defect } from './defect'
import { isObject, objects, own } from './json'
import { listAnswer, refusal } from './memory-server'

export const QUERIES: readonly Defect[] = [
  {
    name: 'answers 404 when a filter finds nothing',
    raises: ['query-404'],
    alter: ({ next, request }) => {
      const given = next()
      return isFilter(request) && own(given.body, 'totalResults') === 0 ? refusal(404) : given
    },
  },
  {
    name: 'writes totalResults as text',
    raises: ['list-malformed'],
    alter: ({ next, request }) => {
      const given = next()
      return isFilter(request) && isObject(given.body) ? { ...given, body: { ...given.body, totalResults: '0' } } : given
    },
  },
  {
    name: 'leaves Resources out of an empty list',
    raises: ['list-malformed'],
    alter: ({ next, request }) => {
      const given = next()
      if (!isFilter(request) || !isObject(given.body) || own(given.body, 'totalResults') !== 0) return given
      return { ...given, body: Object.fromEntries(Object.entries(given.body).filter(([name]) => name !== 'Resources')) }
    },
  },
  {
    name: 'returns everybody when a filter finds nobody',
    raises: ['probe-found-something', 'filter-wrong-hit'],
    alter: ({ next, request }) => {
      const given = next()
      const empty = isFilter(request) && own(given.body, 'totalResults') === 0
      return empty ? next(withoutParameter(request, 'filter')) : given
    },
  },
  {
    name: 'returns each hit twice',
    raises: ['more-than-one-result'],
    alter: ({ next, request }) => {
      const given = next()
      const resources = objects(own(given.body, 'Resources'))
      return isFilter(request) ? listAnswer([...resources, ...resources]) : given
    },
  },
  {
    name: 'finds nothing by externalId',
    raises: ['filter-misses'],
    alter: ({ next, request }) => (request.query.get('filter')?.startsWith('externalId') === true ? listAnswer([]) : next()),
  },
  {
    name: 'compares names with case',
    raises: ['filter-case-sensitive'],
    alter: ({ next, request }) => {
      const filter = request.query.get('filter')
      if (filter === null || !/^(userName|displayName)/.test(filter)) return next()
      return kept(next(), (resource) => filter.endsWith(JSON.stringify(resource['userName'] ?? resource['displayName'])))
    },
  },
  {
    name: 'ignores excludedAttributes',
    raises: ['members-returned'],
    alter: ({ next, request }) => next(withoutParameter(request, 'excludedAttributes')),
  },
  {
    name: 'ignores attributes',
    raises: ['attributes-ignored'],
    alter: ({ next, request }) => next(withoutParameter(request, 'attributes')),
  },
  {
    name: 'finds nothing by two terms',
    raises: ['reference-check-wrong'],
    alter: ({ next, request }) => (request.query.get('filter')?.includes(' and ') === true ? listAnswer([]) : next()),
  },
  {
    name: 'hides inactive users',
    raises: ['inactive-hidden'],
    alter: ({ next, request }) => (isFilter(request) ? kept(next(), (resource) => resource['active'] !== false) : next()),
  },
  {
    name: 'counts startIndex from zero',
    raises: ['paging-incomplete'],
    alter: ({ next, request }) => {
      const startIndex = request.query.get('startIndex')
      if (startIndex === null) return next()
      const query = new URLSearchParams(request.query)
      query.set('startIndex', String(Number(startIndex) + 1))
      const given = next({ ...request, query })
      return isObject(given.body) ? { ...given, body: { ...given.body, startIndex: Number(startIndex) } } : given
    },
  },
  {
    name: 'gives the length of the page as totalResults',
    raises: ['paging-numbers'],
    alter: ({ next, request }) =>
      request.query.has('startIndex') ? listAnswer(objects(own(next().body, 'Resources')), undefined, 1) : next(),
  },
]
