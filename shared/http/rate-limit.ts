/** How many requests each key may still make on this instance: a bucket that fills steadily. */
export interface RateLimit {
  /** Takes one request; the seconds to wait when there is none left, else undefined. */
  take(key: string): number | undefined
  /** Takes what a request costs beside itself, on credit: the key waits afterwards. */
  spend(key: string, requests: number): void
  /** Halves the rate of the key for ten seconds: storage is busy. */
  slowDown(key: string): void
}

interface Bucket {
  tokens: number
  filledAt: number
  slowUntil: number
}

const SLOW_MS = 10_000
const MAX_KEYS = 1000

export function rateLimit(perSecond: number, burst: number, now: () => number = () => Date.now()): RateLimit {
  const buckets = new Map<string, Bucket>()

  const rateOf = (bucket: Bucket, at: number) => (at < bucket.slowUntil ? perSecond / 2 : perSecond)

  function filled(key: string): Bucket {
    const at = now()
    const bucket = buckets.get(key) ?? { tokens: burst, filledAt: at, slowUntil: 0 }
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, at - bucket.filledAt) / 1000) * rateOf(bucket, at))
    bucket.filledAt = at
    buckets.delete(key)
    buckets.set(key, bucket)
    const oldest = buckets.keys().next()
    if (buckets.size > MAX_KEYS && oldest.done !== true) buckets.delete(oldest.value)
    return bucket
  }

  return {
    take(key) {
      const bucket = filled(key)
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / rateOf(bucket, bucket.filledAt)))
      bucket.tokens -= 1
      return undefined
    },
    spend(key, requests) {
      filled(key).tokens -= requests
    },
    slowDown(key) {
      const bucket = filled(key)
      bucket.slowUntil = now() + SLOW_MS
      bucket.tokens = Math.min(bucket.tokens, burst / 2)
    },
  }
}
