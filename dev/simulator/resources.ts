import type { Answer, ScimRequest } from './client'
import { isObject, own, text } from './json'
import type { JsonObject } from './json'
import { accepted, example, judgeConflict, judgeResource, listed } from './judge'
import type { Exchange } from './judge'
import { ENTERPRISE_URN, flatten } from './mapping'
import type { ResourceKind, Value } from './mapping'
import type { ObjectionId } from './objections'
import { attributesPatch } from './patch-bodies'
import type { Changes } from './patch-bodies'
import { groupPost, userPost } from './post-bodies'
import { vary } from './variation'
import { endpoint } from './world'
import type { Held, Linked, World } from './world'

/** Sends it; undefined when no answer came. */
export async function exchange(world: World, request: ScimRequest): Promise<Exchange | undefined> {
  const answer: Answer | undefined = await world.client.send(request)
  return answer === undefined ? undefined : { request, answer }
}

/** `path eq "value"` with the value as a JSON string. */
export const equals = (path: string, value: Value) => `${path} eq ${JSON.stringify(value)}`

/** A filter query; groups are always asked for without members, the two parameters in either order (entra 2.2). */
export function queryFor(world: World, kind: ResourceKind, filter: string): ScimRequest {
  const excluded = ['excludedAttributes', 'members'] as const
  const asked = ['filter', filter] as const
  if (kind === 'User') return { method: 'GET', path: endpoint(kind), query: [asked] }
  const query = vary(world.seed, filter, 2) === 0 ? [excluded, asked] : [asked, excluded]
  return { method: 'GET', path: endpoint(kind), query }
}

/** What the filter finds; undefined when it was not answered as a list. */
export async function find(world: World, kind: ResourceKind, filter: string) {
  const done = await exchange(world, queryFor(world, kind, filter))
  if (done === undefined || !accepted(world.ledger, done, [200])) return undefined
  return { done, resources: listed(world.ledger, done) }
}

/** The matching attribute of precedence 1 (entra 1.5). */
export const matchingPath = (kind: ResourceKind) => (kind === 'User' ? 'userName' : 'displayName')
export const matchingValue = (held: Held) => String(held.values.get(matchingPath(held.kind)))

export type Match = { readonly done: Exchange; readonly resource: JsonObject | undefined } | undefined

/** The one resource with that matching value; undefined when the query failed. */
export async function match(world: World, kind: ResourceKind, value: string): Promise<Match> {
  const path = matchingPath(kind)
  const found = await find(world, kind, equals(path, value))
  if (found === undefined) return undefined
  const { done, resources } = found
  const right = resources.filter((resource) => text(own(resource, path))?.toLowerCase() === value.toLowerCase())
  if (right.length < resources.length) world.ledger.object('filter-wrong-hit', example(done))
  if (right.length > 1) world.ledger.object('more-than-one-result', example(done))
  return { done, resource: right[0] }
}

/** A filter that must find the resource and show it as Entra holds it. */
export async function mustFind(world: World, held: Linked<Held>, filter: string, otherwise: ObjectionId): Promise<void> {
  const found = await find(world, held.kind, filter)
  if (found === undefined) return
  // Only the matching attribute is unique: an earlier run may have left others with this externalId or mail.
  if (found.resources.length > 1 && filter.startsWith(matchingPath(held.kind)))
    world.ledger.object('more-than-one-result', example(found.done))
  const hit = found.resources.find((resource) => own(resource, 'id') === held.id)
  if (hit === undefined) world.ledger.object(otherwise, example(found.done))
  else judgeResource(world.ledger, found.done, hit, held)
}

export function postBody(world: World, held: Held): JsonObject {
  const shape = vary(world.seed, `post ${held.key}`, 4)
  return held.kind === 'User' ? userPost(held.values, shape) : groupPost(held.values, shape)
}

function judgeCreated(world: World, done: Exchange, held: Held): void {
  const { ledger } = world
  const { body, headers, status } = done.answer
  if (status !== 201) ledger.object('post-not-201', example(done))
  if (body === undefined) return
  const resource = isObject(body) ? body : {}
  const id = text(own(resource, 'id'))
  held.id = id === '' ? undefined : id
  judgeResource(ledger, done, resource, held)
  const location = headers.location
  if (location === undefined || location !== own(own(resource, 'meta'), 'location') || !location.endsWith(`/${id ?? ''}`)) {
    ledger.object('post-without-location', example(done))
  }
}

/** Takes the link to a record that exists already; its values are what the server says. */
function adopt(held: Held, resource: JsonObject): void {
  held.id = text(own(resource, 'id'))
  held.values = flatten(held.kind, resource)
  if (held.kind === 'User') held.managerId = text(own(own(own(resource, ENTERPRISE_URN), 'manager'), 'value'))
}

