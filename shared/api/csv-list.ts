import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import type * as z from 'zod'
import { letOthersRun } from '../storage/slices'
import { invalid, type WrongField } from './problem'
import { longList, MAX_WRONG_FIELDS } from './request'

/** Of a list that is sent as CSV or JSON; larger ones are sent in parts. */
export const MAX_LIST_ROWS = 5_000
/** 400 for each of so many entries. Nobody else is answered while JSON is parsed: 5 MB of it took a tenth of a second. */
export const MAX_LIST_BYTES = 2 * 1024 * 1024
const MAX_RECORD_CHARACTERS = 10_000

/** What the first row of the file may name, and what the entries must be. */
export interface CsvList {
  readonly columns: readonly string[]
  readonly needed: readonly string[]
  /** Of the whole list, as JSON sends it; its entries have `row`. */
  readonly schema: z.ZodType
}

/**
 * The entries of a CSV file whose first row names the columns, in any order and letter case. Commas, semicolons or tabs
 * part its cells, as Excel writes them in one country or another. Rows are numbered as a spreadsheet does; an empty cell is
 * as an absent one.
 * @throws Problem 400 that names row and column of every wrong cell, at most 100
 */
export async function readCsvList(csv: string, list: CsvList): Promise<unknown> {
  const [header = [], ...records] = await recordsOf(csv)
  const columns = columnsOf(header, list)
  const wrong: WrongField[] = []
  const entries = records.flatMap((cells, index): Record<string, unknown>[] => {
    if (cells.every((cell) => cell === '')) return []
    const row = index + 2
    if (cells.length !== columns.length)
      wrong.push({ path: `row ${row}`, detail: `has ${cells.length} cells, while the first row has ${columns.length}` })
    const filled = columns.map((column, i) => [column, cells[i] ?? ''] as const).filter(([, cell]) => cell !== '')
    return [{ ...Object.fromEntries(filled), row }]
  })
  if (wrong.length > 0) throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
  if (entries.length > MAX_LIST_ROWS) throw longList(MAX_LIST_ROWS)
  refuseWrongCells(entries, list.schema)
  return entries
}

/** Read in pieces, between which others run: megabytes of text take the parser long. */
const PIECE_CHARACTERS = 32 * 1024

async function* piecesOf(csv: string) {
  for (let start = 0; start < csv.length;) {
    const end = start + PIECE_CHARACTERS
    const isSplit = /[\uD800-\uDBFF]/.test(csv.charAt(end - 1)) // a piece is encoded by itself: no half of a surrogate pair
    yield csv.slice(start, isSplit ? end + 1 : end)
    start = isSplit ? end + 1 : end
    await letOthersRun()
  }
}

async function recordsOf(csv: string): Promise<string[][]> {
  const firstLine = /^[^\r\n]*/.exec(csv.slice(0, MAX_RECORD_CHARACTERS))?.[0] ?? ''
  const count = (delimiter: string) => firstLine.split(delimiter).length
  const delimiter = [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
  try {
    const parser = parse({
      bom: true,
      delimiter,
      trim: true,
      relax_column_count: true,
      max_record_size: MAX_RECORD_CHARACTERS,
      to: MAX_LIST_ROWS + 2,
    })
    Readable.from(piecesOf(csv), { objectMode: false }).pipe(parser)
    const records: string[][] = []
    for await (const record of parser) records.push(record as string[])
    return records
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : undefined
    const at = line === undefined ? '' : ` near line ${line}` // its message quotes cells
    throw invalid([{ path: '', detail: `The CSV cannot be read${at}: a quote is not closed, or a row is too long.` }])
  }
}

function columnsOf(header: readonly string[], { columns: known, needed }: CsvList): string[] {
  const wrong: WrongField[] = []
  const looked = header.slice(0, MAX_WRONG_FIELDS) // so many cannot all be right
  const columns = looked.flatMap((given, index) => {
    const column = known.find((one) => one.toLowerCase() === given.toLowerCase())
    if (column === undefined) wrong.push({ path: `row 1, cell ${index + 1}`, detail: `must be one of ${known.join(', ')}` })
    return column === undefined ? [] : [column]
  })
  for (const column of known) {
    const times = columns.filter((one) => one === column).length
    if (times > 1) wrong.push({ path: 'row 1', detail: `names ${column} more than once` })
    if (times === 0 && needed.includes(column)) wrong.push({ path: 'row 1', detail: `lacks the column ${column}` })
  }
  if (wrong.length > 0) throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
  return columns
}

/** The list is checked again as JSON is; here its cells are named as the person who made the file sees them. */
function refuseWrongCells(entries: readonly Record<string, unknown>[], schema: z.ZodType): void {
  const result = schema.safeParse(entries)
  if (result.success) return
  const wrong = result.error.issues.map(({ path: [index, column], message }): WrongField => {
    const entry = typeof index === 'number' ? entries[index] : undefined
    return { path: entry === undefined ? '' : `row ${String(entry['row'])}, ${String(column)}`, detail: message }
  })
  throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
}
