import diagnostics from 'node:diagnostics_channel'
import { pathToFileURL } from 'node:url'
import { invocationContext } from '../../dev/host/invocation'
import { startLocalHost } from '../../dev/host/local-host'
import type { HttpRoute, Routes } from '../../functions/route'
import type { Answered, Asked, LoggedRequest, Ready } from './protocol'
import { withQueue, type QueuedRoutes } from './queue'
import { watchStalls } from './stalls'

/**
 * A build of the service in a process of its own, which ends with the one that started it: `node serve.js <functions/index.js>`.
 * It tells its port, and what it counted whenever it is asked.
 */
const KEPT_REQUESTS = 10_000
const watch = watchStalls(process.env['BENCH_TRACE'] === 'true')
let requests: LoggedRequest[] = []
let storageRequests = 0

console.warn = () => undefined // what the service tells of itself is not the bench's; defects still end the process with words

process.on('disconnect', () => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined) // the bench says when

diagnostics.subscribe('http.client.request.start', () => {
  storageRequests += 1 // this process asks nobody else, apart from an issuer's keys once
})

function log(_level: unknown, _name: string, text: unknown): void {
  if (typeof text !== 'string' || !text.startsWith('{') || requests.length >= KEPT_REQUESTS) return
  const {
    operation = '',
    status = 0,
    ms = 0,
    calls = 0,
    method,
  } = JSON.parse(text) as Partial<LoggedRequest & { method: string }>
  if (method !== undefined) requests.push({ operation, status, ms, calls })
}

const watched = (route: HttpRoute): HttpRoute => ({
  ...route,
  handler: (request, context) => watch.track(request.headers.get('x-bench') ?? route.name, () => route.handler(request, context)),
})

async function serve(bundle: string): Promise<void> {
  const { routes } = (await import(pathToFileURL(bundle).href)) as { routes: Routes & QueuedRoutes }
  const queued = withQueue(routes, (name) => invocationContext(name, () => undefined))
  const host = await startLocalHost(
    {
      http: routes.http.map((route) => watched(queued(route))),
      timers: routes.timers.map((route) => ({
        ...route,
        handler: (...given) => watch.track('the follower, by its timer', () => route.handler(...given)),
      })),
    },
    { port: 0, log },
  )
  process.on('message', ({ id }: Asked) => {
    const answer: Answered = { kind: 'counted', id, counted: { requests, storageRequests, ...watch.take() } }
    requests = []
    storageRequests = 0
    process.send?.(answer)
  })
  const ready: Ready = { kind: 'ready', port: host.port }
  process.send?.(ready)
}

void serve(process.argv[2] ?? '')
