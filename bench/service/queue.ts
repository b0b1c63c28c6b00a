import type { InvocationContext } from '@azure/functions'
import type { HttpRoute } from '../../functions/route'

/** A build from before 0012 (docs/decisions), whose writes sent a message to a queue that woke the follower. */
export interface QueuedRoutes {
  readonly queues?: readonly {
    readonly queueName: string
    readonly handler: (message: unknown, context: InvocationContext) => unknown
  }[]
}
type QueuedRoute = HttpRoute & { readonly extraOutputs?: readonly { readonly queueName: string }[] }

/** What the real host runs of a queue with a batchSize of 8: 8 and a new batch when 8 are left. */
const MESSAGES_AT_ONCE = 16

/** Delivers messages in memory, so many at once, in the order in which they were sent. */
function queueOf({ queues = [] }: QueuedRoutes, contextFor: (name: string) => InvocationContext) {
  const waiting: (() => Promise<void>)[] = []
  let running = 0
  function fill(): void {
    for (let next = running < MESSAGES_AT_ONCE ? waiting.shift() : undefined; next !== undefined;) {
      running += 1
      void next().finally(() => {
        running -= 1
        fill()
      })
      next = running < MESSAGES_AT_ONCE ? waiting.shift() : undefined
    }
  }
  return (queueName: string, message: unknown) => {
    for (const queue of queues.filter((one) => one.queueName === queueName)) {
      waiting.push(async () => {
        await Promise.resolve(queue.handler(message, contextFor('follow-queue'))).catch(() => undefined) // the timer comes by as well
      })
    }
    fill()
  }
}

/** The route with its queue output played; a build without a queue is left as it is. */
export function withQueue(build: QueuedRoutes, contextFor: (name: string) => InvocationContext): (route: HttpRoute) => HttpRoute {
  const send = queueOf(build, contextFor)
  return (route: QueuedRoute) => {
    const { extraOutputs = [], handler } = route
    if (extraOutputs.length === 0) return route
    return {
      ...route,
      handler: async (request, context) => {
        const result = await handler(request, context)
        for (const output of extraOutputs) {
          const message = context.extraOutputs.get(output as never)
          if (message !== undefined) send(output.queueName, message)
        }
        return result
      },
    }
  }
}
