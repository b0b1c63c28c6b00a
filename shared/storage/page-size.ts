import type { Row } from './table'

/**
 * The most that one page of documents or records should bring, in characters: a document has up to 200 KiB, and 1,000 of them, which is
 * all that the service itself bounds, are more than the default instance has memory for. Half a mebibyte is 300 people of
 * Entra ID's default mapping, and keeps the process some 15 ms.
 */
const PAGE_CHARACTERS = 512 * 1024
/** While nobody knows how large a tenant's rows are: a document may have 200 KiB, a record 32 KiB. */
export const FIRST_ROWS = { documents: 32, records: 100 } as const
const MIN_ROWS = 4

/** How many rows a page may ask for, by the size of those that came before. One for each table and kind of row. */
export interface PageSize {
  readonly rows: number
  saw(rows: readonly Row[]): void
}

/** Large documents are believed at once, small ones slowly: keys are random, so that one page is like another. */
export function pageSize(firstRows: number): PageSize {
  let average: number | undefined
  return {
    get rows() {
      return average === undefined ? firstRows : Math.max(MIN_ROWS, Math.floor(PAGE_CHARACTERS / average))
    },
    saw(rows) {
      if (rows.length === 0) return
      const seen = Math.max(1, rows.reduce((sum, row) => sum + rowCharacters(row), 0) / rows.length)
      average = average === undefined ? seen : Math.max(seen, 0.8 * average)
    },
  }
}

/** The characters of a row's texts, which are nearly all of a document's row. */
export function rowCharacters({ values }: Row): number {
  let characters = 0
  for (const name in values) {
    const value = values[name]
    if (typeof value === 'string') characters += value.length
  }
  return characters
}
