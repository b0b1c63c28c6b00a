/** The Date of a process whose clock is another one: `now` gives milliseconds since the epoch. */
export function dateOn(now: () => number): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: (target) => new target(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
  })
}

/** The clock of this process, as everything that runs in it reads it. */
export interface Clock {
  /** From now on it goes on from that moment, in milliseconds since the epoch. */
  readonly setTo: (ms: number) => void
}

/**
 * Replaces the process's own Date by one that can be set, so that a service in this process writes a past which its API cannot be told.
 * Timers and performance.now() go on as they do.
 */
export function movableClock(): Clock {
  const Real = Date
  let ahead = 0
  globalThis.Date = dateOn(() => Real.now() + ahead)
  return {
    setTo: (ms) => {
      ahead = ms - Real.now()
    },
  }
}
