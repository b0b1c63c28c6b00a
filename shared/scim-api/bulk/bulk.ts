import { invalidSyntax, invalidValue, notFound, ScimError } from '../../scim/errors'
import { isObject, type JsonObject } from '../../scim/json'
import { letOthersRun } from '../../storage/slices'
import { BULK_RESPONSE_URN, readBulkMessage, type BulkOperation } from './bulk-message'
import { runBulk, type BulkRequest } from './bulk-run'
import { describeError, errorReply } from '../../http/error-reply'
import type { Exchange, Handle, Reply } from '../../http/exchange'
import { methodNotAllowed } from '../refusals'
import { resourceHandler } from '../resource-handler'
import { unknownEndpoint } from '../unknown-route'

/** Nothing is begun after this: the host's front end gives up at 230 s, clients earlier. */
const MAX_BULK_MS = 45_000

interface Target {
  readonly endpoint: string
  readonly handle: Handle
}

const TARGETS: ReadonlyMap<string, Target> = new Map([
  ['users', { endpoint: 'Users', handle: resourceHandler('User') }],
  ['groups', { endpoint: 'Groups', handle: resourceHandler('Group') }],
])

/** Where the resource is that the operation names. */
function addressOf([name = '', ...rest]: readonly string[], base: string): string {
  return [base, ...[targetOf([name])?.endpoint ?? name, ...rest].map(encodeURIComponent)].join('/')
}

const targetOf = (path: readonly string[]) => TARGETS.get(path[0]?.toLowerCase() ?? '')

/** POST /Bulk (RFC 7644 section 3.7): each operation goes the way of a request of its own, and has an answer of its own. */
export const bulkHandler: Handle = async (exchange) => {
  if (exchange.path.length > 1) return unknownEndpoint(exchange)
  if (exchange.method !== 'POST') throw methodNotAllowed(['POST'])
  const { operations, failOnErrors } = readBulkMessage(await exchange.body(), {
    base: exchange.base,
    isStrict: exchange.directory.types.User.strict === true,
  })
  exchange.spend(operations.length - 1)
  const started = performance.now()
  const isLate = () => performance.now() - started >= MAX_BULK_MS
  const replies = await runBulk(operations, { send: sender(exchange), failOnErrors, isLate })
  const results = operations.flatMap((operation, i) => {
    const reply = replies[i]
    return reply === undefined ? [] : [resultOf(operation, reply, exchange.base)]
  })
  return { status: 200, body: { schemas: [BULK_RESPONSE_URN], Operations: results } }
}

/** What one operation teaches of undeclared attributes holds for those after it. The first outage or defect is logged. */
function sender(exchange: Exchange): (request: BulkRequest) => Promise<Reply> {
  let directory = exchange.directory
  let isLogged = false
  const learn: Exchange['learn'] = async (attributes) => (directory = await exchange.learn(attributes))
  const { work } = exchange.directory
  return async (request) => {
    await letOthersRun() // each operation may cost as much as a request of its own, and several begin at once
    try {
      const reply = await handlerOf(request)({
        ...single(exchange, request),
        directory: { ...directory, work: work.share() },
        learn,
      })
      return request.method === 'POST' ? reply : located(reply, addressOf(request.path, exchange.base))
    } catch (error) {
      if (!(error instanceof ScimError) && !isLogged) {
        isLogged = true
        console.warn(JSON.stringify({ operation: 'bulk', ...describeError(error) })) // the request itself ends with 200
      }
      return errorReply(error)
    }
  }
}

const located = (reply: Reply, location: string): Reply => ({ ...reply, headers: { ...reply.headers, Location: location } })

function handlerOf({ method, path }: BulkRequest): Handle {
  const target = targetOf(path)
  if (target === undefined) throw notFound('There is no such endpoint for an operation of a bulk request.')
  if (method === 'POST' ? path.length !== 1 : path.length === 1) {
    throw invalidValue('The path of a POST is /Users or /Groups, of another method that of one resource, such as /Users/{id}.')
  }
  return target.handle
}

/** The members of a group, which nobody sees in the answer, are not read for it. */
function single(exchange: Exchange, { method, path, version, data }: BulkRequest): Exchange {
  const url = new URL(exchange.base)
  url.search = '?excludedAttributes=members'
  return {
    ...exchange,
    method,
    path,
    url,
    headers: { get: (name) => (name.toLowerCase() === 'if-match' ? (version ?? null) : null) },
    body: () =>
      isObject(data) ? Promise.resolve(data) : Promise.reject(invalidSyntax('This operation needs an object as data.')),
  }
}

/** The answer of an operation; its body only when it failed (RFC 7644 section 3.7.3). */
function resultOf(operation: BulkOperation, reply: Reply, base: string): JsonObject {
  const { method, bulkId } = operation
  const isError = reply.status >= 400
  const version = isError ? undefined : reply.headers?.['ETag']
  const location = reply.headers?.['Location'] ?? (method === 'POST' ? undefined : addressOf(operation.path, base))
  return {
    method,
    ...(bulkId !== undefined && { bulkId }),
    ...(version !== undefined && { version }),
    ...(location !== undefined && { location }),
    status: String(reply.status),
    ...(isError && reply.body !== undefined && { response: reply.body }),
  }
}
