import { createHash } from 'node:crypto'

/** A version of the service's root key, from which the keys of all tenants derive. */
export interface RootKey {
  readonly version: string
  /** 32 bytes. */
  readonly bytes: Uint8Array
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Reads every version that counts, the newest first, and never none. */
export type ReadRootKeys = () => Promise<readonly RootKey[]>

/** The root key as an instance remembers it. */
export interface RootKeys {
  /** Those that were read within five minutes, or as long as the vault does not answer those before. @throws what reading throws */
  readonly known: () => Promise<readonly RootKey[]>
  /** Read within ten seconds: for whoever met a version that is not known. @throws what reading throws */
  readonly anew: () => Promise<readonly RootKey[]>
  /** The version by which something new is made. @throws what reading throws */
  readonly making: () => Promise<RootKey>
}

const MAX_AGE_MS = 5 * 60_000
/** Cursors that nobody made may come at any rate; the vault is not asked at that rate. */
const REREAD_AFTER_MS = 10_000
/** After a failure, so that not every request waits for a vault that does not answer. */
const PAUSE_MS = 5_000
/** Every instance in use has read again by then, clocks that differ by some minutes included. */
const RIPE_AFTER_MS = 10 * 60_000

/**
 * Remembers what `read` reads, from the first need on. Callers at the same time share one reading.
 * @param options onFailure: told of a failure that no request sees, since what was read before goes on to count
 */
export function rootKeys(
  read: ReadRootKeys,
  { now = Date.now, onFailure }: { readonly now?: () => number; readonly onFailure?: (error: unknown) => void } = {},
): RootKeys {
  let held: { readonly keys: readonly RootKey[]; readonly readAt: number } | undefined
  let failed: { readonly error: unknown; readonly at: number } | undefined
  let reading: Promise<readonly RootKey[]> | undefined

  async function readOnce(): Promise<readonly RootKey[]> {
    try {
      const keys = await read()
      held = { keys, readAt: now() }
      failed = undefined
      return keys
    } catch (error) {
      failed = { error, at: now() }
      throw error
    } finally {
      reading = undefined
    }
  }

  async function youngerThan(maxAgeMs: number): Promise<readonly RootKey[]> {
    if (held !== undefined && now() - held.readAt < maxAgeMs) return held.keys
    if (isPausing(failed)) throw failed.error
    return (reading ??= readOnce())
  }

  const isPausing = (failure: typeof failed): failure is NonNullable<typeof failed> =>
    failure !== undefined && now() - failure.at < PAUSE_MS

  async function known(): Promise<readonly RootKey[]> {
    const before = held
    if (before === undefined) return youngerThan(MAX_AGE_MS)
    if (isPausing(failed)) return before.keys
    try {
      return await youngerThan(MAX_AGE_MS)
    } catch (error) {
      onFailure?.(error)
      return before.keys
    }
  }

  return { known, anew: () => youngerThan(REREAD_AFTER_MS), making: async () => makingOf(await known(), now()) }
}

/**
 * The newest that is ten minutes old, so that every instance accepts what it makes. While there is none of that age, the oldest:
 * two instances that made the first version at the same time agree on one as soon as both have read.
 */
function makingOf(keys: readonly RootKey[], now: number): RootKey {
  const key = keys.find(({ createdAt }) => now - createdAt >= RIPE_AFTER_MS) ?? keys.at(-1)
  if (key === undefined) throw new Error('There is no root key.')
  return key
}

/**
 * For runs without a vault: one version that derives from a text which the environment holds, such as the connection string. It
 * protects nothing from whoever reads the tables by that very text.
 */
export function localRootKeys(text: string): ReadRootKeys {
  const bytes = createHash('sha256').update(`rollcall local root key\n${text}`).digest()
  return () => Promise.resolve([{ version: 'local', bytes, createdAt: 0 }])
}
