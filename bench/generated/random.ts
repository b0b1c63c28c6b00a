import { randomFrom } from '../../tests/support/random'

/** Choices that a seed determines. */
export interface Random {
  /** A whole number from 0, below the bound. */
  readonly below: (bound: number) => number
  readonly pick: <T>(items: readonly T[]) => T
  readonly chance: (share: number) => boolean
  readonly list: <T>(length: number, make: (index: number) => T) => T[]
}

export function randomOf(seed: number): Random {
  const next = randomFrom(seed)
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
