import { parse } from 'csv-parse/sync'
import * as z from 'zod'
import { productIdSchema } from '../roles/rules'
import { foldCase } from '../scim/fold'
import { invalid, type WrongField } from './problem'
import { MAX_WRONG_FIELDS } from './request'

const MAX_ROWS = 5_000
const MAX_CELL_CHARACTERS = 256
const MAX_RECORD_CHARACTERS = 10_000

const text = z
  .string()
  .trim()
  .min(1)
  .max(MAX_CELL_CHARACTERS)
  .refine((value) => !/[\p{Cc}\p{Surrogate}]/u.test(value), 'must not hold control characters')

const knownPerson = z.strictObject({
  userName: text.describe('As the directory sends it, most often the user principal name'),
  productId: productIdSchema.describe("The product's own key of the person, case kept"),
  email: text
    .regex(/^\S+@\S+$/, 'must be an e-mail address')
    .optional()
    .describe('Nobody is found by it: userName counts alone'),
  externalId: text.optional(),
  displayName: text.optional(),
  givenName: text.optional(),
  familyName: text.optional(),
  row: z.int().min(1).optional().describe('Names the entry in the answer; its place from 1 unless given'),
})

export type KnownPerson = z.infer<typeof knownPerson>

/** People whom the product knows already, each userName and product id once. */
export const knownPeople = z
  .array(knownPerson)
  .min(1, 'holds nobody')
  .max(MAX_ROWS, `can be at most ${MAX_ROWS} people: send several lists`)
  .superRefine((people, check) => {
    for (const [column, form] of UNIQUE) {
      const seen = new Map<string, number>()
      for (const [index, person] of people.entries()) {
        const value = form(person[column])
        const first = seen.get(value)
        if (first === undefined) seen.set(value, index)
        else check.addIssue({ code: 'custom', path: [index, column], message: `is in row ${rowOf(people, first)} as well` })
      }
    }
  })

const UNIQUE: readonly (readonly ['userName' | 'productId', (value: string) => string])[] = [
  ['userName', foldCase],
  ['productId', (value) => value],
]

export const rowOf = (people: readonly KnownPerson[], index: number) => people[index]?.row ?? index + 1

const COLUMNS = ['userName', 'productId', 'email', 'externalId', 'displayName', 'givenName', 'familyName'] as const
type Column = (typeof COLUMNS)[number]

/**
 * The people of a CSV file whose first row names the columns, in any order and letter case. Commas, semicolons or tabs
 * part its cells, as Excel writes them in one country or another. Rows are numbered as a spreadsheet does.
 * @throws Problem 400 that names row and column of every wrong cell, at most 100
 */
export function readKnownPeopleCsv(csv: string): unknown {
  const [header = [], ...records] = recordsOf(csv)
  const columns = columnsOf(header)
  const wrong: WrongField[] = []
  const people = records.flatMap((cells, index): Record<string, unknown>[] => {
    if (cells.every((cell) => cell === '')) return []
    const row = index + 2
    if (cells.length !== columns.length)
      wrong.push({ path: `row ${row}`, detail: `has ${cells.length} cells, while the first row has ${columns.length}` })
    const filled = columns.map((column, i) => [column, cells[i] ?? ''] as const).filter(([, cell]) => cell !== '')
    return [{ ...Object.fromEntries(filled), row }]
  })
  if (wrong.length > 0) throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
  refuseWrongCells(people)
  return people
}

function recordsOf(csv: string): string[][] {
  const firstLine = /^[^\r\n]*/.exec(csv)?.[0] ?? ''
  const count = (delimiter: string) => firstLine.split(delimiter).length
  const delimiter = [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
  try {
    return parse(csv, {
      bom: true,
      delimiter,
      trim: true,
      relax_column_count: true,
      max_record_size: MAX_RECORD_CHARACTERS,
      to: MAX_ROWS + 2,
    })
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : undefined
    const at = line === undefined ? '' : ` near line ${line}` // its message quotes cells
    throw invalid([{ path: '', detail: `The CSV cannot be read${at}: a quote is not closed, or a row is too long.` }])
  }
}

function columnsOf(header: readonly string[]): Column[] {
  const wrong: WrongField[] = []
  const looked = header.slice(0, MAX_WRONG_FIELDS) // so many cannot all be right
  const columns = looked.flatMap((given, index) => {
    const column = COLUMNS.find((one) => one.toLowerCase() === given.toLowerCase())
    if (column === undefined) wrong.push({ path: `row 1, cell ${index + 1}`, detail: `must be one of ${COLUMNS.join(', ')}` })
    return column === undefined ? [] : [column]
  })
  for (const column of COLUMNS) {
    const times = columns.filter((one) => one === column).length
    if (times > 1) wrong.push({ path: 'row 1', detail: `names ${column} more than once` })
    if (times === 0 && (column === 'userName' || column === 'productId'))
      wrong.push({ path: 'row 1', detail: `lacks the column ${column}` })
  }
  if (wrong.length > 0) throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
  return columns
}

/** The list is checked again as JSON is; here its cells are named as the person who made the file sees them. */
function refuseWrongCells(people: readonly Record<string, unknown>[]): void {
  const result = knownPeople.safeParse(people)
  if (result.success) return
  const wrong = result.error.issues.map(({ path: [index, column], message }): WrongField => {
    const person = typeof index === 'number' ? people[index] : undefined
    return { path: person === undefined ? '' : `row ${String(person['row'])}, ${String(column)}`, detail: message }
  })
  throw invalid(wrong.slice(0, MAX_WRONG_FIELDS))
}
