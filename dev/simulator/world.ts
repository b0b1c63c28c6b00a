import type { Ledger } from './ledger'
import type { ResourceKind, Value } from './mapping'
import type { Client } from './client'

/** The two shapes of PATCH (entra 2.4 and 2.5). modern is what `?aadOptscim062020` on the Tenant URL gives. */
export type Family = 'legacy' | 'modern'

interface HeldResource {
  /** Names the resource within its run, for variations. */
  readonly key: string
  /** What Entra believes the server holds, by mapping path. */
  values: Map<string, Value>
  /** The link to the server's resource (the "object connection"); undefined before the match or after a failed creation. */
  id: string | undefined
}

export interface HeldUser extends HeldResource {
  readonly kind: 'User'
  readonly plannedManager: HeldUser | undefined
  managerId: string | undefined
  /** The manager has been deleted: the server may return the old id or none. */
  managerGone: boolean
}

export interface HeldGroup extends HeldResource {
  readonly kind: 'Group'
  readonly plannedMembers: readonly HeldUser[]
  memberIds: Set<string>
}

export type Held = HeldUser | HeldGroup
export type Linked<T extends Held> = T & { id: string }

/** Those the server knows. */
export function linked<T extends Held>(resources: readonly T[]): Linked<T>[] {
  return resources.filter((resource): resource is Linked<T> => resource.id !== undefined)
}

/** One run of one family. */
export interface World {
  readonly family: Family
  readonly seed: number
  readonly parallel: number
  readonly client: Client
  readonly ledger: Ledger
  users: HeldUser[]
  groups: HeldGroup[]
  /** Objects found different in the unchanged cycle: PATCHes Entra would have sent. */
  patchesInUnchangedCycle: number
}

export const endpoint = (kind: ResourceKind) => (kind === 'User' ? '/Users' : '/Groups')

/** Runs the work on every item, so many at a time, as Entra's parallel connections do. */
export async function inParallel<T>(items: readonly T[], parallel: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const item = items[next++]
      if (item !== undefined) await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker))
}
