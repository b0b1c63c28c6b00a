import type { Kind } from './wording'

/** Something that happened at a time, in milliseconds since the epoch. */
export type Happening =
  /** A record; `isSent` when a directory's request left it, and not the follower or an administrator. */
  | { readonly at: number; readonly what: 'record'; readonly kind: Kind; readonly isSent: boolean }
  | { readonly at: number; readonly what: 'refusal'; readonly count: number }
  /** Requests that an instance counted in about the minute before. */
  | { readonly at: number; readonly what: 'requests'; readonly count: number }

export interface Cycle {
  readonly begin: number
  readonly end: number
  readonly changes: Readonly<Partial<Record<Kind, number>>>
  readonly refused: number
  /** Undefined: counted no more. */
  readonly requests: number | undefined
}

/** Requests after such a pause are another cycle, as the health judges. */
export const PAUSE_MS = 10 * 60_000

/** Parts what happened by pauses of ten minutes between requests, newest first. What else happened belongs to the cycle before. */
export function cyclesOf(happenings: readonly Happening[]): Cycle[] {
  const cycles: Growing[] = []
  for (const one of [...happenings].sort((a, b) => a.at - b.at)) {
    const last = cycles.at(-1)
    const isOpen = last !== undefined && one.at - last.end < PAUSE_MS
    const isSent = one.what !== 'record' || one.isSent
    if (!isSent && !isOpen) continue
    const cycle = isOpen ? last : startAt(cycles, one.at)
    if (isSent) cycle.end = one.at
    add(cycle, one)
  }
  return cycles.reverse()
}

type Growing = { -readonly [name in keyof Cycle]: Cycle[name] }

function startAt(cycles: Growing[], at: number): Growing {
  const cycle: Growing = { begin: at, end: at, changes: {}, refused: 0, requests: undefined }
  cycles.push(cycle)
  return cycle
}

function add(cycle: Growing, one: Happening): void {
  if (one.what === 'record') cycle.changes = { ...cycle.changes, [one.kind]: (cycle.changes[one.kind] ?? 0) + 1 }
  else if (one.what === 'refusal') cycle.refused += one.count
  else cycle.requests = (cycle.requests ?? 0) + one.count
}
