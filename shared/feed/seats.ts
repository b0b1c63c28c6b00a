/** Requests at once on an instance: `httpConcurrency` of infra/main.bicep, which a test holds equal. */
export const HTTP_CONCURRENCY = 32

/** Waiting readers hold a request of the instance each, and nobody else gets in while all are held: a quarter is theirs. */
export const MAX_WAITING = HTTP_CONCURRENCY / 4
/** Two tenants can wait at least, whoever comes first. */
export const MAX_WAITING_OF_TENANT = MAX_WAITING / 2

/** Places for readers that wait. */
export interface Seats {
  /** Gives a place, and how it is given back; undefined when the tenant, or all together, have as many as they may. */
  take(tenant: string): (() => void) | undefined
}

export function seats(max = MAX_WAITING, maxOfTenant = MAX_WAITING_OF_TENANT): Seats {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(tenant) {
      const own = taken.get(tenant) ?? 0
      if (all >= max || own >= maxOfTenant) return undefined
      all += 1
      taken.set(tenant, own + 1)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        all -= 1
        const left = (taken.get(tenant) ?? 1) - 1
        if (left === 0) taken.delete(tenant)
        else taken.set(tenant, left)
      }
    },
  }
}
