/**
 * When a key has its next turn by itself: at once, behind those who wait already; after a wait that grows from turn to turn;
 * at that time, in milliseconds since the epoch; or not before it is woken.
 */
export type Next = 'more' | 'later' | 'done' | number

export interface Turns {
  /** Something is to be done for the key: it has a turn as soon as there is room. Costs nothing when one waits already. */
  readonly wake: (key: string) => void
  /** Resolves after a turn that begins from now on. @throws what the turn throws */
  readonly once: (key: string) => Promise<Next>
  /** Resolves when the key has no turn and waits for none, but perhaps for a time. */
  readonly quiet: (key: string) => Promise<void>
  /** Begins no more turns; resolves when those under way have ended, or after maxMs. */
  readonly end: (maxMs: number) => Promise<void>
}

export interface TurnLimits {
  /** Keys that have a turn at the same time; one key has never two. */
  readonly atOnce: number
  /**
   * From the beginning of a turn until the next one of a key that was woken meanwhile, or twice as long as that turn took: under a
   * burst the turns stay few, and leave at least half of the time to what they follow.
   */
  readonly restMs: number
  /** Told of a failure that nobody waits for. The key has another turn a little later. */
  readonly onFailure: (key: string, error: unknown) => void
}

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000
/** After a minute of waits the timer's round has come. */
const MAX_WAITS = 16
/** What lies further off is the timer's: nobody need remember it. */
const MAX_REMEMBERED_MS = 60_000

interface Caller {
  readonly resolve: (next: Next) => void
  readonly reject: (error: unknown) => void
}

interface Entry {
  state: 'idle' | 'waiting' | 'running'
  /** Since the turn under way began, or during a rest. */
  isWoken: boolean
  /** When the rest after the last turn is over. */
  restedMs: number
  /** Waits in a row. */
  waits: number
  timer: NodeJS.Timeout | undefined
  /** Who waits for a turn that has not begun. */
  callers: readonly Caller[]
  /** Who waits until no turn is under way or waits. */
  listeners: readonly (() => void)[]
}

interface State {
  readonly turn: (key: string) => Promise<Next>
  readonly limits: TurnLimits
  readonly entries: Map<string, Entry>
  /** Keys that wait for room, in order. */
  readonly queue: Set<string>
  readonly running: Set<Promise<void>>
  isEnding: boolean
}

/**
 * Gives keys their turns in the order in which they were woken: whoever has more to do goes behind the others, so none waits
 * for all the work of another. A turn should be short.
 */
export function createTurns(turn: (key: string) => Promise<Next>, limits: TurnLimits): Turns {
  const state: State = { turn, limits, entries: new Map(), queue: new Set(), running: new Set(), isEnding: false }
  return {
    wake: (key) => {
      if (!state.isEnding) wake(state, key)
    },
    once: (key) => (state.isEnding ? Promise.resolve('later') : once(state, key)),
    quiet: (key) => quiet(state, key),
    end: (maxMs) => end(state, maxMs),
  }
}

function entryOf({ entries }: State, key: string): Entry {
  const entry: Entry = entries.get(key) ?? {
    state: 'idle',
    isWoken: false,
    restedMs: Number.NEGATIVE_INFINITY,
    waits: 0,
    timer: undefined,
    callers: [],
    listeners: [],
  }
  entries.set(key, entry)
  return entry
}

function wake(state: State, key: string): void {
  const entry = entryOf(state, key)
  const isResting = entry.state === 'idle' && entry.isWoken
  if (entry.state === 'waiting' || isResting) return
  const rest = entry.restedMs - performance.now()
  if (entry.state === 'idle' && rest <= 0) {
    enqueue(state, key, entry)
    return
  }
  entry.isWoken = true
  if (entry.state === 'idle') enqueueAfter(state, key, { entry, ms: rest })
}

