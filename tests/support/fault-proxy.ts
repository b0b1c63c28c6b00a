import { Agent, createServer, request as sendRequest } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A request seen by the proxy. The path is decoded, with its query; transactions are `POST …/$batch`, their rows in the body. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** Which requests a fault meets: the method, and text found in path and body, or what they must be like. `times` says how many of them, by default one. */
export interface Match {
  readonly method?: string
  readonly path?: string | RegExp
  readonly body?: string | RegExp
  readonly times?: number
}

/**
 * A server between client and Azurite that misbehaves as told, once for each request a fault was set for. Faults are tried
 * in the order they were set; `before` and `delay` let the request go on, to the next fault or to Azurite.
 */
export interface FaultProxy {
  readonly connectionString: string
  readonly requests: readonly SeenRequest[]
  /** Answers the next `times` requests instead of Azurite: 503 ServerBusy without Retry-After unless told otherwise. */
  busy(times: number, answer?: { status?: number; code?: string; retryAfter?: string; match?: Match }): void
  /** Lets Azurite do the work, then breaks the connection without an answer. */
  loseAnswer(match?: Match): void
  /** Breaks the connection before Azurite sees the request. */
  loseRequest(match?: Match): void
  /** Lets Azurite do the work, then breaks the connection in the middle of the answer's body. */
  cutAnswer(match?: Match): void
  /** Never answers. */
  hang(match?: Match): void
  delay(delayMs: number, match?: Match): void
  /** Answers a query with no rows and a continuation that resumes where the query began, as the real service may do. */
  emptyPage(match?: Match): void
  /** Runs the hook, then lets the request go on: for races. */
  before(match: Match, hook: () => Promise<unknown>): void
  /** Takes back every fault that is still to come. */
  calm(): void
  close(): Promise<void>
}

interface Exchange {
  readonly seen: SeenRequest
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
}

interface Fault {
  readonly match: Match
  left: number
  /** True when the fault dealt with the request, so that it goes no further. */
  readonly act: (exchange: Exchange) => Promise<boolean> | boolean
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const endpoint = tableEndpoint(target)
  const agent = new Agent({ keepAlive: true })
  const requests: SeenRequest[] = []
  const faults: Fault[] = []

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request)
    const seen = { method: request.method ?? '', path: decodeURIComponent(request.url ?? ''), body: body.toString() }
    requests.push(seen)
    const exchange = { seen, request, response, body }
    for (const fault of [...faults]) {
      if (fault.left < 1 || !matches(seen, fault.match)) continue
      fault.left -= 1
      if (await fault.act(exchange)) return
    }
    const answer = await forward(exchange, endpoint, agent)
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const add = (match: Match, act: Fault['act']) => {
    faults.push({ match, left: match.times ?? 1, act })
  }
  return {
    connectionString: target.replace(endpoint.origin, `http://127.0.0.1:${port}`),
    requests,
    busy: (times, { status = 503, code = 'ServerBusy', retryAfter, match } = {}) => {
      add({ ...match, times }, ({ response }) => {
        const headers = { 'content-type': 'application/json', ...(retryAfter !== undefined && { 'retry-after': retryAfter }) }
        const error = { code, message: { lang: 'en-US', value: 'Told to fail.' } }
        response.writeHead(status, headers).end(JSON.stringify({ 'odata.error': error }))
        return true
      })
    },
    loseAnswer: (match = {}) => {
      add(match, async (exchange) => {
        await forward(exchange, endpoint, agent)
        exchange.request.socket.destroy()
        return true
      })
    },
    loseRequest: (match = {}) => {
      add(match, ({ request }) => {
        request.socket.destroy()
        return true
      })
    },
    cutAnswer: (match = {}) => {
      add(match, async (exchange) => {
        const { status, headers, body } = await forward(exchange, endpoint, agent)
        exchange.response
          .writeHead(status, headers)
          .write(body.subarray(0, body.length / 2), () => exchange.request.socket.destroy())
        return true
      })
    },
    hang: (match = {}) => {
      add(match, () => true)
    },
    delay: (delayMs, match = {}) => {
      add(match, async () => {
        await sleep(delayMs)
        return false
      })
    },
    emptyPage: (match = {}) => {
      add({ method: 'GET', path: '$filter', ...match }, ({ request, response }) => {
        response.writeHead(200, { 'content-type': 'application/json', ...continuation(request.url ?? '') }).end('{"value":[]}')
        return true
      })
    },
    before: (match, hook) => {
      add(match, async () => {
        await hook()
        return false
      })
    },
    calm: () => {
      faults.length = 0
    },
    close: async () => {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function tableEndpoint(connectionString: string): URL {
  const url = /(?:^|;)TableEndpoint=([^;]+)/i.exec(connectionString)?.[1]
  if (url === undefined) throw new Error('The connection string names no TableEndpoint')
  return new URL(url)
}

/** Rows that an instance writes about requests, at a time of its own: a fault is for the requests, unless it names such a row. */
const NOTE = /RowKey(?:='|":")[qs]!/

function matches(seen: SeenRequest, { method = seen.method, path = '', body = '' }: Match): boolean {
  const isMeant = String(body).startsWith('s!') || !NOTE.test(seen.body)
  return isMeant && seen.method === method && isIn(path, seen.path) && isIn(body, seen.body)
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/** Path and headers go on unchanged: the shared key signs the path and the date, not the host. */
async function forward({ request, body }: Exchange, endpoint: URL, agent: Agent) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sendRequest({
      agent,
      host: endpoint.hostname,
      port: endpoint.port,
      method: request.method,
      path: request.url,
      headers: request.headers,
    })
      .once('response', resolve)
      .once('error', reject)
      .end(body)
  })
  const content = await readAll(answer)
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name)))
  return { status: answer.statusCode ?? 502, headers: { ...headers, 'content-length': content.length }, body: content }
}

/** Azurite's form of a continuation: base64 of the keys at which the next page begins. */
function continuation(url: string): Record<string, string> {
  const query = new URL(url, 'http://localhost').searchParams
  const from = /RowKey ge '((?:[^']|'')*)'/.exec(query.get('$filter') ?? '')?.[1]?.replaceAll("''", "'") ?? ''
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  return {
    'x-ms-continuation-NextPartitionKey': query.get('NextPartitionKey') ?? encoded('t'),
    'x-ms-continuation-NextRowKey': query.get('NextRowKey') ?? encoded(from),
  }
}

const isIn = (wanted: string | RegExp, text: string) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))