/** After a 409 Entra asks again and should find the record (entra 1.9). */
async function matchAfterConflict(world: World, done: Exchange, held: Held): Promise<void> {
  judgeConflict(world.ledger, done)
  const found = await match(world, held.kind, matchingValue(held))
  if (found === undefined) return
  if (found.resource === undefined) world.ledger.object('conflict-not-findable', example(done))
  else adopt(held, found.resource)
}

/**
 * POST of a resource that no filter found. A lost answer is followed by the same POST, which must meet the created record
 * (entra 1.9): 409, then the match.
 */
export async function create(world: World, held: Held, body = postBody(world, held)): Promise<void> {
  const request: ScimRequest = { method: 'POST', path: endpoint(held.kind), body }
  const first = await exchange(world, request)
  const done = first ?? (await exchange(world, request))
  if (done === undefined) return
  if (done.answer.status === 409) {
    if (first !== undefined) world.ledger.fail('unexpected-status', example(done))
    await matchAfterConflict(world, done, held)
  } else if (accepted(world.ledger, done, [200, 201])) {
    judgeCreated(world, done, held)
    // Two records may have come of the two POSTs; the match then says so.
    if (first === undefined) await match(world, held.kind, matchingValue(held))
  }
}

/** The resource's own address; a group is asked for without members unless they are wanted. */
export function readRequest(held: Linked<Held>, withMembers = false): ScimRequest {
  const path = `${endpoint(held.kind)}/${held.id}`
  if (held.kind === 'User' || withMembers) return { method: 'GET', path }
  return { method: 'GET', path, query: [['excludedAttributes', 'members']] }
}

export interface Reading {
  readonly done: Exchange
  readonly resource: JsonObject
  /** Nothing differs from what Entra holds. */
  readonly same: boolean
}

/** GET by id, compared with what Entra holds; undefined when it was not answered with a resource. */
export async function read(
  world: World,
  held: Linked<Held>,
  withMembers = false,
  otherwise: ObjectionId = 'unexpected-status',
): Promise<Reading | undefined> {
  const done = await exchange(world, readRequest(held, withMembers))
  if (done === undefined || !accepted(world.ledger, done, [200], otherwise) || done.answer.body === undefined) return undefined
  const resource = isObject(done.answer.body) ? done.answer.body : {}
  return { done, resource, same: judgeResource(world.ledger, done, resource, held) }
}

/** A PATCH; the body of a 200 is compared with what Entra then holds. True when it was accepted. */
export async function patch(
  world: World,
  held: Linked<Held>,
  body: JsonObject,
  given: { readonly applied?: () => void; readonly refusal?: (status: number) => ObjectionId } = {},
): Promise<boolean> {
  const done = await exchange(world, { method: 'PATCH', path: `${endpoint(held.kind)}/${held.id}`, body })
  if (done === undefined) return false
  const otherwise = given.refusal?.(done.answer.status) ?? 'unexpected-status'
  if (!accepted(world.ledger, done, [200, 204], otherwise)) return false
  given.applied?.()
  if (isObject(done.answer.body)) judgeResource(world.ledger, done, done.answer.body, held)
  return true
}

/** Changes mapped attributes: GET by id first, as Entra does (entra 1.5), then the PATCH. */
export async function update(world: World, held: Linked<Held>, changes: Changes): Promise<void> {
  await read(world, held)
  const shape = vary(world.seed, `${held.key} ${[...changes.keys()].join()}`, 12)
  const createsEntry = [...changes].some(([path, value]) => value !== undefined && path.includes('[') && !held.values.has(path))
  await patch(world, held, attributesPatch(world.family, held.values, changes, shape), {
    refusal: (status) => (status === 400 && createsEntry ? 'absent-entry-refused' : 'unexpected-status'),
    applied: () => {
      for (const [path, value] of changes) {
        if (value === undefined) held.values.delete(path)
        else held.values.set(path, value)
      }
    },
  })
}

/** Match, then create or bring up to date (entra 1.2). */
export async function provision(world: World, held: Held): Promise<'created' | 'matched'> {
  const wanted = held.values
  const found = await match(world, held.kind, matchingValue(held))
  if (found?.resource === undefined) {
    if (found !== undefined) await create(world, held)
    return 'created'
  }
  adopt(held, found.resource)
  const changes = new Map([...wanted].filter(([path, value]) => held.values.get(path) !== value))
  if (held.id !== undefined && changes.size > 0) await update(world, held as Linked<Held>, changes)
  return 'matched'
}
