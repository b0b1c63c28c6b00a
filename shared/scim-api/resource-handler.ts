import { deleteResource } from '../directory/deletion/delete'
import type { Stored } from '../directory/context'
import { createResource } from '../directory/documents/create'
import { readResourceById } from '../directory/documents/read'
import type { Update } from '../directory/documents/commit-update'
import { updateResource } from '../directory/documents/update'
import { notFound, ScimError } from '../scim/errors'
import { unknownOfBody, unknownOfPatch, withLearnt, type LearntAttribute } from '../scim/schema/learnt'
import { splitMembers } from '../scim/patch/member-changes'
import { applyPatch, compilePatch } from '../scim/patch/patch'
import { readProjection, shows, type Projection } from '../scim/projection'
import { readResource } from '../scim/resource'
import { equalJson, own, type JsonObject } from '../scim/json'
import type { ResourceType } from '../scim/schema/schema'
import { letOthersRun } from '../storage/slices'
import { acceptsVersion, isNotModified } from '../http/etag'
import type { Exchange, Handle, Reply } from '../http/exchange'
import { listResources } from './list-handler'
import { readPatchMessage, readQuery } from '../http/messages'
import { methodNotAllowed } from './refusals'
import { locationOf, represent } from './representation'
import { searchResources } from './search-handler'

/** Answers for a resource type: /Users, /Users/{id} and /Users/.search (RFC 7644 sections 3.2 to 3.6). */
export function resourceHandler(name: 'User' | 'Group'): Handle {
  return async (exchange) => {
    const [, id, ...rest] = exchange.path
    if (rest.length > 0) throw notFound('There is no such endpoint below a resource.')
    if (id?.toLowerCase() === '.search') return searchResources(exchange, [exchange.directory.types[name]])
    return id === undefined ? collection(exchange, name) : single(exchange, name, id)
  }
}

function collection(exchange: Exchange, name: 'User' | 'Group'): Promise<Reply> {
  if (exchange.method === 'GET') return listResources(exchange, exchange.directory.types[name])
  if (exchange.method === 'POST') return post(exchange, name)
  throw methodNotAllowed(['GET', 'POST'])
}

function single(exchange: Exchange, name: 'User' | 'Group', id: string): Promise<Reply> {
  switch (exchange.method) {
    case 'GET':
      return get(exchange, exchange.directory.types[name], id)
    case 'PUT':
      return put(exchange, name, id)
    case 'PATCH':
      return patch(exchange, name, id)
    case 'DELETE':
      return remove(exchange, exchange.directory.types[name], id)
    default:
      throw methodNotAllowed(['GET', 'PUT', 'PATCH', 'DELETE'])
  }
}

function projectionOf(exchange: Exchange, type: ResourceType): Projection {
  const query = readQuery(exchange.url.searchParams)
  return readProjection(type, query.attributes, query.excludedAttributes)
}

interface Reading<T> {
  readonly unknown: (type: ResourceType) => readonly LearntAttribute[]
  readonly read: (type: ResourceType) => T
  /** Whether the request, so read, would be stored. @throws ScimError what would refuse it */
  readonly isStorable?: (request: T, type: ResourceType) => Promise<boolean>
}

/**
 * Reads a request after the attributes of extensions that nobody declared became part of the tenant's schemas. One that
 * is refused teaches nothing, so it is read once before, and a change is tried on what is stored: one trip more, for new
 * names alone. Only a POST whose name is taken may teach: it is not known before, the names are bounded
 * (MAX_LEARNT_NAMES), and no resource changes by them.
 */
async function learning<T>(exchange: Exchange, name: 'User' | 'Group', reading: Reading<T>) {
  const known = exchange.directory.types[name]
  const unknown = reading.unknown(known)
  const read = (type: ResourceType) => ({ type, request: reading.read(type), projection: projectionOf(exchange, type) })
  if (unknown.length === 0) return { directory: exchange.directory, ...read(known) }
  await letOthersRun()
  const trial = read(withLearnt(known, unknown))
  const teaches = (await reading.isStorable?.(trial.request, trial.type)) ?? true
  const directory = teaches ? await exchange.learn(unknown) : exchange.directory
  await letOthersRun() // the names may have been known by now, and learning them no trip
  return { directory, ...read(directory.types[name]) }
}

async function post(exchange: Exchange, name: 'User' | 'Group'): Promise<Reply> {
  const body = await exchange.body()
  const { work } = exchange.directory
  const { directory, type, request, projection } = await learning(exchange, name, {
    unknown: (known) => unknownOfBody(known, body, work.share()),
    read: (known) => readResource(known, body, {}, work.share()),
  })
  const { attributes, memberIds } = request
  const created = await createResource(directory, type, attributes, memberIds)
  const shown = memberIds.length > 0 ? await reread(exchange, created, projection) : created
  const reply = resourceReply(exchange, shown, { status: 201, projection })
  return { ...reply, headers: { ...reply.headers, Location: locationOf(created, exchange.base) } }
}

