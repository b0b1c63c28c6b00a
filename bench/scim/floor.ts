import diagnostics from 'node:diagnostics_channel'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TableClient } from '@azure/data-tables'
import type { Answered, Asked, Ready } from '../service/protocol'
import { watchStalls } from '../service/stalls'
import { floorRows, type Attributes, type Document, type FloorRows } from './floor-rows'

/**
 * The floor: SCIM-shaped answers to what the benchmark sends, from the least storage calls and without any check. In a process of
 * its own that tells what it counted as serve.ts does, and watches itself as that one does, since watching costs something too.
 */
const connectionString = process.env['TABLES_CONNECTION_STRING'] ?? ''
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const watch = watchStalls(false)
let storageRequests = 0

process.on('disconnect', () => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined) // the bench says when
diagnostics.subscribe('http.client.request.start', () => {
  storageRequests += 1
})

interface Tenant {
  readonly rows: FloorRows
  /** Counted here: the service has it from a row that it reads beside the page. */
  people: number
}

const tenants = new Map<string, Promise<Tenant>>()

async function openTenant(slug: string): Promise<Tenant> {
  const table = TableClient.fromConnectionString(connectionString, `t${slug.replaceAll('-', '')}`, {
    retryOptions: { maxRetries: 2, retryDelayInMs: 150, maxRetryDelayInMs: 2000 },
    allowInsecureConnection: true,
  })
  await table.createTable()
  return { rows: floorRows(table), people: 0 }
}

function tenantOf(slug: string): Promise<Tenant> {
  const held = tenants.get(slug) ?? openTenant(slug)
  tenants.set(slug, held)
  return held
}

interface Asking {
  readonly method: string
  readonly base: string
  readonly id: string
  readonly search: URLSearchParams
  readonly body: Attributes
}

interface Answer {
  readonly status: number
  readonly body?: object
}

const NOT_FOUND: Answer = { status: 404, body: { status: '404' } }

function shown({ id, attributes, created, modified, etag }: Document, address: string) {
  const schemas = attributes['schemas'] as readonly string[]
  const resourceType = schemas.includes(USER) ? 'User' : 'Group'
  const meta = { resourceType, created, lastModified: modified, location: `${address}/${id}`, version: etag }
  return { ...attributes, id, meta }
}

const listOf = (found: readonly Document[], totalResults: number, address: string): Answer => {
  const Resources = found.map((document) => shown(document, address))
  return { status: 200, body: { schemas: [LIST], totalResults, startIndex: 1, itemsPerPage: found.length, Resources } }
}

async function answerPeople(tenant: Tenant, { method, base, id, search, body }: Asking): Promise<Answer> {
  const { rows } = tenant
  const address = `${base}/Users`
  const one = (status: number, document: Document | undefined) =>
    document === undefined ? NOT_FOUND : { status, body: shown(document, address) }
  switch (method) {
    case 'POST':
      tenant.people += 1
      return one(201, await rows.createPerson(body))
    case 'PATCH':
      return one(200, await rows.change(id, changesOf(body)))
    case 'DELETE':
      tenant.people -= 1
      await rows.remove(id)
      return { status: 204 }
  }
  if (id !== '') return one(200, await rows.document('u', id))
  const filter = search.get('filter')
  if (filter === null) return listOf(await rows.firstPeople(Number(search.get('count'))), tenant.people, address)
  const [name, , quoted = ''] = filter.split(' ')
  const found = await rows.find(name === 'userName' ? 'un' : 'ext', quoted.slice(1, -1))
  return listOf(found === undefined ? [] : [found], found === undefined ? 0 : 1, address)
}

interface Operation {
  readonly path: string
  readonly value: unknown
}

const operationsOf = (body: Attributes) => body['Operations'] as readonly Operation[]

const changesOf = (body: Attributes): Attributes =>
  Object.fromEntries(operationsOf(body).map(({ path, value }) => [path, value === 'False' ? false : value]))

const idsOf = (members: unknown) => (members as readonly { readonly value: string }[]).map(({ value }) => value)

async function answerGroups({ rows }: Tenant, { method, base, id, body }: Asking): Promise<Answer> {
  const address = `${base}/Groups`
  if (method === 'POST') {
    const { members, ...attributes } = body
    return { status: 201, body: shown(await rows.createGroup(attributes, idsOf(members)), address) }
  }
  if (method === 'PATCH') {
    for (const member of idsOf(operationsOf(body)[0]?.value)) await rows.addMember(id, member)
    return { status: 204 }
  }
  const [document, members] = await Promise.all([rows.document('g', id), rows.members(id)])
  if (document === undefined) return NOT_FOUND
  const listed = members.map((value) => ({ value, $ref: `${base}/Users/${value}`, type: 'User' }))
  return { status: 200, body: { ...shown(document, address), members: listed } }
}

async function answer(incoming: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = []
  for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part)
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://floor')
  const [, , slug = '', type, id = ''] = pathname.split('/')
  const body = parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString()) as Attributes)
  const base = `http://${incoming.headers.host ?? ''}/scim/${slug}`
  const asking = { method: incoming.method ?? '', base, id, search: searchParams, body }
  const tenant = await tenantOf(slug)
  return type === 'Users' ? answerPeople(tenant, asking) : answerGroups(tenant, asking)
}

const server = createServer((incoming, outgoing) => {
  answer(incoming)
    .catch((error: unknown): Answer => ({ status: 500, body: { detail: String(error) } }))
    .then(({ status, body }) => {
      if (body === undefined) outgoing.writeHead(status).end()
      else outgoing.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body))
    })
    .catch((error: unknown) => {
      console.error(error)
    })
})

process.on('message', ({ id }: Asked) => {
  const told: Answered = { kind: 'counted', id, counted: { requests: [], storageRequests, ...watch.take() } }
  storageRequests = 0
  process.send?.(told)
})
server.listen(0, '127.0.0.1', () => {
  const ready: Ready = { kind: 'ready', port: (server.address() as AddressInfo).port }
  process.send?.(ready)
})
