import { unavailable } from '../../scim/errors'

/** Lets works in, a few at a time. */
export type Gate = <T>(key: string, work: () => Promise<T>) => Promise<T>

interface Limits {
  readonly atOnce: number
  /** Of one key: no tenant's pages keep those of all others waiting. */
  readonly ofOneKey: number
  readonly maxWaitMs: number
}

/**
 * Pages hold up to some 1 MiB of documents, and several times that while they are read and written: so many at once are what
 * the default instance of 512 MB has room for beside the host, which takes more than a third (docs/operations.md).
 */
export const PAGES: Limits = { atOnce: 4, ofOneKey: 2, maxWaitMs: 10_000 }

/**
 * Scans read a whole directory, hold pages of it in memory and match them in a process that other tenants share. One of
 * 10,000 people takes seconds.
 */
const SCANS: Limits = { atOnce: 3, ofOneKey: 2, maxWaitMs: 30_000 }

interface Waiting {
  readonly key: string
  readonly enter: () => void
}

/**
 * Who comes first is let in first, but for those whose key has its share already.
 * @throws ScimError 503 after maxWaitMs
 */
export function gate({ atOnce, ofOneKey, maxWaitMs }: Limits): Gate {
  const inside = new Map<string, number>()
  const waiting = new Set<Waiting>()
  let running = 0

  const hasRoom = (key: string) => running < atOnce && (inside.get(key) ?? 0) < ofOneKey
  const count = (key: string, by: number) => {
    running += by
    const now = (inside.get(key) ?? 0) + by
    if (now > 0) inside.set(key, now)
    else inside.delete(key)
  }
  const admit = () => {
    for (const one of waiting) {
      if (!hasRoom(one.key)) continue
      waiting.delete(one)
      count(one.key, 1)
      one.enter()
    }
  }
  const turn = (key: string) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(one)
        reject(unavailable('Too many long lists are being read at once. Repeat the request.', 1))
      }, maxWaitMs)
      const one: Waiting = {
        key,
        enter: () => {
          clearTimeout(timer)
          resolve()
        },
      }
      waiting.add(one)
      admit()
    })

  return async (key, work) => {
    await turn(key)
    try {
      return await work()
    } finally {
      count(key, -1)
      admit()
    }
  }
}

/** The gate of all readings of whole directories on this instance; the key is the tenant. */
export const scans: Gate = gate(SCANS)
