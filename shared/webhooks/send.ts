import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { AddressRefused, publicLookup, wrongUrl, type Resolve } from './addresses'

/** A request to a receiver, signed already. */
export interface Outgoing {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Why a delivery failed: nothing a receiver says is repeated. `secret`: there is none to sign with, so nothing was sent. */
export type DeliveryError = 'secret' | 'address' | 'name' | 'connection' | 'tls' | 'timeout' | 'redirect' | 'status'

export interface Outcome {
  /** Absent: the receiver answered 2xx. */
  readonly error?: DeliveryError
  /** Absent when no answer came. */
  readonly status?: number
  readonly ms: number
}

/** Sends one message and tells what came of it; it never throws. */
export type Send = (message: Outgoing) => Promise<Outcome>

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 16 * 1024
/** Sockets to one receiver, which may be the same for many tenants, and to all of them together. */
const MAX_SOCKETS = 64
const MAX_TOTAL_SOCKETS = 256
const AGENT = { keepAlive: true, maxSockets: MAX_SOCKETS, maxTotalSockets: MAX_TOTAL_SOCKETS, maxFreeSockets: 4, timeout: 30_000 }

/**
 * Makes the sender of webhooks, one for a process: its connections are kept. Redirects are failures, proxies of the
 * environment are not used, and timeoutMs bounds everything from the look-up to the end of the answer.
 * @param options allowLocal: http, and addresses that are not public, for local runs
 */
export function webhookSender(options: { allowLocal: boolean; timeoutMs?: number; resolve?: Resolve }): Send {
  const { allowLocal, timeoutMs = TIMEOUT_MS, resolve } = options
  const connection = allowLocal ? AGENT : { ...AGENT, lookup: publicLookup(resolve) }
  const [http, https] = [new HttpAgent(connection), new HttpsAgent(connection)]

  function answerTo(message: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { url, headers, body } = message
      const isPlain = new URL(url).protocol === 'http:'
      const content = Buffer.from(body)
      const how = { method: 'POST', headers: { ...headers, 'content-length': content.length }, signal }
      const request = isPlain ? httpRequest(url, { ...how, agent: http }) : httpsRequest(url, { ...how, agent: https })
      request.once('response', resolve).end(content)
      request.on('error', (error) => {
        // The receiver closed a kept connection while the request was on its way: a new one will do.
        if (request.reusedSocket && codeOf(error) === 'ECONNRESET') answerTo(message, signal).then(resolve, reject)
        else reject(error)
      })
    })
  }

  return async (message) => {
    const started = performance.now()
    const told = (facts: Omit<Outcome, 'ms'>) => ({ ...facts, ms: Math.round(performance.now() - started) })
    if (wrongUrl(message.url, allowLocal) !== undefined) return told({ error: 'address' })
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await answerTo(message, signal)
      await drained(answer)
      const status = answer.statusCode ?? 0
      if (status >= 200 && status < 300) return told({ status })
      return told({ status, error: status >= 300 && status < 400 ? 'redirect' : 'status' })
    } catch (error) {
      return told({ error: signal.aborted ? 'timeout' : errorOf(error) })
    }
  }
}

/** Reads the answer to its end, so that the connection can serve again, and gives up a long one with its connection. */
async function drained(answer: IncomingMessage): Promise<void> {
  let bytes = 0
  for await (const part of answer) {
    bytes += (part as Buffer).length
    if (bytes > MAX_ANSWER_BYTES) return // leaving the loop destroys it
  }
}

function errorOf(error: unknown): DeliveryError {
  if (error instanceof AddressRefused) return 'address'
  const code = codeOf(error)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'name'
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|^ERR_(TLS|SSL)|^EPROTO$/.test(code)
  return isCertificate ? 'tls' : 'connection'
}

const codeOf = (error: unknown) => (typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '')
