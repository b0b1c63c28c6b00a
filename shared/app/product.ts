import { productErasureOperations } from '../people/api/erasure'
import { withOpenApi, type ApiFacts } from '../api/openapi'
import type { Operation } from '../api/operation'
import { productChangeOperations } from '../product/changes'
import { productGroupOperations } from '../product/groups'
import { productPeopleOperations } from '../product/people'

type Needs = Parameters<typeof productErasureOperations>[0]

const facts: ApiFacts = {
  title: 'Rollcall product API',
  description:
    "What the vendor's product reads: people with their access roles, groups, and each change. Refusals are problem details (RFC 9457).",
  path: '/api/product',
  bearer: 'A key of the product (rk_…), which an operator makes.',
}

/** Every operation of the product's API, and beside them the one that describes them all. */
export const productOperations = (needs: Needs): readonly Operation[] =>
  withOpenApi(facts, [
    ...productPeopleOperations,
    ...productGroupOperations,
    ...productChangeOperations,
    ...productErasureOperations(needs),
  ])
