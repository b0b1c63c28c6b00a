import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { text as readText } from 'node:stream/consumers'

/** A request as bytes go out. */
export interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface Incoming {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

/** No complete answer came. */
export class LostAnswer extends Error {
  override readonly name = 'LostAnswer'
  readonly reason: 'time-out' | 'connection-lost'
  /** An idle connection was closed by the server while it was taken up again: no fault of the server. */
  readonly idleClosed: boolean

  constructor(reason: 'time-out' | 'connection-lost', idleClosed: boolean, cause: unknown) {
    super(reason, { cause })
    this.reason = reason
    this.idleClosed = idleClosed
  }
}

/** A connection idle for less than this is not closed for idleness by any server in use. */
const SHORT_IDLE_MS = 1000

/** A set of kept-alive connections, at most so many. */
export interface Connections {
  /** @throws LostAnswer when no complete answer came within timeoutMs */
  exchange(outgoing: Outgoing, timeoutMs: number): Promise<Incoming>
  close(): void
}

export function openConnections(protocol: string, maxSockets: number): Connections {
  const transport = protocol === 'https:' ? https : http
  const agent = new transport.Agent({ keepAlive: true, maxSockets })
  const usedAtMs = new WeakMap<Socket, number>()

  const exchange = async ({ method, url, headers, body }: Outgoing, timeoutMs: number): Promise<Incoming> => {
    const request = transport.request(url, { method, headers, agent })
    const startMs = performance.now()
    const seen = { late: false, answered: false }
    const timer = setTimeout(() => {
      seen.late = true
      request.destroy(new Error('no answer in time'))
    }, timeoutMs)
    try {
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        request.on('response', resolve).on('error', reject).end(body)
      })
      seen.answered = true
      return { status: response.statusCode ?? 0, headers: response.headers, text: await readText(response) }
    } catch (error) {
      const used = request.socket === null ? undefined : usedAtMs.get(request.socket)
      const idleMs = startMs - (used ?? startMs)
      const idleClosed = idleMs > SHORT_IDLE_MS && !seen.late && !seen.answered
      throw new LostAnswer(seen.late ? 'time-out' : 'connection-lost', idleClosed, error)
    } finally {
      clearTimeout(timer)
      if (request.socket !== null) usedAtMs.set(request.socket, performance.now())
    }
  }
  return {
    exchange,
    close: () => {
      agent.destroy()
    },
  }
}
