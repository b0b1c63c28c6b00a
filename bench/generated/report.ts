import { ownMs, type Stall } from '../service/protocol'

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

/** The stalls of whose time the server itself worked longer, the longest first. */
export const longest = ({ stalls }: Run, longMs: number) =>
  stalls.filter((stall) => ownMs(stall) > longMs).toSorted((a, b) => ownMs(b) - ownMs(a))

/** Prints the run. @param longMs stalls of its own work above it are told with the requests that were under way */
export function printRun(run: Run, describe: (index: number) => string, longMs: number): void {
  const counts = [...run.statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  console.log(`${run.sent} requests in ${Math.round(run.seconds)} s. By status: ${counts.join(', ')}`)
  console.log(`500: ${run.failed.length}, broken connections: ${run.broken.length}`)
  for (const index of run.failed.slice(0, SHOWN)) console.log(`  500: #${index} ${describe(index)}`)
  for (const { index, failure } of run.broken.slice(0, SHOWN)) console.log(`  ${failure}: #${index} ${describe(index)}`)
  const long = longest(run, longMs)
  const over = (bound: number) =>
    `over ${bound} ms: ${run.stalls.filter(({ ms }) => ms > bound).length} (${run.stalls.filter((stall) => ownMs(stall) > bound).length})`
  console.log(
    `Longest event-loop stall ${Math.round(run.longestDelayMs)} ms (of its own work ${Math.round(Math.max(0, ...run.stalls.map(ownMs)))} ms); ${over(longMs)}, ${over(100)}`,
  )
  const named = (name: string) => (/^\d+$/.test(name) ? `#${name} ${describe(Number(name))}` : name)
  for (const { ms, cpuMs, underway, spent } of long.slice(0, SHOWN)) {
    console.log(`\n${Math.round(ms)} ms (processor ${Math.round(cpuMs)} ms), ${spent === undefined ? 'under way' : 'of it'}:`)
    const lines = spent?.map(([name, part]) => `${Math.round(part)} ms ${named(name)}`) ?? underway.map(named)
    for (const line of lines) console.log(`  ${line}`)
  }
}
