import { parse } from 'csv-parse/sync'
import * as z from 'zod'
import { foldCase } from '../scim/fold'
import { invalid, type WrongField } from './problem'
import { MAX_WRONG_FIELDS } from './request'

const MAX_ROWS = 5_000
const MAX_TAG_CHARACTERS = 64
const MAX_TEXT_CHARACTERS = 128
const MAX_NAME_CHARACTERS = 256
const MAX_RECORD_CHARACTERS = 10_000

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !/[\p{Cc}\p{Surrogate}]/u.test(value), 'must not hold control characters')
const name = text(MAX_NAME_CHARACTERS).min(1)

export const assetTag = text(MAX_TAG_CHARACTERS)
  .min(1)
  .refine((value) => !/[/\\]/.test(value), 'must not hold / or \\, since it is part of an address')
  .describe('Unique in the tenant, letter case apart')

const assignee = z
  .union([z.strictObject({ id: name }), z.strictObject({ productId: name }), z.strictObject({ userName: name }), name])
  .describe('Who has it: id, product id or userName. As plain text it may be any of them')

const facts = {
  model: text(MAX_TEXT_CHARACTERS).optional().describe('Absent: as it was'),
  serial: text(MAX_TEXT_CHARACTERS).optional().describe('Absent: as it was'),
  assignee,
  since: z.iso
    .date('must be a day such as 2026-03-01')
    .optional()
    .describe('A day. Absent: as it was, or today for a new assignee'),
}

export const assignmentGiven = z.strictObject(facts)

const row = z.int().min(1).optional().describe('Names the entry in a refusal; set for each row of a CSV')
const assignmentListed = z.strictObject({ assetTag, ...facts, row })

export type Listed = z.infer<typeof assignmentListed>

/** An inventory, each asset tag once. */
export const equipmentList = z
  .array(assignmentListed)
  .min(1, 'holds nothing')
  .max(MAX_ROWS, `can be at most ${MAX_ROWS} items: send several lists`)
  .superRefine((items, check) => {
    const seen = new Map<string, number>()
    for (const [index, item] of items.entries()) {
      const tag = foldCase(item.assetTag)
      const first = seen.get(tag)
      if (first === undefined) seen.set(tag, item.row ?? index + 1)
      else check.addIssue({ code: 'custom', path: [index, 'assetTag'], message: `is in row ${first} as well` })
    }
  })

/** Where a wrong field of the entry is, as whoever made the list sees it. */
export const fieldOf = (given: number | undefined, index: number, column: string) =>
  given === undefined ? `/${index}/${column}` : `row ${given}, ${column}`

const COLUMNS = ['assetTag', 'model', 'serial', 'assignee', 'since'] as const

/**
 * The items of a CSV file whose first row names the columns, in any order and letter case; commas, semicolons or tabs part its
 * cells. Rows are numbered as a spreadsheet does; an empty cell is as an absent one.
 * @throws Problem 400 that names row and column of every wrong cell, at most 100
 */
export function readEquipmentCsv(csv: string): unknown {
  const [header = [], ...records] = recordsOf(csv)
  const columns = columnsOf(header)
  const wrong: WrongField[] = []
  const items = records.flatMap((cells, index): Record<string, unknown>[] => {
    if (cells.every((cell) => cell === '')) return []
    const at = index + 2
    if (cells.length !== columns.length)
      wrong.push({ path: `row ${at}`, detail: `has ${cells.length} cells, while the first row has ${columns.length}` })
    const filled = columns.map((column, i) => [column, cells[i] ?? ''] as const).filter(([, cell]) => cell !== '')
    return [{ ...Object.fromEntries(filled), row: at }]
  })
  if (wrong.length > 0) throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
  refuseWrongCells(items)
  return items
}

function recordsOf(csv: string): string[][] {
  const firstLine = /^[^\r\n]*/.exec(csv)?.[0] ?? ''
  const count = (delimiter: string) => firstLine.split(delimiter).length
  const delimiter = [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
  const options = { bom: true, delimiter, trim: true, relax_column_count: true, to: MAX_ROWS + 2 }
  try {
    return parse(csv, { ...options, max_record_size: MAX_RECORD_CHARACTERS })
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : undefined
    const at = line === undefined ? '' : ` near line ${line}` // its message quotes cells
    throw invalid([{ path: '', detail: `The CSV cannot be read${at}: a quote is not closed, or a row is too long.` }])
  }
}

function columnsOf(header: readonly string[]): string[] {
  const columns = header.map((given) => COLUMNS.find((column) => column.toLowerCase() === given.toLowerCase()))
  const wrong: WrongField[] = []
  for (const [index, column] of columns.entries()) {
    if (column === undefined) wrong.push({ path: `row 1, cell ${index + 1}`, detail: `must be one of ${COLUMNS.join(', ')}` })
    else if (columns.indexOf(column) < index) wrong.push({ path: 'row 1', detail: `names ${column} more than once` })
  }
  for (const needed of ['assetTag', 'assignee'] as const)
    if (!columns.includes(needed)) wrong.push({ path: 'row 1', detail: `lacks the column ${needed}` })
  if (wrong.length > 0) throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
  return columns.filter((column) => column !== undefined)
}

/** The list is checked again as JSON is; here its cells are named as the person who made the file sees them. */
function refuseWrongCells(items: readonly Record<string, unknown>[]): void {
  const result = equipmentList.safeParse(items)
  if (result.success) return
  const wrong = result.error.issues.map(({ path: [index, column], message }): WrongField => {
    const at = typeof index === 'number' ? items[index]?.['row'] : undefined
    return { path: typeof at === 'number' ? `row ${at}, ${String(column)}` : '', detail: message }
  })
  throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
}
