import { isObject, objects, own, text } from './json'
import type { JsonObject } from './json'
import { listAnswer } from './memory-server'
import type { ServerAnswer, ServerRequest, Silence, Store } from './memory-server'
import type { ObjectionId } from './objections'
import type { Family } from './world'

/** What an alteration works with. */
export interface Situation {
  readonly request: ServerRequest
  readonly store: Store
  /** The correct answer, to this request or to another put in its place. */
  readonly next: (request?: ServerRequest) => ServerAnswer
  /** True the first time. */
  readonly once: () => boolean
}

export interface Defect {
  /** What the server does wrong, in words. */
  readonly name: string
  /** The objections that must be reported for it. */
  readonly raises: readonly [ObjectionId, ...ObjectionId[]]
  readonly alter: (situation: Situation) => ServerAnswer | Silence
  /** The family that shows it, where only one does. */
  readonly family?: Family
}

export const isFilter = ({ method, query }: ServerRequest) => method === 'GET' && query.has('filter')
export const isById = ({ method, id }: ServerRequest, wanted: string) => method === wanted && id !== undefined
export const isUserPost = ({ method, kind }: ServerRequest) => method === 'POST' && kind === 'User'
export const operations = ({ body }: ServerRequest) => objects(own(body, 'Operations'))
export const opOf = (operation: JsonObject) => (text(own(operation, 'op')) ?? '').toLowerCase()
export const pathOf = (operation: JsonObject) => text(own(operation, 'path')) ?? ''
export const isMembers = (operation: JsonObject) => pathOf(operation).startsWith('members')

/** The answer with each of its resources changed. */
export function eachResource(given: ServerAnswer, change: (resource: JsonObject) => JsonObject): ServerAnswer {
  const { body } = given
  if (!isObject(body)) return given
  if (own(body, 'id') !== undefined) return { ...given, body: change(structuredClone(body)) }
  const resources = own(body, 'Resources')
  return resources === undefined
    ? given
    : { ...given, body: { ...body, Resources: objects(structuredClone(resources)).map(change) } }
}

export const alterResources =
  (change: (resource: JsonObject) => JsonObject) =>
  ({ next }: Situation) =>
    eachResource(next(), change)

/** The PATCH with its operations changed or dropped. */
function withOperations(request: ServerRequest, change: (operation: JsonObject) => JsonObject[]): ServerRequest {
  if (request.method !== 'PATCH') return request
  return { ...request, body: { ...request.body, Operations: operations(request).flatMap(change) } }
}

export const alterOperations =
  (change: (operation: JsonObject) => JsonObject[]) =>
  ({ next, request }: Situation) =>
    next(withOperations(request, change))

/** The request without that query parameter. */
export function withoutParameter(request: ServerRequest, name: string): ServerRequest {
  const query = new URLSearchParams(request.query)
  query.delete(name)
  return { ...request, query }
}

/** Only those resources of a list. */
export function kept(given: ServerAnswer, keep: (resource: JsonObject) => boolean): ServerAnswer {
  const resources = objects(own(given.body, 'Resources')).filter(keep)
  return given.status === 200 ? listAnswer(resources) : given
}
