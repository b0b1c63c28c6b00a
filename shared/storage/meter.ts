/**
 * Counts the storage calls of one request. `trips` are the waits one after another: a call's level is one more than the
 * highest level among the calls completed when it starts, and trips is the highest level. Calls made in parallel count once.
 */
export interface Meter {
  readonly calls: number
  readonly trips: number
  run<T>(call: () => Promise<T>): Promise<T>
}

export function createMeter(): Meter {
  let calls = 0
  let trips = 0
  let completed = 0
  return {
    get calls() {
      return calls
    },
    get trips() {
      return trips
    },
    async run(call) {
      const level = completed + 1
      calls += 1
      trips = Math.max(trips, level)
      try {
        return await call()
      } finally {
        completed = Math.max(completed, level)
      }
    },
  }
}
