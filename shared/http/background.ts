import type { InvocationContext } from '@azure/functions'
import { describeError } from './error-reply'

/**
 * A timer or queue function: one line of log, and failures told to the host without their text, which may quote stored
 * data. The host repeats a queue message that failed.
 */
export function background<T>(work: (trigger: T) => Promise<void>): (trigger: T, context: InvocationContext) => Promise<void> {
  return async (trigger, context) => {
    const started = performance.now()
    const failure = await work(trigger).then(
      () => undefined,
      (error: unknown) => describeError(error),
    )
    const line = JSON.stringify({ operation: context.functionName, ms: Math.round(performance.now() - started), ...failure })
    if (failure === undefined) {
      context.log(line)
      return
    }
    context.error(line)
    throw new Error('The function failed; the line before says where.')
  }
}
