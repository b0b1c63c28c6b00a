import { allMethods } from '../../functions/route'
import type { HttpRoute } from '../../functions/route'
import { inHostOrder, matchRoute, matchTemplate } from './route-matcher'

test.each([
  ['scim/{tenant}/Users/{id?}', '/scim/demo/Users', { tenant: 'demo' }],
  ['scim/{tenant}/Users/{id?}', '/SCIM/Demo/uSERS/', { tenant: 'Demo' }],
  ['scim/{tenant}/Users/{id?}', '/scim/demo/Users/7', { tenant: 'demo', id: '7' }],
  ['scim/{tenant}/Users/{id?}', '/scim/demo/Users/.search', { tenant: 'demo', id: '.search' }],
  ['scim/{tenant}/Users/{id?}', '/scim/demo/%55sers/a%20b', { tenant: 'demo', id: 'a b' }],
  ['scim/{tenant}/Users/{id?}', '/scim/demo/Users/a%2Fb', { tenant: 'demo', id: 'a%2Fb' }],
  ['scim/{tenant}/Users/{id?}', '/scim/demo/Users/%zz', { tenant: 'demo', id: '%zz' }],
  ['scim/{tenant}/Users/{id?}', '/scim/demo/Users/7/8', undefined],
  ['scim/{tenant}/Users/{id?}', '/scim/demo/Users//', undefined],
  ['scim/{tenant}/Users/{id?}', '/scim//Users', undefined],
  ['scim/{tenant}/Users/{id?}', '/scim/demo', undefined],
  ['scim/{tenant}/.search', '/scim/demo/.SEARCH', { tenant: 'demo' }],
  ['scim/{*rest}', '/scim', { rest: '' }],
  ['scim/{*rest}', '/scim/', { rest: '' }],
  ['scim/{*rest}', '/scim/a//b/c', { rest: 'a//b/c' }],
  ['scim/{*rest}', '/scim//a', undefined],
  ['scim/{*rest}', '/scim//', undefined],
  ['scim/{*rest}', '/scims/a', undefined],
  ['scim/{*rest}', '/', undefined],
  ['/', '/', {}],
  ['/', '/console', undefined],
])('%s with %s gives %j', (template, path, expected) => {
  expect(matchTemplate(template, path)).toEqual(expected)
})

const route = (name: string, template: string, methods: HttpRoute['methods'] = allMethods): HttpRoute => ({
  name,
  route: template,
  methods,
  handler: () => ({}),
})

test('the name decides between routes that fit the same path, not the precision of the template', () => {
  const routes = inHostOrder([
    route('users', 'scim/{tenant}/Users'),
    route('Z-last', 'scim/{*rest}'),
    route('a-first', 'scim/{*rest}'),
  ])
  expect(routes.map(({ name }) => name)).toEqual(['a-first', 'users', 'Z-last'])
  expect(matchRoute(routes, 'GET', '/scim/demo/Users')?.route.name).toBe('a-first')
})

test('a route without the method is passed over', () => {
  const routes = inHostOrder([route('users', 'scim/{tenant}/Users', ['GET']), route('z-last', 'scim/{*rest}', ['GET', 'PUT'])])
  expect(matchRoute(routes, 'PUT', '/scim/demo/Users')?.route.name).toBe('z-last')
  expect(matchRoute(routes, 'DELETE', '/scim/demo/Users')).toBeUndefined()
})
