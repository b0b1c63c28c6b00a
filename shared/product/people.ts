import * as z from 'zod'
import { findByProductId, linkProduct } from '../access/access'
import type { DirectoryContext } from '../directory/context'
import type { Document } from '../directory/documents/document'
import { findMatching } from '../directory/query/query'
import { acceptsVersion, isNotModified } from '../http/etag'
import { tenantOperation, type OpenedTenant, type Operation } from '../api/operation'
import { absent, conflict, stale } from '../api/problem'
import { productIdSchema } from '../roles/rules'
import { parseFilter } from '../scim/filter/filter'
import { person, readPerson, showPeople, type Person } from './person'
import { searchedBy, searchPage, snapshotOf, snapshotPage, snapshotQuery } from './snapshot'

const id = z.string().describe('Of the person')
const sought = z.string().min(1).max(1000).optional()

const SEARCHES = ['productId', 'userName', 'externalId', 'email'] as const
type Search = { readonly name: (typeof SEARCHES)[number]; readonly value: string }

const read = tenantOperation(
  {
    id: 'readPersonForProduct',
    method: 'GET',
    path: '/tenants/{tenant}/people/{id}',
    summary: 'One person, with the role of now. Answers 304 to If-None-Match when nothing has changed',
    access: 'people:read',
    parameters: z.object({ id }),
    answers: { 200: { description: 'The person', schema: person }, 304: { description: 'As the version in If-None-Match' } },
  },
  async ({ tenant, directory, path, headers }) => {
    const found = await readPerson(directory, tenant.settings.policy, path.id)
    if (found === undefined) throw noSuchPerson()
    if (isNotModified(headers, found.version)) return { status: 304, headers: { ETag: found.version } }
    return answerOf(found)
  },
)

const list = tenantOperation(
  {
    id: 'listPeopleForProduct',
    method: 'GET',
    path: '/tenants/{tenant}/people',
    summary: 'Everybody by id, or who has a product id, userName, externalId or e-mail address',
    access: 'people:read',
    query: z.strictObject({
      ...snapshotQuery,
      productId: sought.describe('Letter case counts'),
      userName: sought.describe('Letter case does not count'),
      externalId: sought.describe('Letter case counts'),
      email: sought.describe('Letter case does not count'),
    }),
    answers: { 200: { description: 'A page of people', schema: snapshotOf(person) } },
  },
  async ({ tenant, directory, query }) => {
    const { policy } = tenant.settings
    const search = searchedBy(query, SEARCHES)
    if (search !== undefined) {
      const { documents, next } = searchPage(await find(directory, search), query)
      return { status: 200, body: { items: await showPeople(directory, policy, documents), next } }
    }
    const { documents, seq, next } = await snapshotPage(directory, 'u', query)
    return { status: 200, body: { items: await showPeople(directory, policy, documents), next, seq } }
  },
)

async function find(directory: DirectoryContext, { name, value }: Search): Promise<Document[]> {
  if (name === 'productId') {
    const found = await findByProductId(directory, value)
    return found === undefined ? [] : [found]
  }
  const { User } = directory.types
  const path = name === 'email' ? 'emails.value' : name
  return findMatching(directory, User, parseFilter(`${path} eq ${JSON.stringify(value)}`, User))
}

const link = tenantOperation(
  {
    id: 'linkProduct',
    method: 'PUT',
    path: '/tenants/{tenant}/people/{id}/product-id',
    summary: "Sets the product's own key for a person, or takes it off. With If-Match only when the person is as it was read",
    access: 'product-id:write',
    audit: 'productId.changed',
    parameters: z.object({ id }),
    body: z.strictObject({ productId: productIdSchema.nullable().describe('Unique in the tenant; null takes it off') }),
    answers: { 200: { description: 'The person', schema: person } },
  },
  async (request) => {
    const { actor, directory, path, body, audit, wake } = request
    const productId = body.productId ?? undefined
    const outcome = await linkProduct(directory, path.id, {
      productId,
      by: actor.name,
      audit,
      check: () => checkVersion(request),
    })
    if (!outcome.ok && outcome.reason === 'taken') {
      const detail = `is the product id of another person, ${outcome.holderId}. Take it off there first.`
      throw conflict(`/productId ${detail}`, [{ path: '/productId', detail }])
    }
    if (outcome.ok) wake()
    const found = outcome.ok ? await readPerson(directory, request.tenant.settings.policy, path.id) : undefined
    if (found === undefined) throw noSuchPerson()
    return answerOf(found)
  },
)

type Conditional = Pick<OpenedTenant, 'tenant' | 'directory'> & {
  readonly headers: { get(name: string): string | null }
  readonly path: { readonly id: string }
}

/** The product id is stored under the ETag of the document that this compares, so nobody's change of it comes between. */
async function checkVersion({ tenant, directory, headers, path }: Conditional): Promise<void> {
  const accepts = acceptsVersion(headers)
  if (accepts === undefined) return
  const found = await readPerson(directory, tenant.settings.policy, path.id)
  if (found !== undefined && !accepts(found.version)) throw stale()
}

const answerOf = (found: Person) => ({ status: 200, headers: { ETag: found.version }, body: found })

const noSuchPerson = () => absent('There is no person with this id; a person who was deleted does not come back under it.')

export const productPeopleOperations: readonly Operation[] = [read, list, link]
