import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Linux tells processor time in hundredths of a second. */
const TICK_MS = 10
const SAMPLED_EVERY_MS = 250
/** A process that watches itself and waits takes some per cent. */
const BUSY_SHARE = 0.1
/** The follower pauses for two seconds before its last look. */
const QUIET_SAMPLES = 10
const MAX_SAMPLES = 720
/** Where the system does not tell. */
const UNWATCHED_MS = 4_000

/** What a process has worked so far, in milliseconds of all its threads; undefined where the system does not say so in /proc. */
export function processorMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // a name in brackets comes before, with any characters
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return undefined
  }
}

/** Waits until the process does nothing: the service's follower goes on after the last answer. Three minutes at most. */
export async function untilQuiet(pid: number): Promise<void> {
  const first = processorMs(pid)
  if (first === undefined) return pause(UNWATCHED_MS)
  let last: number = first
  let quiet = 0
  for (let i = 0; i < MAX_SAMPLES && quiet < QUIET_SAMPLES; i += 1) {
    await pause(SAMPLED_EVERY_MS)
    const now = processorMs(pid) ?? last
    quiet = now - last < BUSY_SHARE * SAMPLED_EVERY_MS ? quiet + 1 : 0
    last = now
  }
}
