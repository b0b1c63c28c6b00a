import type { TokenStore } from '../auth/token-store'
import type { DirectoryContext } from '../directory/context'
import type { Meter } from '../storage/meter'
import type { TenantStorage } from '../tenants/registry'
import type { Tenant } from '../tenants/tenant'
import type { TenantCache } from '../tenants/tenant-cache'
import type { Send } from '../webhooks/send'

/** What following a tenant needs of the service. */
export interface FollowerParts {
  readonly storage: TenantStorage
  readonly tenants: TenantCache
  readonly open: (tenant: Tenant, meter: Meter) => DirectoryContext
  /** Says when tokens end. */
  readonly tokens: Pick<TokenStore, 'list'>
  /** Sends webhooks. */
  readonly send: Send
  /** Aborted when the process is about to end. */
  readonly ending: AbortSignal
  /** Told how old the oldest record without a number is, when following a tenant failed. */
  readonly onBehind: (slug: string, seconds: number) => void
  /** Told of a tenant to which people could not be routed; it is tried again. */
  readonly onRouteFailure: (slug: string, error: unknown) => void
  /** Told of a tenant whose captured requests could not be erased; they are tried again after an hour. */
  readonly onKeptFailure: (slug: string, error: unknown) => void
}

/** How long a reader of the feed goes on before the others have their turn. */
export const MAX_READING_MS = 15_000
