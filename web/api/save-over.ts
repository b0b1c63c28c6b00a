import { Problem } from './problem'

/** What came of a save. stale: somebody else has saved the same meanwhile, so nothing of ours is stored. */
export type Saved<T> = { readonly saved: T } | { readonly stale: T }

/**
 * Saves over what was read. The version is that of all settings: where others of them were saved meanwhile, and what was read is
 * still the same, it is saved under the version of now.
 */
export async function saveOver<T extends { readonly version: number }>(
  base: T,
  given: {
    readonly put: (version: number) => Promise<T>
    readonly read: () => Promise<T>
    readonly isSame: (one: T, other: T) => boolean
  },
): Promise<Saved<T>> {
  try {
    return { saved: await given.put(base.version) }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'stale') throw error
    const now = await given.read()
    return given.isSame(now, base) ? { saved: await given.put(now.version) } : { stale: now }
  }
}
