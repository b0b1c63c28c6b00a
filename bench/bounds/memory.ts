import { readFileSync } from 'node:fs'

const SAMPLED_EVERY_MS = 20

/** Resident memory of a process in MB; undefined where the system does not say so in /proc. */
function residentMb(pid: number): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? undefined : Number(kib) / 1024
  } catch {
    return undefined
  }
}

/** Watches a process until it is stopped, from this one: it tells even when it stands still. */
export function watchMemory(pid: number) {
  const before = residentMb(pid)
  let peak = before ?? 0
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(pid) ?? 0)
  }, SAMPLED_EVERY_MS)
  return {
    stop(): { readonly before: number; readonly peak: number } | undefined {
      clearInterval(timer)
      return before === undefined ? undefined : { before, peak }
    },
  }
}
