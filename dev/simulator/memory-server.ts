import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isObject, objects, own, parseJson, text } from './json'
import type { Json, JsonObject } from './json'
import { ENTERPRISE_URN, GROUP_URN, USER_URN } from './mapping'
import type { ResourceKind } from './mapping'
import { coerced, patched } from './memory-patch'
import { SCHEMAS } from './memory-schemas'

/** A small correct SCIM server in memory: it shows that the simulator asks for nothing impossible. For tests only. */

export interface ServerRequest {
  readonly method: string
  readonly kind: ResourceKind | undefined
  readonly path: string
  readonly id: string | undefined
  readonly query: URLSearchParams
  readonly body: JsonObject
  readonly authorization: string | undefined
  /** Before the tenant's path. */
  readonly origin: string
}

export interface ServerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json | undefined
  /** Sent in place of the body. */
  readonly raw?: string
}

/** What a broken server may do instead of answering. */
export type Silence = 'hang' | 'drop'

/** id to stored resource, in the order of creation. */
export type Store = Record<ResourceKind, Map<string, JsonObject>>
export const newStore = (): Store => ({ User: new Map(), Group: new Map() })

const PREFIX = '/scim/test'
const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error'
const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

export const answer = (status: number, body?: Json, headers: Record<string, string> = {}): ServerAnswer => ({
  status,
  headers,
  body,
})

export function refusal(status: number, scimType?: string, headers: Record<string, string> = {}): ServerAnswer {
  const type = scimType === undefined ? {} : { scimType }
  return answer(status, { schemas: [ERROR_URN], status: String(status), ...type, detail: 'Refused.' }, headers)
}

export function parseRequest({ method = '', url = '', headers }: IncomingMessage, body: string): ServerRequest {
  const origin = `http://${headers.host ?? ''}`
  const { pathname, searchParams } = new URL(url, origin)
  const [collection = '', id] = pathname.slice(PREFIX.length + 1).split('/')
  const kind = collection === 'Users' ? 'User' : collection === 'Groups' ? 'Group' : undefined
  const parsed = parseJson(body)
  return {
    method,
    kind,
    path: `/${collection}`,
    id,
    query: searchParams,
    body: isObject(parsed) ? parsed : {},
    authorization: headers.authorization,
    origin: origin + PREFIX,
  }
}

/** Nulls, empty arrays and empty texts are dropped, booleans take their type (entra 2.3). */
function clean(value: Json, name = ''): Json {
  if (Array.isArray(value)) return value.map((item) => clean(item))
  if (!isObject(value)) return coerced(name, value)
  const kept = Object.entries(value).filter(
    ([, item]) => item !== null && item !== '' && !(Array.isArray(item) && item.length === 0),
  )
  return Object.fromEntries(kept.map(([key, item]) => [key, clean(item, key)]))
}

/** The stored resource with the URNs of what it holds. */
function withSchemas(kind: ResourceKind, resource: JsonObject): JsonObject {
  const extensions = Object.keys(resource).filter((name) => name.startsWith('urn:'))
  return { ...resource, schemas: [kind === 'User' ? USER_URN : GROUP_URN, ...extensions] }
}

/** As it is returned: projected by attributes and excludedAttributes. */
function shown(request: ServerRequest, resource: JsonObject): JsonObject {
  const only = request.query.get('attributes')?.split(',')
  const without = request.query.get('excludedAttributes')?.split(',') ?? []
  const wanted = ([name]: [string, Json]) => {
    if (name === 'id' || name === 'schemas') return true
    return only === undefined ? !without.includes(name) : only.includes(name)
  }
  return Object.fromEntries(Object.entries(resource).filter(wanted))
}

const folded = (value: Json | undefined) => text(value)?.normalize('NFC').toLowerCase()

const TERM = /([A-Za-z]+)(?:\[type eq "(\w+)"\]\.value)? eq ("(?:[^"\\]|\\.)*")/g

