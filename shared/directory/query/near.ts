import { inParallel } from '../../storage/parallel'
import type { Row, Table } from '../../storage/table'

/** So few are read side by side: a range would be a trip that may bring none of them. */
const FEW = 16
const PARALLEL_READS = 64
/** Documents are large: a page holds not many more rows than are wanted, and the first tells whether there is any use in it. */
const SPARE = 2
const FIRST_PAGE_ROWS = 50
const MAX_PAGE_ROWS = 200

/**
 * Shows each row of these keys that exists, in no order. Few are read side by side; of many, all between the first and the last,
 * page by page as long as a fourth of what comes is wanted. Never more calls than keys and one.
 */
export async function visitRowsAt(table: Table, keys: readonly string[], visit: (row: Row) => void): Promise<void> {
  const wanted = new Set(keys)
  let left = [...wanted].sort()
  let rowsAtOnce = FIRST_PAGE_ROWS
  while (left.length > FEW) {
    const { rows, next } = await table.page(
      { from: left[0] ?? '', before: `${left.at(-1) ?? ''}!` },
      { limit: Math.min(SPARE * left.length, rowsAtOnce) },
    )
    rowsAtOnce = MAX_PAGE_ROWS
    const found = rows.filter(({ key }) => wanted.has(key))
    found.forEach(visit)
    if (next === undefined) return
    const reached = rows.at(-1)?.key ?? ''
    left = left.filter((key) => key > reached)
    if (4 * found.length <= rows.length) break
  }
  await inParallel(left, PARALLEL_READS, async (key) => {
    const row = await table.get(key)
    if (row !== undefined) visit(row)
  })
}
