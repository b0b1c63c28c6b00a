import * as z from 'zod'
import { invalid } from './problem'

/** Query parameters of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(100).describe('Entries of a page'),
  after: z.string().max(200).optional().describe('`next` of the page before'),
})

/** Of lists in the order of ids. */
export const idPageQuery = pageQuery.extend({
  after: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'is not the `next` of a page')
    .optional()
    .describe('`next` of the page before'),
})

/** A page of a list: `next` is absent on the last one. */
export const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), next: z.string().optional() })

export const time = z.iso.datetime().describe('In UTC')

/** The page out of rows of which one more was read than the page holds. */
export function toPage<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): { items: T[]; next?: string } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last !== undefined && { next: keyOf(last) }) }
}

/**
 * The page of a list that was read as a whole.
 * @throws Problem 400 when `after` is the key of none
 */
export function pageBehind<T>(
  items: readonly T[],
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  keyOf: (item: T) => string,
): { items: T[]; next?: string } {
  const from = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1
  if (after !== undefined && from === 0) throw invalid([{ path: '?after', detail: 'is not the `next` of a page of this list' }])
  return toPage(items.slice(from, from + limit + 1), limit, keyOf)
}

export const isoTime = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString())
