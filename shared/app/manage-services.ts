import type { ReadSignIn } from '../credentials/sign-in/admin-sign-in'
import type { TokenStore } from '../credentials/tokens/token-store'
import type { DirectoryContext } from '../directory/context'
import type { RateLimit } from '../http/rate-limit'
import type { Meter } from '../storage/meter'
import type { TenantStorage } from '../tenants/registry'
import type { Sightings } from '../usage/request-stats'
import type { Tenant } from '../tenants/tenant'
import type { TenantCache } from '../tenants/tenant-cache'
import type { Send } from '../webhooks/send'

/** What the management API needs of the rest of the service. */
export interface ManageServices {
  readonly storage: TenantStorage
  /** What this instance remembers: a change that is saved here is put in, so that its next SCIM request knows it. */
  readonly tenants: Pick<TenantCache, 'find' | 'put' | 'forget'>
  /** The tenant was written to: what follows from it begins in the background. */
  readonly wake: (slug: string) => void
  readonly open: (tenant: Tenant, meter: Meter) => DirectoryContext
  readonly tokens: TokenStore
  /** Written before what was noted of a tenant's requests is shown. */
  readonly notes: Pick<Sightings, 'settle'>
  /** How often anybody may fail with setup links, by tenant. */
  readonly sessionLimit: RateLimit
  /** Requests of a tenant's links together. */
  readonly linkLimit: RateLimit
  /** Reads the access token of an operator; undefined where no sign-in is set up. */
  readonly signIn: ReadSignIn | undefined
  /** Origin of the addresses in answers; undefined: the request's own. */
  readonly publicUrl: string | undefined
  /** Sends test deliveries, and says whether receivers may be local. */
  readonly webhooks: { readonly send: Send; readonly allowLocal: boolean }
  readonly now: () => Date
}
