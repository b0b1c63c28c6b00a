import type { WorkLimits } from '../scim/work'

/** What one request of the rate limit pays for: Entra ID's own about one person, or one member, make at most five storage calls. */
const UNIT = { calls: 20, names: 1_000, entries: 20_000, comparisons: 200_000, characters: 2 * 1024 * 1024 }

/**
 * How many requests of a tenant's limit a request counts for beside itself: an instance serves its tenants the same work a
 * second, however they divide it into requests.
 */
export function extraRequests(calls: number, spent: WorkLimits): number {
  const { names, entries, comparisons, characters } = spent
  return Math.floor(
    calls / UNIT.calls +
      names / UNIT.names +
      entries / UNIT.entries +
      comparisons / UNIT.comparisons +
      characters / UNIT.characters,
  )
}
