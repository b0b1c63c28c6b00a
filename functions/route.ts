import { output } from '@azure/functions'
import type { HttpHandler, HttpMethod, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import type { StorageQueueHandler, StorageQueueOutput, TimerHandler } from '@azure/functions'

/** What app.http() is given, as plain data, so that the local host can serve the same table. */
export interface HttpRoute {
  readonly name: string
  readonly route: string
  readonly methods: readonly HttpMethod[]
  readonly handler: HttpHandler
  readonly extraOutputs?: readonly StorageQueueOutput[]
}

export interface TimerRoute {
  readonly name: string
  /** NCRONTAB: second, minute, hour, day, month, day of week. */
  readonly schedule: string
  readonly handler: TimerHandler
}

export interface QueueRoute {
  readonly name: string
  readonly queueName: string
  /** Name of the setting, or prefix of the settings, that say where the queue is. */
  readonly connection: string
  readonly handler: StorageQueueHandler
}

export interface Routes {
  readonly http: readonly HttpRoute[]
  readonly timers: readonly TimerRoute[]
  readonly queues: readonly QueueRoute[]
}

/** All of them on every route: the host answers 404 for a method that is not registered, where SCIM wants 405 and Allow. */
export const allMethods: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

export const followQueueOptions = { queueName: 'rollcall-follow', connection: 'AzureWebJobsStorage' }
/** Wakes the readers of the feed after a write. */
export const followOutput = output.storageQueue(followQueueOptions)

/** A handler that may write: wake(tenant) sends one message to the readers of that tenant's feed when the handler succeeds. */
export type FollowedHandler = (
  request: HttpRequest,
  context: InvocationContext,
  wake: (tenant: string) => void,
) => Promise<HttpResponseInit>

/** The message is an object because the worker parses text as JSON, and a tenant may be called 123. */
export function withFollow(handler: FollowedHandler): HttpHandler {
  return (request, context) =>
    handler(request, context, (tenant) => {
      context.extraOutputs.set(followOutput, { tenant })
    })
}
