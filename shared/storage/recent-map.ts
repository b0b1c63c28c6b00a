/** A map that holds at most `max` entries: beyond that, the one used longest ago goes. Both get and set are a use. */
export interface RecentMap<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
  drop(key: K): void
}

/** A Map keeps the order of insertion: put back at its end on each use, its first entry is the one used longest ago. */
export function recentMap<K, V>(max: number): RecentMap<K, V> {
  const entries = new Map<K, V>()

  function set(key: K, value: V): void {
    entries.delete(key)
    entries.set(key, value)
    for (const oldest of entries.keys()) {
      if (entries.size <= max) break
      entries.delete(oldest)
    }
  }

  return {
    set,
    drop(key) {
      entries.delete(key)
    },
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) set(key, value)
      return value
    },
  }
}
