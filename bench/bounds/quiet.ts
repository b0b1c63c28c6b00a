import type { Client, Sent } from '../service/exchange'

/** Between two requests, whether the one before is answered or not. */
const EVERY_MS = 10
/** Open at once; a server that stands still gets no more of them. */
const MAX_OPEN = 200

export interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly count: number
  /** Requests without an answer, or with another than 200. */
  readonly failed: number
}

/** Sends a light request at a steady pace until it is stopped. Then it waits for the last answer. */
export function startQuiet(client: Client, sent: Sent): { readonly stop: () => Promise<Latencies> } {
  const times: number[] = []
  const open = new Set<Promise<void>>()
  let failed = 0
  let due = performance.now()

  async function one(): Promise<void> {
    const { ms, status } = await client.send(sent)
    times.push(ms)
    if (status !== 200) failed += 1
  }
  const timer = setInterval(() => {
    for (const now = performance.now(); due <= now; due += EVERY_MS) {
      if (open.size >= MAX_OPEN) continue
      const sending: Promise<void> = one().finally(() => open.delete(sending))
      open.add(sending)
    }
  }, EVERY_MS / 2)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      return { p50: share(times, 0.5), p99: share(times, 0.99), count: times.length, failed }
    },
  }
}

/** The smallest of the times that so many are not above. */
export function share(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}
