import type { Member } from './memberships/links'
import type { Owner } from '../roles/derive'
import type { JsonObject } from '../scim/json'
import type { ResourceType } from '../scim/schema/schema'
import type { Work } from '../scim/work'
import type { Action, Table } from '../storage/table'
import type { TenantKeys } from './keys'
import type { MatchingAttribute } from './query/matching'

/** What every operation on a tenant's directory needs. */
export interface DirectoryContext {
  readonly table: Table
  readonly types: { readonly User: ResourceType; readonly Group: ResourceType }
  readonly now: () => Date
  /** What the request may still make the process do. */
  readonly work: Work
  /** Slug of the tenant whose directory it is. */
  readonly tenant: string
  /** The tenant's own, for cursors and the secrets of webhooks. */
  readonly keys: TenantKeys
  /** The attributes that the tenant's client matches by; every write keeps their index rows. */
  readonly matching: readonly MatchingAttribute[]
  /** Whether people who are created now wait for a release. Absent: they do not. */
  readonly staging?: boolean
  /** The super tenant whose copies may be here. Absent: there are none, and nothing is asked about them. */
  readonly superTenant?: SuperTenant
  /** For work of the service itself on copies. Absent, as for every request: a copy is not changed. */
  readonly managing?: Managing
}

export interface SuperTenant {
  readonly slug: string
  /** What people call it. */
  readonly name: string
}

/** What work on copies may do beside, in the transaction of the document. */
export interface Managing {
  /** Of a copy that is created. `none` makes an ordinary resource of one that is updated. */
  readonly owner?: Owner | 'none'
  /** The person is somebody new under the userName, as the super tenant has seen. */
  readonly isNewPerson?: boolean
  /** At most three rows for the transaction that writes the resource; asked anew for each try. What it throws ends the write. */
  readonly beside?: (id: string) => Promise<readonly Action[]>
}

/** A person or group as an answer needs it. */
export interface Stored {
  readonly id: string
  readonly type: ResourceType
  readonly attributes: JsonObject
  readonly created: string
  readonly lastModified: string
  /** Weak entity tag (RFC 7644 section 3.14). */
  readonly version: string
  readonly members?: readonly Member[] | undefined
  readonly groups?: readonly { readonly id: string; readonly display: string }[] | undefined
  /** Of a copy. No SCIM answer shows it. */
  readonly owner?: Owner | undefined
}

/** Which of the attributes that lie in rows of their own the answer shows. */
export interface Wanted {
  readonly members: boolean
  readonly groups: boolean
}
