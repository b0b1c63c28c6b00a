import * as crypto from 'node:crypto'
import { createRequire } from 'node:module'
import type { Owner, Scheduler } from './scheduler'

const load = createRequire(__filename)

/** The code of a module with everything in its scope that tells time, waits or draws by chance. */
const NAMES = ['require', 'module', 'exports', 'Date', 'performance', 'setTimeout', 'clearTimeout', 'setImmediate', 'Math']
const MORE_NAMES = ['AbortSignal', 'console']

export type Evaluate = (scope: Readonly<Record<string, unknown>>) => unknown

export function compile(code: string): Evaluate {
  const names = [...NAMES, ...MORE_NAMES]
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a bundle of our own, which has to see another clock
  const run = new Function(...names, code) as (...values: unknown[]) => void
  return (scope) => {
    const module = { exports: {} }
    const given: Record<string, unknown> = { ...scope, module, exports: module.exports }
    run(...names.map((name) => given[name]))
    return module.exports
  }
}

/** What a process sees of the world: the scheduler's clock and timers, chance by its seed. told hears each line of its log. */
export function scopeOf(scheduler: Scheduler, owner: Owner, told: (line: string) => void): Record<string, unknown> {
  const setTimeout = (run: () => void, ms = 0) => timerOf(scheduler.after(owner, ms, run))
  const begunMs = scheduler.nowMs()
  return {
    require: requireOf(scheduler, owner),
    Date: dateOf(scheduler.nowMs),
    performance: { now: () => scheduler.nowMs() - begunMs },
    setTimeout,
    clearTimeout: (timer?: { cancel(): void }) => timer?.cancel(),
    setImmediate: (run: () => void) => setTimeout(run),
    Math: Object.create(Math, { random: { value: scheduler.random } }) as Math,
    AbortSignal: {
      timeout: (ms: number) => {
        const controller = new AbortController()
        scheduler.after(owner, ms, () => {
          controller.abort(new DOMException('The time is over.', 'TimeoutError'))
        })
        return controller.signal
      },
    },
    console: { log: told, warn: told, error: told },
  }
}

function timerOf(cancel: () => void) {
  const timer = { cancel, ref: () => timer, unref: () => timer }
  return timer
}

const dateOf = (nowMs: () => number) =>
  class extends Date {
    constructor(...given: [] | [number | string]) {
      super(given.length === 0 ? nowMs() : given[0])
    }
    static override now() {
      return Math.trunc(nowMs())
    }
  }

function requireOf(scheduler: Scheduler, owner: Owner): (name: string) => unknown {
  const bytes = (size: number) => Buffer.from(Array.from({ length: size }, () => Math.floor(256 * scheduler.random())))
  const seeded: Record<string, unknown> = {
    'node:timers/promises': { setTimeout: (ms: number) => scheduler.wait(owner, ms) },
    'node:crypto': {
      ...crypto,
      randomBytes: bytes,
      randomUUID: () =>
        bytes(16)
          .toString('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    },
  }
  return (name) => seeded[name] ?? (load(name) as unknown)
}
