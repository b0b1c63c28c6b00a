/** One finished request as the service's log tells it. */
export interface LoggedRequest {
  readonly operation: string
  readonly status: number
  readonly ms: number
  readonly calls: number
}

/** A time in which the server's event loop did nothing else. */
export interface Stall {
  readonly ms: number
  /** Of the whole process meanwhile: far below `ms` where the machine ran something else. */
  readonly cpuMs: number
  /** Numbers of the requests under way, as the client sent them in `x-bench`; work without a number has a name. */
  readonly underway: readonly string[]
  /** When it is traced: who did how many milliseconds of it, most first. */
  readonly spent?: readonly (readonly [name: string, ms: number])[]
}

/** What the server has counted since it was last asked. */
export interface Counted {
  readonly requests: readonly LoggedRequest[]
  /** HTTP requests to the tables, of whatever asked for them. */
  readonly storageRequests: number
  /** The longest first, at most 1,000. */
  readonly stalls: readonly Stall[]
  /** As perf_hooks measured it. */
  readonly longestDelayMs: number
}

export interface Ready {
  readonly kind: 'ready'
  readonly port: number
}

export interface Answered {
  readonly kind: 'counted'
  readonly id: number
  readonly counted: Counted
}

export interface Asked {
  readonly kind: 'count'
  readonly id: number
}

/** What the process itself is to blame for: where something else ran on the machine, it stood still without a fault of its own. */
export const ownMs = ({ ms, cpuMs }: Stall) => Math.min(ms, cpuMs)
