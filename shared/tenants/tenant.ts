import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { withLearnt, type LearntAttribute } from '../scim/learnt'
import type { ResourceType } from '../scim/schema'
import { groupType, userType } from '../scim/schemas'
import type { Row, Values } from '../storage/table'

/** One customer's directory: its row in the table of tenants, and the settings row of its own table. */
export interface Tenant {
  readonly slug: string
  /** Counts the directories that had this slug, so that a new one never meets rows or secrets of an old one. */
  readonly generation: number
  readonly table: string
  readonly settings: TenantSettings
}

export interface TenantSettings {
  /** Grows whenever tokens are generated or revoked: every instance reads the vault again. */
  readonly tokenEpoch: number
  readonly revokedTokens: ReadonlySet<string>
  /** Signs the cursors of list pages. */
  readonly cursorKey: string
  readonly learnt: readonly LearntAttribute[]
  /** The core types with what this tenant's directory sent beyond them. */
  readonly types: { readonly User: ResourceType; readonly Group: ResourceType }
  readonly etag: string
}

/**
 * Azure allows 3 to 63 letters and digits, without case; the hash tells `a-b` from `ab`. The settings row names the slug,
 * so that even two slugs of one hash could not share a table.
 */
export function tenantTable(slug: string, generation: number): string {
  const hash = createHash('sha256').update(slug).digest('hex').slice(0, 16)
  return `t${slug.replaceAll('-', '')}${hash}g${generation}`
}

export function newSettings(slug: string): Values {
  return { slug, epoch: 1, revoked: '[]', cursor: randomBytes(32).toString('hex'), learnt: '[]' }
}

const json = <T>(shape: z.ZodType<T>) => z.string().transform((text) => shape.parse(JSON.parse(text)))

const settingsValues = z.object({
  slug: z.string(),
  epoch: z.number(),
  revoked: json(z.array(z.string())),
  cursor: z.string().min(32),
  learnt: json(z.array(z.object({ type: z.enum(['User', 'Group']), urn: z.string(), name: z.string() }))),
})

/** @throws Error when the row is another tenant's or malformed */
export function readSettings(row: Row, slug: string): TenantSettings {
  const { slug: owner, epoch, revoked, cursor, learnt } = settingsValues.parse(row.values)
  if (owner !== slug) throw new Error('The settings row belongs to another tenant.')
  const types = { User: withLearnt(userType, learnt), Group: withLearnt(groupType, learnt) }
  return { tokenEpoch: epoch, revokedTokens: new Set(revoked), cursorKey: cursor, learnt, types, etag: row.etag }
}
