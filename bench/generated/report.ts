import type { Stall } from '../service/protocol'

/** How a run ended. */
export interface Run {
  sent: number
  seconds: number
  readonly statuses: Map<number, number>
  readonly broken: { readonly index: number; readonly failure: string }[]
  /** Numbers of the requests that were answered with 500. */
  readonly failed: number[]
  readonly stalls: Stall[]
  longestDelayMs: number
}

const SHOWN = 60

/** Prints the run. @param longMs stalls above it are told with the requests that were under way */
export function printRun(run: Run, describe: (index: number) => string, longMs: number): void {
  const counts = [...run.statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  console.log(`${run.sent} requests in ${Math.round(run.seconds)} s. By status: ${counts.join(', ')}`)
  console.log(`500: ${run.failed.length}, broken connections: ${run.broken.length}`)
  for (const index of run.failed.slice(0, SHOWN)) console.log(`  500: #${index} ${describe(index)}`)
  for (const { index, failure } of run.broken.slice(0, SHOWN)) console.log(`  ${failure}: #${index} ${describe(index)}`)
  const long = run.stalls.filter(({ ms }) => ms > longMs).toSorted((a, b) => b.ms - a.ms)
  const own = Math.max(0, ...run.stalls.map(({ ms, cpuMs }) => Math.min(ms, cpuMs)))
  console.log(
    `Longest event-loop stall ${Math.round(run.longestDelayMs)} ms (of its own work ${Math.round(own)} ms); over ${longMs} ms: ${long.length}, over 100 ms: ${long.filter(({ ms }) => ms > 100).length}`,
  )
  const named = (name: string) => (/^\d+$/.test(name) ? `#${name} ${describe(Number(name))}` : name)
  for (const { ms, cpuMs, underway, spent } of long.slice(0, SHOWN)) {
    console.log(`\n${Math.round(ms)} ms (processor ${Math.round(cpuMs)} ms), ${spent === undefined ? 'under way' : 'of it'}:`)
    const lines = spent?.map(([name, part]) => `${Math.round(part)} ms ${named(name)}`) ?? underway.map(named)
    for (const line of lines) console.log(`  ${line}`)
  }
}
