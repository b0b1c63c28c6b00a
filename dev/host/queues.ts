import type { QueueRoute } from '../../functions/route'
import { invocationContext } from './invocation'
import type { Log, Running } from './invocation'

/** The host's default: then the message goes to the poison queue. */
const MAX_DEQUEUE_COUNT = 5

export interface Queues {
  /** Delivers the message later, outside the invocation that sent it. */
  send(queueName: string, message: unknown): void
  /** Drops what was not delivered yet. */
  close(): void
}

/** As the worker reads a message: text that is JSON is parsed, other text stays. */
function parsedMessage(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Queues in memory, each delivered to the function that it triggers, with the host's retries. */
export function createQueues(routes: readonly QueueRoute[], running: Running, log: Log, retryDelayMs: number): Queues {
  const timers = new Set<NodeJS.Timeout>()
  let closed = false

  function later(delayMs: number, route: QueueRoute, text: string, dequeueCount: number) {
    if (closed) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void running.track(deliver(route, text, dequeueCount))
    }, delayMs)
    timers.add(timer)
  }

  async function deliver(route: QueueRoute, text: string, dequeueCount: number): Promise<void> {
    try {
      await route.handler(parsedMessage(text), invocationContext(route.name, log, { dequeueCount }))
    } catch (error) {
      const last = dequeueCount === MAX_DEQUEUE_COUNT
      log(
        'error',
        route.name,
        `Delivery ${dequeueCount} of ${MAX_DEQUEUE_COUNT} failed${last ? '; the message is given up' : ''}.`,
        error,
      )
      if (!last) later(retryDelayMs, route, text, dequeueCount + 1)
    }
  }

  return {
    send(queueName, message) {
      const text = typeof message === 'string' ? message : JSON.stringify(message)
      for (const route of routes) if (route.queueName === queueName) later(0, route, text, 1)
    },
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
