import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Stall } from './protocol'
import { traceSpending } from './spending'

const TICK_MS = 5
/** Shorter ones are no news. */
const MIN_STALL_MS = 25
const KEPT_STALLS = 1000
const KEPT_ENDED = 64

interface Span {
  readonly name: string
  readonly from: number
  to: number
}

const cpuMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/**
 * Watches this process's event loop and knows what was under way when it stood still.
 * @param traced tells what each did of it as well
 */
export function watchStalls(traced: boolean) {
  const spending = traced ? traceSpending() : undefined
  const delays = monitorEventLoopDelay({ resolution: 10 })
  delays.enable()
  const underway = new Set<Span>()
  const ended: Span[] = []
  let stalls: Stall[] = []
  let last = performance.now()
  let cpu = process.cpuUsage()

  function keep(ms: number, from: number, spent: ReadonlyMap<string, number> | undefined): void {
    const spans = [...ended.filter(({ to }) => to > from), ...underway]
    const shares = spent === undefined ? {} : { spent: [...spent].toSorted(([, a], [, b]) => b - a).slice(0, 4) }
    stalls.push({ ms, cpuMs: cpuMs(cpu), underway: [...new Set(spans.map(({ name }) => name))], ...shares })
    if (stalls.length > 2 * KEPT_STALLS) stalls = longest()
  }

  const longest = () => [...stalls].sort((a, b) => b.ms - a.ms).slice(0, KEPT_STALLS)

  setInterval(() => {
    const now = performance.now()
    const spent = spending?.take()
    if (now - last - TICK_MS > MIN_STALL_MS) keep(now - last - TICK_MS, last, spent)
    last = now
    cpu = process.cpuUsage()
  }, TICK_MS).unref()

  return {
    /** Runs work that is named when the event loop stands still meanwhile. */
    async track<T>(name: string, work: () => Promise<T> | T): Promise<T> {
      const span = { name, from: performance.now(), to: Number.POSITIVE_INFINITY }
      underway.add(span)
      try {
        return await (spending === undefined ? work() : spending.run(name, work))
      } finally {
        span.to = performance.now()
        underway.delete(span)
        ended.push(span)
        if (ended.length > KEPT_ENDED) ended.shift()
      }
    },
    /** What was seen since the call before. */
    take(): { stalls: Stall[]; longestDelayMs: number } {
      const taken = { stalls: longest(), longestDelayMs: delays.max / 1e6 }
      stalls = []
      delays.reset()
      return taken
    },
  }
}
