import type { Client, Sent } from '../service/exchange'

/** Between two requests, whether the one before is answered or not. */
const EVERY_MS = 10
/** Rarer: what is measured is what the storage does, not what this asks of it. */
const READ_EVERY_MS = 40
/** Open at once; a server that stands still gets no more of them. */
const MAX_OPEN = 200

export interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly count: number
  /** Requests without an answer, or with another than 200. */
  readonly failed: number
}

/** Times of one light request. */
interface Light {
  readonly ms: number
  readonly isGood: boolean
}

/** Sends a light request of the other tenant at a steady pace until it is stopped. Then it waits for the last answer. */
export const startQuiet = (client: Client, sent: Sent) =>
  startPaced(EVERY_MS, async () => {
    const { ms, status } = await client.send(sent)
    return { ms, isGood: status === 200 }
  })

/** The same of a point read from the storage itself, by this process: what the storage alone takes meanwhile. */
export const startReads = (read: () => Promise<unknown>) =>
  startPaced(READ_EVERY_MS, async () => {
    const started = performance.now()
    await read()
    return { ms: performance.now() - started, isGood: true }
  })

function startPaced(everyMs: number, send: () => Promise<Light>): { readonly stop: () => Promise<Latencies> } {
  const times: number[] = []
  const open = new Set<Promise<void>>()
  let failed = 0
  let due = performance.now()

  async function one(): Promise<void> {
    const { ms, isGood } = await send()
    times.push(ms)
    if (!isGood) failed += 1
  }
  const timer = setInterval(() => {
    for (const now = performance.now(); due <= now; due += everyMs) {
      if (open.size >= MAX_OPEN) continue
      const sending: Promise<void> = one().finally(() => open.delete(sending))
      open.add(sending)
    }
  }, everyMs / 2)
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
