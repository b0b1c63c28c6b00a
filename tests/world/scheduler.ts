import BTree from 'sorted-btree'

/** Whose events they are: those of a process that died never come, those of one that is frozen come when it goes on. */
export interface Owner {
  readonly name: string
  isDead: boolean
  frozenUntilMs: number
}

export interface Scheduler {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  readonly random: () => number
  /** Runs it so much later; of events at the same time chance decides. Returns what takes it back. */
  readonly after: (owner: Owner, ms: number, run: () => void) => () => void
  readonly wait: (owner: Owner, ms: number) => Promise<void>
  /** Lets events come, one after another, until the promise is settled. @throws Error when no event is left before, or too many came */
  readonly until: <T>(settled: Promise<T>) => Promise<T>
}

interface Event {
  readonly owner: Owner
  readonly run: () => void
}

type Place = readonly [atMs: number, chance: number, number: number]
const inOrder = (a: Place, b: Place) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

/** A run has some ten thousand. */
const MAX_STEPS = 40_000

/** Everything that waits, waits here: time goes from one event to the next, and only what an event begins runs between them. */
export function newScheduler(random: () => number, beginMs: number): Scheduler {
  const events = new BTree<Place, Event>(undefined, inOrder)
  let nowMs = beginMs
  let number = 0

  function after(owner: Owner, ms: number, run: () => void): () => void {
    const place: Place = [nowMs + Math.max(0, ms), random(), (number += 1)]
    if (!owner.isDead) events.set(place, { owner, run })
    return () => void events.delete(place)
  }

  async function step(): Promise<void> {
    const place = events.minKey()
    const event = place && events.get(place)
    if (place === undefined || event === undefined) throw new Error('Nothing is left that could happen, and somebody waits.')
    events.delete(place)
    nowMs = Math.max(nowMs, place[0])
    const { owner, run } = event
    if (owner.isDead) return
    if (owner.frozenUntilMs > nowMs) {
      after(owner, owner.frozenUntilMs - nowMs, run)
      return
    }
    run()
    await new Promise((resolve) => setImmediate(resolve)) // by then all that follows from it at once has run
  }

  return {
    nowMs: () => nowMs,
    random,
    after,
    wait: (owner, ms) =>
      new Promise((resolve) => {
        after(owner, ms, resolve)
      }),
    until: async (settled) => {
      const end = { hasCome: false }
      const note = () => {
        end.hasCome = true
      }
      settled.then(note, note)
      await new Promise((resolve) => setImmediate(resolve))
      for (let steps = 0; !end.hasCome; steps += 1) {
        if (steps > MAX_STEPS) throw new Error(`No end is in sight after ${MAX_STEPS} events.`)
        await step()
      }
      return settled
    },
  }
}

export const newOwner = (name: string): Owner => ({ name, isDead: false, frozenUntilMs: 0 })
