import { AUDIT, auditKey, LISTED_AUDIT } from '../storage/keys'
import { isTableMissing, type Action, type Range, type Table } from '../storage/table'
import { auditRecordOf, type AuditRecord } from './record'

/** Where records stand: in a tenant's own table, or in the table of tenants. */
export type AuditPlace = 'tenant' | 'list'

interface Wanted {
  readonly limit: number
  /** Id of a record: those behind it alone. */
  readonly after?: string | undefined
  /** Milliseconds since the epoch; from is included, before is not. */
  readonly from?: number | undefined
  readonly before?: number | undefined
}

const prefixOf = (place: AuditPlace) => (place === 'tenant' ? AUDIT : LISTED_AUDIT)
const ID = /^\d{15}-[0-9a-f]{32}$/

export const isAuditId = (text: string) => ID.test(text)

/** Records, the newest first, at most as many as wanted. One trip for each thousand. */
export async function readAudit(table: Table, place: AuditPlace, wanted: Wanted): Promise<readonly AuditRecord[]> {
  const { limit, after, from, before } = wanted
  const prefix = prefixOf(place)
  // Times run down in keys: `g` is behind every hex digit.
  if (before !== undefined && before <= 0) return []
  const newest = before === undefined ? `${prefix}!` : auditKey(prefix, before - 1, '')
  const behind = after === undefined ? '' : `${prefix}!${after.replace('-', '!')}g`
  const range = {
    from: behind > newest ? behind : newest,
    before: from === undefined ? `${prefix}"` : auditKey(prefix, Math.max(0, from), 'g'),
  }
  if (range.from >= range.before) return []
  return (await rowsOf(table, place, range, { limit })).map(auditRecordOf)
}

async function rowsOf(table: Table, place: AuditPlace, range: Range, options: Parameters<Table['all']>[1]) {
  try {
    return await table.all(range, options)
  } catch (error) {
    if (place === 'list' && isTableMissing(error)) return [] // no tenant was made yet
    throw error
  }
}

const DAY_MS = 86_400_000
const DELETED_AT_ONCE = 100
/** More wait for the next turn. */
const MAX_DELETED = 10_000

/** Deletes records that are older than so many days, up to ten thousand. One trip when there is none. */
export async function expireAudit(table: Table, place: AuditPlace, { days, now }: { days: number; now: Date }): Promise<void> {
  const prefix = prefixOf(place)
  const old = { from: auditKey(prefix, now.getTime() - days * DAY_MS, ''), before: `${prefix}"` }
  const rows = await rowsOf(table, place, old, { limit: MAX_DELETED, select: [] })
  for (let i = 0; i < rows.length; i += DELETED_AT_ONCE) {
    const outcome = await table.commit(rows.slice(i, i + DELETED_AT_ONCE).map(({ key }): Action => ({ type: 'delete', key })))
    if (!outcome.ok) return // another instance was faster
  }
}
