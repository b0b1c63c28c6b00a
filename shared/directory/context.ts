import type { JsonObject } from '../scim/json'
import type { ResourceType } from '../scim/schema'
import type { Table } from '../storage/table'
import type { MatchingAttribute } from './matching'
import type { Member } from './memberships'

/** What every operation on a tenant's directory needs. */
export interface DirectoryContext {
  readonly table: Table
  readonly types: { readonly User: ResourceType; readonly Group: ResourceType }
  readonly now: () => Date
  /** Signs cursors; the tenant's own. */
  readonly cursorKey: string
  /** The attributes that the tenant's client matches by; every write keeps their index rows. */
  readonly matching: readonly MatchingAttribute[]
  /** Whether people who are created now wait for a release. Absent: they do not. */
  readonly staging?: boolean
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
}

/** Which of the attributes that lie in rows of their own the answer shows. */
export interface Wanted {
  readonly members: boolean
  readonly groups: boolean
}
