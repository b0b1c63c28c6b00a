import { randomUUID } from 'node:crypto'
import { InvocationContext } from '@azure/functions'
import type { LogLevel, TriggerMetadata } from '@azure/functions'

/** Takes what a function logs through its context, and what the host says of failed invocations. */
export type Log = (level: LogLevel, functionName: string, ...args: unknown[]) => void

/** The context that one invocation is given. */
export function invocationContext(functionName: string, log: Log, triggerMetadata: TriggerMetadata = {}): InvocationContext {
  return new InvocationContext({
    invocationId: randomUUID(),
    functionName,
    triggerMetadata,
    logHandler: (level, ...args) => {
      log(level, functionName, ...args)
    },
  })
}

export interface Running {
  /** Runs work that must not reject, and remembers it until it has ended. */
  track(work: Promise<void>): Promise<void>
  /** Resolves once nothing runs, neither now nor started meanwhile. */
  ended(): Promise<void>
}

/** The invocations under way. */
export function running(): Running {
  const works = new Set<Promise<void>>()
  return {
    async track(work) {
      works.add(work)
      await work.finally(() => works.delete(work))
    },
    async ended() {
      while (works.size > 0) await Promise.all(works)
    },
  }
}
