import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { finished } from 'node:stream/promises'
import type { Routes, TimerRoute } from '../../functions/route'
import { isLineTooLong, requestUrl, sendResponse, sendStatus, toHttpRequest } from './http-exchange'
import { invocationContext, running } from './invocation'
import type { Log } from './invocation'
import { inHostOrder, matchRoute } from './route-matcher'
import type { ReadRoute } from './route-matcher'

export interface LocalHostOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly log?: Log
  /** Whether bodies without Content-Length reach the function (app.setup's enableHttpStream). */
  readonly httpStream?: boolean
  /** Time between runs of a timer; only the schedule "each minute" is supported. */
  readonly timerIntervalMs?: number
}

export interface LocalHost {
  readonly port: number
  /** Stops timers, waits for running invocations, then closes every connection. */
  close(): Promise<void>
}

interface Host {
  readonly http: readonly ReadRoute[]
  readonly log: Log
  readonly httpStream: boolean
}

/** A handler that throws gets the host's 500. */
async function invoke(host: Host, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (isLineTooLong(incoming)) {
    sendStatus(outgoing, 414)
    return
  }
  const url = requestUrl(incoming)
  if (url === undefined) {
    sendStatus(outgoing, 400)
    return
  }
  const match = matchRoute(host.http, incoming.method ?? '', url.pathname)
  if (match === undefined) {
    sendStatus(outgoing, 404)
    return
  }
  const { name, handler } = match.route
  try {
    const request = await toHttpRequest(incoming, url, match.params, host.httpStream)
    if (request === undefined) {
      sendStatus(outgoing, 500) // and not 413: see docs/field-book.md
      return
    }
    const context = invocationContext(name, host.log)
    await sendResponse(outgoing, await handler(request, context))
  } catch (error) {
    host.log('error', name, 'The function threw.', error)
    if (!outgoing.headersSent) sendStatus(outgoing, 500)
  }
}

async function exchange(host: Host, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  await invoke(host, incoming, outgoing)
  await finished(outgoing).catch(() => undefined) // the client went away
}

async function runTimer(route: TimerRoute, log: Log): Promise<void> {
  const now = new Date().toISOString()
  const timer = {
    isPastDue: false,
    schedule: { adjustForDST: false },
    scheduleStatus: { last: now, next: now, lastUpdated: now },
  }
  try {
    await route.handler(timer, invocationContext(route.name, log))
  } catch (error) {
    log('error', route.name, 'The timer failed.', error)
  }
}

/** Runs it at once and then at each interval, never twice at a time (the host holds a lock). */
function startTimer(
  route: TimerRoute,
  intervalMs: number,
  start: (run: Promise<void>) => Promise<void>,
  log: Log,
): NodeJS.Timeout {
  if (route.schedule !== '0 * * * * *')
    throw new Error(`The local host cannot run ${route.name} on the schedule ${route.schedule}.`)
  let busy = false
  const run = () => {
    if (busy) return
    busy = true
    void start(runTimer(route, log)).finally(() => {
      busy = false
    })
  }
  run()
  return setInterval(run, intervalMs)
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/**
 * Serves a route table on 127.0.0.1 with the behaviour of the Azure Functions host that callers can see: routes tried by function name,
 * empty chunked bodies, joined query values, timers.
 * @throws what the listener says, such as EADDRINUSE; Error for a timer with another schedule than each minute
 */
export async function startLocalHost(routes: Routes, options: LocalHostOptions): Promise<LocalHost> {
  const { log = () => undefined, httpStream = false, timerIntervalMs = 60_000 } = options
  for (const { name, schedule } of routes.timers) {
    if (schedule !== '0 * * * * *') throw new Error(`The local host cannot run ${name} on the schedule ${schedule}.`)
  }
  const invocations = running()
  const host: Host = { http: inHostOrder(routes.http), log, httpStream }
  const server = createServer((incoming, outgoing) => void invocations.track(exchange(host, incoming, outgoing)))
  const port = await listening(server, options.port)
  const timers = routes.timers.map((route) => startTimer(route, timerIntervalMs, (run) => invocations.track(run), log))
  return {
    port,
    async close() {
      for (const timer of timers) clearInterval(timer)
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await invocations.ended()
      server.closeAllConnections()
      await closed
    },
  }
}
