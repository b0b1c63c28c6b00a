import { send, Unexpected } from './client'
import type { SmokeOptions } from './options'
import { cleanUp, newResources, steps } from './steps'
import type { Run, Step } from './steps'

/** Cleaning up must not keep anybody waiting who pressed Ctrl-C. */
const CLEAN_UP_TIMEOUT_MS = 15_000

type Print = (line: string) => void

/** A failure of the check itself is told with its stack; one of the server in a sentence. */
function sentenceOf(step: Step, error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return `It was stopped in the step "${step.name}".`
  if (error instanceof Unexpected) return `The step "${step.name}" failed: ${error.message}.`
  throw error
}

/** The sentence about the first step that failed. */
async function firstFailure(run: Run, print: Print, signal: AbortSignal): Promise<string | undefined> {
  for (const step of steps) {
    const start = performance.now()
    const line = (word: string) => {
      print(`${word.padEnd(6)}  ${step.name.padEnd(30)}  ${Math.round(performance.now() - start)} ms`)
    }
    try {
      await step.run(run)
      signal.throwIfAborted()
      line('ok')
    } catch (error) {
      line(signal.aborted ? 'stop' : 'FAILED')
      return sentenceOf(step, error, signal)
    }
  }
  return undefined
}

/** Deletes the group and then the user, each even when the other cannot be deleted. */
async function cleanUpAll(run: Run, print: Print): Promise<void> {
  for (const resource of [run.group, run.user]) {
    if (resource.state !== 'posted') continue
    try {
      await cleanUp(run, resource)
      print(`What was made in ${resource.path} is deleted.`)
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error
      print(`Delete by hand what ${resource.path} finds by ${resource.filter}: ${error.message}.`)
    }
  }
}

/**
 * Checks a live deployment and prints a line for each step and a sentence at the end; what it made is deleted, also after a failure
 * and when the signal stops it.
 * @returns whether every step passed
 */
export async function runSmoke(options: SmokeOptions, print: Print, signal: AbortSignal): Promise<boolean> {
  const start = performance.now()
  const run: Run = {
    ...newResources(),
    // A POST runs to its end: one let go might make its resource after the search for it.
    send: (request, ...wanted) => send(options, request, wanted, request.method === 'POST' ? undefined : signal),
  }
  let failure: string | undefined
  try {
    failure = await firstFailure(run, print, signal)
  } finally {
    const unhurried = { ...options, timeoutMs: Math.min(options.timeoutMs, CLEAN_UP_TIMEOUT_MS) }
    await cleanUpAll({ ...run, send: (request, ...wanted) => send(unhurried, request, wanted) }, print)
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  print(failure ?? `All ${steps.length} steps passed in ${seconds} s, and what they made is deleted.`)
  return failure === undefined
}
