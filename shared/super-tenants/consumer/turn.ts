import type { DirectoryContext } from '../../directory/context'
import type { Lease } from '../../feed/lease'
import type { Row } from '../../storage/table'
import type { TenantStorage } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import type { SavePolicy } from './inherit'
import type { Retries } from './retries'
import type { Target, Turn } from '../copies/target'

/** What the consumer needs of the service. */
export interface RoutingParts {
  readonly storage: TenantStorage
  /** Lets this instance know at once what was saved. */
  readonly tenants: { put(tenant: Tenant): void }
  readonly open: (tenant: Tenant) => DirectoryContext
  readonly savePolicy: SavePolicy
  /** Told of a target that fails, which holds up neither the others nor the feed. */
  readonly onFailure: (target: string, error: unknown) => void
}

/** What the steps of one turn share. */
export interface RoutingTurn extends Turn {
  readonly parts: RoutingParts
  readonly lease: Lease
  /** The records behind the offset. */
  readonly read: () => Promise<readonly Row[]>
  /** What it is asked, and has not done yet. */
  commands: readonly Row[]
  readonly targets: readonly Target[]
  /** Targets that were not due to be tried again when the turn began: they are not among its targets, whatever comes due in it. */
  readonly unopened: ReadonlySet<string>
  readonly retries: Retries
  readonly nowMs: () => number
}
