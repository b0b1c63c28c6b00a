import type { Call, Fault, FaultKind, Trouble } from './store/faults'

/** How often each kind comes, as a share of requests. */
export type FaultRates = Readonly<Record<FaultKind, number>>

const CLOCKS_DIFFER_MS = 200

/** How often a fault is the first of an outage, and how many requests that lasts: longer than the client's own repeats. */
const OUTAGE_SHARE = 0.04
const MAX_OUTAGE_REQUESTS = 12

/** Faults by chance, which a seed decides. */
export function troubleAtRandom(random: () => number, rates: FaultRates): Trouble {
  let outage: { readonly fault: Fault; left: number } | undefined

  function chosen({ operation }: Call): Fault | undefined {
    let left = random()
    for (const [kind, rate] of Object.entries(rates) as [FaultKind, number][]) {
      left -= rate
      if (left >= 0) continue
      if (kind === 'cut-page') return operation === 'page' ? { kind, looks: Math.floor(random() * 4) } : undefined
      return kind === 'moved' ? { kind, skewMs: (2 * random() - 1) * CLOCKS_DIFFER_MS } : { kind }
    }
    return undefined
  }

  return (call) => {
    if (outage !== undefined && outage.left > 0) {
      outage.left -= 1
      return outage.fault
    }
    const fault = chosen(call)
    const lasts = fault !== undefined && OUTAGES.has(fault.kind) && random() < OUTAGE_SHARE
    if (lasts) outage = { fault, left: 3 + Math.floor(random() * MAX_OUTAGE_REQUESTS) }
    return fault
  }
}

const OUTAGES = new Set<FaultKind>(['busy', 'timed-out', 'request-lost', 'answer-lost'])
