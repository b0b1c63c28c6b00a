import * as crypto from 'node:crypto'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import { dateOn } from '../../dev/clock'
import type { Owner, Scheduler } from './scheduler'

const load = createRequire(__filename)

/** Everything in the scope of a module that tells time, waits or draws by chance. */
const NAMES = [
  'require',
  'module',
  'exports',
  'Date',
  'performance',
  'setTimeout',
  'clearTimeout',
  'setImmediate',
  'Math',
  'AbortSignal',
  'console',
]

export type Evaluate = (scope: Readonly<Record<string, unknown>>) => unknown

/** Makes a module of the code anew with each scope. */
export function compile(code: string): Evaluate {
  const run = compileFunction(code, NAMES) as (...values: unknown[]) => void
  return (scope) => {
    const module = { exports: {} }
    const given: Record<string, unknown> = { ...scope, module, exports: module.exports }
    run(...NAMES.map((name) => given[name]))
    return module.exports
  }
}

/** What a process sees of the world: the scheduler's clock and timers, chance by its seed. told hears each line of its log. */
export function scopeOf(scheduler: Scheduler, owner: Owner, told: (line: string) => void): Record<string, unknown> {
  const setTimeout = (run: () => void, ms = 0) => timerOf(scheduler.after(owner, ms, run))
  const begunMs = scheduler.nowMs()
  return {
    require: requireOf(scheduler, owner),
    Date: dateOn(() => Math.trunc(scheduler.nowMs())),
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
