/**
 * A number from 0 to below - 1 that depends on seed and key alone, so that requests sent in any order take the same
 * shapes in every run of one seed (FNV-1a with a final mix).
 */
export function vary(seed: number, key: string, below: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % below
}

/** One of the items, chosen by seed and key. */
export function choose<T>(seed: number, key: string, items: readonly [T, ...T[]]): T {
  return items[vary(seed, key, items.length)] ?? items[0]
}

/** A GUID that depends on seed and key alone. */
export function guid(seed: number, key: string): string {
  const hex = [0, 1, 2, 3].map((part) => vary(seed, `${key}/${part}`, 0x1_0000_0000).toString(16).padStart(8, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}