/** Whether one term holds; an unqualified manager is the enterprise extension's (entra 2.2). */
function holds(resource: JsonObject, attribute: string, type: string | undefined, wanted: string): boolean {
  if (attribute === 'manager') return own(own(own(resource, ENTERPRISE_URN), 'manager'), 'value') === wanted
  const value = own(resource, attribute)
  if (Array.isArray(value)) {
    return objects(value).some((entry) => (type === undefined || entry['type'] === type) && entry['value'] === wanted)
  }
  const exact = attribute === 'id' || attribute === 'externalId'
  return exact ? value === wanted : folded(value) === folded(wanted)
}

function matches(resource: JsonObject, filter: string): boolean {
  return [...filter.matchAll(TERM)].every(([, attribute = '', type, literal = '""']) =>
    holds(resource, attribute, type, text(parseJson(literal)) ?? ''),
  )
}

export function listAnswer(resources: readonly Json[], totalResults = resources.length, startIndex = 1): ServerAnswer {
  return answer(200, { schemas: [LIST_URN], totalResults, startIndex, itemsPerPage: resources.length, Resources: [...resources] })
}

function list(request: ServerRequest, resources: readonly JsonObject[]): ServerAnswer {
  const filter = request.query.get('filter') ?? ''
  const found = resources.filter((resource) => matches(resource, filter))
  const startIndex = Number(request.query.get('startIndex') ?? 1)
  const page = found.slice(startIndex - 1, startIndex - 1 + Number(request.query.get('count') ?? 100))
  return listAnswer(
    page.map((resource) => shown(request, resource)),
    found.length,
    startIndex,
  )
}

/** userName is unique without case; a group by displayName and externalId. */
function conflicts(kind: ResourceKind, store: Store, resource: JsonObject, id?: string): boolean {
  const key = (one: JsonObject) =>
    kind === 'User' ? folded(one['userName']) : `${folded(one['displayName']) ?? ''} ${text(one['externalId']) ?? ''}`
  return [...store[kind]].some(([other, stored]) => other !== id && key(stored) === key(resource))
}

function post(request: ServerRequest, kind: ResourceKind, store: Store): ServerAnswer {
  const id = randomUUID()
  const location = `${request.origin}${request.path}/${id}`
  const given = clean(request.body)
  const resource = withSchemas(kind, { ...(isObject(given) ? given : {}), id, meta: { resourceType: kind, location } })
  if (conflicts(kind, store, resource)) return refusal(409, 'uniqueness')
  store[kind].set(id, resource)
  return answer(201, shown(request, resource), { location })
}

function change(request: ServerRequest, kind: ResourceKind, store: Store, stored: JsonObject): ServerAnswer {
  const id = text(stored['id']) ?? ''
  const resource = withSchemas(kind, patched(stored, objects(own(request.body, 'Operations'))))
  if (conflicts(kind, store, resource, id)) return refusal(409, 'uniqueness')
  store[kind].set(id, resource)
  return kind === 'User' ? answer(200, shown(request, resource)) : answer(204)
}

function remove(kind: ResourceKind, store: Store, id: string): ServerAnswer {
  store[kind].delete(id)
  for (const group of store.Group.values()) {
    group['members'] = objects(group['members']).filter((member) => member['value'] !== id)
  }
  return answer(204)
}

function discover(path: string): ServerAnswer {
  if (path === '/ServiceProviderConfig') return answer(200, { patch: { supported: true } })
  if (path === '/ResourceTypes') return listAnswer([{ name: 'User' }, { name: 'Group' }])
  if (path === '/Schemas') return listAnswer(SCHEMAS)
  return refusal(404)
}

/** The answer, and its effect on the store. */
export function handle(request: ServerRequest, store: Store): ServerAnswer {
  const { kind, id, method } = request
  if (kind === undefined) return discover(request.path)
  if (id === undefined) return method === 'POST' ? post(request, kind, store) : list(request, [...store[kind].values()])
  const stored = store[kind].get(id)
  if (stored === undefined) return refusal(404)
  if (method === 'PATCH') return change(request, kind, store, stored)
  return method === 'DELETE' ? remove(kind, store, id) : answer(200, shown(request, stored))
}
