import { shown } from './client'
import type { Answer, ScimRequest } from './client'
import { isObject, objects, own, text } from './json'
import type { Json, JsonObject } from './json'
import type { Ledger } from './ledger'
import { differences, ENTERPRISE_URN, GROUP_URN, USER_URN } from './mapping'
import type { ResourceKind } from './mapping'
import type { ObjectionId } from './objections'
import type { Held, HeldUser } from './world'

const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

/** A request and what came of it. */
export interface Exchange {
  readonly request: ScimRequest
  readonly answer: Answer
}

export const example = ({ request, answer }: Exchange, detail = '') =>
  `${shown(request)} -> ${answer.status}${detail === '' ? '' : `: ${detail}`}`

const isQuery = ({ method, query = [] }: ScimRequest) => method === 'GET' && query.some(([name]) => name === 'filter')

function refusal({ request, answer }: Exchange, otherwise: ObjectionId): ObjectionId {
  if (answer.status === 401 || answer.status === 403) return 'credentials-refused'
  if (answer.status === 404 && isQuery(request)) return 'query-404'
  return otherwise
}

/** Whether the status is one of those; any other is a failure under the id given. */
export function accepted(
  ledger: Ledger,
  exchange: Exchange,
  ok: readonly number[],
  otherwise: ObjectionId = 'unexpected-status',
) {
  if (ok.includes(exchange.answer.status)) return true
  ledger.fail(refusal(exchange, otherwise), example(exchange))
  return false
}

const isInteger = (value: Json | undefined) => Number.isInteger(value)

function isListResponse(body: Json | undefined): boolean {
  const schemas = own(body, 'schemas')
  if (!Array.isArray(schemas) || !schemas.includes(LIST_URN)) return false
  if (!Array.isArray(own(body, 'Resources')) || !isInteger(own(body, 'totalResults'))) return false
  return ['startIndex', 'itemsPerPage'].every((name) => own(body, name) === undefined || isInteger(own(body, name)))
}

/** The resources of a list answered 200 (entra 4.2). */
export function listed(ledger: Ledger, exchange: Exchange): JsonObject[] {
  const { request, answer } = exchange
  if (!isListResponse(answer.body)) ledger.object('list-malformed', example(exchange))
  const resources = objects(own(answer.body, 'Resources'))
  for (const resource of resources) judgeExclusion(ledger, exchange, resource)
  if (resources.length === 0 && isQuery(request) && own(answer.body, 'totalResults') !== 0) {
    ledger.object('list-malformed', example(exchange, 'totalResults without a resource'))
  }
  return resources
}

function judgeExclusion(ledger: Ledger, exchange: Exchange, resource: JsonObject): void {
  const excluded = (exchange.request.query ?? []).some(([name, value]) => name === 'excludedAttributes' && value === 'members')
  if (excluded && own(resource, 'members') !== undefined) ledger.object('members-returned', example(exchange))
}

function judgeSchemas(ledger: Ledger, exchange: Exchange, resource: JsonObject, kind: ResourceKind): void {
  const schemas = own(resource, 'schemas')
  const named = Array.isArray(schemas) ? schemas.map((urn) => text(urn)?.toLowerCase()) : []
  const core = kind === 'User' ? USER_URN : GROUP_URN
  const extensions = Object.keys(resource).filter((name) => name.startsWith('urn:') && isObject(resource[name]))
  for (const urn of [core, ...extensions]) {
    if (!named.includes(urn.toLowerCase())) ledger.object('schemas-wrong', example(exchange, urn))
  }
}

/** A path that was taken for a name: `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`. */
function judgeNames(ledger: Ledger, exchange: Exchange, resource: JsonObject): void {
  for (const [name, value] of Object.entries(resource)) {
    const path = name.startsWith('urn:') ? !isObject(value) : /[.[]/.test(name)
    if (path) ledger.object('key-stored-literally', example(exchange, name))
  }
}

function judgeMeta(ledger: Ledger, exchange: Exchange, resource: JsonObject, kind: ResourceKind): void {
  const meta = own(resource, 'meta')
  const location = text(own(meta, 'location'))
  const id = text(own(resource, 'id')) ?? ''
  if (own(meta, 'resourceType') !== kind || location?.endsWith(`/${kind}s/${id}`) !== true) {
    ledger.object('meta-wrong', example(exchange))
  }
}

/** The manager's id; undefined when there is none. An odd form is an objection (entra 0.7). */
function managerOf(ledger: Ledger, exchange: Exchange, resource: JsonObject): string | undefined {
  const manager = own(own(resource, ENTERPRISE_URN), 'manager')
  const value = text(own(manager, 'value'))
  const misplaced = own(resource, 'manager') !== undefined
  if (misplaced || (manager !== undefined && value === undefined)) ledger.object('manager-form', example(exchange))
  return value ?? text(manager)
}

function judgeManager(ledger: Ledger, exchange: Exchange, resource: JsonObject, user: HeldUser): boolean {
  const found = managerOf(ledger, exchange, resource)
  if (found === user.managerId || (user.managerGone && found === undefined)) return true
  ledger.object('manager-wrong', example(exchange))
  return false
}

/** Everything about a resource that Entra reads: true when nothing differs from what it holds. */
export function judgeResource(ledger: Ledger, exchange: Exchange, resource: JsonObject, held: Held): boolean {
  const id = text(own(resource, 'id'))
  if (id === undefined || id === '') ledger.object('no-id', example(exchange))
  else if (held.id !== undefined && id !== held.id) ledger.object('id-changed', example(exchange))
  judgeSchemas(ledger, exchange, resource, held.kind)
  judgeNames(ledger, exchange, resource)
  judgeMeta(ledger, exchange, resource, held.kind)
  judgeExclusion(ledger, exchange, resource)
  const sameManager = held.kind === 'Group' || judgeManager(ledger, exchange, resource, held)
  const found = differences(held.kind, held.values, resource)
  for (const { id: objection, path } of found) ledger.object(objection, example(exchange, path))
  // Text for a boolean is bad form, but Entra compares by value and would send nothing.
  return sameManager && found.every(({ id: objection }) => objection === 'boolean-as-text')
}

/** 409 with the scimType that tells Entra why (entra 4.3). */
export function judgeConflict(ledger: Ledger, exchange: Exchange): void {
  if (own(exchange.answer.body, 'scimType') !== 'uniqueness') ledger.object('uniqueness-missing', example(exchange))
}
