import { fork } from 'node:child_process'
import { join } from 'node:path'
import { root } from './serve'
import type { StartOptions } from './start-options'

/** The service as a child process of `npm run dev`, which the next one replaces after each build. */

/** What the child is sent; then it serves what was built last. */
export interface InstanceOrder {
  readonly options: StartOptions
  /** A connection string. */
  readonly tables: string
  /** Where a debugger may come; undefined is nowhere. */
  readonly inspectPort: number | undefined
  /** Whether a setup link is made: once, since it outlives the instance. */
  readonly wantsLink: boolean
}

/** What the child sends back when it serves. */
export interface InstanceFacts {
  readonly url: string
  readonly token: string
  /** Empty unless it was wanted. */
  readonly setupLink: string
}

export interface Instance {
  /** Undefined when it ended instead; it has said why. */
  readonly serve: (order: InstanceOrder) => Promise<InstanceFacts | undefined>
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>
  /** Lets requests end as long as given, then ends it. */
  readonly stop: (maxMs: number) => Promise<void>
}

/** Starts a process that loads the packages and waits: most of the time of a start is over before there is a change. */
export function standingBy(packages: readonly string[]): Instance {
  const child = fork(join(root, 'dist/dev/stand-by.js'), packages)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve()
    })
  })
  return {
    async serve(order) {
      const facts = new Promise<InstanceFacts>((resolve) => {
        child.once('message', (sent) => {
          resolve(sent as InstanceFacts)
        })
      })
      child.send(order, () => undefined) // of a child that is gone `ended` tells
      return Promise.race([facts, ended.then(() => undefined)])
    },
    ended,
    async stop(maxMs) {
      if (child.connected) child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), maxMs)
      await ended
      clearTimeout(timer)
    },
  }
}
