import { filter } from './filters'
import { garbage } from './garbage'
import { memberPatch, patch } from './patches'
import { person } from './people'
import type { Pool } from './pool'
import type { Random } from './random'
import { attributePath, text, wellFormed } from './words'

/** Below the Tenant URL. */
export interface Wanted {
  readonly kind: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

export type Generator = (random: Random, bytes: number, pool: Pool) => Wanted

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

const paths = (random: Random) => random.list(1 + random.below(random.chance(0.1) ? 60 : 4), () => attributePath(random))
const someId = (random: Random, ids: readonly string[]) =>
  random.chance(0.95) ? random.pick(ids) : random.pick(['0'.repeat(32), 'x', '..', '%00', text(random, 300)])
const number = (random: Random) => random.pick(['0', '1', '5', '100', '200', '-1', '999999999', '1e3', '', 'ten', '99999999999'])

/** The parameters of a query, as an object. */
function query(random: Random, sorted: boolean): Record<string, unknown> {
  const given = (share: number, name: string, value: () => unknown) => (random.chance(share) ? { [name]: value() } : {})
  return {
    ...given(0.5, 'filter', () => filter(random)),
    ...given(0.3, 'attributes', () => paths(random).join(',')),
    ...given(0.2, 'excludedAttributes', () => paths(random).join(',')),
    ...given(sorted ? 1 : 0.1, 'sortBy', () => attributePath(random)),
    ...given(0.2, 'sortOrder', () => random.pick(['ascending', 'descending', 'DESCENDING', 'up'])),
    ...given(0.5, 'count', () => number(random)),
    ...given(0.2, 'startIndex', () => number(random)),
    ...given(0.15, 'cursor', () => random.pick(['', text(random, 40), 'a'.repeat(3_000)])),
  }
}

const inUrl = (parameters: Record<string, unknown>) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(String(value)))}`)
    .join('&')

const target = (random: Random, pool: Pool) =>
  random.chance(0.75) ? `/Users/${someId(random, pool.people)}` : `/Groups/${someId(random, pool.groups)}`

const group = (random: Random, bytes: number, pool: Pool) => ({
  schemas: [GROUP],
  displayName: `group ${random.below(30)}`,
  members: random.list(random.chance(0.8) ? random.below(20) : Math.ceil(bytes / 45), () => ({
    value: someId(random, pool.people),
  })),
})

function bulkOperation(random: Random, bytes: number, pool: Pool): object {
  return random.pick<() => object>([
    () => ({ method: 'POST', path: '/Users', bulkId: `b${random.below(50)}`, data: person(random, bytes) }),
    () => ({ method: 'PUT', path: `/Users/${someId(random, pool.people)}`, data: person(random, bytes) }),
    () => ({ method: 'PATCH', path: `/Users/${someId(random, pool.people)}`, data: patch(random, bytes) }),
    () => ({ method: 'PATCH', path: `/Groups/${someId(random, pool.groups)}`, data: memberPatch(random, bytes, pool.people) }),
    () => ({ method: 'POST', path: '/Groups', data: { displayName: 'g', members: [{ value: `bulkId:b${random.below(50)}` }] } }),
    () => ({ method: random.pick(['DELETE', 'GET', 'BREW']), path: `/Users/${'f'.repeat(32)}` }),
  ])()
}

/** Requests of the SCIM endpoints. Nothing is deleted that the others name. */
export const SCIM: readonly Generator[] = [
  (random, bytes) => ({ kind: 'POST a person', method: 'POST', path: '/Users', body: person(random, bytes) }),
  (random, bytes, pool) => ({
    kind: 'PUT a person',
    method: 'PUT',
    path: `/Users/${someId(random, pool.people)}`,
    body: person(random, bytes),
  }),
  (random, bytes, pool) => ({
    kind: 'PATCH a person',
    method: 'PATCH',
    path: `/Users/${someId(random, pool.people)}`,
    body: patch(random, bytes),
  }),
  (random, bytes, pool) => ({
    kind: 'PATCH members',
    method: 'PATCH',
    path: `/Groups/${someId(random, pool.groups)}`,
    body: memberPatch(random, bytes, pool.people),
  }),
  (random, bytes, pool) => ({ kind: 'POST a group', method: 'POST', path: '/Groups', body: group(random, bytes, pool) }),
  (random, bytes, pool) => ({
    kind: 'PUT a group',
    method: 'PUT',
    path: `/Groups/${someId(random, pool.groups)}`,
    body: group(random, bytes, pool),
  }),
  (random, _bytes, pool) => ({
    kind: 'GET one',
    method: 'GET',
    path: `${target(random, pool)}?${random.chance(0.5) ? inUrl({ attributes: paths(random).join(',') }) : ''}`,
  }),
  (random) => ({ kind: 'GET people', method: 'GET', path: `/Users?${inUrl(query(random, false))}` }),
  (random) => ({ kind: 'GET people, sorted', method: 'GET', path: `/Users?${inUrl(query(random, true))}` }),
  (random) => ({ kind: 'GET groups', method: 'GET', path: `/Groups?${inUrl(query(random, random.chance(0.3)))}` }),
  (random) => ({
    kind: 'search',
    method: 'POST',
    path: random.pick(['/.search', '/Users/.search', '/Groups/.search']),
    body: { schemas: [SEARCH], ...query(random, random.chance(0.3)) },
  }),
  (random, bytes, pool) => {
    const count = 1 + random.below(20)
    const Operations = random.list(count, () => bulkOperation(random, bytes / count, pool))
    return { kind: 'bulk', method: 'POST', path: '/Bulk', body: { schemas: [BULK], failOnErrors: random.below(3), Operations } }
  },
  (random, _bytes, pool) => ({
    kind: 'bulk of many',
    method: 'POST',
    path: '/Bulk',
    body: { schemas: [BULK], Operations: random.list(random.below(300), () => bulkOperation(random, 100, pool)) },
  }),
  (random, bytes, pool) => ({
    kind: 'garbage',
    method: random.pick(['POST', 'PUT', 'PATCH']),
    path: random.pick(['/Users', '/Groups', '/Bulk', '/.search', target(random, pool)]),
    body: garbage(random, bytes),
  }),
  (random, bytes) => ({
    kind: 'odd path',
    method: random.pick(['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS']),
    path: random.pick([
      '//Users',
      '/Users/',
      '/Users/a/b/c',
      '/%2e%2e/Users',
      '/Users%2F1',
      '/%',
      '/Me',
      '/Schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
      `/${'a/'.repeat(Math.min(bytes, 3_000) / 2)}`,
      `/Users?${'a=1&'.repeat(Math.min(bytes, 8_000) / 4)}`,
      `/Users?filter=${'%20'.repeat(Math.min(bytes, 9_000) / 3)}`,
    ]),
  }),
]
