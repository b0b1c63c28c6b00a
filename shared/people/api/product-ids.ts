import * as z from 'zod'
import { preloadPerson, type Known } from '../../access/preload'
import { ScimError, unavailable } from '../../scim/errors'
import type { JsonObject } from '../../scim/json'
import { readResource } from '../../scim/resource'
import type { ResourceType } from '../../scim/schema/schema'
import { USER_URN } from '../../scim/schema/schemas'
import { inParallel } from '../../storage/parallel'
import { MAX_LIST_BYTES, MAX_LIST_ROWS } from '../../api/csv-list'
import { tenantOperation, type Operation } from '../../api/operation'
import { invalid } from '../../api/problem'
import { knownPeople, readKnownPeopleCsv, rowOf, type KnownPerson } from './product-id-list'

const WRITTEN_AT_ONCE = 16
/** Azure ends a request after 230 s. */
const MAX_WRITING_MS = 150_000

const preloaded = z.object({
  created: z.int().describe('People who were nobody here yet'),
  linked: z.int().describe('People who were here, and have a product id now'),
  unchanged: z.int(),
  failed: z.array(z.object({ row: z.int(), detail: z.string() })).describe('Entries that nothing was stored of'),
})

const preload = tenantOperation(
  {
    id: 'preloadProductIds',
    method: 'POST',
    path: '/tenants/{tenant}/product-ids',
    summary:
      'Tells whom the product knows already, before or after the directory sends them. Who has the userName gets the product id, who is nobody yet is created. Repeatable',
    access: 'operatorAdmin',
    audit: 'data.imported',
    body: knownPeople,
    readCsv: readKnownPeopleCsv,
    maxBodyBytes: MAX_LIST_BYTES,
    maxItems: MAX_LIST_ROWS,
    answers: {
      200: { description: 'What came of each entry. A list with a wrong entry stores nothing: 400', schema: preloaded },
    },
  },
  async ({ body, directory, actor, audit, wake }) => {
    const people = checked(directory.types.User, body)
    await directory.table.commit([audit({ label: 'product ids', after: { rows: people.length } })])
    const started = performance.now()
    const failed: { row: number; detail: string }[] = []
    const counts = { created: 0, linked: 0, unchanged: 0 }
    try {
      await inParallel([...people.entries()], WRITTEN_AT_ONCE, async ([index, person]) => {
        if (performance.now() - started > MAX_WRITING_MS) {
          throw unavailable('The list is stored in part. Send it again, and it goes on from there.', 5)
        }
        const outcome = await preloadPerson(directory, person, actor.name)
        if (typeof outcome === 'string') counts[outcome] += 1
        else failed.push({ row: rowOf(body, index), detail: outcome.failed })
      })
    } finally {
      wake()
    }
    return { status: 200, body: { ...counts, failed: failed.sort((a, b) => a.row - b.row) } }
  },
)

/** Every entry as a person, before any is stored. */
function checked(type: ResourceType, people: readonly KnownPerson[]): Known[] {
  return people.map((person, index) => {
    try {
      const { attributes } = readResource(type, bodyOf(person))
      return { userName: person.userName, productId: person.productId, attributes }
    } catch (error) {
      if (error instanceof ScimError) throw invalid([{ path: `/${index}`, detail: error.message }])
      throw error
    }
  })
}

/** Active, since they work with the product; the directory's first write says otherwise where that is so. */
function bodyOf({ userName, email, externalId, displayName, givenName, familyName }: KnownPerson): JsonObject {
  const hasName = givenName !== undefined || familyName !== undefined
  return {
    schemas: [USER_URN],
    userName,
    active: true,
    ...(externalId !== undefined && { externalId }),
    ...(displayName !== undefined && { displayName }),
    ...(hasName && { name: { ...(givenName !== undefined && { givenName }), ...(familyName !== undefined && { familyName }) } }),
    ...(email !== undefined && { emails: [{ value: email, type: 'work', primary: true }] }),
  }
}

export const productIdsOperations: readonly Operation[] = [preload]
