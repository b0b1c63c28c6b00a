import { OBJECTIONS } from './objections'
import type { Objection, ObjectionId } from './objections'

/** Waiting times of one kind of request in one phase, in milliseconds. */
export interface Latency {
  readonly phase: string
  readonly kind: string
  readonly requests: number
  readonly p50Ms: number
  readonly p95Ms: number
}

export interface Tally {
  readonly requests: number
  /** Answers that Entra counts as failed, broken connections and time-outs. Each has an objection too. */
  readonly failures: number
  /** Answers 429 or 503 that were waited for and repeated. */
  readonly throttled: number
  readonly objections: readonly Objection[]
  readonly latencies: readonly Latency[]
}

/** Keeps the count of a run. */
export interface Ledger {
  enter(phase: string): void
  request(kind: string, durationMs: number): void
  throttled(): void
  object(id: ObjectionId, example: string): void
  /** An objection that Entra counts as a failed operation. */
  fail(id: ObjectionId, example: string): void
  tally(): Tally
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}

interface Timing {
  readonly phase: string
  readonly kind: string
  readonly durationsMs: number[]
}

function latency({ phase, kind, durationsMs }: Timing): Latency {
  const sorted = [...durationsMs].sort((a, b) => a - b)
  return { phase, kind, requests: sorted.length, p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) }
}

export function createLedger(): Ledger {
  const found = new Map<ObjectionId, { count: number; readonly example: string }>()
  const timings = new Map<string, Timing>()
  let phase = ''
  let requests = 0
  let failures = 0
  let throttled = 0

  const object = (id: ObjectionId, example: string) => {
    const known = found.get(id)
    if (known === undefined) found.set(id, { count: 1, example })
    else known.count++
  }
  return {
    enter: (name) => {
      phase = name
    },
    request: (kind, durationMs) => {
      requests++
      const name = `${phase}\n${kind}`
      const timing = timings.get(name) ?? { phase, kind, durationsMs: [] }
      timing.durationsMs.push(durationMs)
      timings.set(name, timing)
    },
    throttled: () => {
      throttled++
    },
    object,
    fail: (id, example) => {
      failures++
      object(id, example)
    },
    tally: () => ({
      requests,
      failures,
      throttled,
      objections: [...found].map(([id, { count, example }]) => ({ id, ...OBJECTIONS[id], count, example })),
      latencies: [...timings.values()].map(latency),
    }),
  }
}
