import type { TokenStore } from '../../credentials/tokens/token-store'
import type { DirectoryContext } from '../../directory/context'
import type { Meter } from '../../storage/meter'
import type { TenantStorage } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import type { TenantCache } from '../../tenants/tenant-cache'
import type { Send } from '../../webhooks/send'

/** What following a tenant needs of the service. */
export interface FollowerParts {
  readonly storage: TenantStorage
  readonly tenants: TenantCache
  readonly open: (tenant: Tenant, meter: Meter) => DirectoryContext
  /** Says when tokens end. */
  readonly tokens: Pick<TokenStore, 'list'>
  /** Sends webhooks. */
  readonly send: Send
  /** Told how old the oldest record without a number is, when following a tenant failed. */
  readonly onBehind: (slug: string, seconds: number) => void
  /** Told of work in the background that failed; it is tried again. */
  readonly onFailure: (work: string, slug: string, error: unknown) => void
}

/** How long a consumer of the feed goes on before the others have their turn. */
export const MAX_READING_MS = 1_000
