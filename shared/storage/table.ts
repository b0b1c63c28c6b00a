import { errorCode } from './unavailable'

/** Whether a call failed because its table does not exist: nobody made it yet, or its tenant was deleted. */
export const isTableMissing = (error: unknown) => errorCode(error) === 'TableNotFound'

/** A property's value. Whole numbers in 32 bits are Int32, other finite numbers Double. */
export type Scalar = string | number | boolean
export type Values = Readonly<Record<string, Scalar>>

export interface Row {
  readonly key: string
  readonly etag: string
  /** ISO 8601 in UTC, 100 ns digits. Set by the service; rows of one transaction need not share it. */
  readonly timestamp: string
  readonly values: Values
}

export type Action =
  | { readonly type: 'create'; readonly key: string; readonly values: Values }
  /** Both fail as 'missing' without the row and as 'changed' under another ETag; '*' stands for any. */
  | { readonly type: 'replace' | 'merge'; readonly key: string; readonly values: Values; readonly etag: string }
  /** Inserts or replaces. */
  | { readonly type: 'upsert'; readonly key: string; readonly values: Values }
  /** Fails as 'missing' without the row. Never conditional: the client drops an ETag here. */
  | { readonly type: 'delete'; readonly key: string }

export type Outcome =
  /** One ETag for each action, undefined for a delete. */
  | { readonly ok: true; readonly etags: readonly (string | undefined)[] }
  /** index is the position of the action that failed, undefined when the service did not name it. */
  | { readonly ok: false; readonly reason: 'exists' | 'missing' | 'changed'; readonly index: number | undefined }

/** Keys with from <= key < before, by UTF-16 code unit. */
export interface Range {
  readonly from: string
  readonly before: string
}

/** A text property from the one to the other, both included, by UTF-16 code unit. */
export interface Between {
  readonly property: string
  readonly from: string
  readonly to: string
}

export interface Page {
  readonly rows: readonly Row[]
  readonly next: string | undefined
}

/**
 * One table, of which partition `t` alone is used. Held to its word by table.test.ts, on real tables.
 * Every method throws StorageUnavailable when the service is busy, broken, silent or out of reach, StorageForbidden when it
 * refuses the identity, and RestError for any other refusal; a table that does not exist is a refusal, never an absent row.
 */
export interface Table {
  /** The row, or undefined when there is none. */
  get(key: string): Promise<Row | undefined>
  /**
   * One page of at most `limit` rows (default and maximum 1,000) in key order; `next` resumes after it. The service may
   * return an empty page with `next`, and of documents and records, which may be large, a page has only some 512 KiB. `select` names the
   * properties wanted in `values`; the default is all. `where` leaves out the rows whose text is not between the two, which the
   * service looks at all the same.
   */
  page(range: Range, options?: { limit?: number; next?: string; select?: readonly string[]; where?: Between }): Promise<Page>
  /** Every row of the range in key order, page after page, at most `limit` rows. */
  all(range: Range, options?: { limit?: number; select?: readonly string[] }): Promise<readonly Row[]>
  /**
   * One entity group transaction of 1 to 100 actions: all are stored or none. The client repeats a transaction whose
   * answer was lost, so one that was committed may still be reported as 'exists' (create), 'changed' (replace, merge
   * under an ETag) or 'missing' (delete), and after StorageUnavailable its outcome is unknown. The caller tells its own
   * commit by a write id in the row.
   */
  commit(actions: readonly Action[]): Promise<Outcome>
}

/** The keys that begin with `<prefix>!`: `"` is the character after `!`. */
export function prefixRange(prefix: string): Range {
  return { from: `${prefix}!`, before: `${prefix}"` }
}
