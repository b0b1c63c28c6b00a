import type { FaultKind, Trouble } from './store/faults'

/** How often each kind comes, as a share of requests. */
export type FaultRates = Readonly<Record<FaultKind, number>>

const CLOCKS_DIFFER_MS = 200

/** Faults by chance, which a seed decides. */
export function troubleAtRandom(random: () => number, rates: FaultRates): Trouble {
  return ({ operation }) => {
    let left = random()
    for (const [kind, rate] of Object.entries(rates) as [FaultKind, number][]) {
      left -= rate
      if (left >= 0) continue
      if (kind === 'cut-page') return operation === 'page' ? { kind, looks: Math.floor(random() * 4) } : undefined
      return kind === 'moved' ? { kind, skewMs: (2 * random() - 1) * CLOCKS_DIFFER_MS } : { kind }
    }
    return undefined
  }
}
