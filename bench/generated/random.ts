/** A generator of numbers from 0 to 1 that a seed determines: mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Choices that a seed determines. */
export interface Random {
  /** A whole number from 0, below the bound. */
  readonly below: (bound: number) => number
  readonly pick: <T>(items: readonly T[]) => T
  readonly chance: (share: number) => boolean
  readonly list: <T>(length: number, make: (index: number) => T) => T[]
}

export function randomOf(seed: number): Random {
  const next = mulberry32(seed)
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('There is nothing to pick.')
      return item
    },
    chance: (share) => next() < share,
    list: (length, make) => Array.from({ length }, (_, index) => make(index)),
  }
}