function once(state: State, key: string): Promise<Next> {
  return new Promise((resolve, reject) => {
    const entry = entryOf(state, key)
    entry.callers = [...entry.callers, { resolve, reject }]
    if (entry.state === 'idle') enqueue(state, key, entry)
  })
}

function quiet({ entries }: State, key: string): Promise<void> {
  const entry = entries.get(key)
  if (entry === undefined || isQuiet(entry)) return Promise.resolve()
  return new Promise((resolve) => {
    entry.listeners = [...entry.listeners, resolve]
  })
}

const isQuiet = ({ state, isWoken }: Entry) => state === 'idle' && !isWoken

function enqueue(state: State, key: string, entry: Entry): void {
  clearTimeout(entry.timer)
  entry.state = 'waiting'
  state.queue.add(key)
  fill(state)
}

function enqueueAfter(state: State, key: string, { entry, ms }: { entry: Entry; ms: number }): void {
  clearTimeout(entry.timer)
  entry.timer = setTimeout(() => {
    enqueue(state, key, entry)
  }, ms).unref()
}

function fill(state: State): void {
  const { queue, running, limits } = state
  for (const key of queue) {
    if (running.size >= limits.atOnce) return
    queue.delete(key)
    const run = takeTurn(state, key).finally(() => {
      running.delete(run)
      fill(state)
    })
    running.add(run)
  }
}

async function takeTurn(state: State, key: string): Promise<void> {
  const entry = entryOf(state, key)
  const { callers } = entry
  const beganMs = performance.now()
  Object.assign(entry, { state: 'running', isWoken: false, callers: [] })
  const next = await state.turn(key).then(
    (told) => {
      for (const { resolve } of callers) resolve(told)
      return told
    },
    (error: unknown): Next => {
      for (const { reject } of callers) reject(error)
      if (callers.length === 0) state.limits.onFailure(key, error)
      return 'later'
    },
  )
  const { restMs } = state.limits
  entry.restedMs = beganMs + (restMs === 0 ? 0 : Math.max(restMs, 2 * (performance.now() - beganMs)))
  entry.state = 'idle'
  entry.waits = next === 'later' ? entry.waits + 1 : 0
  if (state.isEnding) forget(state, key, entry)
  else goOn(state, key, { entry, next })
  if (isQuiet(entry)) tellListeners(entry)
}

function goOn(state: State, key: string, { entry, next }: { entry: Entry; next: Next }): void {
  const restMs = Math.max(0, entry.restedMs - performance.now())
  const dueMs = typeof next === 'number' ? Math.max(0, next - Date.now()) : Number.POSITIVE_INFINITY
  if (next === 'more' || entry.callers.length > 0) enqueue(state, key, entry)
  else if (entry.isWoken) enqueueAfter(state, key, { entry, ms: restMs })
  else if (next === 'later' && entry.waits <= MAX_WAITS) enqueueAfter(state, key, { entry, ms: waitMs(entry.waits) })
  else if (dueMs < MAX_REMEMBERED_MS) enqueueAfter(state, key, { entry, ms: dueMs })
  // Not before the rest is over, so that many writes one after another share turns as well.
  else entry.timer = setTimeout(() => state.entries.delete(key), restMs).unref()
}

const waitMs = (waits: number) => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (waits - 1))

async function end(state: State, maxMs: number): Promise<void> {
  state.isEnding = true
  for (const [key, entry] of state.entries) if (entry.state !== 'running') forget(state, key, entry)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, maxMs)))
  await Promise.race([Promise.all(state.running), late])
  clearTimeout(timer)
}

function forget({ entries, queue }: State, key: string, entry: Entry): void {
  clearTimeout(entry.timer)
  queue.delete(key)
  entries.delete(key)
  entry.isWoken = false
  for (const { resolve } of entry.callers) resolve('later')
  tellListeners(entry)
}

function tellListeners(entry: Entry): void {
  for (const tell of entry.listeners) tell()
  entry.listeners = []
}
