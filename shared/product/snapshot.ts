import * as z from 'zod'
import type { DirectoryContext } from '../directory/context'
import { readDocument, type Document } from '../directory/documents/document'
import { readHead } from '../feed/read-feed'
import { pageOf, pageQuery } from '../api/page'
import { invalid } from '../api/problem'
import { lastPart } from '../storage/keys'
import { prefixRange } from '../storage/table'

/** A page of a snapshot. */
export const snapshotOf = (item: z.ZodType) =>
  pageOf(item).extend({
    seq: z
      .int()
      .optional()
      .describe('Of the whole list: when all pages are read, go on with the change feed behind it. Absent for a search.'),
  })

export const snapshotQuery = pageQuery.shape

interface Wanted {
  readonly limit: number
  readonly after?: string | undefined
}

export interface SnapshotPage {
  readonly documents: readonly Document[]
  /** The head of the feed when the first page was asked for: what it lacks stands behind that. */
  readonly seq: number
  readonly next: string | undefined
}

const CURSOR = /^(\d{1,15})\.([0-9a-f]{32})$/

/**
 * A page of all people or groups, by id. The head of the feed is read before the first page, and every cursor carries it on:
 * two trips for the first page, one for each further.
 * @throws Problem 400 for a cursor that is none
 */
export async function snapshotPage(context: DirectoryContext, kind: 'u' | 'g', { limit, after }: Wanted): Promise<SnapshotPage> {
  const range = prefixRange(kind)
  const place = after === undefined ? { seq: await readHead(context.table), id: undefined } : placeOf(after)
  const from = place.id === undefined ? range.from : `${range.from}${place.id}!`
  const rows = await context.table.all({ from, before: range.before }, { limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    documents: page.map(readDocument).filter((document) => document !== undefined),
    seq: place.seq,
    next: rows.length > limit && last !== undefined ? `${place.seq}.${lastPart(last.key)}` : undefined,
  }
}

function placeOf(cursor: string): { seq: number; id: string } {
  const [, seq, id] = CURSOR.exec(cursor) ?? []
  if (seq === undefined || id === undefined) throw invalid([{ path: '?after', detail: 'must be `next` of the page before' }])
  return { seq: Number(seq), id }
}

/** A page of what a search found, by id. */
export function searchPage(found: readonly Document[], { limit, after = '' }: Wanted) {
  const behind = found.filter(({ id }) => id > after)
  const documents = behind.slice(0, limit)
  return { documents, next: behind.length > limit ? documents.at(-1)?.id : undefined }
}

/**
 * What the product looks for: the filter of the one parameter given, undefined without any.
 * @throws Problem 400 when there are several
 */
export function searchedBy<K extends string>(
  query: Readonly<Partial<Record<K, string | undefined>>>,
  names: readonly K[],
): { readonly name: K; readonly value: string } | undefined {
  const given = names.flatMap((name) => {
    const value = query[name]
    return value === undefined ? [] : [{ name, value }]
  })
  const [first, second] = given
  if (second !== undefined) {
    throw invalid([{ path: `?${second.name}`, detail: `cannot be combined: search by one of ${names.join(', ')}` }])
  }
  return first
}
