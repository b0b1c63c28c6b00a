import * as z from 'zod'
import { productIdSchema } from '../../roles/rules'
import { foldCase } from '../../scim/fold'
import { MAX_LIST_ROWS, readCsvList } from '../../api/csv-list'

const MAX_CELL_CHARACTERS = 256

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
    .regex(/^[^\s@]+@\S+$/, 'must be an e-mail address') // two ways to part it would take quadratic time
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
  .max(MAX_LIST_ROWS, `can be at most ${MAX_LIST_ROWS} people: send several lists`)
  .superRefine((people, check) => {
    for (const [column, form] of UNIQUE) {
      const seen = new Map<string, number>()
      for (const [index, person] of people.entries()) {
        if (person[column].length > MAX_CELL_CHARACTERS) continue // refused already; folding a very long one takes its time
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

const COLUMNS = ['userName', 'productId', 'email', 'externalId', 'displayName', 'givenName', 'familyName']

/** The people of a CSV file. @throws Problem 400 that names row and column of every wrong cell, at most 100 */
export const readKnownPeopleCsv = (csv: string) =>
  readCsvList(csv, { columns: COLUMNS, needed: ['userName', 'productId'], schema: knownPeople })