async function get(exchange: Exchange, type: ResourceType, id: string): Promise<Reply> {
  const projection = projectionOf(exchange, type)
  const wanted = { members: shows(type, projection, 'members'), groups: shows(type, projection, 'groups') }
  const found = await readResourceById(exchange.directory, type, id, wanted)
  if (found === undefined) {
    throw notFound(`There is no ${type.name.toLowerCase()} with this id. If it was deleted here, restart provisioning in Entra.`)
  }
  if (isNotModified(exchange.headers, found.version)) return { status: 304, headers: { ETag: found.version } }
  return resourceReply(exchange, found, { status: 200, projection })
}

async function put(exchange: Exchange, name: 'User' | 'Group', id: string): Promise<Reply> {
  const body = await exchange.body()
  const { work } = exchange.directory
  const { updated, projection } = await update(exchange, name, id, {
    unknown: (type) => unknownOfBody(type, body, work.share()),
    read: (type) => {
      const { memberIds } = readResource(type, body, {}, work.share())
      return {
        members: type.name === 'Group' ? [{ op: 'replace', ids: memberIds }] : [],
        attributes: (current) => {
          const { attributes } = readResource(type, body, current, work.share())
          return equalJson(current, attributes) ? current : attributes
        },
      }
    },
  })
  return resourceReply(exchange, await reread(exchange, updated, projection), { status: 200, projection })
}

/** PATCH of a group answers 204: its members need not be read for it. A person, or who asks for attributes, gets 200. */
async function patch(exchange: Exchange, name: 'User' | 'Group', id: string): Promise<Reply> {
  const operations = readPatchMessage(await exchange.body(), exchange.directory.types[name].strict === true)
  const { work } = exchange.directory
  const { updated, projection } = await update(exchange, name, id, {
    unknown: (type) => unknownOfPatch(type, operations, work.share()),
    read: (type) => {
      const { members, rest } = splitMembers(compilePatch(type, operations, work.share()))
      return { members, attributes: (current) => keepingActive(type, current, applyPatch(type, current, rest, work.share())) }
    },
  })
  if (name === 'Group' && projection.mode !== 'only') return { status: 204, headers: { ETag: updated.version } }
  return resourceReply(exchange, await reread(exchange, updated, projection), { status: 200, projection })
}

type Change = Pick<Update, 'attributes' | 'members'>

async function update(exchange: Exchange, name: 'User' | 'Group', id: string, reading: Reading<Change>) {
  const accepts = acceptsVersion(exchange.headers)
  const { directory, type, request, projection } = await learning(exchange, name, {
    ...reading,
    isStorable: async (change, trial) => {
      const found = await readResourceById(exchange.directory, trial, id, { members: false, groups: false })
      if (found?.owner !== undefined) return false // a copy is not changed from here
      if (found === undefined || accepts?.(found.version) === false) return false // the update itself says so
      change.attributes(found.attributes)
      return true
    },
  })
  return { updated: await updateResource(directory, type, id, { ...request, acceptsVersion: accepts }), projection }
}

/**
 * A PATCH that clears `active` (remove, null, "") leaves it as it is, as a PUT without it does: nobody comes back or goes
 * without its being said, and `active` always has a value that filters and roles can go by.
 */
function keepingActive(type: ResourceType, current: JsonObject, next: JsonObject): JsonObject {
  if (type.name !== 'User' || own(next, 'active') !== undefined) return next
  const kept = { ...next, active: own(current, 'active') ?? true }
  return equalJson(kept, current) ? current : kept
}

async function remove(exchange: Exchange, type: ResourceType, id: string): Promise<Reply> {
  await deleteResource(exchange.directory, type, id, acceptsVersion(exchange.headers))
  return { status: 204 }
}

/** A write knows the document; members or groups are read only when the answer shows them. */
async function reread(exchange: Exchange, written: Stored, projection: Projection): Promise<Stored> {
  const wanted = { members: shows(written.type, projection, 'members'), groups: shows(written.type, projection, 'groups') }
  if (!wanted.members && !wanted.groups) return written
  const found = await readResourceById(exchange.directory, written.type, written.id, wanted)
  if (found === undefined) throw new ScimError(409, undefined, 'The resource was deleted while it was changed.')
  return found
}

function resourceReply(exchange: Exchange, stored: Stored, answer: { status: number; projection: Projection }): Reply {
  return { status: answer.status, headers: { ETag: stored.version }, body: represent(stored, exchange.base, answer.projection) }
}
