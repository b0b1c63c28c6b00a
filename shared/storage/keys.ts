import { createHash } from 'node:crypto'

/**
 * Row keys of a tenant's table (docs/decisions/0001-row-keys.md). The separator is `!`, which sorts before every
 * character that an id or an encoded value has; the rows of a prefix `P!` are those from `P!` to `P"`.
 */

const MAX_ENCODED_LENGTH = 200
const HASHED_PREFIX_LENGTH = 160

/**
 * A value as part of a row key: `[a-z0-9._@-]` as is, every other UTF-16 code unit as `=hhhh`. Tables forbid `/ \ # ?`
 * and control characters and bound keys to 1 KiB, so over 200 characters the rest is a hash: compare the document too.
 */
export function encodeValue(value: string): string {
  let encoded = ''
  for (let i = 0; i < value.length && encoded.length <= MAX_ENCODED_LENGTH; i += 1) {
    const unit = value.charAt(i)
    encoded += /[a-z0-9._@-]/.test(unit) ? unit : `=${value.charCodeAt(i).toString(16).padStart(4, '0')}`
  }
  if (encoded.length <= MAX_ENCODED_LENGTH) return encoded
  return `${encoded.slice(0, HASHED_PREFIX_LENGTH)}=h${createHash('sha256').update(value, 'utf16le').digest('hex')}`
}

export const SETTINGS_KEY = 't!'
/** Beside the settings: what the last refused assertion of the tenant's directory said. */
export const REFUSED_ASSERTION_KEY = 't!assertion'
export const HEAD_KEY = 'p!'
/** The last judgement of the tenant's health; among the rows of what was seen, so that one trip reads all of it. */
export const HEALTH_KEY = 's!health'
/** Prefix of the same in the table of tenants, a row for each. `!` sorts before every slug. */
export const LISTED_HEALTH = '!h'
/** In the table of tenants: when the timer was round last. */
export const ROUND_KEY = '!r'
/** In the table of tenants: the roles that the product knows. */
export const CATALOGUE_KEY = '!c'
export const listedHealthKey = (slug: string) => `${LISTED_HEALTH}!${slug}`

export const userKey = (id: string) => `u!${id}`
export const groupKey = (id: string) => `g!${id}`
export const isDocumentKey = (key: string) => key.startsWith('u!') || key.startsWith('g!')
/** Of a change, with or without a number; `p!` itself is the head. */
export const isRecordKey = (key: string) => key.startsWith('p!') || key.startsWith('f!')
export const anchorKey = (id: string) => `r!${id}`
/** id is a member of group. */
export const belongsKey = (id: string, group: string) => `r!${id}!${group}`
/** The same membership from the group's side. */
export const memberKey = (group: string, id: string) => `m!${group}!${id}`
export const tombstoneKey = (id: string) => `d!${id}`
export const outboxKey = (record: string) => `p!${record}`
/** The role that was last announced of a person. */
export const announcedKey = (id: string) => `o!${id}`
/** Lease and checkpoint of a consumer of the feed. */
export const consumerKey = (consumer: string) => `l!${consumer}`
/** What a consumer is asked to do beside the feed. */
export const commandKey = (consumer: string, id: string) => `l!${consumer}!${id}`
/** An erasure that is not finished. */
export const erasureKey = (id: string) => `e!${id}`
/** When the scheduled equipment report was last made. */
export const EQUIPMENT_REPORT_KEY = 'a!'
/** A piece of equipment by its asset tag, folded. */
export const assetKey = (assetTag: string) => `a!t!${encodeValue(assetTag)}`
/** The same from the side of whoever has it. */
export const heldKey = (id: string, assetTag: string) => `a!u!${id}!${encodeValue(assetTag)}`
/** Somebody who has equipment, or had some. */
export const holderKey = (id: string) => `a!h!${id}`
/** Prefix of requests that an administrator wants to see as they came. */
export const CAPTURED = 'z'
const END_OF_TIME_MS = 999_999_999_999_999
const newestFirstKey = (prefix: string, timeMs: number, id: string) =>
  `${prefix}!${String(END_OF_TIME_MS - timeMs).padStart(15, '0')}!${id}`
export const capturedKey = (timeMs: number, id: string) => newestFirstKey(CAPTURED, timeMs, id)
/** Prefix of records of who changed what in the administration of the tenant. */
export const AUDIT = 'v'
/** The same in the table of tenants, of what is done to tenants from outside. */
export const LISTED_AUDIT = '!v'
export const auditKey = (prefix: typeof AUDIT | typeof LISTED_AUDIT, timeMs: number, id: string) =>
  newestFirstKey(prefix, timeMs, id)
/** What stands for a person (`u`) or group (`g`) of a super tenant in this table. */
export const linkKey = (kind: 'u' | 'g', source: string, id: string) => `c!${kind}!${source}!${id}`
/** A name that a copy cannot have, since somebody here has it; by the id in the super tenant. */
export const conflictKey = (id: string) => `n!${id}`
/** The worker that may write copies to this table. */
export const fenceKey = (turn: string) => `b!${turn}`
/** What a super tenant has to try again: all of a target. */
export const failingKey = (target: string) => `y!t!${target}`
/** One person or group in a target. */
export const retryKey = (target: string, id: string) => `y!n!${target}!${id}`
/** The same in the order of time: when it is due, in milliseconds since 1970. */
export const dueKey = (due: number, target: string, id: string) => `y!d!${String(due).padStart(15, '0')}!${target}!${id}`
/** Somebody who is erased in the super tenant, and in the failing target not yet. */
export const missedErasureKey = (target: string, id: string) => `y!e!${target}!${id}`
export const feedKey = (seq: number) => `f!${String(seq).padStart(12, '0')}`

/** The values are folded already where the attribute has no case. */
export const userNameKey = (userName: string) => `x!un!${encodeValue(userName)}`
export const groupNameKey = (displayName: string, externalId: string) =>
  `x!gn!${encodeValue(displayName)}!${encodeValue(externalId)}`
export const externalIdKey = (kind: 'u' | 'g', externalId: string, id: string) => `x!ext!${kind}!${encodeValue(externalId)}!${id}`
export const emailKey = (email: string, id: string) => `x!em!${encodeValue(email)}!${id}`
/** Unique in the tenant, case kept. */
export const productIdKey = (productId: string) => `x!pid!${encodeValue(productId)}`
export const managerKey = (manager: string, id: string) => `x!mgr!${encodeValue(manager)}!${id}`
/** A row of a matching attribute (shared/directory/query/matching.ts): entry is `<code>!<value>`. */
export const matchingKey = (entry: string, id: string) => `x!${entry}!${id}`
/** What the rows of matching attributes are made for, and how far the job is that makes them. */
export const INDEX_HEAD_KEY = 'x!'

/** What stands behind the last separator. */
export const lastPart = (key: string) => key.slice(key.lastIndexOf('!') + 1)
