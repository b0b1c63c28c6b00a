import * as z from 'zod'
import { foldCase } from '../../scim/fold'
import { MAX_LIST_ROWS, readCsvList } from '../../api/csv-list'

const MAX_TAG_CHARACTERS = 64
const MAX_TEXT_CHARACTERS = 128
const MAX_NAME_CHARACTERS = 256

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
  .meta({ id: 'Assignee' })
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
  .max(MAX_LIST_ROWS, `can be at most ${MAX_LIST_ROWS} items: send several lists`)
  .superRefine((items, check) => {
    const seen = new Map<string, number>()
    for (const [index, item] of items.entries()) {
      if (item.assetTag.length > MAX_TAG_CHARACTERS) continue // refused already; folding a very long one takes its time
      const tag = foldCase(item.assetTag)
      const first = seen.get(tag)
      if (first === undefined) seen.set(tag, item.row ?? index + 1)
      else check.addIssue({ code: 'custom', path: [index, 'assetTag'], message: `is in row ${first} as well` })
    }
  })

/** Where a wrong field of the entry is, as whoever made the list sees it. */
export const fieldOf = (given: number | undefined, index: number, column: string) =>
  given === undefined ? `/${index}/${column}` : `row ${given}, ${column}`

const COLUMNS = ['assetTag', 'model', 'serial', 'assignee', 'since']

/** The items of a CSV file. @throws Problem 400 that names row and column of every wrong cell, at most 100 */
export const readEquipmentCsv = (csv: string) =>
  readCsvList(csv, { columns: COLUMNS, needed: ['assetTag', 'assignee'], schema: equipmentList })
